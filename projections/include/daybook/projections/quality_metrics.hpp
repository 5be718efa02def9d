// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/durations.hpp>
#include <daybook/projections/projection.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace daybook::projections {

/// Outcomes of one check or one test suite.
struct check_record {
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
    bool last_passed = false;
    timestamp last_at{};  ///< Of the outcome that was recorded last.
    friend bool operator==(const check_record&, const check_record&) = default;
};
BOOST_DESCRIBE_STRUCT(check_record, (), (passed, failed, last_passed, last_at))

/// Quality checks, or test runs. Their sum, and by name.
struct check_series {
    outcome_counts counts;  ///< `completed` are those that passed; durations in microseconds.
    span_tracker runs;
    std::map<std::string, check_record> by_name;  ///< At most `quality_metrics::names_max`.
    friend bool operator==(const check_series&, const check_series&) = default;
};
BOOST_DESCRIBE_STRUCT(check_series, (), (counts, runs, by_name))

/// A gap that was found and is not resolved.
struct open_quality_gap {
    std::string stream;
    std::string id;
    std::string type;
    std::string severity;
    timestamp since{};
    bool blocking = false;
    bool escalated = false;
    friend bool operator==(const open_quality_gap&, const open_quality_gap&) = default;
};
BOOST_DESCRIBE_STRUCT(open_quality_gap, (),
                      (stream, id, type, severity, since, blocking, escalated))

/// What became of the gaps of one severity.
struct gap_record {
    std::uint64_t found = 0;
    std::uint64_t resolved = 0;
    std::uint64_t escalated = 0;
    exponential_histogram resolved_us;  ///< From found to resolved, in microseconds.
    friend bool operator==(const gap_record&, const gap_record&) = default;
};
BOOST_DESCRIBE_STRUCT(gap_record, (), (found, resolved, escalated, resolved_us))

struct quality_metrics_row {
    check_series checks;
    check_series test_runs;
    std::uint64_t tests_passed = 0;  ///< Single tests, summed over the runs that told.
    std::uint64_t tests_failed = 0;
    std::uint64_t tests_skipped = 0;
    std::optional<double> coverage_percent;      ///< Last told, 0 to 100.
    std::optional<double> score;                 ///< Last quality score told, as told.
    std::map<std::string, gap_record> gaps;      ///< By severity; at most 16.
    std::vector<open_quality_gap> gaps_open;     ///< In the order found; at most `gaps_max`.
    std::uint64_t gaps_forgotten = 0;            ///< Oldest dropped from `gaps_open` for its bound.
    std::uint64_t gaps_repeated = 0;             ///< Found again while open; the first time counts.
    std::uint64_t resolved_unknown = 0;          ///< Resolved, and not known to be open.
    std::uint64_t resolved_before_found = 0;     ///< By their times: clocks disagree.
    std::uint64_t odd_fields = 0;                ///< Payload fields of a wrong type or senseless.
    std::optional<timestamp> first_at, last_at;  ///< Earliest and latest time of an event.
    friend bool operator==(const quality_metrics_row&, const quality_metrics_row&) = default;
};
BOOST_DESCRIBE_STRUCT(quality_metrics_row, (),
                      (checks, test_runs, tests_passed, tests_failed, tests_skipped,
                       coverage_percent, score, gaps, gaps_open, gaps_forgotten, gaps_repeated,
                       resolved_unknown, resolved_before_found, odd_fields, first_at, last_at))

struct check_summary {
    std::uint64_t started = 0, passed = 0, failed = 0, running = 0;
    std::optional<double> pass_rate;  ///< passed / (passed + failed), 0 to 1.
    duration_summary duration;
    std::map<std::string, check_record> by_name;
    std::vector<std::string> failing;  ///< Names whose last outcome was a failure.
    span_oddities oddities;
};
BOOST_DESCRIBE_STRUCT(check_summary, (),
                      (started, passed, failed, running, pass_rate, duration, by_name, failing,
                       oddities))

/// Gaps of one severity. Ages are up to the row's `last_at`, in milliseconds.
struct gap_summary {
    std::uint64_t found = 0, resolved = 0, escalated = 0, open = 0, blocking = 0;
    std::optional<timestamp> oldest_since;
    std::optional<double> oldest_age_ms, mean_age_ms;
    duration_summary time_to_resolve;
};
BOOST_DESCRIBE_STRUCT(gap_summary, (),
                      (found, resolved, escalated, open, blocking, oldest_since, oldest_age_ms,
                       mean_age_ms, time_to_resolve))

/// What is shown of a `quality_metrics_row`.
struct quality_summary {
    check_summary checks, test_runs;
    std::uint64_t tests_passed = 0, tests_failed = 0, tests_skipped = 0;
    std::optional<double> test_pass_rate;  ///< tests_passed / (tests_passed + tests_failed).
    std::optional<double> coverage_percent, score;
    std::uint64_t gaps_found = 0, gaps_resolved = 0, gaps_open = 0;
    std::map<std::string, gap_summary> gaps;  ///< By severity; without one: "unknown".
    std::vector<open_quality_gap> open_gaps;  ///< Oldest first.
    std::uint64_t gaps_forgotten = 0, gaps_repeated = 0, resolved_unknown = 0,
                  resolved_before_found = 0, odd_fields = 0;
    std::optional<timestamp> first_at, last_at;
};
BOOST_DESCRIBE_STRUCT(quality_summary, (),
                      (checks, test_runs, tests_passed, tests_failed, tests_skipped, test_pass_rate,
                       coverage_percent, score, gaps_found, gaps_resolved, gaps_open, gaps,
                       open_gaps, gaps_forgotten, gaps_repeated, resolved_unknown,
                       resolved_before_found, odd_fields, first_at, last_at))

/// Checks, test runs, pass rates, and gaps by severity and age.
///
/// Keys: "all", and "stream:NAME" for each stream. A check or test run is measured from the event
/// that started it to the one that ended it in the same stream, matched by `run_id`, `check_id` or
/// name. A row holds at most 100 check names, 100 suite names and 256 open gaps; what has no room
/// is counted under "(other)" or in `gaps_forgotten`.
struct quality_metrics {
    static constexpr std::string_view name = "quality_metrics";
    static constexpr std::uint32_t version = 1;
    static constexpr std::size_t names_max = 100;
    static constexpr std::size_t gaps_max = 256;
    using row = quality_metrics_row;

    static query wants();
    static std::vector<std::string> key(const json_event& event);
    static row apply(row current, const json_event& event);
    static quality_summary present(const row& current);
};

}  // namespace daybook::projections
