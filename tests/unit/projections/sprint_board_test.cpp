// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the board shows where every sprint and task stands, since when, with whom, and what it
// waits for; put together it is sprint > phase > task. Replayed by `projection_spec`.

#include <daybook/projections/sprint_board.hpp>
#include <daybook/projections/testing.hpp>

#include "agent_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::at_second;
using test::log_event;
using testing::ElementsAre;
using testing::Pair;

using spec = projection_spec<sprint_board>;

TEST(SprintBoard, FollowsATaskThroughItsStates) {
    const auto given =
        spec()
            .given("task-42", log_event("task.created", 0,
                                        R"({"title":"Login","sprint":"7","phase":"2",
                                            "priority":"P2"})"))
            .given("task-42",
                   log_event("orchestration.task.assigned", 10, R"({"assigned_to":"ada"})"))
            .given("task-42", log_event("task.progress_updated", 20, R"({"progress":40})"))
            .given("task-42", log_event("task.blocked", 50, R"({"blocked_by":"task-41"})"))
            .given("task-42",
                   log_event("task.priority_changed", 60,
                             R"({"changes":{"priority":{"before":"P2","after":"P0"}}})"));
    const auto blocked = given.get("task:42").value();
    EXPECT_EQ(blocked.id, "42");
    EXPECT_EQ(blocked.title, "Login");
    EXPECT_EQ(blocked.sprint, "7");
    EXPECT_EQ(blocked.phase, "2");
    EXPECT_EQ(blocked.state, "blocked");
    EXPECT_EQ(blocked.state_since, at_second(50));
    EXPECT_EQ(blocked.assignee, "ada");
    EXPECT_EQ(blocked.priority, "P0");
    EXPECT_EQ(blocked.progress_percent, 40U);
    EXPECT_EQ(blocked.blocked_by, "task-41");
    EXPECT_EQ(blocked.started_at, at_second(20));
    EXPECT_THAT(blocked.time_in_state_us,
                ElementsAre(Pair("in_progress", 30'000'000), Pair("todo", 20'000'000)));

    auto more = given;
    more.given("task-42",
               log_event("task.status_changed", 80,
                         R"({"changes":{"status":{"before":"blocked","after":"completed"}}})"));
    const auto done = more.get("task:42").value();
    EXPECT_EQ(done.state, "completed");
    EXPECT_EQ(done.blocked_by, "");
    EXPECT_EQ(done.progress_percent, 100U);
    EXPECT_EQ(done.finished_at, at_second(80));
    EXPECT_EQ(done.time_in_state_us.at("blocked"), 30'000'000U);
}

TEST(SprintBoard, CountsTimesThatGoBack) {
    const auto row =
        spec()
            .given("task-1", log_event("task.status_changed", 10, R"({"status":"in_progress"})"))
            .given("task-1", log_event("task.status_changed", 5, R"({"status":"done"})"))
            .given("task-1", log_event("task.progress_updated", 6, R"({"progress":400})"))
            .get("task:1")
            .value();
    EXPECT_EQ(row.times_odd, 1U);
    EXPECT_TRUE(row.time_in_state_us.empty());
    EXPECT_EQ(row.odd_fields, 1U);
}

TEST(SprintBoard, ReadsAgentsThatNameATaskAndOtherSystems) {
    const auto given =
        spec()
            .given("project-1", log_event("agent.started", 0,
                                          R"({"agent_name":"coder","task_id":"T1",
                                              "task_description":"Write it"})"))
            .given("project-1",
                   log_event("agent.progress", 5, R"({"agent_name":"coder","task_id":"T1",
                                                      "progress":30})"))
            .given("project-1", log_event("agent.started", 6, R"({"agent_name":"idle"})"))
            .given("issue-9", log_event("Accepted", 7, R"({"lifecycle":"Awaiting Assignment"})"))
            .then_rows(2);
    EXPECT_EQ(given.failures(), "");
    const auto task = given.get("task:T1").value();
    EXPECT_EQ(task.assignee, "coder");
    EXPECT_EQ(task.title, "Write it");
    EXPECT_EQ(task.progress_percent, 30U);
    EXPECT_EQ(given.get("task:issue-9").value().state, "Awaiting Assignment");
}

