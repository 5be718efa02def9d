// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/durations.hpp>
#include <daybook/projections/projection.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

namespace daybook::projections {

enum class work_state : std::uint8_t { pending, running, paused };
BOOST_DESCRIBE_ENUM(work_state, pending, running, paused)

/// A workflow, or a run of an agent, that has not ended.
struct open_work {
    std::string id;    ///< Of a run; empty for workflows, and if its start told none.
    std::string type;  ///< Where it is counted in `by_type`.
    work_state state{};
    timestamp since{};
    friend bool operator==(const open_work&, const open_work&) = default;
};
BOOST_DESCRIBE_STRUCT(open_work, (), (id, type, state, since))

/// What is counted of one workflow, and of all of them.
struct work_counters {
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
    std::uint64_t ends_repeated = 0;      ///< Of what had ended.
    std::uint64_t ends_before_start = 0;  ///< By their times: clocks disagree.
    std::uint64_t times_ahead = 0;        ///< Over an hour after they were recorded.
    std::uint64_t odd_fields = 0;         ///< Payload fields that were of a wrong type.
    friend bool operator==(const work_counters&, const work_counters&) = default;
};
BOOST_DESCRIBE_STRUCT(work_counters, (),
                      (pauses, resumes, blocks, conflicts, control_requests, control_responses,
                       reopened, forgotten, starts_repeated, ends_without_start, ends_repeated,
                       ends_before_start, times_ahead, odd_fields))

/// One workflow, or the runs of one agent in one stream.
struct work_row {
    bool of_agent = false;
    std::string agent;               ///< Empty for workflows, and for an agent without a name.
    std::vector<open_work> open;     ///< In the order they began: a workflow, or `runs_max` runs.
    std::vector<std::string> ended;  ///< Ids of what has ended, oldest first; see `ended_max`.
    std::uint64_t started = 0, completed = 0, failed = 0, cancelled = 0;
    std::string type;                      ///< Of what began or ended last.
    std::optional<std::uint64_t> took_us;  ///< How long what ended last took, if that is known.
    timestamp at{};                        ///< Of the newest event.
    timestamp
        counted_at{};  ///< The same, or when it was recorded if it is dated far ahead of that.
    work_counters also;
    friend bool operator==(const work_row&, const work_row&) = default;
};
BOOST_DESCRIBE_STRUCT(work_row, (),
                      (of_agent, agent, open, ended, started, completed, failed, cancelled, type,
                       took_us, at, counted_at, also))

/// All workflows, all agents, or one agent.
struct workflow_metrics_row {
    std::uint64_t pending = 0, running = 0, paused = 0;  ///< Now.
    outcome_counts counts;                          ///< Of everything; durations in microseconds.
    std::map<std::string, outcome_counts> by_type;  ///< At most `types_max`, and "(other)".
    sliding_windows windows;
    work_counters also;
    std::optional<timestamp> first_at, last_at;  ///< Earliest and latest time of an event.
    friend bool operator==(const workflow_metrics_row&, const workflow_metrics_row&) = default;
};
BOOST_DESCRIBE_STRUCT(workflow_metrics_row, (),
                      (pending, running, paused, counts, by_type, windows, also, first_at, last_at))

/// What is shown of a `work_row`.
struct work_summary {
    std::string agent;
    std::string state;  ///< "pending", "running", "paused" (of the oldest that is open), "ended".
    std::string type;   ///< Of that, else of what ended last.
    std::optional<timestamp> since;  ///< Since when that is open, by its start.
    std::uint64_t open = 0, started = 0, completed = 0, failed = 0, cancelled = 0;
    std::optional<double> took_ms;  ///< How long what ended last took.
    work_counters also;
    timestamp last_at{};  ///< Of the newest event.
};
BOOST_DESCRIBE_STRUCT(work_summary, (),
                      (agent, state, type, since, open, started, completed, failed, cancelled,
                       took_ms, also, last_at))

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

/// Each workflow, and each agent in each stream: what is open, and since when.
///
/// Keys: the stream; of an agent's runs the stream, a tab and the agent.
struct work_in_streams {
    static constexpr std::string_view name = "work";
    static constexpr std::size_t runs_max = open_spans_max;
    static constexpr std::size_t ended_max = ended_spans_max;
    using row = work_row;

    static query wants() { return query::all(); }
    static std::optional<std::string> key(const json_event& event);
    static row apply(row current, const json_event& event);
};

/// The sums over them. Keys: "workflows"; "agents", the runs of all agents; "agent:NAME", those of
/// one. Made from the changes of one row at a time, so a row holds no list of what is open.
struct work_metrics {
    static constexpr std::string_view name = "metrics";
    static constexpr std::size_t types_max = 64;
    using from = work_in_streams;
    using row = workflow_metrics_row;

    static std::vector<std::string> key(const row_changed<from>& change);
    static row apply(row current, const row_changed<from>& change);
    static workflow_summary present(const row& current);
};

/// How work goes: how much is open, how it ends, and how long it takes, over all time and over the
/// last minute, five minutes, hour and day.
///
///     auto work = view<workflow_metrics>::open(store).value();
///     if (auto row = work.get<work_metrics>("workflows").value())
///         use(work_metrics::present(*row).health);
///
/// A workflow is a stream with life cycle events (`orchestration_*`, `workflow.*`), or one of
/// another system whose events tell a `lifecycle`, `status` or `state`. Its type is the payload's
/// `workflow_type`, `issue_type`, `product` or `type`; that of a run is the agent's type.
/// A row of `work_metrics` holds at most 64 types and 48 window slots; one of `work_in_streams` one
/// workflow, or 256 open runs and 64 ids of ended ones. An event costs the same whatever is open.
struct workflow_metrics {
    static constexpr std::string_view name = "workflow_metrics";
    static constexpr std::uint32_t version = 2;
    using kinds = std::tuple<work_in_streams, work_metrics>;

    static std::variant<work_summary, workflow_summary> present(
        const std::variant<work_row, workflow_metrics_row>& row);
};

}  // namespace daybook::projections
