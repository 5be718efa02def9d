// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/durations.hpp>

#include "share_of.hpp"
#include "spans.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace daybook::projections {
namespace {

using std::chrono::microseconds;

constexpr std::size_t window_count = 4;
constexpr std::array<microseconds, window_count> window_lengths{
    std::chrono::minutes{1}, std::chrono::minutes{5}, std::chrono::hours{1},
    std::chrono::hours{24}};
constexpr std::array<std::vector<window_slot> sliding_windows::*, window_count> rings{
    &sliding_windows::minute, &sliding_windows::five_minutes, &sliding_windows::hour,
    &sliding_windows::day};

std::optional<double> milliseconds(double us) { return us / 1000.0; }

/// The slot that `at` lies in; times before 1970 have negative ones.
std::int64_t slot_of(timestamp at, std::size_t which) {
    const auto width = (window_lengths[which] / window_slots).count();
    const auto since = at.time_since_epoch().count();
    return since / width - (since % width < 0 ? 1 : 0);
}

bool before(const window_slot& slot, std::int64_t index) { return slot.index < index; }

std::string span_name(std::string_view stream, std::string_view id) {
    std::string name{stream};
    name += '\t';
    name += id;
    return name;
}

}  // namespace

duration_summary summarise(const exponential_histogram& microseconds) {
    duration_summary shown;
    shown.count = microseconds.count;
    if (microseconds.count == 0) return shown;
    shown.mean_ms = milliseconds(microseconds.mean());
    shown.p50_ms = milliseconds(microseconds.quantile(0.50));
    shown.p95_ms = milliseconds(microseconds.quantile(0.95));
    shown.p99_ms = milliseconds(microseconds.quantile(0.99));
    shown.min_ms = milliseconds(static_cast<double>(microseconds.min));
    shown.max_ms = milliseconds(static_cast<double>(microseconds.max));
    return shown;
}

bool add_span(std::vector<open_span>& open, open_span begun) {
    const bool full = open.size() == open_spans_max;
    if (full) open.erase(open.begin());
    open.push_back(std::move(begun));
    return full;
}

std::vector<open_span>::iterator find_span(std::vector<open_span>& open, std::string_view stream,
                                           std::string_view id) {
    if (!id.empty()) {
        const auto same = std::find_if(open.begin(), open.end(), [&](const auto& span) {
            return span.stream == stream && span.id == id;
        });
        if (same != open.end()) return same;
    }
    return std::find_if(open.begin(), open.end(), [&](const auto& span) {
        return span.stream == stream && (id.empty() || span.id.empty());
    });
}

void span_tracker::begin(std::string_view stream, std::string_view id, timestamp at) {
    if (add_span(open, {std::string{stream}, std::string{id}, at})) ++forgotten;
}

std::optional<std::uint64_t> span_tracker::end(std::string_view stream, std::string_view id,
                                               timestamp at) {
    const auto span = find_span(open, stream, id);
    auto ending = span_name(stream, id);
    if (span == open.end()) {
        const bool again = std::find(ended.begin(), ended.end(), ending) != ended.end();
        ++(again ? ends_repeated : ends_without_start);
        return std::nullopt;
    }
    const auto took = at - span->since;
    open.erase(span);
    if (ended.size() == ended_spans_max) ended.erase(ended.begin());
    ended.push_back(std::move(ending));
    if (took.count() < 0) {
        ++ends_before_start;
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(took.count());
}

span_oddities oddities_of(const span_tracker& spans) {
    return {spans.ends_without_start, spans.ends_repeated, spans.ends_before_start,
            spans.forgotten};
}

void outcome_counts::record(outcome what, std::optional<std::uint64_t> microseconds) {
    switch (what) {
        case outcome::started: ++started; break;
        case outcome::completed: ++completed; break;
        case outcome::failed: ++failed; break;
        case outcome::cancelled: ++cancelled; break;
    }
    if (microseconds) duration_us.record(*microseconds);
}

void outcome_counts::merge(const outcome_counts& other) {
    started += other.started;
    completed += other.completed;
    failed += other.failed;
    cancelled += other.cancelled;
    duration_us.merge(other.duration_us);
}

outcome_summary summarise(const outcome_counts& counts) {
    return {counts.started,
            counts.completed,
            counts.failed,
            counts.cancelled,
            share_of(counts.completed, counts.completed + counts.failed),
            share_of(counts.failed, counts.completed + counts.failed),
            summarise(counts.duration_us)};
}

void sliding_windows::record(timestamp at, outcome what,
                             std::optional<std::uint64_t> microseconds) {
    newest = newest ? std::max(*newest, at) : at;
    for (std::size_t which = 0; which < window_count; ++which) {
        auto& ring = this->*rings[which];
        const auto oldest = slot_of(*newest, which) - window_slots + 1;
        ring.erase(ring.begin(), std::lower_bound(ring.begin(), ring.end(), oldest, before));
        const auto index = slot_of(at, which);
        if (index < oldest) continue;
        auto place = std::lower_bound(ring.begin(), ring.end(), index, before);
        if (place == ring.end() || place->index != index) place = ring.insert(place, {index, {}});
        place->counts.record(what, microseconds);
    }
}

outcome_counts sliding_windows::within(window length) const {
    outcome_counts all;
    for (const auto& slot : this->*rings[static_cast<std::size_t>(length)]) all.merge(slot.counts);
    return all;
}

window_summaries summarise(const sliding_windows& windows) {
    return {windows.newest, summarise(windows.within(window::minute)),
            summarise(windows.within(window::five_minutes)),
            summarise(windows.within(window::hour)), summarise(windows.within(window::day))};
}

}  // namespace daybook::projections
