// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/orchestration/change.hpp>
#include <daybook/orchestration/tags.hpp>

#include <boost/describe/class.hpp>
#include <boost/mp11/list.hpp>

#include <optional>
#include <string>
#include <string_view>

/// Sprints, tasks and sessions, and what rules make of their events. `changes` says what was before
/// and what is after.
namespace daybook::orchestration {

/// Something about a sprint changed.
struct sprint_metadata_updated {
    static constexpr std::string_view type_name = "orchestration.sprint.metadata_updated";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string sprint_code{};
    field_changes changes{};
    optional_text title{};
    optional_text goal{};
    text_list correlation_chain{};  ///< Filled by `event_of`.
};
BOOST_DESCRIBE_STRUCT(sprint_metadata_updated, (),
                      (sprint_code, changes, title, goal, correlation_chain))

/// A sprint began or ended.
struct sprint_status_changed {
    static constexpr std::string_view type_name = "orchestration.sprint.status_changed";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string sprint_code{};
    sprint_changes changes{};
    text_list correlation_chain{};  ///< Filled by `event_of`.
};
BOOST_DESCRIBE_STRUCT(sprint_status_changed, (), (sprint_code, changes, correlation_chain))

/// Changes of sprints.
struct sprint_group {
    static constexpr std::string_view name = "Sprints";
    using events = boost::mp11::mp_list<sprint_metadata_updated, sprint_status_changed>;
};

/// There is a new task.
struct task_created {
    static constexpr std::string_view type_name = "orchestration.task.created";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string task_code{};
    std::string title{};
    optional_text description{};
    optional_text sprint_code{};
    std::optional<task_priority> priority{};
    std::optional<task_status> status{};  ///< Default: pending.
    optional_text assignee{};
    optional_text phase{};
    text_list correlation_chain{};  ///< Filled by `event_of`.
};
BOOST_DESCRIBE_STRUCT(task_created, (),
                      (task_code, title, description, sprint_code, priority, status, assignee,
                       phase, correlation_chain))

/// Somebody has it to do.
struct task_assigned {
    static constexpr std::string_view type_name = "orchestration.task.assigned";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string task_code{};
    std::string assignee{};
    optional_text title{};
    std::optional<task_priority> priority{};
    optional_text sprint_code{};
    task_changes changes{};
    text_list correlation_chain{};  ///< Filled by `event_of`.
};
BOOST_DESCRIBE_STRUCT(task_assigned, (),
                      (task_code, assignee, title, priority, sprint_code, changes,
                       correlation_chain))

/// It cannot go on.
struct task_blocked {
    static constexpr std::string_view type_name = "orchestration.task.blocked";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::warning;
    std::string task_code{};
    std::string reason{};
    optional_text blocked_by{};
    optional_text sprint_code{};
    task_changes changes{};
    text_list correlation_chain{};  ///< Filled by `event_of`.
};
BOOST_DESCRIBE_STRUCT(task_blocked, (),
                      (task_code, reason, blocked_by, sprint_code, changes, correlation_chain))

/// It became more or less urgent.
struct task_priority_changed {
    static constexpr std::string_view type_name = "orchestration.task.priority_changed";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string task_code{};
    optional_text sprint_code{};
    task_changes changes{};
    text_list correlation_chain{};  ///< Filled by `event_of`.
};
BOOST_DESCRIBE_STRUCT(task_priority_changed, (),
                      (task_code, sprint_code, changes, correlation_chain))

/// How far it is.
struct task_progress_updated {
    static constexpr std::string_view type_name = "orchestration.task.progress_updated";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string task_code{};
    double progress_percent{};  ///< 0 to 100.
    optional_text sprint_code{};
    task_changes changes{};
    text_list correlation_chain{};  ///< Filled by `event_of`.
};
BOOST_DESCRIBE_STRUCT(task_progress_updated, (),
                      (task_code, progress_percent, sprint_code, changes, correlation_chain))

/// It moved on.
struct task_status_changed {
    static constexpr std::string_view type_name = "orchestration.task.status_changed";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string task_code{};
    optional_text sprint_code{};
    task_changes changes{};
    text_list correlation_chain{};  ///< Filled by `event_of`.
};
BOOST_DESCRIBE_STRUCT(task_status_changed, (), (task_code, sprint_code, changes, correlation_chain))

/// Changes of tasks.
struct task_group {
    static constexpr std::string_view name = "Tasks";
    using events =
        boost::mp11::mp_list<task_created, task_assigned, task_blocked, task_priority_changed,
                             task_progress_updated, task_status_changed>;
};

/// An agent begins to work.
struct session_started {
    static constexpr std::string_view type_name = "orchestration.session.started";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string session_key{};
    optional_text agent{};
    optional_text task_code{};
    text_list correlation_chain{};  ///< Filled by `event_of`.
};
BOOST_DESCRIBE_STRUCT(session_started, (), (session_key, agent, task_code, correlation_chain))

/// An agent goes on.
struct session_resumed {
    static constexpr std::string_view type_name = "orchestration.session.resumed";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string session_key{};
    optional_text agent{};
    optional_text task_code{};
    text_list correlation_chain{};  ///< Filled by `event_of`.
};
BOOST_DESCRIBE_STRUCT(session_resumed, (), (session_key, agent, task_code, correlation_chain))

/// A session was prepared, because a sprint became active.
struct session_initialized {
    static constexpr std::string_view type_name = "orchestration.session.initialized";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string session_key{};
    optional_text sprint_code{};
    text_list correlation_chain{};  ///< Filled by `event_of`.
};
BOOST_DESCRIBE_STRUCT(session_initialized, (), (session_key, sprint_code, correlation_chain))

/// What an agent must know was put together.
struct context_assembled {
    static constexpr std::string_view type_name = "orchestration.context.assembled";
    static constexpr std::string_view schema_version = "1.0.0";
    optional_text session_key{};
    optional_text agent{};
    optional_count documents{};
    optional_count tokens{};
    text_list correlation_chain{};  ///< Filled by `event_of`.
};
BOOST_DESCRIBE_STRUCT(context_assembled, (),
                      (session_key, agent, documents, tokens, correlation_chain))

/// Sessions of agents.
struct session_group {
    static constexpr std::string_view name = "Sessions";
    using events = boost::mp11::mp_list<session_started, session_resumed, session_initialized,
                                        context_assembled>;
};

/// Somebody should know.
struct notification_created {
    static constexpr std::string_view type_name = "orchestration.notification.created";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string message{};
    optional_text recipient{};
    optional_text task_code{};
    optional_text sprint_code{};
    text_list correlation_chain{};  ///< Filled by `event_of`.
};
BOOST_DESCRIBE_STRUCT(notification_created, (),
                      (message, recipient, task_code, sprint_code, correlation_chain))

/// Somebody should look now.
struct alert_raised {
    static constexpr std::string_view type_name = "orchestration.alert.raised";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr daybook::orchestration::severity usual_severity =
        daybook::orchestration::severity::warning;
    std::string message{};
    optional_text rule{};  ///< Which raised it.
    optional_text task_code{};
    optional_text sprint_code{};
    std::optional<task_priority> priority{};
    std::optional<daybook::orchestration::severity> severity{};  ///< Default: warning.
    text_list correlation_chain{};                               ///< Filled by `event_of`.
};
BOOST_DESCRIBE_STRUCT(alert_raised, (),
                      (message, rule, task_code, sprint_code, priority, severity,
                       correlation_chain))

/// What rules tell people.
struct notice_group {
    static constexpr std::string_view name = "Notices";
    using events = boost::mp11::mp_list<notification_created, alert_raised>;
};

}  // namespace daybook::orchestration
