// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/projection.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::projections {

struct active_agent {
    std::string name;
    std::string id;  ///< Payload `agent_id` or `run_id`; empty if there is none.
    std::string type;
    std::string task;  ///< What it was asked to do.
    timestamp since{};
    bool blocked = false;
    std::string blocked_by;  ///< Why it waits, if it is blocked.
    std::optional<std::uint32_t> progress_percent;
    friend bool operator==(const active_agent&, const active_agent&) = default;
};
BOOST_DESCRIBE_STRUCT(active_agent, (),
                      (name, id, type, task, since, blocked, blocked_by, progress_percent))

/// A phase that ended at least once.
struct phase_record {
    std::string name;
    std::uint64_t completed = 0;  ///< How often it was completed.
    std::uint64_t failed = 0;
    std::uint64_t duration_us = 0;  ///< Of all its runs that have a start and an end.
    std::uint64_t unmeasured = 0;   ///< Ends without a start, or before it.
    std::optional<timestamp> last_ended_at;
    friend bool operator==(const phase_record&, const phase_record&) = default;
};
BOOST_DESCRIBE_STRUCT(phase_record, (),
                      (name, completed, failed, duration_us, unmeasured, last_ended_at))

struct commit_record {
    std::string sha;
    std::string message;
    timestamp at{};
    friend bool operator==(const commit_record&, const commit_record&) = default;
};
BOOST_DESCRIBE_STRUCT(commit_record, (), (sha, message, at))

struct pull_request_record {
    std::string id;  ///< Number or URL, as text.
    std::string title;
    std::string state;  ///< "open", "merged" or "closed".
    timestamp at{};     ///< Of its last change.
    friend bool operator==(const pull_request_record&, const pull_request_record&) = default;
};
BOOST_DESCRIBE_STRUCT(pull_request_record, (), (id, title, state, at))

/// A gap that is neither resolved nor forgotten.
struct open_gap {
    std::string id;
    std::string type;
    std::string severity;
    std::string phase;
    std::string description;
    bool blocking = false;
    bool escalated = false;
    timestamp since{};
    friend bool operator==(const open_gap&, const open_gap&) = default;
};
BOOST_DESCRIBE_STRUCT(open_gap, (),
                      (id, type, severity, phase, description, blocking, escalated, since))

struct error_record {
    std::string type;  ///< The kind of error, or the event type that told it.
    std::string message;
    std::string phase;
    timestamp at{};
    bool recovered = false;
    friend bool operator==(const error_record&, const error_record&) = default;
};
BOOST_DESCRIBE_STRUCT(error_record, (), (type, message, phase, at, recovered))

struct orchestration_counts {
    std::uint64_t agents_spawned = 0, agents_completed = 0, agents_failed = 0, agents_blocked = 0;
    std::uint64_t commits = 0;
    std::uint64_t prs_opened = 0, prs_merged = 0, prs_closed = 0;
    std::uint64_t gaps_identified = 0, gaps_resolved = 0, gaps_escalated = 0;
    std::uint64_t checks_passed = 0, checks_failed = 0, test_runs_passed = 0, test_runs_failed = 0;
    std::uint64_t documents = 0, comments = 0, worklogs = 0, checkpoints = 0, restores = 0;
    std::uint64_t summaries = 0;
    std::uint64_t errors = 0, recoveries_attempted = 0, recoveries_succeeded = 0,
                  recoveries_failed = 0;
    std::uint64_t conflicts = 0, sessions = 0, contexts = 0;
    friend bool operator==(const orchestration_counts&, const orchestration_counts&) = default;
};
BOOST_DESCRIBE_STRUCT(orchestration_counts, (),
                      (agents_spawned, agents_completed, agents_failed, agents_blocked, commits,
                       prs_opened, prs_merged, prs_closed, gaps_identified, gaps_resolved,
                       gaps_escalated, checks_passed, checks_failed, test_runs_passed,
                       test_runs_failed, documents, comments, worklogs, checkpoints, restores,
                       summaries, errors, recoveries_attempted, recoveries_succeeded,
                       recoveries_failed, conflicts, sessions, contexts))

/// Where one stream stands. Texts that payloads do not have are empty. Lists hold the newest: 20
/// commits, 20 pull requests, 100 open gaps, 100 active agents, 50 phases, 32 tags' worth of
/// labels; `counts` has the true numbers.
struct orchestration_row {
    /// "unknown", "pending", "running", "paused", "blocked", "completed", "failed", "cancelled";
    /// or, from events of other systems, their own word (payload `lifecycle`, `new_status`,
    /// `status` or `state`) as it was recorded.
    std::string status = "unknown";
    std::string status_reason;                   ///< Why it is paused, blocked or failed.
    std::string phase;                           ///< The current one; stays after the end.
    std::optional<timestamp> phase_since;        ///< Nothing if no phase is under way.
    std::vector<active_agent> active_agents;     ///< Oldest first.
    std::vector<phase_record> completed_phases;  ///< In order of first completion.
    std::vector<commit_record> commits;
    std::vector<pull_request_record> pull_requests;
    std::vector<open_gap> gaps_open;
    orchestration_counts counts;
    std::optional<error_record> last_error;

    std::string title;  ///< Issue summary, task or sprint title.
    std::string kind;   ///< Issue type, workflow type.
    std::string priority;
    std::string assignee;
    std::string tracker_status;  ///< The issue tracker's, by IssueTransitioned.
    std::optional<std::uint32_t> progress_percent;
    std::string session;
    std::string branch;
    std::string git_sha;
    std::string last_checkpoint;

    std::optional<timestamp> started_at;
    std::optional<timestamp> ended_at;
    std::optional<timestamp> paused_since;
    std::uint64_t paused_us = 0;  ///< In all pauses that ended.
    std::uint64_t worked_us = 0;  ///< Sum of the work logs.
    timestamp first_event_at{};
    timestamp last_event_at{};  ///< Of the last event by sequence.
    std::string last_event_type;
    std::string last_actor;
    std::string last_actor_type;
    std::uint64_t events = 0;
    daybook::sequence sequence;      ///< Of the last event.
    std::uint64_t events_other = 0;  ///< Of types without a meaning here.
    std::uint64_t events_odd = 0;    ///< That do not fit: an end without a start, a gap unknown.
    std::uint64_t times_odd = 0;     ///< That go back in time within the stream.
    std::uint64_t odd_fields = 0;    ///< Payload fields that were there but of a wrong type.
    friend bool operator==(const orchestration_row&, const orchestration_row&) = default;
};
BOOST_DESCRIBE_STRUCT(orchestration_row, (),
                      (status, status_reason, phase, phase_since, active_agents, completed_phases,
                       commits, pull_requests, gaps_open, counts, last_error, title, kind, priority,
                       assignee, tracker_status, progress_percent, session, branch, git_sha,
                       last_checkpoint, started_at, ended_at, paused_since, paused_us, worked_us,
                       first_event_at, last_event_at, last_event_type, last_actor, last_actor_type,
                       events, sequence, events_other, events_odd, times_odd, odd_fields))

/// The state of every orchestration, workflow, sprint or task; the key is the stream.
struct orchestration_state {
    static constexpr std::string_view name = "orchestration_state";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    using row = orchestration_row;

    static query wants() { return query::all(); }
    static row apply(row current, const json_event& event);
};

}  // namespace daybook::projections
