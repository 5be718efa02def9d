// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: every event type of the requirements has a meaning, and the table is fit for its search.

#include <daybook/projections/orchestration_events.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace daybook::projections {
namespace {

TEST(OrchestrationEvents, AreSortedByNameWithoutRepeats) {
    const auto known = known_event_types();
    const auto out_of_order = std::adjacent_find(
        known.begin(), known.end(), [](const auto& a, const auto& b) { return a.type >= b.type; });
    EXPECT_EQ(out_of_order, known.end());
}

TEST(OrchestrationEvents, AllAreFoundByName) {
    for (const auto& [type, kind] : known_event_types())
        EXPECT_EQ(event_kind_of(type), kind) << type;
}

TEST(OrchestrationEvents, KnowTheTypesThatTheRequirementsName) {
    const std::vector<std::string_view> named{"OrchestrationStarted",
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
    for (const auto type : named) EXPECT_NE(event_kind_of(type), event_kind::other) << type;
}

TEST(OrchestrationEvents, LeaveForeignTypesToOthers) {
    for (const auto* type :
         {"", "Accepted", "agentspawned", "orchestration.", "zzz", "AgentSpawned2"}) {
        EXPECT_EQ(event_kind_of(type), event_kind::other) << type;
    }
}

TEST(OrchestrationEvents, GradeBadNewsAboveGoodNews) {
    EXPECT_EQ(default_severity(event_kind::orchestration_failed), severity::critical);
    EXPECT_EQ(default_severity(event_kind::agent_failed), severity::error);
    EXPECT_EQ(default_severity(event_kind::gap_identified), severity::warning);
    EXPECT_EQ(default_severity(event_kind::agent_completed), severity::success);
    EXPECT_EQ(default_severity(event_kind::other), severity::info);
}

}  // namespace
}  // namespace daybook::projections
