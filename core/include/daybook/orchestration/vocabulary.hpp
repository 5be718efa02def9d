// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The words of orchestration: enumerations that take no other value, and kinds of members.
///
/// An event that carries another word is refused by `event_as` and by `event_of`, which name the
/// word and those that are allowed.
namespace daybook::orchestration {

/// How serious an event is.
enum class severity : std::uint8_t { info, success, warning, error, critical };
BOOST_DESCRIBE_ENUM(severity, info, success, warning, error, critical)

/// Where an agent stands, as it tells of itself.
enum class agent_status : std::uint8_t {
    started,
    in_progress,
    completed,
    paused,
    failed,
    conflict
};
BOOST_DESCRIBE_ENUM(agent_status, started, in_progress, completed, paused, failed, conflict)

/// How bad a gap or a conflict is.
enum class gap_severity : std::uint8_t { low, medium, high, critical };
BOOST_DESCRIBE_ENUM(gap_severity, low, medium, high, critical)

/// P0 is the most urgent.
enum class task_priority : std::uint8_t { P0, P1, P2, P3 };
BOOST_DESCRIBE_ENUM(task_priority, P0, P1, P2, P3)

enum class task_status : std::uint8_t {
    pending,
    in_progress,
    blocked,
    completed,
    failed,
    cancelled
};
BOOST_DESCRIBE_ENUM(task_status, pending, in_progress, blocked, completed, failed, cancelled)

enum class sprint_status : std::uint8_t { planned, active, completed, cancelled };
BOOST_DESCRIBE_ENUM(sprint_status, planned, active, completed, cancelled)

enum class control_action : std::uint8_t { pause, resume, cancel };
BOOST_DESCRIBE_ENUM(control_action, pause, resume, cancel)

/// What became of a request: taken up, turned down, or tried in vain.
enum class control_status : std::uint8_t { accepted, rejected, failed };
BOOST_DESCRIBE_ENUM(control_status, accepted, rejected, failed)

/// The phases of a usual orchestration. An orchestration may have others: a phase is a name.
namespace phases {
inline constexpr std::string_view explore = "EXPLORE";
inline constexpr std::string_view plan = "PLAN";
inline constexpr std::string_view code = "CODE";
inline constexpr std::string_view test = "TEST";
inline constexpr std::string_view fix = "FIX";
inline constexpr std::string_view document = "DOCUMENT";
}  // namespace phases

// Members of events that may be left out; see `event_to_json`.
using optional_text = std::optional<std::string>;
using optional_count = std::optional<std::uint64_t>;
using text_list = std::vector<std::string>;

// Who did it, for `new_event::actor` and `context::actor`.
inline actor user_actor(std::string id) { return {"user", std::move(id), {}}; }
inline actor agent_actor(std::string id, std::string model = {}) {
    return {"agent", std::move(id), std::move(model)};
}
inline actor system_actor(std::string id) { return {"system", std::move(id), {}}; }

}  // namespace daybook::orchestration
