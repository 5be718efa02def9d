// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the state of a stream is what its events say, field by field; what does not fit is counted.
// Every case is replayed in batches of 1 and of 1000, twice, by `projection_spec`.

#include <daybook/projections/orchestration_state.hpp>
#include <daybook/projections/testing.hpp>

#include "agent_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::agent_called;
using test::at_second;
using test::log_event;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

orchestration_row state_after(std::vector<new_event> events,
                              const std::string& stream = "issue-P-1") {
    projection_spec<orchestration_state> spec;
    for (auto& event : events) spec.given(stream, std::move(event));
    return spec.get(stream).value();
}

new_event started(std::int64_t second) {
    return log_event("OrchestrationStarted", second,
                     R"({"issue_summary":"Add authentication","issue_type":"Story",)"
                     R"("priority":"High","initial_phase":"EXPLORE"})");
}

TEST(OrchestrationState, StartsWithWhatTheIssueIs) {
    const auto row = state_after({started(0)});
    EXPECT_EQ(row.status, "running");
    EXPECT_EQ(row.title, "Add authentication");
    EXPECT_EQ(row.kind, "Story");
    EXPECT_EQ(row.priority, "High");
    EXPECT_EQ(row.phase, "EXPLORE");
    EXPECT_EQ(row.started_at, at_second(0));
    EXPECT_EQ(row.ended_at, std::nullopt);
    EXPECT_EQ(row.events, 1U);
    EXPECT_EQ(row.sequence, sequence{1});
    EXPECT_EQ(row.last_actor, "orchestrator");
    EXPECT_EQ(row.events_odd, 0U);
}

TEST(OrchestrationState, FollowsStatusThroughPauseFailureAndCompletion) {
    auto events = std::vector{started(0),
                              log_event("OrchestrationPaused", 10, R"({"pause_reason":"lunch"})")};
    auto row = state_after(events);
    EXPECT_EQ(row.status, "paused");
    EXPECT_EQ(row.status_reason, "lunch");
    events.push_back(log_event("OrchestrationResumed", 40));
    row = state_after(events);
    EXPECT_EQ(row.status, "running");
    EXPECT_EQ(row.paused_us, 30'000'000U);
    events.push_back(
        log_event("OrchestrationFailed", 50,
                  R"({"failure_phase":"TEST","failure_reason":"flaky","error_message":"boom"})"));
    row = state_after(events);
    EXPECT_EQ(row.status, "failed");
    EXPECT_EQ(row.status_reason, "flaky");
    EXPECT_EQ(row.ended_at, at_second(50));
    ASSERT_TRUE(row.last_error);
    EXPECT_EQ(row.last_error->message, "boom");
    EXPECT_EQ(row.last_error->phase, "TEST");
    EXPECT_EQ(row.last_error->type, "OrchestrationFailed");
    events.push_back(log_event("OrchestrationResumed", 60));
    events.push_back(log_event("OrchestrationCompleted", 70));
    row = state_after(events);
    EXPECT_EQ(row.status, "completed");
    EXPECT_EQ(row.ended_at, at_second(70));
    EXPECT_EQ(row.status_reason, "");
    EXPECT_EQ(row.events_odd, 1U);  // It was resumed without a pause.
}

TEST(OrchestrationState, MeasuresPhasesAndCountsWhatItCannot) {
    const auto row = state_after({started(0), log_event("PhaseStarted", 1, R"({"phase":"PLAN"})"),
                                  log_event("PhaseCompleted", 11, R"({"phase":"PLAN"})"),
                                  log_event("PhaseStarted", 20, R"({"phase":"CODE"})"),
                                  log_event("PhaseFailed", 25, R"({"phase":"CODE","error":"no"})"),
                                  log_event("PhaseStarted", 30, R"({"phase":"CODE"})"),
                                  log_event("PhaseCompleted", 33),
                                  log_event("PhaseCompleted", 40, R"({"phase":"TEST"})"),
                                  log_event("PhaseStarted", 50, R"({"phase":"DOCUMENT"})")});
    EXPECT_EQ(row.phase, "DOCUMENT");
    EXPECT_EQ(row.phase_since, at_second(50));
    ASSERT_THAT(row.completed_phases, SizeIs(3));
    EXPECT_EQ(row.completed_phases[0], (phase_record{"PLAN", 1, 0, 10'000'000, 0, at_second(11)}));
    EXPECT_EQ(row.completed_phases[1], (phase_record{"CODE", 1, 1, 8'000'000, 0, at_second(33)}));
    EXPECT_EQ(row.completed_phases[2], (phase_record{"TEST", 1, 0, 0, 1, at_second(40)}));
    EXPECT_EQ(row.events_odd, 1U);
    EXPECT_EQ(row.last_error->message, "no");
}

