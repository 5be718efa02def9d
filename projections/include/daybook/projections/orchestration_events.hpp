// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/orchestration/vocabulary.hpp>

#include <boost/describe.hpp>

#include <cstdint>
#include <span>
#include <string_view>

/// The event types that the built-in views understand, and what each one means to them.
namespace daybook::projections {

/// Every kind of event with a meaning of its own. `other` is any other event type.
enum class event_kind : std::uint8_t {
    other,
    // Orchestration and workflow life cycle.
    orchestration_created,
    orchestration_started,
    orchestration_completed,
    orchestration_failed,
    orchestration_paused,
    orchestration_resumed,
    orchestration_cancelled,
    // Phases.
    phase_started,
    phase_completed,
    phase_failed,
    // Agents.
    agent_spawned,
    agent_completed,
    agent_failed,
    agent_blocked,
    agent_progress,
    agent_conflict,
    agent_paused,
    // Gaps.
    gap_identified,
    gap_resolved,
    gap_escalated,
    // Git.
    commit_created,
    pr_created,
    pr_merged,
    pr_closed,
    // Issue tracker.
    issue_transitioned,
    comment_posted,
    worklog_added,
    // Documentation.
    documentation_created,
    page_created,
    // Quality.
    quality_check_started,
    quality_check_completed,
    quality_check_failed,
    test_run_started,
    test_run_completed,
    test_run_failed,
    // Checkpoints.
    checkpoint_created,
    checkpoint_restored,
    // Rolling summaries.
    phase_summary_created,
    orchestration_summary_created,
    // Errors and recovery.
    error_occurred,
    recovery_attempted,
    recovery_succeeded,
    recovery_failed,
    // Sprints, tasks, sessions.
    sprint_metadata_updated,
    sprint_status_changed,
    task_created,
    task_assigned,
    task_blocked,
    task_priority_changed,
    task_progress_updated,
    task_status_changed,
    session_started,
    session_resumed,
    context_assembled,
    // Workflow control.
    control_requested,
    control_responded,
    // What rules make of events.
    session_initialized,
    notification_created,
    alert_raised
};

/// An event type's name and what it means.
struct known_event_type {
    std::string_view type;  ///< e.g. "AgentSpawned", "agent.started", "workflow.paused".
    event_kind kind{};
};

/// All known types, sorted by name. A leading "orchestration." of dotted names is not part of it.
std::span<const known_event_type> known_event_types() noexcept;

/// What `type` means; "orchestration.task.blocked" is the same as "task.blocked".
event_kind event_kind_of(std::string_view type) noexcept;

/// How serious an event is.
using daybook::orchestration::severity;

/// The severity of events of this kind that do not carry one of their own.
severity default_severity(event_kind kind) noexcept;

}  // namespace daybook::projections
