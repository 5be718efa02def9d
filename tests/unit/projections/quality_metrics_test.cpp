// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: checks, test runs and gaps are counted and measured by event times, by stream and in all,
// in rows of bounded size. Replayed in batches of 1 and of 1000, twice, by `projection_spec`.

#include <daybook/projections/quality_metrics.hpp>
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

using spec = projection_spec<quality_metrics>;

quality_summary summary_of(const spec& given, const std::string& key = "all") {
    return quality_metrics::present(given.get(key).value());
}

TEST(QualityMetrics, CountsAndMeasuresChecks) {
    const auto shown = summary_of(
        spec()
            .given("issue-1", log_event("QualityCheckStarted", 0, R"({"check_name":"lint"})"))
            .given("issue-1", log_event("QualityCheckStarted", 1, R"({"check_name":"types"})"))
            .given("issue-1", log_event("QualityCheckFailed", 4, R"({"check_name":"types"})"))
            .given("issue-1", log_event("QualityCheckCompleted", 10, R"({"check_name":"lint"})"))
            .given("issue-1", log_event("QualityCheckStarted", 11, R"({"check_name":"types"})")));
    EXPECT_EQ(shown.checks.started, 3U);
    EXPECT_EQ(shown.checks.passed, 1U);
    EXPECT_EQ(shown.checks.failed, 1U);
    EXPECT_EQ(shown.checks.running, 1U);
    EXPECT_EQ(shown.checks.pass_rate, 0.5);
    EXPECT_EQ(shown.checks.duration.max_ms, 10'000.0);
    EXPECT_EQ(shown.checks.duration.min_ms, 3'000.0);
    EXPECT_THAT(shown.checks.failing, ElementsAre("types"));
    EXPECT_EQ(shown.checks.by_name.at("lint").passed, 1U);
    EXPECT_EQ(shown.test_runs.started, 0U);
    EXPECT_EQ(shown.test_runs.pass_rate, std::nullopt);
}

TEST(QualityMetrics, SumsTheTestsThatRunsTell) {
    const auto shown = summary_of(
        spec()
            .given("issue-1", log_event("TestRunStarted", 0, R"({"test_suite":"unit"})"))
            .given("issue-1", log_event("TestRunCompleted", 60,
                                        R"({"test_suite":"unit","tests_total":10,
                                            "tests_skipped":1,"coverage":81.5})"))
            .given("issue-2", log_event("TestRunFailed", 70,
                                        R"({"suite":"e2e","tests_passed":2,"tests_failed":1})")));
    EXPECT_EQ(shown.test_runs.passed, 1U);
    EXPECT_EQ(shown.test_runs.failed, 1U);
    EXPECT_EQ(shown.test_runs.duration.count, 1U);
    EXPECT_EQ(shown.test_runs.oddities.ends_without_start, 1U);
    EXPECT_EQ(shown.tests_passed, 11U);
    EXPECT_EQ(shown.tests_failed, 1U);
    EXPECT_EQ(shown.tests_skipped, 1U);
    EXPECT_EQ(shown.test_pass_rate, 11.0 / 12.0);
    EXPECT_EQ(shown.coverage_percent, 81.5);
}

TEST(QualityMetrics, TellsGapsBySeverityAndAge) {
    const auto given =
        spec()
            .given("issue-1", log_event("GapIdentified", 0,
                                        R"({"gap_id":"g1","severity":"high","blocking":true,
                                            "gap_type":"missing_tests"})"))
            .given("issue-1",
                   log_event("GapIdentified", 10, R"({"gap_id":"g2","severity":"high"})"))
            .given("issue-1", log_event("GapIdentified", 20, R"({"gap_id":"g3"})"))
            .given("issue-1", log_event("GapEscalated", 30, R"({"gap_id":"g1"})"))
            .given("issue-1", log_event("GapResolved", 50, R"({"gap_id":"g2"})"));
    const auto shown = summary_of(given);
    EXPECT_EQ(shown.gaps_found, 3U);
    EXPECT_EQ(shown.gaps_resolved, 1U);
    EXPECT_EQ(shown.gaps_open, 2U);
    const auto& high = shown.gaps.at("high");
    EXPECT_EQ(high.open, 1U);
    EXPECT_EQ(high.blocking, 1U);
    EXPECT_EQ(high.escalated, 1U);
    EXPECT_EQ(high.oldest_since, at_second(0));
    EXPECT_EQ(high.oldest_age_ms, 50'000.0);
    EXPECT_EQ(high.time_to_resolve.max_ms, 40'000.0);
    EXPECT_EQ(shown.gaps.at("unknown").mean_age_ms, 30'000.0);
    EXPECT_EQ(shown.open_gaps.front().id, "g1");
    EXPECT_TRUE(shown.open_gaps.front().escalated);
}

TEST(QualityMetrics, CountsWhatDoesNotFit) {
    const auto shown = summary_of(
        spec()
            .given("issue-1", log_event("GapResolved", 0, R"({"gap_id":"g9","severity":"low"})"))
            .given("issue-1", log_event("GapIdentified", 10, R"({"gap_id":"g1"})"))
            .given("issue-1", log_event("GapIdentified", 11, R"({"gap_id":"g1"})"))
            .given("issue-2", log_event("GapIdentified", 12, R"({"gap_id":"g1"})"))
            .given("issue-1", log_event("GapResolved", 5, R"({"gap_id":"g1"})"))
            .given("issue-1", log_event("TestRunCompleted", 6,
                                        R"({"coverage":140,"tests_total":9000000000000,
                                            "tests_failed":"x"})")));
    EXPECT_EQ(shown.resolved_unknown, 1U);
    EXPECT_EQ(shown.gaps_repeated, 1U);
    EXPECT_EQ(shown.resolved_before_found, 1U);
    EXPECT_EQ(shown.gaps_open, 1U);
    EXPECT_EQ(shown.gaps.at("low").resolved, 1U);
    EXPECT_EQ(shown.coverage_percent, std::nullopt);
    EXPECT_EQ(shown.odd_fields, 3U);
    EXPECT_EQ(shown.first_at, at_second(0));
    EXPECT_EQ(shown.last_at, at_second(12));
}

TEST(QualityMetrics, HasARowForAllAndOneForEachStream) {
    const auto given = spec()
                           .given("issue-1", log_event("TestRunFailed", 0))
                           .given("issue-2", log_event("TestRunCompleted", 1))
                           .given("issue-2", log_event("AgentSpawned", 2))
                           .then_rows(3);
    EXPECT_EQ(given.failures(), "");
    EXPECT_EQ(summary_of(given).test_runs.pass_rate, 0.5);
    EXPECT_EQ(summary_of(given, "stream:issue-2").test_runs.pass_rate, 1.0);
}

TEST(QualityMetrics, KeepsItsRowsBounded) {
    spec given;
    for (int i = 0; i < 300; ++i) {
        const auto n = std::to_string(i);
        given.given("issue-1", log_event("GapIdentified", i,
                                         R"({"gap_id":")" + n + R"(","severity":")" + n + R"("})"));
        given.given("issue-1",
                    log_event("QualityCheckFailed", i, R"({"check_name":"check )" + n + R"("})"));
    }
    const auto row = given.get("all").value();
    EXPECT_EQ(row.gaps_open.size(), quality_metrics::gaps_max);
    EXPECT_EQ(row.gaps_forgotten, 44U);
    EXPECT_EQ(row.gaps.size(), 17U);
    EXPECT_EQ(row.gaps.at("(other)").found, 284U);
    EXPECT_EQ(row.checks.by_name.size(), quality_metrics::names_max + 1);
    EXPECT_EQ(row.checks.by_name.at("(other)").failed, 200U);
    EXPECT_EQ(quality_metrics::present(row).gaps.at("(other)").open, 256U);
}

}  // namespace
}  // namespace daybook::projections