TEST(OrchestrationState, KnowsWhichAgentsAreAtWorkAndWhichAreBlocked) {
    auto events = std::vector{
        log_event("AgentSpawned", 0,
                  R"({"agent_name":"coder","agent_type":"code","assigned_task":"Form"})"),
        log_event("AgentSpawned", 1, R"({"agent_name":"tester"})"),
        log_event("AgentBlocked", 2, R"({"agent_name":"tester","blocked_by":"coder"})")};
    auto row = state_after(events);
    ASSERT_THAT(row.active_agents, SizeIs(2));
    EXPECT_EQ(row.active_agents[0].task, "Form");
    EXPECT_EQ(row.active_agents[0].since, at_second(0));
    EXPECT_TRUE(row.active_agents[1].blocked);
    EXPECT_EQ(row.active_agents[1].blocked_by, "coder");
    events.push_back(log_event("agent.progress", 3, R"({"agent_name":"tester","progress":40})"));
    events.push_back(log_event("AgentCompleted", 4, "{}", agent_called("coder")));
    events.push_back(log_event("AgentFailed", 5, R"({"agent_name":"nobody","error":"x"})"));
    row = state_after(events);
    ASSERT_THAT(row.active_agents, ElementsAre(Field(&active_agent::name, "tester")));
    EXPECT_FALSE(row.active_agents[0].blocked);
    EXPECT_EQ(row.active_agents[0].progress_percent, 40U);
    EXPECT_EQ(row.counts.agents_spawned, 2U);
    EXPECT_EQ(row.counts.agents_completed, 1U);
    EXPECT_EQ(row.counts.agents_failed, 1U);
    EXPECT_EQ(row.counts.agents_blocked, 1U);
    EXPECT_EQ(row.events_odd, 1U);
}

TEST(OrchestrationState, TellsRunsOfOneAgentApartById) {
    const auto row =
        state_after({log_event("AgentSpawned", 0, R"({"agent_name":"coder","agent_id":"r1"})"),
                     log_event("AgentSpawned", 1, R"({"agent_name":"coder","agent_id":"r2"})"),
                     log_event("AgentCompleted", 2, R"({"agent_name":"coder","agent_id":"r2"})")});
    EXPECT_THAT(row.active_agents, ElementsAre(Field(&active_agent::id, "r1")));
    EXPECT_EQ(row.events_odd, 0U);
}

TEST(OrchestrationState, KeepsGapsUntilTheyAreResolved) {
    const auto gap =
        R"({"gap_id":"g1","gap_type":"missing_tests","severity":"high","phase":"TEST",)"
        R"("description":"No tests","blocking":true})";
    const auto row = state_after({log_event("GapIdentified", 0, gap),
                                  log_event("GapIdentified", 1, R"({"gap_id":"g2"})"),
                                  log_event("GapEscalated", 2, R"({"gap_id":"g1"})"),
                                  log_event("GapResolved", 3, R"({"gap_id":"g2"})"),
                                  log_event("GapResolved", 4, R"({"gap_id":"g9"})")});
    ASSERT_THAT(row.gaps_open, SizeIs(1));
    EXPECT_EQ(row.gaps_open[0], (open_gap{"g1", "missing_tests", "high", "TEST", "No tests", true,
                                          true, at_second(0)}));
    EXPECT_EQ(row.counts.gaps_identified, 2U);
    EXPECT_EQ(row.counts.gaps_resolved, 2U);
    EXPECT_EQ(row.counts.gaps_escalated, 1U);
    EXPECT_EQ(row.events_odd, 1U);
}

TEST(OrchestrationState, KeepsCommitsAndPullRequests) {
    const auto row = state_after(
        {log_event("CommitCreated", 0, R"({"commit_sha":"abc","commit_message":"Add\nform"})"),
         log_event("PRCreated", 1, R"({"pr_number":7,"title":"Form"})"),
         log_event("PRCreated", 2, R"({"pr_number":8})"),
         log_event("PRMerged", 3, R"({"pr_number":7})"),
         log_event("PRClosed", 4, R"({"pr_number":8})"),
         log_event("PRMerged", 5, R"({"pr_number":9})")});
    EXPECT_THAT(row.commits, ElementsAre(commit_record{"abc", "Add form", at_second(0)}));
    EXPECT_THAT(row.pull_requests,
                ElementsAre(pull_request_record{"7", "Form", "merged", at_second(3)},
                            pull_request_record{"8", "", "closed", at_second(4)},
                            pull_request_record{"9", "", "merged", at_second(5)}));
    EXPECT_EQ(row.counts.prs_opened, 2U);
    EXPECT_EQ(row.counts.prs_merged, 2U);
    EXPECT_EQ(row.events_odd, 1U);
}

