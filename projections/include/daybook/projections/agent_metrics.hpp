// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/histogram.hpp>
#include <daybook/projections/durations.hpp>
#include <daybook/projections/projection.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::projections {

/// What one agent did. Counts are of events unless it says otherwise.
///
/// Durations run from the event that began a run to the one that ended it, by the events' own
/// times, in microseconds. An end is matched with a run of the same stream: the one with its id,
/// else the oldest. What cannot be measured is counted, not guessed.
struct agent_metrics_row {
    std::string agent_type;  ///< Last known.
    std::string model;       ///< Last known.
    std::uint64_t spawned = 0;
    std::uint64_t succeeded = 0;
    std::uint64_t failed = 0;
    std::uint64_t blocked = 0;
    std::uint64_t paused = 0;
    std::uint64_t conflicts = 0;
    std::uint64_t progress_reports = 0;
    exponential_histogram succeeded_us;  ///< Durations of runs that succeeded.
    exponential_histogram failed_us;     ///< Durations of runs that failed.
    std::uint64_t ends_without_start = 0;
    std::uint64_t ends_before_start = 0;  ///< By their times: clocks disagree.
    std::vector<open_span> running;       ///< Oldest first, at most `open_spans_max`. The id is the
                                          ///< payload's `agent_id`, `run_id` or `task_id`.
    std::uint64_t runs_forgotten = 0;  ///< Oldest runs dropped from `running` to keep that bound.
    std::map<std::string, std::uint64_t> outputs;  ///< What it made, by kind: see `agent_metrics`.
    std::uint64_t odd_fields = 0;  ///< Payload fields that were there but of a wrong type.
    std::optional<timestamp> first_at;
    std::optional<timestamp> last_at;
    std::string last_stream;
    std::string last_error;  ///< Text of the last failure.
    friend bool operator==(const agent_metrics_row&, const agent_metrics_row&) = default;
};
BOOST_DESCRIBE_STRUCT(agent_metrics_row, (),
                      (agent_type, model, spawned, succeeded, failed, blocked, paused, conflicts,
                       progress_reports, succeeded_us, failed_us, ends_without_start,
                       ends_before_start, running, runs_forgotten, outputs, odd_fields, first_at,
                       last_at, last_stream, last_error))

/// What is shown of an `agent_metrics_row`.
struct agent_summary {
    std::string agent_type, model;
    std::uint64_t spawned = 0, running = 0, succeeded = 0, failed = 0, blocked = 0, paused = 0,
                  conflicts = 0, progress_reports = 0;
    std::optional<double> success_rate;  ///< succeeded / (succeeded + failed), 0 to 1.
    duration_summary duration;           ///< Of all runs that ended.
    duration_summary duration_succeeded;
    duration_summary duration_failed;
    std::map<std::string, std::uint64_t> outputs;
    std::uint64_t ends_without_start = 0, ends_before_start = 0, odd_fields = 0;
    std::optional<timestamp> first_at, last_at;
    std::string last_stream, last_error;
};
BOOST_DESCRIBE_STRUCT(agent_summary, (),
                      (agent_type, model, spawned, running, succeeded, failed, blocked, paused,
                       conflicts, progress_reports, success_rate, duration, duration_succeeded,
                       duration_failed, outputs, ends_without_start, ends_before_start, odd_fields,
                       first_at, last_at, last_stream, last_error))

/// How each agent performs; the key is the agent's name.
///
/// The name is the payload's `agent_name`, `agent`, `agentName` or `agent_id`, else the id of an
/// actor of type "agent"; events without any are skipped. `outputs` counts, for events done by an
/// agent: commits, pull_requests, documents, comments, gaps_found, gaps_resolved, checks_passed,
/// checks_failed, test_runs_passed, test_runs_failed; and files, the length of the list
/// `outputs`, `files_created`, `files_modified` or `files_changed` (or its value, if it is a
/// number) of a completed run.
struct agent_metrics {
    static constexpr std::string_view name = "agent_metrics";
    static constexpr std::uint32_t version = 1;
    using row = agent_metrics_row;

    static query wants();
    static std::optional<std::string> key(const json_event& event);
    static row apply(row current, const json_event& event);
    static agent_summary present(const row& current);
};

}  // namespace daybook::projections
