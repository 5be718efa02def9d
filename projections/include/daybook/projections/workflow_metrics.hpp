// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/durations.hpp>
#include <daybook/projections/projection.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::projections {

enum class work_state : std::uint8_t { pending, running, paused };
BOOST_DESCRIBE_ENUM(work_state, pending, running, paused)

/// A workflow, or a run of an agent, that has not ended.
struct open_work {
    std::string agent;  ///< Empty for workflows, as is the id.
    std::string id;
    std::string type;  ///< Where it is counted in `by_type`.
    work_state state{};
    timestamp since{};
    friend bool operator==(const open_work&, const open_work&) = default;
};
BOOST_DESCRIBE_STRUCT(open_work, (), (agent, id, type, state, since))

struct workflow_metrics_row {
    /// By stream, a tab and the position (20 digits) of the event that began it; at most
    /// `open_max`.
    std::map<std::string, open_work> open;
    std::vector<std::string> ended;  ///< Streams (of agents: and agent, id) of the newest 256 ends.
    outcome_counts counts;           ///< Of everything; durations in microseconds.
    std::map<std::string, outcome_counts> by_type;  ///< At most `types_max`, and "(other)".
    sliding_windows windows;
    std::uint64_t pauses = 0;
    std::uint64_t resumes = 0;
    std::uint64_t blocks = 0;            ///< Agents only.
    std::uint64_t conflicts = 0;         ///< Agents only.
    std::uint64_t control_requests = 0;  ///< To pause, resume or cancel.
    std::uint64_t control_responses = 0;
    std::uint64_t reopened = 0;         ///< Resumed or started again after it had ended.
    std::uint64_t forgotten = 0;        ///< Oldest dropped from `open` to keep its bound.
    std::uint64_t starts_repeated = 0;  ///< Started while running; the first start counts.
    std::uint64_t ends_without_start = 0;
    std::uint64_t ends_repeated = 0;             ///< Of what had ended, as far as `ended` tells.
    std::uint64_t ends_before_start = 0;         ///< By their times: clocks disagree.
    std::uint64_t times_ahead = 0;               ///< Over an hour after they were recorded.
    std::uint64_t odd_fields = 0;                ///< Payload fields that were of a wrong type.
    std::optional<timestamp> first_at, last_at;  ///< Earliest and latest time of an event.
    friend bool operator==(const workflow_metrics_row&, const workflow_metrics_row&) = default;
};
BOOST_DESCRIBE_STRUCT(workflow_metrics_row, (),
                      (open, ended, counts, by_type, windows, pauses, resumes, blocks, conflicts,
                       control_requests, control_responses, reopened, forgotten, starts_repeated,
                       ends_without_start, ends_repeated, ends_before_start, times_ahead,
                       odd_fields, first_at, last_at))

/// What is shown of a `workflow_metrics_row`.
struct workflow_summary {
    std::uint64_t total = 0;  ///< Begun; those whose end alone was seen included.
    std::uint64_t pending = 0, running = 0, paused = 0;  ///< Now.
    std::uint64_t completed = 0, failed = 0, cancelled = 0;
    std::optional<double> success_rate;  ///< completed / (completed + failed), 0 to 1.
    std::optional<double> error_rate;    ///< failed / (completed + failed), 0 to 1.
    /// 100 * success rate of the last hour, else of the last day, else of all time: the first in
    /// which anything ended. Null if nothing did.
    std::optional<double> health_percent;
    std::string health;  ///< "healthy" (95 % and more), "degraded" (80), "unhealthy", "unknown".
    duration_summary duration;
    window_summaries windows;
    std::map<std::string, outcome_summary> by_type;
    std::uint64_t pauses = 0, resumes = 0, blocks = 0, conflicts = 0, control_requests = 0,
                  control_responses = 0, reopened = 0, forgotten = 0, starts_repeated = 0,
                  ends_without_start = 0, ends_repeated = 0, ends_before_start = 0, times_ahead = 0,
                  odd_fields = 0;
    std::optional<timestamp> first_at, last_at;
};
BOOST_DESCRIBE_STRUCT(workflow_summary, (),
                      (total, pending, running, paused, completed, failed, cancelled, success_rate,
                       error_rate, health_percent, health, duration, windows, by_type, pauses,
                       resumes, blocks, conflicts, control_requests, control_responses, reopened,
                       forgotten, starts_repeated, ends_without_start, ends_repeated,
                       ends_before_start, times_ahead, odd_fields, first_at, last_at))

/// How work goes: how much is open, how it ends, and how long it takes, over all time and over the
/// last minute, five minutes, hour and day.
///
/// Keys: "workflows"; "agents", the runs of all agents; "agent:NAME", those of one.
/// A workflow is a stream with life cycle events (`orchestration_*`, `workflow.*`), or one of
/// another system whose events tell a `lifecycle`, `status` or `state`. Its type is the payload's
/// `workflow_type`, `issue_type`, `product` or `type`; that of a run is the agent's type.
/// A row holds at most 4 096 open ones, 64 types and 48 window slots.
struct workflow_metrics {
    static constexpr std::string_view name = "workflow_metrics";
    static constexpr std::uint32_t version = 1;
    static constexpr std::size_t open_max = 4096;
    static constexpr std::size_t types_max = 64;
    using row = workflow_metrics_row;

    static query wants() { return query::all(); }
    static std::vector<std::string> key(const json_event& event);
    static row apply(row current, const json_event& event);
    static workflow_summary present(const row& current);
};

}  // namespace daybook::projections
