// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: every event has one line, in a place where its stream's lines are found together.

#include <daybook/projections/orchestration_events.hpp>
#include <daybook/projections/testing.hpp>
#include <daybook/projections/timeline.hpp>

#include "agent_log.hpp"
#include "support/stored_events.hpp"

#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::agent_called;
using test::log_event;

timeline_entry entry(new_event event) {
    const auto kept = test::stored({{"issue-P-1", std::move(event)}}).front();
    return timeline::entry_of(kept.view());
}

std::string line(std::string type, std::string payload = "{}") {
    return entry(log_event(std::move(type), 0, std::move(payload), agent_called("coder"))).summary;
}

TEST(Timeline, KeepsWhoWhenWhereAndWhat) {
    auto event =
        log_event("AgentSpawned", 7, R"({"agent_name":"coder","assigned_task":"Create LoginForm"})",
                  agent_called("orchestrator"));
    event.tags = {"phase:CODE"};
    const auto made = entry(event);
    EXPECT_EQ(made.at, test::at_second(7));
    EXPECT_EQ(made.stream, "issue-P-1");
    EXPECT_EQ(made.sequence, sequence{1});
    EXPECT_EQ(made.position, position{0});
    EXPECT_EQ(made.type, "AgentSpawned");
    EXPECT_EQ(made.actor, "orchestrator");
    EXPECT_EQ(made.actor_type, "agent");
    EXPECT_EQ(made.phase, "CODE");
    EXPECT_EQ(made.severity, severity::info);
    EXPECT_EQ(made.summary, "Agent coder started: Create LoginForm");
}

TEST(Timeline, SumsUpEachKindOfEvent) {
    EXPECT_EQ(line("OrchestrationStarted", R"({"issue_summary":"Add login"})"),
              "Orchestration started: Add login");
    EXPECT_EQ(line("OrchestrationFailed", R"({"failure_phase":"TEST","failure_reason":"flaky"})"),
              "Orchestration failed in TEST: flaky");
    EXPECT_EQ(line("PhaseStarted", R"({"phase":"PLAN"})"), "Phase PLAN started");
    EXPECT_EQ(line("AgentFailed", R"({"error":"boom"})"), "Agent coder failed: boom");
    EXPECT_EQ(line("agent.progress", R"({"agent_name":"x","progress":40})"), "Agent x at 40 %");
    EXPECT_EQ(line("GapIdentified", R"({"gap_id":"g1","description":"No tests"})"),
              "Gap g1 found: No tests");
    EXPECT_EQ(line("CommitCreated", R"({"commit_sha":"0123456789abcdef","commit_message":"Fix"})"),
              "Commit 0123456789ab: Fix");
    EXPECT_EQ(line("PRMerged", R"({"pr_number":7,"title":"Form"})"), "Pull request 7 merged: Form");
    EXPECT_EQ(line("IssueTransitioned", R"({"to_status":"Done"})"), "Issue status is now Done");
    EXPECT_EQ(line("TestRunFailed", R"({"test_suite":"unit","error_message":"3 of 9"})"),
              "Test run unit failed: 3 of 9");
    EXPECT_EQ(line("RecoverySucceeded", R"({"strategy":"retry"})"), "Recovery succeeded: retry");
    EXPECT_EQ(
        line("orchestration.task.priority_changed", R"({"changes":{"priority":{"after":"P0"}}})"),
        "Task priority is now P0");
    EXPECT_EQ(line("orchestration.task.assigned", R"({"assigned_to":"coder"})"),
              "Task assigned to coder");
}

TEST(Timeline, HasALineForEveryKnownTypeWithoutAnyField) {
    std::vector<std::pair<std::string, new_event>> given;
    for (const auto& known : known_event_types()) {
        given.emplace_back("issue-P-1",
                           log_event(std::string{known.type}, 0, "{}", agent_called("coder")));
    }
    for (const auto& kept : test::stored(given)) {
        const auto made = timeline::entry_of(kept.view()).summary;
        EXPECT_FALSE(made.empty()) << kept.type();
        EXPECT_EQ(made.find("  "), std::string::npos) << made;
        EXPECT_FALSE(made.ends_with(' ') || made.ends_with(':')) << made;
        EXPECT_NE(made.front(), static_cast<char>(made.front() | 0x20))
            << made << ": wants a capital";
    }
}

TEST(Timeline, DescribesForeignEventsByTheirFields) {
    EXPECT_EQ(
        line("Queued",
             R"({"activity":"Queued","lifecycle":"Awaiting Assignment","org:group":"V5 3rd",)"
             R"("resource country":"France","impact":"Medium","product":"PROD582"})"),
        "Queued: Awaiting Assignment (org:group=V5 3rd, resource country=France, impact=Medium)");
    EXPECT_EQ(line("order.placed", R"({"message":"two books","total":30})"),
              "order.placed: two books");
    EXPECT_EQ(line("order.placed", R"({"total":30,"lines":[1],"gift":true})"),
              "order.placed (total=30, gift=true)");
    EXPECT_EQ(line("order.placed"), "order.placed");
    EXPECT_EQ(line("order.placed", "[1]"), "order.placed");
}

TEST(Timeline, KeepsSummariesOnOneShortLine) {
    const auto made =
        line("AgentSpawned", R"({"assigned_task":"one\ntwo\t)" + std::string(500, 'x') + "\"}");
    EXPECT_EQ(made.size(), 200U);
    EXPECT_EQ(made.substr(0, 28), "Agent coder started: one two");
}

TEST(Timeline, GradesEventsByTheirOwnWordOrByKind) {
    EXPECT_EQ(entry(log_event("ErrorOccurred", 0)).severity, severity::error);
    EXPECT_EQ(entry(log_event("ErrorOccurred", 0, R"({"severity":"critical"})")).severity,
              severity::critical);
    EXPECT_EQ(entry(log_event("GapIdentified", 0, R"({"severity":"high"})")).severity,
              severity::error);
    EXPECT_EQ(entry(log_event("GapResolved", 0, R"({"severity":"high"})")).severity,
              severity::success);
    EXPECT_EQ(entry(log_event("Foreign", 0, R"({"severity":"purple"})")).severity, severity::info);
    auto tagged = log_event("Foreign", 0);
    tagged.tags = {"severity:warning"};
    EXPECT_EQ(entry(tagged).severity, severity::warning);
}

TEST(Timeline, OrdersTheLinesOfAStreamByPosition) {
    const auto key = timeline::key_of("issue-1", position{42});
    EXPECT_EQ(key, "issue-1\t00000000000000000042");
    EXPECT_TRUE(key.starts_with(timeline::stream_prefix("issue-1")));
    EXPECT_FALSE(
        timeline::key_of("issue-11", position{1}).starts_with(timeline::stream_prefix("issue-1")));
    EXPECT_LT(timeline::key_of("issue-1", position{9}), timeline::key_of("issue-1", position{10}));
    EXPECT_EQ(timeline::parse_key(key), (std::pair{std::string_view{"issue-1"}, position{42}}));
    for (const auto* bad : {"", "issue-1", "issue-1\t42", "issue-1\t0000000000000000004x"}) {
        EXPECT_FALSE(timeline::parse_key(bad)) << bad;
    }
}

TEST(Timeline, MakesOneRowPerEvent) {
    EXPECT_EQ(projection_spec<timeline>()
                  .given("issue-2", log_event("PhaseStarted", 0))
                  .given("issue-1", log_event("PhaseStarted", 1))
                  .given("issue-2", log_event("Foreign", 2))
                  .then_rows(3)
                  .failures(),
              "");
}

}  // namespace
}  // namespace daybook::projections
