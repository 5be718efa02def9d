// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: workflows and agents' runs are counted by state and outcome and measured by event times,
// over all time and over windows; clocks that disagree, missing starts and double ends are counted.
// Replayed in batches of 1 and of 1000, twice, by `projection_spec`.

#include <daybook/projections/testing.hpp>
#include <daybook/projections/workflow_metrics.hpp>

#include "agent_log.hpp"
#include "support/stored_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::at_second;
using test::log_event;
using testing::Key;
using testing::UnorderedElementsAre;

using spec = projection_spec<workflow_metrics>;

workflow_summary summary_of(const spec& given, const std::string& key = "workflows") {
    return workflow_metrics::present(given.get(key).value());
}

TEST(WorkflowMetrics, CountsByStateAndOutcome) {
    const auto shown =
        summary_of(spec()
                       .given("workflow-1", log_event("workflow.created", 0))
                       .given("workflow-2", log_event("workflow.started", 1))
                       .given("workflow-3", log_event("workflow.started", 2))
                       .given("workflow-3", log_event("workflow.paused", 3))
                       .given("workflow-4", log_event("workflow.started", 4))
                       .given("workflow-4", log_event("workflow.completed", 14))
                       .given("workflow-5", log_event("workflow.started", 5))
                       .given("workflow-5", log_event("workflow.failed", 25))
                       .given("workflow-6", log_event("workflow.started", 6))
                       .given("workflow-6", log_event("workflow.cancelled", 7))
                       .given("workflow-3", log_event("workflow.control_requested", 8))
                       .given("workflow-3", log_event("workflow.control_responded", 9)));
    EXPECT_EQ(shown.total, 6U);
    EXPECT_EQ(shown.pending, 1U);
    EXPECT_EQ(shown.running, 1U);
    EXPECT_EQ(shown.paused, 1U);
    EXPECT_EQ(shown.completed, 1U);
    EXPECT_EQ(shown.failed, 1U);
    EXPECT_EQ(shown.cancelled, 1U);
    EXPECT_EQ(shown.success_rate, 0.5);
    EXPECT_EQ(shown.error_rate, 0.5);
    EXPECT_EQ(shown.health_percent, 50.0);
    EXPECT_EQ(shown.health, "unhealthy");
    EXPECT_EQ(shown.duration.count, 3U);
    EXPECT_EQ(shown.duration.max_ms, 20'000.0);
    EXPECT_EQ(shown.control_requests, 1U);
    EXPECT_EQ(shown.control_responses, 1U);
    EXPECT_EQ(shown.pauses, 1U);
}

TEST(WorkflowMetrics, MeasuresFromTheStartAndNotFromTheCreation) {
    const auto shown = summary_of(spec()
                                      .given("workflow-1", log_event("workflow.created", 0))
                                      .given("workflow-1", log_event("workflow.started", 100))
                                      .given("workflow-1", log_event("workflow.completed", 110)));
    EXPECT_EQ(shown.total, 1U);
    EXPECT_EQ(shown.duration.max_ms, 10'000.0);
    EXPECT_EQ(shown.starts_repeated, 0U);
}

TEST(WorkflowMetrics, CountsByType) {
    const auto shown = summary_of(
        spec()
            .given("issue-A-1", log_event("OrchestrationStarted", 0, R"({"issue_type":"Story"})"))
            .given("issue-A-2", log_event("OrchestrationStarted", 0, R"({"issue_type":"Bug"})"))
            .given("issue-A-1", log_event("OrchestrationCompleted", 5))
            .given("issue-A-2", log_event("OrchestrationFailed", 6)));
    EXPECT_EQ(shown.by_type.at("Story").success_rate, 1.0);
    EXPECT_EQ(shown.by_type.at("Bug").success_rate, 0.0);
    EXPECT_EQ(shown.by_type.at("Bug").duration.max_ms, 6'000.0);
}

TEST(WorkflowMetrics, CountsWhatDoesNotFit) {
    const auto shown = summary_of(spec()
                                      .given("workflow-1", log_event("workflow.completed", 0))
                                      .given("workflow-1", log_event("workflow.completed", 1))
                                      .given("workflow-2", log_event("workflow.started", 10))
                                      .given("workflow-2", log_event("workflow.started", 12))
                                      .given("workflow-2", log_event("workflow.completed", 5))
                                      .given("workflow-2", log_event("workflow.completed", 20))
                                      .given("workflow-2", log_event("workflow.resumed", 21))
                                      .given("workflow-2", log_event("workflow.failed", 24)));
    EXPECT_EQ(shown.total, 3U);
    EXPECT_EQ(shown.completed, 2U);
    EXPECT_EQ(shown.failed, 1U);
    EXPECT_EQ(shown.ends_without_start, 1U);
    EXPECT_EQ(shown.ends_repeated, 2U);
    EXPECT_EQ(shown.starts_repeated, 1U);
    EXPECT_EQ(shown.ends_before_start, 1U);
    EXPECT_EQ(shown.reopened, 1U);
    EXPECT_EQ(shown.duration.count, 1U);
    EXPECT_EQ(shown.duration.max_ms, 3'000.0);
    EXPECT_EQ(shown.running, 0U);
}

TEST(WorkflowMetrics, HasWindowsThatEndAtTheNewestEvent) {
    spec given;
    for (int i = 0; i < 120; ++i) {
        const auto stream = "workflow-" + std::to_string(i);
        given.given(stream, log_event("workflow.started", i * 60));
        given.given(stream, log_event(i < 60 ? "workflow.failed" : "workflow.completed",
                                      i * 60 + 1 + i % 10));
    }
    const auto shown = summary_of(given);
    const auto& windows = shown.windows;
    EXPECT_EQ(windows.until, at_second(119 * 60 + 10));
    EXPECT_EQ(windows.last_day.failed, 60U);
    EXPECT_EQ(windows.last_hour.failed, 0U);
    EXPECT_GE(windows.last_hour.completed, 55U);
    EXPECT_LE(windows.last_hour.completed, 60U);
    EXPECT_EQ(windows.last_minute.completed, 1U);
    EXPECT_EQ(windows.last_minute.duration.max_ms, 10'000.0);
    EXPECT_EQ(shown.success_rate, 0.5);
    EXPECT_EQ(shown.health, "healthy");
}

TEST(WorkflowMetrics, KeepsATimeInTheFutureOutOfTheWindows) {
    auto far = log_event("workflow.started", 0);
    far.occurred_at = timestamp_max;
    const auto shown = summary_of(spec().given("workflow-1", far));
    EXPECT_EQ(shown.times_ahead, 1U);
    EXPECT_LT(*shown.windows.until, timestamp_max);
    EXPECT_EQ(shown.windows.last_minute.started, 1U);
}

TEST(WorkflowMetrics, MeasuresTheRunsOfAgents) {
    const auto given =
        spec()
            .given("issue-1",
                   log_event("AgentSpawned", 0, R"({"agent_name":"coder","agent_type":"code"})"))
            .given("issue-1", log_event("AgentSpawned", 5, R"({"agent_name":"tester"})"))
            .given("issue-1", log_event("AgentCompleted", 7, R"({"agent_name":"tester"})"))
            .given("issue-1", log_event("AgentBlocked", 8, R"({"agent_name":"coder"})"))
            .given("issue-1", log_event("AgentFailed", 10, R"({"agent_name":"coder"})"))
            .given("issue-1", log_event("agent.started", 20, R"({"agentName":"coder"})"))
            .given("issue-1", log_event("agent.paused", 21, R"({"agentName":"coder"})"));
    EXPECT_EQ(given.failures(), "");
    const auto all = summary_of(given, "agents");
    EXPECT_EQ(all.total, 3U);
    EXPECT_EQ(all.paused, 1U);
    EXPECT_EQ(all.duration.min_ms, 2'000.0);
    EXPECT_EQ(all.duration.max_ms, 10'000.0);
    EXPECT_EQ(all.success_rate, 0.5);
    const auto coder = summary_of(given, "agent:coder");
    EXPECT_EQ(coder.failed, 1U);
    EXPECT_EQ(coder.blocks, 1U);
    EXPECT_THAT(coder.by_type, UnorderedElementsAre(Key("code"), Key("unknown")));
    EXPECT_EQ(summary_of(given, "agent:tester").health, "healthy");
}

TEST(WorkflowMetrics, ReadsTheStatusOfOtherSystems) {
    const auto given =
        spec()
            .given("issue-9",
                   log_event("Accepted", 0, R"({"lifecycle":"In Progress","product":"PROD1"})"))
            .given("issue-9", log_event("Queued", 5, R"({"lifecycle":"Awaiting Assignment"})"))
            .given("issue-8", log_event("Accepted", 6, R"({"lifecycle":"In Progress"})"))
            .given("issue-9", log_event("Completed", 60, R"({"lifecycle":"Resolved"})"))
            .given("issue-9", log_event("Completed", 61, R"({"lifecycle":"Closed"})"))
            .given("issue-8", log_event("Queued", 62, R"({"lifecycle":"Wait - User"})"))
            .given("issue-7", log_event("Noted", 63, R"({"note":"x"})"))
            .then_rows(1);
    EXPECT_EQ(given.failures(), "");
    const auto shown = summary_of(given);
    EXPECT_EQ(shown.total, 2U);
    EXPECT_EQ(shown.completed, 1U);
    EXPECT_EQ(shown.paused, 1U);
    EXPECT_EQ(shown.ends_repeated, 1U);
    EXPECT_EQ(shown.by_type.at("PROD1").duration.max_ms, 60'000.0);
}

TEST(WorkflowMetrics, KeepsItsRowsBounded) {
    std::vector<std::pair<std::string, new_event>> given;
    for (std::size_t i = 0; i < workflow_metrics::open_max + 10; ++i) {
        const auto n = std::to_string(i);
        given.emplace_back("workflow-" + n,
                           log_event("workflow.started", static_cast<std::int64_t>(i),
                                     R"({"workflow_type":"type )" + n + R"("})"));
    }
    workflow_metrics_row row;
    for (const auto& one : test::stored(given)) {
        row = workflow_metrics::apply(std::move(row), json_event{one});
    }
    EXPECT_EQ(row.open.size(), workflow_metrics::open_max);
    EXPECT_EQ(row.forgotten, 10U);
    EXPECT_EQ(row.by_type.size(), workflow_metrics::types_max + 1);
    EXPECT_EQ(workflow_metrics::present(row).total, workflow_metrics::open_max + 10);
    std::string bytes;
    encode_value(row, bytes);
    EXPECT_LT(bytes.size(), 400'000U);
}

}  // namespace
}  // namespace daybook::projections
