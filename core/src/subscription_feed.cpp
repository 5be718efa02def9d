// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "subscription_feed.hpp"

#include "sources.hpp"

#include <algorithm>
#include <mutex>

namespace daybook {
namespace {

// Up to here behind the watermark, looking at each event costs less than asking the index.
constexpr std::uint64_t near_events_max = 2048;

position segment_end(position at) noexcept { return position_of(segment_of(at) + 1, 0); }

}  // namespace

result<subscription_feed::outcome> subscription_feed::advance() {
    if (given_ == batch_.size()) {
        // What was read before a failure is given first; then it shows again.
        if (auto filled = fill(); !filled && batch_.empty()) return filled.error();
    }
    if (given_ == batch_.size()) {
        cursor_.store(read_.value, std::memory_order_release);
        return read_ < engine_.end() ? outcome::behind : outcome::caught_up;
    }
    current_ = batch_[given_];
    ++given_;
    cursor_.store(current_.position().value + 1, std::memory_order_release);
    return outcome::event;
}

result<void> subscription_feed::fill() {
    if (batch_.capacity_bytes() > 2 * batch_bytes_max) batch_ = {};
    batch_.clear();
    given_ = 0;
    const auto end = engine_.end();
    if (read_ >= end) return {};
    const auto stretch = std::min(end, segment_end(read_));
    // Never waits: a rebuild holds this lock for as long as it takes.
    if (const std::shared_lock index{engine_.index_mutex, std::try_to_lock}; index.owns_lock()) {
        const bool near = end.value - read_.value <= near_events_max;
        if (near && fill_from_frames(end)) return {};
        if (auto ok = follow_rebuild(); !ok) return ok;
        if (!near && !query_->everything() && fill_by_index(stretch)) return {};
    }
    return fill_by_scan(stretch);
}

/// A rebuild may have changed which payload fields are indexed.
result<void> subscription_feed::follow_rebuild() {
    if (generation_ == engine_.index_generation) return {};
    auto made = compiled_query::make(query_->source(), engine_.rules);
    if (!made) return made.error();
    query_ = std::move(*made);
    generation_ = engine_.index_generation;
    return {};
}

// Each of these leaves `read_` right behind what it looked at, so another one can go on after a
// failure.

result<void> subscription_feed::fill_from_frames(position end) {
    log_reader log{engine_.log};
    while (read_ < end && !full()) {
        const auto event = log.at(read_);
        if (!event) return event.error();
        if (filter_.matches(*event)) keep(*event);
        ++read_.value;
    }
    return {};
}

result<void> subscription_feed::fill_by_index(position end) {
    query_walk walk{engine_, query_, direction::forwards, read_.value, end};
    while (!full()) {
        const auto match = walk.next();
        if (!match) return match.error();
        if (!*match) {
            read_ = end;
            return {};
        }
        keep(**match);
        read_ = {(*match)->position().value + 1};
    }
    return {};
}

result<void> subscription_feed::fill_by_scan(position end) {
    if (full()) return {};
    const auto db = engine_.database_now();
    log_scanner log{*db, read_, end, false};
    while (!full()) {
        const auto event = log.next();
        if (!event) return event.error();
        if (!*event) return {};
        if (filter_.matches(**event)) keep(**event);
        ++read_.value;
    }
    return {};
}

void subscription_feed::keep(event_view event) { batch_.add(event); }

}  // namespace daybook
