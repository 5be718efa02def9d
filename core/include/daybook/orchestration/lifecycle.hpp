// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/orchestration/tags.hpp>

#include <boost/describe/class.hpp>
#include <boost/mp11/list.hpp>

#include <string>
#include <string_view>

/// Orchestrations from start to end, and their phases.
namespace daybook::orchestration {

/// An orchestration begins for an issue.
struct orchestration_started {
    static constexpr std::string_view type_name = "OrchestrationStarted";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string issue_key{};
    optional_text issue_summary{};
    optional_text issue_type{};  ///< "Story", "Bug" ...
    optional_text priority{};    ///< The tracker's word.
    text_list labels{};
    optional_text initial_phase{};
};
BOOST_DESCRIBE_STRUCT(orchestration_started, (),
                      (issue_key, issue_summary, issue_type, priority, labels, initial_phase))

/// It ended well.
struct orchestration_completed {
    static constexpr std::string_view type_name = "OrchestrationCompleted";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::success;
    optional_count duration_ms{};
    optional_count commits{};  ///< How many it made.
    optional_text outcome{};   ///< "merged" ...
    optional_text summary{};
};
BOOST_DESCRIBE_STRUCT(orchestration_completed, (), (duration_ms, commits, outcome, summary))

/// It ended, and not well.
struct orchestration_failed {
    static constexpr std::string_view type_name = "OrchestrationFailed";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::critical;
    std::string failure_reason{};
    optional_text failure_phase{};
    optional_text error_message{};
    optional_count duration_ms{};
};
BOOST_DESCRIBE_STRUCT(orchestration_failed, (),
                      (failure_reason, failure_phase, error_message, duration_ms))

/// It waits for a person.
struct orchestration_paused {
    static constexpr std::string_view type_name = "OrchestrationPaused";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::warning;
    std::string reason{};
    optional_text paused_by{};
};
BOOST_DESCRIBE_STRUCT(orchestration_paused, (), (reason, paused_by))

/// It goes on after a pause.
struct orchestration_resumed {
    static constexpr std::string_view type_name = "OrchestrationResumed";
    static constexpr std::string_view schema_version = "1.0.0";
    optional_text reason{};
    optional_text resumed_by{};
    optional_count paused_ms{};
};
BOOST_DESCRIBE_STRUCT(orchestration_resumed, (), (reason, resumed_by, paused_ms))

/// The life of an orchestration.
struct orchestration_group {
    static constexpr std::string_view name = "Orchestration";
    using events =
        boost::mp11::mp_list<orchestration_started, orchestration_completed, orchestration_failed,
                             orchestration_paused, orchestration_resumed>;
};

/// A phase begins.
struct phase_started {
    static constexpr std::string_view type_name = "PhaseStarted";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string phase{};  ///< Any name; see `phases`.
    optional_count planned_agents{};
};
BOOST_DESCRIBE_STRUCT(phase_started, (), (phase, planned_agents))

/// A phase ended well.
struct phase_completed {
    static constexpr std::string_view type_name = "PhaseCompleted";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::success;
    std::string phase{};
    optional_count duration_ms{};
    text_list outputs{};  ///< Files and other results.
};
BOOST_DESCRIBE_STRUCT(phase_completed, (), (phase, duration_ms, outputs))

/// A phase ended, and not well.
struct phase_failed {
    static constexpr std::string_view type_name = "PhaseFailed";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::error;
    std::string phase{};
    std::string failure_reason{};
    optional_text error_message{};
    optional_count duration_ms{};
};
BOOST_DESCRIBE_STRUCT(phase_failed, (), (phase, failure_reason, error_message, duration_ms))

/// The life of a phase.
struct phase_group {
    static constexpr std::string_view name = "Phases";
    using events = boost::mp11::mp_list<phase_started, phase_completed, phase_failed>;
};

}  // namespace daybook::orchestration