TEST(OrchestrationState, BoundsItsListsAndKeepsTheNumbers) {
    std::vector<new_event> events;
    for (int i = 0; i < 130; ++i) {
        const auto id = std::to_string(i);
        events.push_back(log_event("CommitCreated", i, "{\"sha\":\"" + id + "\"}"));
        events.push_back(log_event("GapIdentified", i, "{\"gap_id\":\"" + id + "\"}"));
        events.push_back(log_event("AgentSpawned", i, "{\"agent_name\":\"" + id + "\"}"));
        events.push_back(log_event("PRCreated", i, "{\"pr_number\":" + id + "}"));
        events.push_back(log_event("PhaseCompleted", i, "{\"phase\":\"" + id + "\"}"));
    }
    const auto row = state_after(std::move(events));
    EXPECT_EQ(row.commits.size(), 20U);
    EXPECT_EQ(row.commits.back().sha, "129");
    EXPECT_EQ(row.gaps_open.size(), 100U);
    EXPECT_EQ(row.active_agents.size(), 100U);
    EXPECT_EQ(row.pull_requests.size(), 20U);
    EXPECT_EQ(row.completed_phases.size(), 50U);
    EXPECT_EQ(row.counts.commits, 130U);
    EXPECT_EQ(row.counts.gaps_identified, 130U);
}

TEST(OrchestrationState, CountsWorkOfAllOtherKinds) {
    const auto row = state_after(
        {log_event("QualityCheckStarted", 0), log_event("QualityCheckCompleted", 1),
         log_event("QualityCheckFailed", 2), log_event("TestRunStarted", 3),
         log_event("TestRunCompleted", 4), log_event("TestRunFailed", 5),
         log_event("DocumentationCreated", 6), log_event("ConfluencePageCreated", 7),
         log_event("CommentPosted", 8),
         log_event("WorklogAdded", 9, R"({"time_spent_seconds":90})"),
         log_event("IssueTransitioned", 10, R"({"from_status":"Open","to_status":"Done"})"),
         log_event("CheckpointCreated", 11, R"({"checkpoint_id":"c1"})"),
         log_event("CheckpointRestored", 12), log_event("PhaseSummaryCreated", 13),
         log_event("OrchestrationSummaryCreated", 14)});
    EXPECT_EQ(row.counts.checks_passed, 1U);
    EXPECT_EQ(row.counts.checks_failed, 1U);
    EXPECT_EQ(row.counts.test_runs_passed, 1U);
    EXPECT_EQ(row.counts.test_runs_failed, 1U);
    EXPECT_EQ(row.counts.documents, 2U);
    EXPECT_EQ(row.counts.comments, 1U);
    EXPECT_EQ(row.counts.worklogs, 1U);
    EXPECT_EQ(row.worked_us, 90'000'000U);
    EXPECT_EQ(row.tracker_status, "Done");
    EXPECT_EQ(row.last_checkpoint, "c1");
    EXPECT_EQ(row.counts.checkpoints, 1U);
    EXPECT_EQ(row.counts.restores, 1U);
    EXPECT_EQ(row.counts.summaries, 2U);
    EXPECT_EQ(row.status, "running");
}

TEST(OrchestrationState, MarksTheLastErrorAsRecovered) {
    const auto row =
        state_after({log_event("PhaseStarted", 0, R"({"phase":"TEST"})"),
                     log_event("ErrorOccurred", 1, R"({"error_type":"timeout","message":"slow"})"),
                     log_event("RecoveryAttempted", 2), log_event("RecoveryFailed", 3),
                     log_event("RecoverySucceeded", 4)});
    EXPECT_EQ(row.last_error, (error_record{"timeout", "slow", "TEST", at_second(1), true}));
    EXPECT_EQ(row.counts.errors, 1U);
    EXPECT_EQ(row.counts.recoveries_attempted, 1U);
    EXPECT_EQ(row.counts.recoveries_failed, 1U);
    EXPECT_EQ(row.counts.recoveries_succeeded, 1U);
}

