// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/histogram.hpp>
#include <daybook/types.hpp>

#include <boost/describe.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the built-in views measure with: durations by the events' own times, outcomes, and both
/// over sliding windows. All of it are values that fit into rows; nothing here reads a clock.
namespace daybook::projections {

/// Durations in milliseconds; quantiles within 1.1 % (see `exponential_histogram`). Null if nothing
/// was measured.
struct duration_summary {
    std::uint64_t count = 0;
    std::optional<double> mean_ms, p50_ms, p95_ms, p99_ms, min_ms, max_ms;
};
BOOST_DESCRIBE_STRUCT(duration_summary, (),
                      (count, mean_ms, p50_ms, p95_ms, p99_ms, min_ms, max_ms))

duration_summary summarise(const exponential_histogram& microseconds);

/// Something that has begun and not ended.
struct open_span {
    std::string stream;
    std::string id;  ///< Tells spans of one stream apart; empty if the event had none.
    timestamp since{};
    friend bool operator==(const open_span&, const open_span&) = default;
};
BOOST_DESCRIBE_STRUCT(open_span, (), (stream, id, since))

inline constexpr std::size_t open_spans_max = 256;
inline constexpr std::size_t ended_spans_max = 64;

/// Matches ends with beginnings. What cannot be measured is counted, not guessed.
struct span_tracker {
    std::vector<open_span> open;     ///< In the order they began; at most `open_spans_max`.
    std::vector<std::string> ended;  ///< "stream, tab, id" of the newest `ended_spans_max` ends.
    std::uint64_t forgotten = 0;     ///< Oldest ones dropped from `open` to keep its bound.
    std::uint64_t ends_without_start = 0;
    std::uint64_t ends_repeated = 0;      ///< Ends of what had ended, as far as `ended` tells.
    std::uint64_t ends_before_start = 0;  ///< By their times: clocks disagree.

    void begin(std::string_view stream, std::string_view id, timestamp at);
    /// Ends the span of this stream with this id, else (if either has no id) the oldest. Its
    /// duration in microseconds; nothing if there is none, which is then counted.
    std::optional<std::uint64_t> end(std::string_view stream, std::string_view id, timestamp at);

    friend bool operator==(const span_tracker&, const span_tracker&) = default;
};
BOOST_DESCRIBE_STRUCT(span_tracker, (),
                      (open, ended, forgotten, ends_without_start, ends_repeated,
                       ends_before_start))

/// What a `span_tracker` could not measure.
struct span_oddities {
    std::uint64_t ends_without_start = 0, ends_repeated = 0, ends_before_start = 0, forgotten = 0;
};
BOOST_DESCRIBE_STRUCT(span_oddities, (),
                      (ends_without_start, ends_repeated, ends_before_start, forgotten))

span_oddities oddities_of(const span_tracker& spans);

enum class outcome : std::uint8_t { started, completed, failed, cancelled };

/// How often things began and how they ended.
struct outcome_counts {
    std::uint64_t started = 0;
    std::uint64_t completed = 0;
    std::uint64_t failed = 0;
    std::uint64_t cancelled = 0;
    exponential_histogram duration_us;  ///< Of those that ended and could be measured.

    void record(outcome what, std::optional<std::uint64_t> microseconds = {});
    void merge(const outcome_counts& other);
    friend bool operator==(const outcome_counts&, const outcome_counts&) = default;
};
BOOST_DESCRIBE_STRUCT(outcome_counts, (), (started, completed, failed, cancelled, duration_us))

/// `outcome_counts` as they are shown.
struct outcome_summary {
    std::uint64_t started = 0, completed = 0, failed = 0, cancelled = 0;
    std::optional<double> success_rate;  ///< completed / (completed + failed), 0 to 1.
    std::optional<double> error_rate;    ///< failed / (completed + failed), 0 to 1.
    duration_summary duration;
};
BOOST_DESCRIBE_STRUCT(outcome_summary, (),
                      (started, completed, failed, cancelled, success_rate, error_rate, duration))

outcome_summary summarise(const outcome_counts& counts);

/// A slice of time: slot n of width w begins n*w after 1970.
struct window_slot {
    std::int64_t index = 0;
    outcome_counts counts;
    friend bool operator==(const window_slot&, const window_slot&) = default;
};
BOOST_DESCRIBE_STRUCT(window_slot, (), (index, counts))

/// How many slots a window is made of.
inline constexpr std::int64_t window_slots = 12;

enum class window : std::uint8_t { minute, five_minutes, hour, day };

/// Outcomes of the last minute, five minutes, hour and day.
///
/// The windows end at the newest time that was recorded, never at a clock's: the same events give
/// the same windows. Each is a ring of `window_slots` slots, the last one not yet full, so it
/// covers between 11/12 and the whole of its length. Merging slots loses nothing, so quantiles of a
/// window are within 1.1 % too. At most 48 slots, and none that is empty.
struct sliding_windows {
    std::optional<timestamp> newest;
    std::vector<window_slot> minute, five_minutes, hour, day;  ///< Ascending by index.

    /// Counts into each window that reaches back to `at`.
    void record(timestamp at, outcome what, std::optional<std::uint64_t> microseconds = {});
    outcome_counts within(window length) const;
    friend bool operator==(const sliding_windows&, const sliding_windows&) = default;
};
BOOST_DESCRIBE_STRUCT(sliding_windows, (), (newest, minute, five_minutes, hour, day))

struct window_summaries {
    std::optional<timestamp> until;  ///< Where the windows end.
    outcome_summary last_minute, last_five_minutes, last_hour, last_day;
};
BOOST_DESCRIBE_STRUCT(window_summaries, (),
                      (until, last_minute, last_five_minutes, last_hour, last_day))

window_summaries summarise(const sliding_windows& windows);

}  // namespace daybook::projections
