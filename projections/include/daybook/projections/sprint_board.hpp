// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/projection.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace daybook::projections {

enum class board_kind : std::uint8_t { task, sprint };
BOOST_DESCRIBE_ENUM(board_kind, task, sprint)

/// A task, or a sprint.
struct board_item {
    board_kind kind{};
    std::string id;
    std::string title;
    std::string sprint;  ///< Id of the sprint it is in; empty if no event told.
    std::string phase;   ///< The same for its phase.
    std::string state;   ///< "todo", "in_progress", "blocked", "completed" ...: the events' word.
    timestamp state_since{};
    std::string assignee;
    std::string priority;
    std::optional<std::uint32_t> progress_percent;  ///< 0 to 100.
    std::string blocked_by;                         ///< While blocked: by what, or why.
    /// How long it was in states it has left, in microseconds; at most 16, and "(other)".
    std::map<std::string, std::uint64_t> time_in_state_us;
    std::uint64_t state_changes = 0;
    timestamp created_at{};                ///< Of its first event.
    std::optional<timestamp> started_at;   ///< When it first was neither "todo" nor ended.
    std::optional<timestamp> finished_at;  ///< When it ended, unless it was opened again.
    std::optional<timestamp> last_at;      ///< Of its last event.
    std::uint64_t events = 0;
    std::uint64_t times_odd = 0;   ///< State changes dated before the one before: not measured.
    std::uint64_t odd_fields = 0;  ///< Payload fields of a wrong type or senseless.
    friend bool operator==(const board_item&, const board_item&) = default;
};
BOOST_DESCRIBE_STRUCT(board_item, (),
                      (kind, id, title, sprint, phase, state, state_since, assignee, priority,
                       progress_percent, blocked_by, time_in_state_us, state_changes, created_at,
                       started_at, finished_at, last_at, events, times_odd, odd_fields))

struct board_task {
    board_item item;
    double age_in_state_ms = 0;  ///< From `state_since` to the time that was asked for.
};
BOOST_DESCRIBE_STRUCT(board_task, (), (item, age_in_state_ms))

struct board_phase {
    std::string name;  ///< Empty for tasks of no phase.
    std::map<std::string, std::uint64_t> tasks_by_state;
    std::vector<board_task> tasks;  ///< By id.
};
BOOST_DESCRIBE_STRUCT(board_phase, (), (name, tasks_by_state, tasks))

struct board_sprint {
    board_item sprint;  ///< With its id alone if there was no event of it; empty for no sprint.
    std::map<std::string, std::uint64_t> tasks_by_state;
    std::uint64_t tasks = 0, tasks_finished = 0, tasks_blocked = 0;
    std::vector<board_phase> phases;  ///< By name.
};
BOOST_DESCRIBE_STRUCT(board_sprint, (),
                      (sprint, tasks_by_state, tasks, tasks_finished, tasks_blocked, phases))

/// Every sprint and every task: where it stands, since when, who has it, what it waits for.
///
/// Keys: "sprint:ID" and "task:ID". The id is what follows "sprint-" or "task-" in the name of the
/// stream, else the payload's (`sprint_id`, `sprint_code`; `task_id`, `task_code`), else the
/// stream. Tasks are made by `task.*` events, by agents' events that name a task, and by every
/// stream that tells where it stands: an issue's orchestration, a ticket of another system. A row
/// is bounded: its texts are cut at 200 bytes.
struct sprint_board {
    static constexpr std::string_view name = "sprint_board";
    static constexpr std::uint32_t version = 2;
    using row = board_item;

    static query wants() { return query::all(); }
    static std::vector<std::string> key(const json_event& event);
    static row apply(row current, const json_event& event);

    /// Rows put together: sprint > phase > task, by id, tasks of no sprint last.
    /// Cost: the rows times the logarithm of their number and the phases of a sprint.
    ///
    ///     std::vector<board_item> items;
    ///     rows.for_each("", [&](std::string_view, board_item i) { items.push_back(std::move(i));
    ///     }); auto board = sprint_board::assemble(items, std::chrono::system_clock::now());
    static std::vector<board_sprint> assemble(std::span<const board_item> items, timestamp now);
};

}  // namespace daybook::projections
