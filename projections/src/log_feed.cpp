// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "log_feed.hpp"

#include <algorithm>

namespace daybook::projections {
namespace {

// A stretch shorter than this is read whole: it is mostly in memory, and choosing costs more.
constexpr std::uint64_t short_stretch_events = 2 * limits::segment_events;

// Measured: one event in 10 by index takes a quarter of what reading everything does, one in 7 more
// than that. See projections/docs/building.md.
constexpr std::uint64_t index_worth_one_in = 8;

bool wants_all(const query& q) { return q.any_of.empty(); }

}  // namespace

query union_of(const std::vector<const query*>& wanted) {
    query all_of_them;
    for (const auto* one : wanted) {
        if (wants_all(*one)) return query::all();
        all_of_them.any_of.insert(all_of_them.any_of.end(), one->any_of.begin(), one->any_of.end());
    }
    return all_of_them;
}

result<bool> log_feed::worth_an_index(const query& wanted, std::uint64_t distance) const {
    if (wants_all(wanted) || distance < short_stretch_events) return false;
    const auto counted = log_->count(wanted);
    if (!counted) return counted.error();
    std::uint64_t matches = 0;
    for (const auto& group : *counted) matches += group.count;
    return matches < log_->watermark().value / index_worth_one_in;
}

result<void> log_feed::seek(const query& wanted, position from) {
    const auto wanted_now = fingerprint(wanted);
    // A reader that has come to its end would say that there is nothing, whatever came since.
    if (reader_ && wanted_now == wanted_fingerprint_ && from == reached_ && reached_ < end_)
        return {};
    reader_.reset();
    wanted_fingerprint_ = wanted_now;
    reached_ = from;
    end_ = log_->watermark();
    by_index_ = false;
    if (from >= end_) return {};
    const auto indexed = worth_an_index(wanted, end_.value - from.value);
    if (!indexed) return indexed.error();
    by_index_ = *indexed;
    const read_options options{.from = from.value};
    auto reader = *indexed ? log_->read(wanted, options) : log_->read_all(options);
    if (!reader) return reader.error();
    reader_.emplace(*std::move(reader));
    return {};
}

result<const event_view*> log_feed::next() {
    if (!reader_) return nullptr;
    const auto more = reader_->next();
    if (!more) {
        reader_.reset();
        return more.error();
    }
    if (!*more) {
        reader_.reset();
        reached_ = std::max(reached_, end_);
        return nullptr;
    }
    reached_ = position{(*reader_)->position().value + 1};
    return &**reader_;
}

result<void> for_each_between(const store& log, const query& wanted, position from, position end,
                              const std::function<result<void>(const event_view&)>& take) {
    log_feed events{log};
    if (auto sought = events.seek(wanted, from); !sought) return sought;
    while (events.reached() < end) {
        const auto next = events.next();
        if (!next) return next.error();
        if (*next == nullptr || (*next)->position() >= end) break;
        if (auto taken = take(**next); !taken) return taken;
    }
    return {};
}

}  // namespace daybook::projections
