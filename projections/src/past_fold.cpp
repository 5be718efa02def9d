// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "past_fold.hpp"

namespace daybook::projections {
namespace {

/// Events between two moves of rows from the fold to where they are kept.
constexpr std::size_t batch_events = 4096;
/// Decoded rows that a fold keeps between them.
constexpr std::size_t rows_cached_max = 65'536;

/// The fold of one row hands over nothing before the end: the rows that it is made from, of a
/// projection with kinds, must stay.
fold_options options_of(const past_fold::settings& how, bool starts_empty) {
    return {
        .rows_cached_max = how.only_key ? std::numeric_limits<std::size_t>::max() : rows_cached_max,
        .starts_empty = starts_empty,
        .only_key = how.only_key,
        .gate = nullptr};
}

layout::cursor_record standing_at(position start) {
    layout::cursor_record record;
    record.next = start;
    return record;
}

}  // namespace

past_fold::past_fold(const any_projection& of, folded_rows& rows, position start,
                     const settings& how)
    : rows_{rows},
      how_{how},
      steps_{of, standing_at(start), [&rows](std::string_view key) { return rows.get(key); },
             options_of(how, start == position{0}), parking_options{.strict = how.strict}} {
    for (const auto& skip : how.skips) steps_.parks().add_skip(skip.lane, skip.at);
}

// What was offered since the last `collect` is offered again after a failure, so that an event is
// folded about twice however many of them fail.
result<void> past_fold::run(position end, const event_source& read) {
    for (;;) {
        failed_.reset();
        const auto done =
            read(steps_.cursor(), [this](const event_view& given) { return take(given); });
        if (done) return collect(end);
        if (!failed_ || !steps_.may_park(failed_->why)) return done;
        if (auto settled = settle(*failed_); !settled) return settled;
    }
}

result<void> past_fold::take(const event_view& given) {
    const auto at = given.position();
    if (pause_ == at && steps_.cursor() < at) {
        if (auto collected = collect(at); !collected) return collected;
    }
    current_.move_to(given);
    if (auto offered = steps_.offer(current_); !offered) {
        failed_.emplace(stop{event{given}, offered.error()});
        return offered;
    }
    if (steps_.rows_cached() > how_.rows_kept_max)
        return fail(errc::too_large, "too many rows are kept to fold one of them");
    if (how_.only_key || ++taken_ % batch_events != 0) return {};
    return collect(position{at.value + 1});
}

result<void> past_fold::collect(position reached) {
    std::optional<error> failed;
    steps_.close(reached, [&](std::string_view key, const std::optional<std::string_view>& value) {
        if (failed || key.front() != layout::row_prefix) return;
        if (auto kept = rows_.put(key.substr(1), value); !kept) failed = kept.error();
    });
    if (failed) return *std::move(failed);
    steps_.written();
    // Nobody is told of what is parked here.
    while (!steps_.parks().untold().empty())
        steps_.parks().told(steps_.parks().untold().begin()->first);
    return rows_.flush();
}

result<void> past_fold::settle(const stop& failed) {
    const auto at = failed.at.view().position();
    const auto lane = steps_.lane_at_fault(at);
    steps_.abandon();
    if (steps_.cursor() < at && pause_ != at) {
        pause_ = at;
        return {};
    }
    if (auto parked = steps_.park(lane, failed.at.view(), failed.why, {}); !parked) return parked;
    return collect(at);
}

}  // namespace daybook::projections
