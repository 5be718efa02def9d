// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/orchestration_events.hpp>

#include <algorithm>
#include <array>

namespace daybook::projections {
namespace {

using enum event_kind;

constexpr std::string_view prefix = "orchestration.";

// Sorted by name (ASCII), for the binary search below; a test holds it to that.
constexpr std::array known{
    known_event_type{"AgentBlocked", agent_blocked},
    known_event_type{"AgentCompleted", agent_completed},
    known_event_type{"AgentFailed", agent_failed},
    known_event_type{"AgentSpawned", agent_spawned},
    known_event_type{"CheckpointCreated", checkpoint_created},
    known_event_type{"CheckpointRestored", checkpoint_restored},
    known_event_type{"CommentPosted", comment_posted},
    known_event_type{"CommitCreated", commit_created},
    known_event_type{"ConfluencePageCreated", page_created},
    known_event_type{"DocumentationCreated", documentation_created},
    known_event_type{"ErrorOccurred", error_occurred},
    known_event_type{"GapEscalated", gap_escalated},
    known_event_type{"GapIdentified", gap_identified},
    known_event_type{"GapResolved", gap_resolved},
    known_event_type{"IssueTransitioned", issue_transitioned},
    known_event_type{"OrchestrationCompleted", orchestration_completed},
    known_event_type{"OrchestrationFailed", orchestration_failed},
    known_event_type{"OrchestrationPaused", orchestration_paused},
    known_event_type{"OrchestrationResumed", orchestration_resumed},
    known_event_type{"OrchestrationStarted", orchestration_started},
    known_event_type{"OrchestrationSummaryCreated", orchestration_summary_created},
    known_event_type{"PRClosed", pr_closed},
    known_event_type{"PRCreated", pr_created},
    known_event_type{"PRMerged", pr_merged},
    known_event_type{"PhaseCompleted", phase_completed},
    known_event_type{"PhaseFailed", phase_failed},
    known_event_type{"PhaseStarted", phase_started},
    known_event_type{"PhaseSummaryCreated", phase_summary_created},
    known_event_type{"QualityCheckCompleted", quality_check_completed},
    known_event_type{"QualityCheckFailed", quality_check_failed},
    known_event_type{"QualityCheckStarted", quality_check_started},
    known_event_type{"RecoveryAttempted", recovery_attempted},
    known_event_type{"RecoveryFailed", recovery_failed},
    known_event_type{"RecoverySucceeded", recovery_succeeded},
    known_event_type{"TestRunCompleted", test_run_completed},
    known_event_type{"TestRunFailed", test_run_failed},
    known_event_type{"TestRunStarted", test_run_started},
    known_event_type{"WorklogAdded", worklog_added},
    known_event_type{"agent.completed", agent_completed},
    known_event_type{"agent.conflict_detected", agent_conflict},
    known_event_type{"agent.error", agent_failed},
    known_event_type{"agent.paused", agent_paused},
    known_event_type{"agent.progress", agent_progress},
    known_event_type{"agent.started", agent_spawned},
    known_event_type{"alert.raised", alert_raised},
    known_event_type{"context.assembled", context_assembled},
    known_event_type{"notification.created", notification_created},
    known_event_type{"session.initialized", session_initialized},
    known_event_type{"session.resumed", session_resumed},
    known_event_type{"session.started", session_started},
    known_event_type{"sprint.metadata_updated", sprint_metadata_updated},
    known_event_type{"sprint.status_changed", sprint_status_changed},
    known_event_type{"task.assigned", task_assigned},
    known_event_type{"task.blocked", task_blocked},
    known_event_type{"task.created", task_created},
    known_event_type{"task.priority_changed", task_priority_changed},
    known_event_type{"task.progress_updated", task_progress_updated},
    known_event_type{"task.status_changed", task_status_changed},
    known_event_type{"workflow.cancelled", orchestration_cancelled},
    known_event_type{"workflow.completed", orchestration_completed},
    known_event_type{"workflow.control_requested", control_requested},
    known_event_type{"workflow.control_responded", control_responded},
    known_event_type{"workflow.created", orchestration_created},
    known_event_type{"workflow.failed", orchestration_failed},
    known_event_type{"workflow.paused", orchestration_paused},
    known_event_type{"workflow.resumed", orchestration_resumed},
    known_event_type{"workflow.started", orchestration_started},
};

}  // namespace

std::span<const known_event_type> known_event_types() noexcept { return known; }

event_kind event_kind_of(std::string_view type) noexcept {
    if (type.starts_with(prefix)) type.remove_prefix(prefix.size());
    const auto at =
        std::lower_bound(known.begin(), known.end(), type,
                         [](const auto& entry, auto wanted) { return entry.type < wanted; });
    return at != known.end() && at->type == type ? at->kind : other;
}

severity default_severity(event_kind kind) noexcept {
    switch (kind) {
        case orchestration_completed:
        case phase_completed:
        case agent_completed:
        case gap_resolved:
        case pr_merged:
        case quality_check_completed:
        case test_run_completed:
        case recovery_succeeded: return severity::success;
        case orchestration_paused:
        case orchestration_cancelled:
        case agent_blocked:
        case agent_paused:
        case gap_identified:
        case pr_closed:
        case task_blocked:
        case alert_raised:
        case recovery_attempted: return severity::warning;
        case phase_failed:
        case agent_failed:
        case agent_conflict:
        case gap_escalated:
        case quality_check_failed:
        case test_run_failed:
        case error_occurred:
        case recovery_failed: return severity::error;
        case orchestration_failed: return severity::critical;
        default: return severity::info;
    }
}

}  // namespace daybook::projections
