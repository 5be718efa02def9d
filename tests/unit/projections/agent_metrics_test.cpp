// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: an agent's numbers are those of its events; durations come from event times, and what
// cannot be measured is counted. Replayed in batches of 1 and of 1000, twice, by `projection_spec`.

#include <daybook/projections/agent_metrics.hpp>
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

using spec = projection_spec<agent_metrics>;

agent_summary summary_of(const spec& given, const std::string& agent) {
    return agent_metrics::present(given.get(agent).value());
}

std::string coder(std::string_view more = "") {
    return R"({"agent_name":"coder")" + std::string{more} + "}";
}

TEST(AgentMetrics, CountsRunsAndMeasuresThem) {
    const auto given =
        spec()
            .given("issue-1", log_event("AgentSpawned", 0,
                                        coder(R"(,"agent_type":"code","agent_model":"sonnet")")))
            .given("issue-1", log_event("AgentCompleted", 10, coder()))
            .given("issue-2", log_event("AgentSpawned", 20, coder()))
            .given("issue-2", log_event("AgentBlocked", 21, coder()))
            .given("issue-2", log_event("AgentFailed", 50, coder(R"(,"error_message":"no")")))
            .given("issue-3", log_event("AgentSpawned", 60, coder()));
    const auto shown = summary_of(given, "coder");
    EXPECT_EQ(shown.agent_type, "code");
    EXPECT_EQ(shown.model, "sonnet");
    EXPECT_EQ(shown.spawned, 3U);
    EXPECT_EQ(shown.running, 1U);
    EXPECT_EQ(shown.succeeded, 1U);
    EXPECT_EQ(shown.failed, 1U);
    EXPECT_EQ(shown.blocked, 1U);
    EXPECT_EQ(shown.success_rate, 0.5);
    EXPECT_EQ(shown.duration.count, 2U);
    EXPECT_EQ(shown.duration.mean_ms, 20'000.0);
    EXPECT_EQ(shown.duration.min_ms, 10'000.0);
    EXPECT_EQ(shown.duration.max_ms, 30'000.0);
    EXPECT_NEAR(*shown.duration.p50_ms, 10'000.0, 110.0);
    EXPECT_NEAR(*shown.duration.p99_ms, 30'000.0, 330.0);
    EXPECT_EQ(shown.duration_succeeded.count, 1U);
    EXPECT_EQ(shown.last_error, "no");
    EXPECT_EQ(shown.first_at, at_second(0));
    EXPECT_EQ(shown.last_at, at_second(60));
    EXPECT_EQ(shown.last_stream, "issue-3");
}

TEST(AgentMetrics, HasNoRateAndNoDurationsBeforeARunEnds) {
    const auto shown =
        summary_of(spec().given("issue-1", log_event("AgentSpawned", 0, coder())), "coder");
    EXPECT_EQ(shown.success_rate, std::nullopt);
    EXPECT_EQ(shown.duration.count, 0U);
    EXPECT_EQ(shown.duration.p95_ms, std::nullopt);
}

TEST(AgentMetrics, MatchesEndsWithTheirRunsByStreamAndId) {
    const auto given =
        spec()
            .given("issue-1", log_event("AgentSpawned", 0, coder(R"(,"agent_id":"a")")))
            .given("issue-1", log_event("AgentSpawned", 5, coder(R"(,"agent_id":"b")")))
            .given("issue-2", log_event("AgentSpawned", 6, coder()))
            .given("issue-1", log_event("AgentCompleted", 7, coder(R"(,"agent_id":"b")")))
            .given("issue-2", log_event("AgentCompleted", 9, coder()))
            .given("issue-1", log_event("AgentCompleted", 10, coder()));
    const auto row = given.get("coder").value();
    EXPECT_EQ(row.succeeded_us.count, 3U);
    EXPECT_EQ(row.succeeded_us.sum, (2U + 3U + 10U) * 1'000'000U);
    EXPECT_TRUE(row.running.empty());
}

TEST(AgentMetrics, CountsWhatItCannotMeasure) {
    const auto given =
        spec()
            .given("issue-1", log_event("AgentCompleted", 5, coder()))
            .given("issue-1", log_event("AgentSpawned", 20, coder()))
            .given("issue-1", log_event("AgentFailed", 10, coder()))
            .given("issue-1", log_event("AgentSpawned", 30, coder(R"(,"agent_id":"a")")))
            .given("issue-1", log_event("AgentCompleted", 40, coder(R"(,"agent_id":"z")")));
    const auto row = given.get("coder").value();
    EXPECT_EQ(row.succeeded, 2U);
    EXPECT_EQ(row.failed, 1U);
    EXPECT_EQ(row.ends_without_start, 2U);
    EXPECT_EQ(row.ends_before_start, 1U);
    EXPECT_EQ(row.succeeded_us.count + row.failed_us.count, 0U);
    EXPECT_EQ(row.running.size(), 1U);
}

TEST(AgentMetrics, BoundsTheRunsItRemembers) {
    spec given;
    for (int i = 0; i < 300; ++i) given.given("issue-1", log_event("AgentSpawned", i, coder()));
    const auto row = given.get("coder").value();
    EXPECT_EQ(row.running.size(), 256U);
    EXPECT_EQ(row.runs_forgotten, 44U);
    EXPECT_EQ(row.running.front().since, at_second(44));
    EXPECT_EQ(agent_metrics::present(row).running, 300U);
}

TEST(AgentMetrics, CountsWhatAnAgentMade) {
    spec given;
    for (const auto* type :
         {"CommitCreated", "CommitCreated", "PRCreated", "DocumentationCreated",
          "ConfluencePageCreated", "CommentPosted", "GapIdentified", "GapResolved",
          "QualityCheckCompleted", "QualityCheckFailed", "TestRunCompleted", "TestRunFailed"}) {
        given.given("issue-1", log_event(type, 0, "{}", agent_called("coder")));
    }
    given.given("issue-1", log_event("AgentCompleted", 1, coder(R"(,"files_modified":["a","b"])")));
    given.given("issue-1", log_event("AgentCompleted", 2, coder(R"(,"output_count":3)")));
    EXPECT_THAT(
        given.get("coder").value().outputs,
        ElementsAre(Pair("checks_failed", 1), Pair("checks_passed", 1), Pair("comments", 1),
                    Pair("commits", 2), Pair("documents", 2), Pair("files", 5),
                    Pair("gaps_found", 1), Pair("gaps_resolved", 1), Pair("pull_requests", 1),
                    Pair("test_runs_failed", 1), Pair("test_runs_passed", 1)));
}

TEST(AgentMetrics, ReadsTheActivityEvents) {
    const auto given =
        spec()
            .given("task-1",
                   log_event("agent.started", 0, R"({"agentName":"Security","task_id":"T1"})"))
            .given("task-1",
                   log_event("agent.progress", 1, R"({"agentName":"Security","progress":50})"))
            .given("task-1", log_event("agent.conflict_detected", 2, R"({"agentName":"Security"})"))
            .given("task-1", log_event("agent.paused", 3, R"({"agentName":"Security"})"))
            .given("task-1", log_event("agent.error", 4,
                                       R"({"agentName":"Security","error":"x","task_id":"T1"})"));
    const auto row = given.get("Security").value();
    EXPECT_EQ(row.spawned, 1U);
    EXPECT_EQ(row.progress_reports, 1U);
    EXPECT_EQ(row.conflicts, 1U);
    EXPECT_EQ(row.paused, 1U);
    EXPECT_EQ(row.failed, 1U);
    EXPECT_EQ(row.failed_us.sum, 4'000'000U);
}

TEST(AgentMetrics, SkipsEventsOfNoAgent) {
    EXPECT_EQ(spec()
                  .given("issue-1", log_event("CommitCreated", 0, "{}", {"user", "ada", ""}))
                  .given("issue-1", log_event("AgentSpawned", 1, "{}"))
                  .given("issue-1", log_event("PhaseStarted", 2, "{}", agent_called("coder")))
                  .given("issue-1", log_event("Accepted", 3, "{}", agent_called("coder")))
                  .then_rows(0)
                  .failures(),
              "");
}

TEST(AgentMetrics, CountsFieldsOfAWrongType) {
    const auto row =
        spec()
            .given("issue-1", log_event("AgentSpawned", 0, R"({"agent_name":{},"agent_type":5})",
                                        agent_called("coder")))
            .get("coder")
            .value();
    EXPECT_EQ(row.spawned, 1U);
    EXPECT_EQ(row.odd_fields, 1U);
}

}  // namespace
}  // namespace daybook::projections