TEST(SprintBoard, ReadsAnIssuesOrchestration) {
    const auto row =
        spec()
            .given("issue-A-1", log_event("OrchestrationStarted", 0,
                                          R"({"issue_summary":"Add login","initial_phase":"PLAN",
                                              "priority":"High"})"))
            .given("issue-A-1", log_event("PhaseStarted", 5, R"({"phase":"CODE"})"))
            .given("issue-A-1", log_event("OrchestrationFailed", 9, "{}"))
            .get("task:issue-A-1")
            .value();
    EXPECT_EQ(row.title, "Add login");
    EXPECT_EQ(row.phase, "CODE");
    EXPECT_EQ(row.state, "failed");
    EXPECT_EQ(row.finished_at, at_second(9));
}

TEST(SprintBoard, IsPutTogetherBySprintAndPhase) {
    const auto given =
        spec()
            .given("sprint-7", log_event("sprint.metadata_updated", 0, R"({"title":"Payments"})"))
            .given("sprint-7", log_event("sprint.status_changed", 1, R"({"new_status":"active"})"))
            .given("task-2", log_event("task.created", 2, R"({"sprint":"7","phase":"B"})"))
            .given("task-1", log_event("task.created", 3, R"({"sprint":"7","phase":"A"})"))
            .given("task-3", log_event("task.created", 4, R"({"sprint":"7","phase":"A"})"))
            .given("task-3", log_event("task.blocked", 5, R"({"reason":"no key"})"))
            .given("task-4", log_event("task.created", 6));
    std::vector<board_item> items;
    for (const auto* key : {"sprint:7", "task:1", "task:2", "task:3", "task:4"})
        items.push_back(given.get(key).value());
    const auto board = sprint_board::assemble(items, at_second(100));
    ASSERT_EQ(board.size(), 2U);
    const auto& sprint = board[0];
    EXPECT_EQ(sprint.sprint.title, "Payments");
    EXPECT_EQ(sprint.sprint.state, "active");
    EXPECT_EQ(sprint.tasks, 3U);
    EXPECT_EQ(sprint.tasks_blocked, 1U);
    EXPECT_THAT(sprint.tasks_by_state, ElementsAre(Pair("blocked", 1), Pair("todo", 2)));
    ASSERT_EQ(sprint.phases.size(), 2U);
    EXPECT_EQ(sprint.phases[0].name, "A");
    ASSERT_EQ(sprint.phases[0].tasks.size(), 2U);
    EXPECT_EQ(sprint.phases[0].tasks[1].item.blocked_by, "no key");
    EXPECT_EQ(sprint.phases[0].tasks[1].age_in_state_ms, 95'000.0);
    EXPECT_EQ(board[1].sprint.id, "");
    EXPECT_EQ(board[1].tasks, 1U);
    EXPECT_TRUE(sprint_board::assemble({}, at_second(0)).empty());
}

TEST(SprintBoard, KeepsItsRowsBounded) {
    spec given;
    for (int i = 0; i < 40; ++i) {
        given.given("task-1", log_event("task.status_changed", i,
                                        R"({"status":"s)" + std::to_string(i) + R"("})"));
    }
    given.given("task-1", log_event("task.blocked", 50,
                                    R"({"reason":")" + std::string(9'000, 'x') + R"("})"));
    const auto row = given.get("task:1").value();
    EXPECT_EQ(row.time_in_state_us.size(), 17U);
    EXPECT_EQ(row.blocked_by.size(), 200U);
    EXPECT_EQ(row.state_changes, 40U);
}

}  // namespace
}  // namespace daybook::projections
