// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/orchestration/tags.hpp>

#include <boost/describe/class.hpp>
#include <boost/mp11/list.hpp>

#include <string>
#include <string_view>

/// Workflows, and the control of them from outside.
namespace daybook::orchestration {

/// It waits to be started.
struct workflow_created {
    static constexpr std::string_view type_name = "workflow.created";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string workflow_id{};
    optional_text workflow_type{};
    optional_text name{};
};
BOOST_DESCRIBE_STRUCT(workflow_created, (), (workflow_id, workflow_type, name))

/// It runs.
struct workflow_started {
    static constexpr std::string_view type_name = "workflow.started";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string workflow_id{};
    optional_text workflow_type{};
    optional_text name{};
};
BOOST_DESCRIBE_STRUCT(workflow_started, (), (workflow_id, workflow_type, name))

/// It ended well.
struct workflow_completed {
    static constexpr std::string_view type_name = "workflow.completed";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::success;
    std::string workflow_id{};
    optional_count duration_ms{};
    optional_text result{};
};
BOOST_DESCRIBE_STRUCT(workflow_completed, (), (workflow_id, duration_ms, result))

/// It ended, and not well.
struct workflow_failed {
    static constexpr std::string_view type_name = "workflow.failed";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::critical;
    std::string workflow_id{};
    std::string error_message{};
    optional_count duration_ms{};
};
BOOST_DESCRIBE_STRUCT(workflow_failed, (), (workflow_id, error_message, duration_ms))

/// It stands still.
struct workflow_paused {
    static constexpr std::string_view type_name = "workflow.paused";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::warning;
    std::string workflow_id{};
    optional_text reason{};
};
BOOST_DESCRIBE_STRUCT(workflow_paused, (), (workflow_id, reason))

/// It goes on.
struct workflow_resumed {
    static constexpr std::string_view type_name = "workflow.resumed";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string workflow_id{};
    optional_text reason{};
};
BOOST_DESCRIBE_STRUCT(workflow_resumed, (), (workflow_id, reason))

/// It was ended from outside.
struct workflow_cancelled {
    static constexpr std::string_view type_name = "workflow.cancelled";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::warning;
    std::string workflow_id{};
    optional_text reason{};
};
BOOST_DESCRIBE_STRUCT(workflow_cancelled, (), (workflow_id, reason))

/// The life of a workflow.
struct workflow_group {
    static constexpr std::string_view name = "Workflows";
    using events = boost::mp11::mp_list<workflow_created, workflow_started, workflow_completed,
                                        workflow_failed, workflow_paused, workflow_resumed,
                                        workflow_cancelled>;
};

/// Somebody wants it paused, resumed or cancelled.
struct workflow_control_requested {
    static constexpr std::string_view type_name = "workflow.control_requested";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string workflow_id{};
    std::string request_id{};
    control_action action{};
    optional_text reason{};
    optional_text requested_by{};
};
BOOST_DESCRIBE_STRUCT(workflow_control_requested, (),
                      (workflow_id, request_id, action, reason, requested_by))

/// The answer.
struct workflow_control_responded {
    static constexpr std::string_view type_name = "workflow.control_responded";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string workflow_id{};
    std::string request_id{};  ///< Of the request.
    control_action action{};
    control_status status{};
    optional_text message{};
};
BOOST_DESCRIBE_STRUCT(workflow_control_responded, (),
                      (workflow_id, request_id, action, status, message))

/// What somebody wanted of a workflow, and what became of it.
struct control_group {
    static constexpr std::string_view name = "Control";
    using events = boost::mp11::mp_list<workflow_control_requested, workflow_control_responded>;
};

}  // namespace daybook::orchestration
