// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/orchestration_state.hpp>
#include <daybook/projections/sprint_board.hpp>
#include <daybook/replay/as_of.hpp>
#include <daybook/store.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What was going on at an instant: who was at work, on what, and what happened around it.
///
///     auto then = instant_at(store, scope::stream("issue-7"), point::occurred_by(noon)).value();
///     for (const auto& one : then.active_agents) std::cout << one.agent.name << '\n';
namespace daybook::replay {

/// Which part of a log is looked at.
class scope {
public:
    /// A stream: its events, agents and phase; and the unfinished tasks that these events and the
    /// others of the same undertakings (correlations) tell of, at most 64 undertakings.
    static scope stream(std::string name) { return scope{kind::stream, std::move(name)}; }
    /// The events of an undertaking, in whatever streams, and what they alone tell.
    static scope correlation(std::string id) { return scope{kind::correlation, std::move(id)}; }
    static scope everything() { return scope{kind::everything, {}}; }

private:
    enum class kind { stream, correlation, everything };
    friend class scope_reading;
    scope(kind what, std::string name) : what_{what}, name_{std::move(name)} {}
    kind what_;
    std::string name_;
};

struct instant_options {
    /// Events before, and events after.
    std::size_t around = 5;
    /// In each of the lists of streams, agents and tasks.
    std::size_t items_max = 1'000;
};

/// A stream with work under way.
struct stream_standing {
    std::string stream;
    std::string status;
    std::string phase;                     ///< The current one; empty if none was begun.
    std::optional<timestamp> phase_since;  ///< Nothing if no phase is under way.
    std::string title;
    friend bool operator==(const stream_standing&, const stream_standing&) = default;
};
BOOST_DESCRIBE_STRUCT(stream_standing, (), (stream, status, phase, phase_since, title))

/// An agent at work.
struct agent_at_work {
    std::string stream;
    projections::active_agent agent;
    friend bool operator==(const agent_at_work&, const agent_at_work&) = default;
};
BOOST_DESCRIBE_STRUCT(agent_at_work, (), (stream, agent))

struct instant {
    std::uint64_t events = 0;      ///< Of the scope, by then.
    std::optional<position> last;  ///< The last of them in the log.
    /// The last events by then and the first after, oldest first: in the order of the log or, for
    /// `point::occurred_by`, of their own times.
    std::vector<event> before;
    std::vector<event> after;

    /// The state of the stream, if the scope is one and had begun; see `orchestration_state`.
    std::optional<projections::orchestration_row> state;
    std::vector<stream_standing> open_streams;  ///< Begun and not ended, by name.
    std::vector<agent_at_work> active_agents;   ///< By stream, oldest first.
    /// Tasks that are not finished, by id: to do, in progress, blocked; see `sprint_board`. The
    /// stream's own standing is not among them, if the scope is one.
    std::vector<projections::board_item> pending_tasks;
    /// How many there were; more than are listed if `items_max` was passed.
    std::uint64_t open_streams_total = 0, active_agents_total = 0, pending_tasks_total = 0;
};

/// What was going on at `when`. Nothing is written.
///
/// Cost: reads the events of the scope, by index; for a stream also those of its undertakings until
/// then. For `everything`, or a point by occurrence, up to the end of the log. Memory: a row for
/// each stream and task that the events tell of. Fails with `invalid_argument` (the point, see
/// `point`; a name that cannot be one), `projection_failed`, `corrupt` or `io`.
result<instant> instant_at(const store& log, const scope& where, point when,
                           const instant_options& options = {});

}  // namespace daybook::replay
