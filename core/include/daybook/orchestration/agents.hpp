// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/orchestration/tags.hpp>

#include <boost/describe/class.hpp>
#include <boost/mp11/list.hpp>

#include <optional>
#include <string>
#include <string_view>

/// Agents that are spawned for a piece of work.
namespace daybook::orchestration {

/// An agent begins a task.
struct agent_spawned {
    static constexpr std::string_view type_name = "AgentSpawned";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string agent_name{};
    optional_text agent_type{};
    optional_text agent_id{};  ///< Of this run; tells runs of one agent apart.
    optional_text agent_model{};
    optional_text spawn_reason{};
    optional_text assigned_task{};
    text_list assigned_files{};
    optional_text phase{};
};
BOOST_DESCRIBE_STRUCT(agent_spawned, (),
                      (agent_name, agent_type, agent_id, agent_model, spawn_reason, assigned_task,
                       assigned_files, phase))

/// An agent ended its task well.
struct agent_completed {
    static constexpr std::string_view type_name = "AgentCompleted";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::success;
    std::string agent_name{};
    optional_text agent_type{};
    optional_text agent_id{};  ///< Of this run; tells runs of one agent apart.
    optional_count duration_ms{};
    std::optional<double> quality_score{};
    text_list outputs{};  ///< Files and other results.
    optional_text phase{};
};
BOOST_DESCRIBE_STRUCT(agent_completed, (),
                      (agent_name, agent_type, agent_id, duration_ms, quality_score, outputs,
                       phase))

/// An agent failed.
struct agent_failed {
    static constexpr std::string_view type_name = "AgentFailed";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::error;
    std::string agent_name{};
    std::string error_message{};
    optional_text error_type{};
    optional_text agent_type{};
    optional_text agent_id{};  ///< Of this run; tells runs of one agent apart.
    optional_count duration_ms{};
    std::optional<bool> can_retry{};
    optional_text phase{};
};
BOOST_DESCRIBE_STRUCT(agent_failed, (),
                      (agent_name, error_message, error_type, agent_type, agent_id, duration_ms,
                       can_retry, phase))

/// An agent waits for something.
struct agent_blocked {
    static constexpr std::string_view type_name = "AgentBlocked";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::warning;
    std::string agent_name{};
    std::string reason{};
    optional_text blocked_by{};  ///< A run, a task, a person.
    optional_text agent_type{};
    optional_text agent_id{};  ///< Of this run; tells runs of one agent apart.
    optional_text phase{};
};
BOOST_DESCRIBE_STRUCT(agent_blocked, (),
                      (agent_name, reason, blocked_by, agent_type, agent_id, phase))

/// The life of an agent's run.
struct agent_group {
    static constexpr std::string_view name = "Agents";
    using events =
        boost::mp11::mp_list<agent_spawned, agent_completed, agent_failed, agent_blocked>;
};

}  // namespace daybook::orchestration