TEST(OrchestrationState, FollowsTasksAndSprints) {
    auto row = state_after(
        {log_event("orchestration.task.assigned", 0,
                   R"({"title":"Form","changes":{"assignee":{"before":null,"after":"coder"},)"
                   R"("status":{"after":"in_progress"}}})"),
         log_event("orchestration.task.priority_changed", 1,
                   R"({"changes":{"priority":{"before":"P2","after":"P0"}}})"),
         log_event("orchestration.task.progress_updated", 2, R"({"progress":55})"),
         log_event("orchestration.task.blocked", 3, R"({"reason":"no access"})")},
        "task-7");
    EXPECT_EQ(row.title, "Form");
    EXPECT_EQ(row.assignee, "coder");
    EXPECT_EQ(row.priority, "P0");
    EXPECT_EQ(row.progress_percent, 55U);
    EXPECT_EQ(row.status, "blocked");
    EXPECT_EQ(row.status_reason, "no access");
    row = state_after({log_event("sprint.metadata_updated", 0, R"({"title":"Sprint 14"})"),
                       log_event("sprint.status_changed", 1,
                                 R"({"changes":{"status":{"before":"planned","after":"active"}}})"),
                       log_event("session.started", 2, R"({"session_id":"s-1"})"),
                       log_event("context.assembled", 3),
                       log_event("sprint.status_changed", 4, R"({"new_status":"completed"})")},
                      "sprint-14");
    EXPECT_EQ(row.title, "Sprint 14");
    EXPECT_EQ(row.status, "completed");
    EXPECT_EQ(row.ended_at, at_second(4));
    EXPECT_EQ(row.session, "s-1");
    EXPECT_EQ(row.counts.sessions, 1U);
    EXPECT_EQ(row.counts.contexts, 1U);
}

TEST(OrchestrationState, FollowsWorkflows) {
    auto events = std::vector{log_event("workflow.created", 0)};
    EXPECT_EQ(state_after(events).status, "pending");
    events.push_back(log_event("workflow.started", 1));
    EXPECT_EQ(state_after(events).status, "running");
    events.push_back(log_event("workflow.cancelled", 2));
    EXPECT_EQ(state_after(events).status, "cancelled");
    EXPECT_EQ(state_after(events).ended_at, at_second(2));
}

TEST(OrchestrationState, TakesTheStatusOfForeignEventsAsTheyCallIt) {
    const auto incident = [](std::string type, std::int64_t second, const std::string& lifecycle,
                             std::string by) {
        return log_event(std::move(type), second,
                         R"({"lifecycle":")" + lifecycle +
                             R"(","org:group":"V30","impact":"Medium","product":"PROD582"})",
                         {"user", std::move(by), ""});
    };
    auto events = std::vector{incident("Accepted", 0, "In Progress", "Frederic"),
                              incident("Queued", 5, "Awaiting Assignment", "Frederic"),
                              incident("Completed", 9, "Closed", "Siebel")};
    auto row = state_after(events);
    EXPECT_EQ(row.status, "Closed");
    EXPECT_EQ(row.ended_at, at_second(9));
    EXPECT_EQ(row.started_at, at_second(0));
    EXPECT_EQ(row.last_actor, "Siebel");
    EXPECT_EQ(row.kind, "PROD582");
    EXPECT_EQ(row.priority, "Medium");
    EXPECT_EQ(row.assignee, "V30");
    EXPECT_EQ(row.events_other, 3U);
    events.push_back(incident("Accepted", 12, "In Progress", "Anne"));
    row = state_after(events);
    EXPECT_EQ(row.status, "In Progress");
    EXPECT_EQ(row.ended_at, std::nullopt);
}

TEST(OrchestrationState, ReadsSessionBranchAndCommitFromTags) {
    auto event = started(0);
    event.tags = {"session:s-9", "branch:feature/x", "git_sha:abc", "phase:CODE"};
    const auto row = state_after({event});
    EXPECT_EQ(row.session, "s-9");
    EXPECT_EQ(row.branch, "feature/x");
    EXPECT_EQ(row.git_sha, "abc");
}

TEST(OrchestrationState, CountsTimesThatGoBackAndFieldsThatAreOdd) {
    const auto row = state_after({started(100), log_event("PhaseStarted", 90, R"({"phase":5})"),
                                  log_event("PhaseCompleted", 80, R"({"phase":"EXPLORE"})"),
                                  log_event("OrchestrationPaused", 70),
                                  log_event("OrchestrationCompleted", 60)});
    EXPECT_EQ(row.times_odd, 4U);
    EXPECT_EQ(row.odd_fields, 1U);
    EXPECT_THAT(row.completed_phases, ElementsAre(Field(&phase_record::unmeasured, 1U)));
    EXPECT_EQ(row.paused_us, 0U);
    EXPECT_EQ(row.ended_at, at_second(60));
}

TEST(OrchestrationState, TakesPayloadsThatAreNoObjects) {
    auto binary = log_event("AgentSpawned", 0, "\x01\x02");
    binary.content_type = "application/octet-stream";
    const auto row = state_after(
        {binary, log_event("GapIdentified", 1, "[1]"), log_event("Foreign", 2, "null")});
    EXPECT_EQ(row.events, 3U);
    EXPECT_THAT(row.gaps_open, SizeIs(1));
    EXPECT_EQ(row.odd_fields, 0U);
}

}  // namespace
}  // namespace daybook::projections
