// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "lost_places.hpp"

#include "text.hpp"

#include <algorithm>
#include <queue>
#include <tuple>

namespace daybook {
namespace {

/// Runs of one stream become one line.
void tell(const lost_event& one, std::vector<repair_report::stream_loss>& into,
          std::map<std::string, std::size_t, std::less<>>& last_of) {
    const auto known = last_of.find(one.stream);
    if (known != last_of.end() && into[known->second].last.value + 1 == one.in_stream.value) {
        into[known->second].last = one.in_stream;
        return;
    }
    last_of[one.stream] = into.size();
    into.push_back({one.stream, one.in_stream, one.in_stream});
}

}  // namespace

bool lost_places::saw(std::string_view stream, sequence in_stream, position at) {
    auto known = heads_.find(stream);
    if (known == heads_.end()) known = heads_.try_emplace(std::string{stream}).first;
    auto& reached = known->second;
    if (in_stream.value <= reached.sequence) return false;
    for (auto s = reached.sequence + 1; s < in_stream.value; ++s) {
        missing_.push_back({reached.next_position, at.value, s, known->first});
    }
    reached = {in_stream.value, at.value + 1};
    return true;
}

/// Each missing event has a window of positions. Giving each lost position, in order, to the event
/// whose window closes first finds an assignment whenever there is one, and there is: the log.
result<std::vector<lost_event>> lost_places::assign(repair_report& report) const {
    auto waiting = missing_;
    std::sort(waiting.begin(), waiting.end(),
              [](const auto& a, const auto& b) { return a.from < b.from; });
    const auto later = [](const missing* a, const missing* b) {
        return std::tie(a->before, a->stream, a->sequence) >
               std::tie(b->before, b->stream, b->sequence);
    };
    std::priority_queue<const missing*, std::vector<const missing*>, decltype(later)> open{later};
    std::vector<lost_event> assigned;
    std::map<std::string, std::size_t, std::less<>> last_of;
    auto next = waiting.begin();
    std::size_t placed = 0;
    for (const auto& range : ranges_) {
        const auto unknown = cat(lost_event_type, "-", range.first);
        std::uint64_t unknown_count = 0;
        for (auto at = range.first; at <= range.last; ++at.value) {
            for (; next != waiting.end() && next->from <= at.value; ++next) open.push(&*next);
            if (open.empty()) {
                assigned.push_back({at, unknown, {++unknown_count}});
                continue;
            }
            const auto* one = open.top();
            open.pop();
            if (one->before <= at.value) {
                return fail(errc::corrupt,
                            cat("sequence ", one->sequence, " of ", one->stream,
                                " is missing, and no position before ", one->before, " is"));
            }
            assigned.push_back({at, one->stream, {one->sequence}});
            tell(assigned.back(), report.lost_of_streams, last_of);
            ++placed;
        }
        report.lost_of_unknown_streams += unknown_count;
    }
    if (placed != missing_.size()) {
        return fail(errc::corrupt, cat(missing_.size() - placed,
                                       " sequences are missing that no lost position can hold"));
    }
    return assigned;
}

}  // namespace daybook
