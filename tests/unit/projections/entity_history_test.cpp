// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: every change of an entity is there with what it was before and after, however the event
// tells it. Replayed in batches of 1 and of 1000, twice, by `projection_spec`.

#include <daybook/projections/entity_history.hpp>
#include <daybook/projections/testing.hpp>

#include "agent_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::at_second;
using test::log_event;
using testing::ElementsAre;

using spec = projection_spec<entity_history>;

/// "field: before > after" of each change; "-" for null.
std::vector<std::string> changes_of(const entity_history_row& row) {
    std::vector<std::string> lines;
    for (const auto& change : row.changes) {
        lines.push_back(change.field + ": " + change.before.value_or("-") + " > " +
                        change.after.value_or("-"));
    }
    return lines;
}

TEST(EntityHistory, ReadsChangesInEveryFormThatEventsHave) {
    const auto row =
        spec()
            .given("task-1", log_event("task.created", 0, R"({"title":"A","priority":"P2"})"))
            .given("task-1", log_event("task.priority_changed", 1,
                                       R"({"changes":{"priority":{"before":"P2","after":"P0"}}})"))
            .given("task-1", log_event("task.status_changed", 2,
                                       R"({"old_status":"todo","new_status":"doing"})"))
            .given("task-1", log_event("task.status_changed", 3,
                                       R"({"changes":{"before":"doing","after":"review"}})"))
            .given("task-1", log_event("task.status_changed", 4,
                                       R"({"changes":{"status":["review","done"],"points":5}})"))
            .given("task-1", log_event("sprint.metadata_updated", 5,
                                       R"({"changes":{"before":{"title":"A","x":1},
                                                      "after":{"title":"B"}}})"))
            .given("task-1", log_event("task.progress_updated", 6, R"({"progress":40})"))
            .given("task-1", log_event("task.assigned", 7, R"({"assigned_to":"ada"})"))
            .get("task-1")
            .value();
    EXPECT_THAT(
        changes_of(row),
        ElementsAre("title: - > A", "priority: - > P2", "priority: P2 > P0", "status: todo > doing",
                    "status: doing > review", "status: review > done", "points: - > 5",
                    "title: A > B", "x: 1 > -", "progress: - > 40", "assignee: - > ada"));
    EXPECT_EQ(row.befores_odd, 0U);
    EXPECT_EQ(row.fields.at("status").value, "done");
    EXPECT_EQ(row.fields.at("status").since, at_second(4));
    EXPECT_EQ(row.changes[2].at, at_second(1));
    EXPECT_EQ(row.changes[2].position, position{1});
    EXPECT_EQ(row.changes[2].type, "task.priority_changed");
    EXPECT_EQ(row.changes[2].actor, "orchestrator");
}

TEST(EntityHistory, KnowsWhatEventsBeforeMadeIt) {
    const auto row =
        spec()
            .given("issue-9", log_event("Accepted", 0, R"({"lifecycle":"In Progress","impact":3})"))
            .given("issue-9", log_event("Queued", 5, R"({"lifecycle":"Queued","impact":3,
                                                         "case":{}})"))
            .given("issue-9", log_event("Queued", 4, R"({"lifecycle":null})"))
            .get("issue-9")
            .value();
    EXPECT_THAT(changes_of(row),
                ElementsAre("lifecycle: - > In Progress", "impact: - > 3",
                            "lifecycle: In Progress > Queued", "lifecycle: Queued > -"));
    EXPECT_EQ(row.times_odd, 1U);
    EXPECT_EQ(row.events, 3U);
}

TEST(EntityHistory, FollowsALifeCycle) {
    const auto row = spec()
                         .given("issue-1", log_event("OrchestrationStarted", 0))
                         .given("issue-1", log_event("PhaseStarted", 1, R"({"phase":"CODE"})"))
                         .given("issue-1", log_event("AgentSpawned", 2, R"({"agent_name":"a"})"))
                         .given("issue-1", log_event("OrchestrationCompleted", 3))
                         .get("issue-1")
                         .value();
    EXPECT_THAT(changes_of(row), ElementsAre("status: - > running", "phase: - > CODE",
                                             "status: running > completed"));
}

TEST(EntityHistory, CountsChangesFromWhatWasNot) {
    const auto row =
        spec()
            .given("task-1", log_event("task.status_changed", 0,
                                       R"({"old_status":"todo","new_status":"doing"})"))
            .given("task-1", log_event("task.status_changed", 1,
                                       R"({"old_status":"review","new_status":"done"})"))
            .get("task-1")
            .value();
    EXPECT_EQ(row.befores_odd, 1U);
    EXPECT_THAT(changes_of(row), ElementsAre("status: todo > doing", "status: doing > done"));
}

TEST(EntityHistory, KeepsItsRowsBounded) {
    spec given;
    for (int i = 0; i < 250; ++i) {
        given.given("issue-9", log_event("Changed", i,
                                         R"({"n":)" + std::to_string(i) + R"(,"text":")" +
                                             std::string(500, 'x') + R"("})"));
    }
    for (int i = 0; i < 100; ++i) {
        given.given("issue-9",
                    log_event("Changed", 300, R"({"field)" + std::to_string(i) + R"(":1})"));
    }
    const auto row = given.get("issue-9").value();
    EXPECT_EQ(row.changes.size(), entity_history::changes_max);
    EXPECT_EQ(row.fields.size(), entity_history::fields_max);
    EXPECT_EQ(row.fields_skipped, 38U);
    EXPECT_EQ(row.changes_cut, 251U + 62U - 200U);
    EXPECT_EQ(row.fields.at("text").value.size(), 200U);
}

}  // namespace
}  // namespace daybook::projections
