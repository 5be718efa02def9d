// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// The words of the sample: event types, phases, agents, what they work on.
namespace daybook::sample {

enum class kind : std::uint8_t {
    // Orchestration, phases.
    orchestration_started,
    orchestration_completed,
    orchestration_failed,
    orchestration_paused,
    orchestration_resumed,
    phase_started,
    phase_completed,
    phase_failed,
    // Agents, gaps.
    agent_spawned,
    agent_completed,
    agent_failed,
    agent_blocked,
    gap_identified,
    gap_resolved,
    gap_escalated,
    // Git, issue tracker, documentation.
    commit_created,
    pr_created,
    pr_merged,
    pr_closed,
    issue_transitioned,
    comment_posted,
    worklog_added,
    documentation_created,
    confluence_page_created,
    // Quality.
    quality_check_started,
    quality_check_completed,
    quality_check_failed,
    test_run_started,
    test_run_completed,
    test_run_failed,
    // Checkpoints, summaries, recovery.
    checkpoint_created,
    checkpoint_restored,
    phase_summary_created,
    orchestration_summary_created,
    error_occurred,
    recovery_attempted,
    recovery_succeeded,
    recovery_failed,
    // Activity of agents.
    activity_started,
    activity_progress,
    activity_completed,
    activity_conflict_detected,
    activity_paused,
    activity_error,
    // Planning.
    sprint_metadata_updated,
    sprint_status_changed,
    task_assigned,
    task_blocked,
    task_priority_changed,
    task_progress_updated,
    session_started,
    session_resumed,
    context_assembled
};

inline constexpr std::array<std::string_view, 53> type_names{
    "OrchestrationStarted",
    "OrchestrationCompleted",
    "OrchestrationFailed",
    "OrchestrationPaused",
    "OrchestrationResumed",
    "PhaseStarted",
    "PhaseCompleted",
    "PhaseFailed",
    "AgentSpawned",
    "AgentCompleted",
    "AgentFailed",
    "AgentBlocked",
    "GapIdentified",
    "GapResolved",
    "GapEscalated",
    "CommitCreated",
    "PRCreated",
    "PRMerged",
    "PRClosed",
    "IssueTransitioned",
    "CommentPosted",
    "WorklogAdded",
    "DocumentationCreated",
    "ConfluencePageCreated",
    "QualityCheckStarted",
    "QualityCheckCompleted",
    "QualityCheckFailed",
    "TestRunStarted",
    "TestRunCompleted",
    "TestRunFailed",
    "CheckpointCreated",
    "CheckpointRestored",
    "PhaseSummaryCreated",
    "OrchestrationSummaryCreated",
    "ErrorOccurred",
    "RecoveryAttempted",
    "RecoverySucceeded",
    "RecoveryFailed",
    "agent.started",
    "agent.progress",
    "agent.completed",
    "agent.conflict_detected",
    "agent.paused",
    "agent.error",
    "orchestration.sprint.metadata_updated",
    "orchestration.sprint.status_changed",
    "orchestration.task.assigned",
    "orchestration.task.blocked",
    "orchestration.task.priority_changed",
    "orchestration.task.progress_updated",
    "orchestration.session.started",
    "orchestration.session.resumed",
    "orchestration.context.assembled"};

inline constexpr std::size_t orchestration_type_count = 38;
inline constexpr std::size_t activity_type_count = 6;

constexpr std::string_view name_of(kind what) { return type_names[static_cast<std::size_t>(what)]; }

enum class phase : std::uint8_t { explore, plan, code, test, fix, document, none };

inline constexpr std::array<std::string_view, 7> phase_names{"EXPLORE", "PLAN",     "CODE", "TEST",
                                                             "FIX",     "DOCUMENT", ""};

constexpr std::string_view name_of(phase which) {
    return phase_names[static_cast<std::size_t>(which)];
}

struct agent_role {
    std::string_view name;
    std::string_view type;
    std::string_view model;
    phase works_in;
};

inline constexpr std::array<agent_role, 18> agent_roles{{
    {"codebase-explorer", "explore", "haiku", phase::explore},
    {"dependency-mapper", "explore", "haiku", phase::explore},
    {"requirements-analyst", "explore", "sonnet", phase::explore},
    {"solution-architect", "plan", "opus", phase::plan},
    {"task-planner", "plan", "sonnet", phase::plan},
    {"risk-assessor", "plan", "sonnet", phase::plan},
    {"react-component-architect", "code", "sonnet", phase::code},
    {"api-developer", "code", "sonnet", phase::code},
    {"database-engineer", "code", "sonnet", phase::code},
    {"security-engineer", "code", "opus", phase::code},
    {"test-strategist", "test", "sonnet", phase::test},
    {"integration-tester", "test", "haiku", phase::test},
    {"performance-tester", "test", "haiku", phase::test},
    {"root-cause-analyst", "fix", "opus", phase::fix},
    {"hotfix-engineer", "fix", "sonnet", phase::fix},
    {"regression-hunter", "fix", "sonnet", phase::fix},
    {"technical-writer", "document", "haiku", phase::document},
    {"release-scribe", "document", "haiku", phase::document},
}};

/// Where the roles of a phase begin in `agent_roles`, and how many they are.
struct role_range {
    std::uint32_t first;
    std::uint32_t count;
};
inline constexpr std::array<role_range, 6> phase_roles{
    {{0, 3}, {3, 3}, {6, 4}, {10, 3}, {13, 3}, {16, 2}}};

/// The agents of the activity events: type and name.
struct activity_agent {
    std::string_view type;
    std::string_view name;
    std::string_view task;
};

inline constexpr std::array<activity_agent, 8> activity_agents{{
    {"agent-api", "API Agent", "Scanning endpoints for breaking changes"},
    {"agent-quality", "Quality Agent", "Reviewing the change for style and coverage"},
    {"agent-security", "Security Agent", "Scanning for vulnerabilities in API endpoints"},
    {"agent-models", "Models Agent", "Reshaping the data model and its migrations"},
    {"agent-realtime", "Realtime Agent", "Wiring live updates to the dashboard"},
    {"agent-ui", "UI Agent", "Building the activity feed"},
    {"agent-test", "Test Agent", "Writing integration tests"},
    {"agent-integration", "Integration Agent", "Merging the parts and checking contracts"},
}};

inline constexpr std::array<std::string_view, 6> people{
    "product-owner@example.com", "reviewer@example.com", "designer@example.com",
    "developer@example.com",     "tester@example.com",   "release-lead@example.com"};

inline constexpr std::array<std::string_view, 8> topics{"authentication", "checkout", "search",
                                                        "notifications",  "billing",  "profile",
                                                        "reporting",      "uploads"};

inline constexpr std::array<std::string_view, 6> changes{
    "Add rate limiting to", "Rework error handling in", "Speed up",
    "Add audit trail to",   "Fix flaky behaviour of",   "Add dark mode to"};

inline constexpr std::array<std::string_view, 8> files{
    "src/auth/login.ts",     "src/checkout/cart.ts",   "src/search/index.ts",
    "src/notify/queue.ts",   "src/billing/invoice.ts", "src/profile/form.tsx",
    "src/reports/export.ts", "src/uploads/store.ts"};

inline constexpr std::array<std::string_view, 6> commit_verbs{
    "Add tests for", "Extract service from", "Guard against empty input in", "Wire up", "Simplify",
    "Document"};

inline constexpr std::array<std::string_view, 5> gap_types{
    "missing_tests", "security", "missing_documentation", "performance", "accessibility"};

inline constexpr std::array<std::string_view, 4> gap_severities{"low", "medium", "high",
                                                                "critical"};

struct failure_text {
    std::string_view type;
    std::string_view message;
};

inline constexpr std::array<failure_text, 6> failures{{
    {"TimeoutError", "no answer from the token service after 30000 ms"},
    {"AssertionError", "expected status 401, got 500"},
    {"MigrationError", "column user_id cannot be null"},
    {"RateLimitError", "model refused the request: 429"},
    {"MergeConflict", "both sides changed the session store"},
    {"OutOfMemory", "worker was killed at 2048 MiB"},
}};

inline constexpr std::array<std::string_view, 4> check_types{"lint", "static_analysis",
                                                             "security_scan", "code_review"};
inline constexpr std::array<std::string_view, 4> test_suites{"unit", "integration", "e2e",
                                                             "performance"};
inline constexpr std::array<std::string_view, 4> priorities{"Low", "Medium", "High", "Critical"};

}  // namespace daybook::sample
