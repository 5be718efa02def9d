// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a feed has every event of its project, severity or agent, newest first; the statistics are
// those of the events. Replayed in batches of 1 and of 1000, twice, by `projection_spec`.

#include <daybook/projections/activity.hpp>
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
using testing::Pair;

std::vector<detail::given_event> some_events() {
    return {{"task-1", log_event("agent.started", 0,
                                 R"({"agentName":"coder","agent_type":"backend","task_id":"T1",
                                     "project_id":"P","phase":"CODE"})")},
            {"task-1", log_event("agent.conflict_detected", 1,
                                 R"({"agentName":"coder","task_id":"T1","project_id":"P",
                                     "description":"two writers"})")},
            {"task-1", log_event("agent.completed", 30,
                                 R"({"agentName":"coder","task_id":"T1","project_id":"P"})")},
            {"issue-SHOP-7", log_event("CommitCreated", 31, "{}", agent_called("coder"))}};
}

TEST(ActivityFeed, HasEveryEventByProjectSeverityAndAgentNewestFirst) {
    const auto of = any_projection::of<activity_feed>();
    const auto rows = detail::fold_given(of, some_events()).value();
    std::map<std::string, std::vector<std::string>> feeds;
    for (const auto& [key, bytes] : rows) {
        const auto entry = decode_value<activity_entry>(bytes).value();
        feeds[key.substr(0, key.find('\t'))].push_back(entry.type);
    }
    EXPECT_THAT(feeds["project:P"],
                ElementsAre("agent.completed", "agent.conflict_detected", "agent.started"));
    EXPECT_THAT(feeds["project:SHOP"], ElementsAre("CommitCreated"));
    EXPECT_THAT(feeds["agent:coder"], ElementsAre("CommitCreated", "agent.completed",
                                                  "agent.conflict_detected", "agent.started"));
    EXPECT_THAT(feeds["severity:error"], ElementsAre("agent.conflict_detected"));
    EXPECT_EQ(rows.size(), 12U);
}

TEST(ActivityFeed, TellsWhoDidWhatAndWhetherSomebodyShouldLook) {
    const auto of = any_projection::of<activity_feed>();
    const auto rows = detail::fold_given(of, some_events()).value();
    const auto prefix = activity_feed::prefix_of("severity:error");
    const auto entry = decode_value<activity_entry>(rows.lower_bound(prefix)->second).value();
    EXPECT_EQ(entry.at, at_second(1));
    EXPECT_EQ(entry.position, position{1});
    EXPECT_EQ(entry.project, "P");
    EXPECT_EQ(entry.agent, "coder");
    EXPECT_EQ(entry.task, "T1");
    EXPECT_EQ(entry.status, "conflict");
    EXPECT_TRUE(entry.alert);
    EXPECT_EQ(entry.message, "Agent coder found a conflict: two writers");
}

TEST(ActivityFeed, CutsWhatIsLong) {
    const std::string name(5'000, 'n');
    const auto rows =
        detail::fold_given(any_projection::of<activity_feed>(),
                           {{"task-1", log_event("agent.error", 0,
                                                 R"({"agent_name":")" + name + R"(","project":")" +
                                                     name + R"(","error":")" + name + R"("})")}})
            .value();
    EXPECT_EQ(rows.size(), 3U);
    for (const auto& [key, bytes] : rows) {
        EXPECT_LE(key.size(), 240U);
        EXPECT_LE(bytes.size(), 2'000U);
    }
}

TEST(ActivityStatistics, CountByProjectAndInAll) {
    projection_spec<activity_statistics> given;
    for (auto& one : some_events()) given.given(one.stream, one.event);
    given.then_rows(3);
    EXPECT_EQ(given.failures(), "");
    const auto all = activity_statistics::present(given.get("all").value());
    EXPECT_EQ(all.events, 4U);
    EXPECT_EQ(all.alerts, 1U);
    EXPECT_EQ(all.completed, 1U);
    EXPECT_EQ(all.success_rate, 1.0);
    EXPECT_THAT(all.by_severity,
                ElementsAre(Pair("error", 1), Pair("info", 2), Pair("success", 1)));
    EXPECT_THAT(all.by_status,
                ElementsAre(Pair("completed", 1), Pair("conflict", 1), Pair("started", 1)));
    EXPECT_EQ(all.by_agent.at("coder").events, 4U);
    EXPECT_EQ(all.by_agent.at("coder").mean_duration_ms, 30'000.0);
    const auto shop = activity_statistics::present(given.get("project:SHOP").value());
    EXPECT_EQ(shop.events, 1U);
    EXPECT_EQ(shop.by_agent.at("coder").success_rate, std::nullopt);
}

TEST(ActivityStatistics, CountWhatCannotBeMeasured) {
    projection_spec<activity_statistics> given;
    const auto* payload = R"({"agent_name":"a","task_id":"T"})";
    given.given("task-1", log_event("agent.completed", 0, payload))
        .given("task-1", log_event("agent.started", 10, payload))
        .given("task-1", log_event("agent.error", 5, payload))
        .given("task-1", log_event("agent.error", 6, payload));
    const auto all = activity_statistics::present(given.get("all").value());
    EXPECT_EQ(all.failed, 2U);
    EXPECT_EQ(all.oddities.ends_without_start, 1U);
    EXPECT_EQ(all.oddities.ends_before_start, 1U);
    EXPECT_EQ(all.oddities.ends_repeated, 1U);
    EXPECT_EQ(all.by_agent.at("a").mean_duration_ms, std::nullopt);
}

TEST(ActivityStatistics, KeepTheirRowsBounded) {
    projection_spec<activity_statistics> given;
    for (int i = 0; i < 150; ++i) {
        given.given("task-1", log_event("Type" + std::to_string(i), i, "{}",
                                        agent_called("agent " + std::to_string(i))));
    }
    const auto row = given.get("all").value();
    EXPECT_EQ(row.by_type.size(), activity_statistics::names_max + 1);
    EXPECT_EQ(row.by_type.at("(other)"), 50U);
    EXPECT_EQ(row.by_agent.at("(other)").events, 50U);
}

}  // namespace
}  // namespace daybook::projections
