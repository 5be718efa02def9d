// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/durations.hpp>
#include <daybook/projections/orchestration_events.hpp>
#include <daybook/projections/projection.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::projections {

/// One line of a feed.
struct activity_entry {
    timestamp at{};  ///< When it happened: the event's own time.
    daybook::position position;
    std::string stream;
    std::string type;     ///< The event type.
    std::string project;  ///< Empty if there is none, as are the following.
    std::string agent;
    std::string agent_type;
    std::string task;
    std::string phase;
    daybook::projections::severity severity{};
    std::string status;   ///< Of agents' events "started", "in_progress", "completed", "paused",
                          ///< "failed", "conflict", "blocked"; else the payload's word, if any.
    bool alert = false;   ///< A conflict, an alert, or critical: somebody should look.
    std::string message;  ///< One line of text, at most 200 bytes.
    friend bool operator==(const activity_entry&, const activity_entry&) = default;
};
BOOST_DESCRIBE_STRUCT(activity_entry, (),
                      (at, position, stream, type, project, agent, agent_type, task, phase,
                       severity, status, alert, message))

/// Every event as a line, newest first, by project, by severity and by agent.
///
/// Keys: `prefix_of("project:NAME")`, `"severity:NAME"` or `"agent:NAME"`, then a number that falls
/// as the position rises. So the rows with such a prefix are one feed from its newest line on, and
/// a page goes on after the last key of the page before. An event of project, severity and agent
/// has three rows, each of bounded size; a row depends on its event alone.
struct activity_feed {
    static constexpr std::string_view name = "activity_feed";
    static constexpr std::uint32_t version = 1;
    static constexpr bool row_per_event = true;
    using row = activity_entry;

    static query wants() { return query::all(); }
    static std::vector<std::string> key(const json_event& event);
    static row apply(row, const json_event& event) { return entry_of(event); }

    /// The line of one event. Never fails: fields that are missing or odd are left out.
    static activity_entry entry_of(const json_event& event);
    /// "project:SHOP" and a tab.
    static std::string prefix_of(std::string_view feed);
};

/// What one agent did in a project.
struct agent_activity {
    std::uint64_t events = 0;
    std::uint64_t completed = 0;
    std::uint64_t failed = 0;
    std::uint64_t measured = 0;     ///< Runs that ended and had a duration.
    std::uint64_t duration_us = 0;  ///< Of those, in all.
    friend bool operator==(const agent_activity&, const agent_activity&) = default;
};
BOOST_DESCRIBE_STRUCT(agent_activity, (), (events, completed, failed, measured, duration_us))

struct activity_statistics_row {
    std::uint64_t events = 0;
    std::map<std::string, std::uint64_t> by_severity;
    std::map<std::string, std::uint64_t> by_type;    ///< At most 100, and "(other)".
    std::map<std::string, std::uint64_t> by_status;  ///< Of agents' events.
    std::map<std::string, agent_activity> by_agent;  ///< At most 100, and "(other)".
    span_tracker runs;                               ///< Of agents; the id is agent, tab, run.
    std::uint64_t alerts = 0;
    std::optional<timestamp> first_at, last_at;  ///< Earliest and latest time of an event.
    friend bool operator==(const activity_statistics_row&,
                           const activity_statistics_row&) = default;
};
BOOST_DESCRIBE_STRUCT(activity_statistics_row, (),
                      (events, by_severity, by_type, by_status, by_agent, runs, alerts, first_at,
                       last_at))

struct agent_activity_summary {
    std::uint64_t events = 0, completed = 0, failed = 0;
    std::optional<double> success_rate;  ///< completed / (completed + failed), 0 to 1.
    std::optional<double> mean_duration_ms;
};
BOOST_DESCRIBE_STRUCT(agent_activity_summary, (),
                      (events, completed, failed, success_rate, mean_duration_ms))

/// What is shown of an `activity_statistics_row`.
struct activity_summary {
    std::uint64_t events = 0, alerts = 0, completed = 0, failed = 0, running = 0;
    std::optional<double> success_rate;
    std::map<std::string, std::uint64_t> by_severity, by_type, by_status;
    std::map<std::string, agent_activity_summary> by_agent;
    span_oddities oddities;
    std::optional<timestamp> first_at, last_at;
};
BOOST_DESCRIBE_STRUCT(activity_summary, (),
                      (events, alerts, completed, failed, running, success_rate, by_severity,
                       by_type, by_status, by_agent, oddities, first_at, last_at))

/// How much happened, and how agents did: keys "all" and "project:NAME".
///
/// A row holds at most 100 types, 100 agents and 256 running runs; what has no room is counted
/// under
/// "(other)" or in `oddities.forgotten`.
struct activity_statistics {
    static constexpr std::string_view name = "activity_statistics";
    static constexpr std::uint32_t version = 1;
    static constexpr std::size_t names_max = 100;
    using row = activity_statistics_row;

    static query wants() { return query::all(); }
    static std::vector<std::string> key(const json_event& event);
    static row apply(row current, const json_event& event);
    static activity_summary present(const row& current);
};

}  // namespace daybook::projections
