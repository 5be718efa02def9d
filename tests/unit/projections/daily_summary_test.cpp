// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a day's row tells what happened on it, by event times, in bounded space. Replayed in
// batches of 1 and of 1000, twice, by `projection_spec`.

#include <daybook/projections/daily_summary.hpp>
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

using spec = projection_spec<daily_summary>;

constexpr std::int64_t day_s = 86'400;

TEST(DailySummary, TellsWhatHappenedOnADay) {
    const auto given =
        spec()
            .given("issue-SHOP-1", log_event("OrchestrationStarted", 0, "{}", {"user", "ada", ""}))
            .given("issue-SHOP-1", log_event("CommitCreated", 60))
            .given("issue-SHOP-1", log_event("CommitCreated", 3'600))
            .given("issue-SHOP-1",
                   log_event("PhaseFailed", 3'700, R"({"phase":"TEST","error":"red"})"))
            .given("task-1", log_event("task.status_changed", 3'800, R"({"new_status":"done"})"))
            .given("issue-SHOP-1", log_event("OrchestrationCompleted", day_s))
            .then_rows(4);
    EXPECT_EQ(given.failures(), "");
    const auto day = given.get("2025-12-22").value();
    EXPECT_EQ(day.events, 5U);
    EXPECT_EQ(day.streams_begun, 2U);
    EXPECT_THAT(day.done, ElementsAre(Pair("commits", 2), Pair("phases_failed", 1),
                                      Pair("tasks_completed", 1), Pair("workflows_started", 1)));
    EXPECT_THAT(day.by_actor, ElementsAre(Pair("ada", 1), Pair("orchestrator", 4)));
    ASSERT_EQ(day.by_hour.size(), 24U);
    EXPECT_EQ(day.by_hour[10], 2U);
    EXPECT_EQ(day.by_hour[11], 3U);
    ASSERT_EQ(day.problems.size(), 1U);
    EXPECT_EQ(day.problems[0].text, "Phase TEST failed: red");
    EXPECT_EQ(day.first_at, at_second(0));
    EXPECT_EQ(day.last_at, at_second(3'800));
    EXPECT_EQ(given.get("2025-12-22 SHOP").value().events, 4U);
    EXPECT_EQ(given.get("2025-12-23").value().done.at("workflows_completed"), 1U);
}

TEST(DailySummary, TakesTimesBefore1970) {
    const auto given = spec().given("a-1", log_event("T", -2'000'000'000 + 5));
    const auto key = to_string(at_second(-2'000'000'000 + 5)).substr(0, 10);
    const auto day = given.get(key).value();
    EXPECT_EQ(day.events, 1U);
}

TEST(DailySummary, KeepsItsRowsBounded) {
    spec given;
    for (int i = 0; i < 150; ++i) {
        const auto n = std::to_string(i);
        given.given("a-1",
                    log_event("Type" + n, i, R"({"severity":"error"})", {"user", "u" + n, ""}));
    }
    const auto day = given.get("2025-12-22").value();
    EXPECT_EQ(day.by_type.size(), daily_summary::names_max + 1);
    EXPECT_EQ(day.by_actor.at("(other)"), 50U);
    EXPECT_EQ(day.problems.size(), daily_summary::problems_max);
    EXPECT_EQ(day.problems_cut, 130U);
}

}  // namespace
}  // namespace daybook::projections
