// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/orchestration/change.hpp>
#include <daybook/orchestration/tags.hpp>

#include <boost/describe/class.hpp>
#include <boost/mp11/list.hpp>

#include <optional>
#include <string>
#include <string_view>

/// What agents tell of themselves while they work.
namespace daybook::orchestration {

/// An agent took up a task.
struct activity_started {
    static constexpr std::string_view type_name = "agent.started";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string agent_type{};  ///< "agent-security" ...
    std::string agent_name{};
    std::string task_id{};
    std::string task_description{};
    optional_text project_id{};
    optional_text phase{};
    optional_text milestone{};
    agent_status status = agent_status::started;
    std::optional<daybook::orchestration::severity> severity{};  ///< Default: by what happened.
};
BOOST_DESCRIBE_STRUCT(activity_started, (),
                      (agent_type, agent_name, task_id, task_description, project_id, phase,
                       milestone, status, severity))

/// How far it is.
struct activity_progress {
    static constexpr std::string_view type_name = "agent.progress";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string agent_type{};  ///< "agent-security" ...
    std::string agent_name{};
    std::string task_id{};
    std::string task_description{};
    optional_text project_id{};
    optional_text phase{};
    optional_text milestone{};
    double progress_percent{};  ///< 0 to 100.
    optional_text message{};
    agent_status status = agent_status::in_progress;
    std::optional<daybook::orchestration::severity> severity{};  ///< Default: by what happened.
};
BOOST_DESCRIBE_STRUCT(activity_progress, (),
                      (agent_type, agent_name, task_id, task_description, project_id, phase,
                       milestone, progress_percent, message, status, severity))

/// It is done.
struct activity_completed {
    static constexpr std::string_view type_name = "agent.completed";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr daybook::orchestration::severity usual_severity =
        daybook::orchestration::severity::success;
    std::string agent_type{};  ///< "agent-security" ...
    std::string agent_name{};
    std::string task_id{};
    std::string task_description{};
    optional_text project_id{};
    optional_text phase{};
    optional_text milestone{};
    optional_count duration_ms{};
    field_values result{};
    agent_status status = agent_status::completed;
    std::optional<daybook::orchestration::severity> severity{};  ///< Default: by what happened.
};
BOOST_DESCRIBE_STRUCT(activity_completed, (),
                      (agent_type, agent_name, task_id, task_description, project_id, phase,
                       milestone, duration_ms, result, status, severity))

/// It met a conflict that a person must solve.
struct activity_conflict_detected {
    static constexpr std::string_view type_name = "agent.conflict_detected";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr daybook::orchestration::severity usual_severity =
        daybook::orchestration::severity::error;
    std::string agent_type{};  ///< "agent-security" ...
    std::string agent_name{};
    std::string task_id{};
    std::string task_description{};
    optional_text project_id{};
    optional_text phase{};
    optional_text milestone{};
    conflict_told conflict{};
    agent_status status = agent_status::conflict;
    std::optional<daybook::orchestration::severity> severity{};  ///< Default: by what happened.
};
BOOST_DESCRIBE_STRUCT(activity_conflict_detected, (),
                      (agent_type, agent_name, task_id, task_description, project_id, phase,
                       milestone, conflict, status, severity))

/// It waits.
struct activity_paused {
    static constexpr std::string_view type_name = "agent.paused";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr daybook::orchestration::severity usual_severity =
        daybook::orchestration::severity::warning;
    std::string agent_type{};  ///< "agent-security" ...
    std::string agent_name{};
    std::string task_id{};
    std::string task_description{};
    optional_text project_id{};
    optional_text phase{};
    optional_text milestone{};
    std::string pause_reason{};
    agent_status status = agent_status::paused;
    std::optional<daybook::orchestration::severity> severity{};  ///< Default: by what happened.
};
BOOST_DESCRIBE_STRUCT(activity_paused, (),
                      (agent_type, agent_name, task_id, task_description, project_id, phase,
                       milestone, pause_reason, status, severity))

/// It failed.
struct activity_error {
    static constexpr std::string_view type_name = "agent.error";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr daybook::orchestration::severity usual_severity =
        daybook::orchestration::severity::error;
    std::string agent_type{};  ///< "agent-security" ...
    std::string agent_name{};
    std::string task_id{};
    std::string task_description{};
    optional_text project_id{};
    optional_text phase{};
    optional_text milestone{};
    std::string error{};
    optional_text stack{};
    bool can_retry{};
    agent_status status = agent_status::failed;
    std::optional<daybook::orchestration::severity> severity{};  ///< Default: by what happened.
};
BOOST_DESCRIBE_STRUCT(activity_error, (),
                      (agent_type, agent_name, task_id, task_description, project_id, phase,
                       milestone, error, stack, can_retry, status, severity))

/// What a feed of agents' work shows.
struct activity_group {
    static constexpr std::string_view name = "Activity";
    using events =
        boost::mp11::mp_list<activity_started, activity_progress, activity_completed,
                             activity_conflict_detected, activity_paused, activity_error>;
};

}  // namespace daybook::orchestration
