// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: workflows and agents' runs are counted by state and outcome and measured by event times,
// over all time and over windows; clocks that disagree, missing starts and double ends are counted.
// Replayed in batches of 1 and of 1000, twice, by `projection_spec`.

#include <daybook/projections/testing.hpp>
#include <daybook/projections/workflow_metrics.hpp>

#include "agent_log.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"
#include "support/stored_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

namespace daybook::projections {
namespace {

using test::at_second;
using test::log_event;
using testing::Key;
using testing::UnorderedElementsAre;

using spec = projection_spec<workflow_metrics>;

workflow_summary summary_of(const spec& given, const std::string& key = "workflows") {
    return std::get<workflow_summary>(
        workflow_metrics::present(given.get(kind_key<work_metrics>(key)).value()));
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
            .then_rows(3);  // Two issues, and the sums.
    EXPECT_EQ(given.failures(), "");
    const auto shown = summary_of(given);
    EXPECT_EQ(shown.total, 2U);
    EXPECT_EQ(shown.completed, 1U);
    EXPECT_EQ(shown.paused, 1U);
    EXPECT_EQ(shown.ends_repeated, 1U);
    EXPECT_EQ(shown.by_type.at("PROD1").duration.max_ms, 60'000.0);
}

TEST(WorkflowMetrics, TellsWhereEachWorkflowStands) {
    const auto given =
        spec()
            .given("workflow-1", log_event("workflow.started", 0, R"({"workflow_type":"story"})"))
            .given("workflow-1", log_event("workflow.paused", 5))
            .given("workflow-2", log_event("workflow.started", 6))
            .given("workflow-2", log_event("workflow.failed", 8))
            .given("issue-1", log_event("AgentSpawned", 9, R"({"agent_name":"coder"})"));
    const auto shown = [&](const std::string& key) {
        const auto row = given.get(kind_key<work_in_streams>(key)).value();
        return std::get<work_summary>(workflow_metrics::present(row));
    };
    const auto first = shown("workflow-1");
    EXPECT_EQ(first.state, "paused");
    EXPECT_EQ(first.type, "story");
    EXPECT_EQ(first.since, at_second(0));
    EXPECT_EQ(first.last_at, at_second(5));
    const auto second = shown("workflow-2");
    EXPECT_EQ(second.state, "ended");
    EXPECT_EQ(second.failed, 1U);
    EXPECT_EQ(second.took_ms, 2'000.0);
    EXPECT_EQ(shown("issue-1\tcoder").open, 1U);
}

/// Folds events by hand, as the engine does, and knows the largest row.
class folded_work {
public:
    void apply(const json_event& event) {
        const auto key = work_in_streams::key(event);
        if (!key) return;
        const auto [at, is_new] = work_.try_emplace(*key);
        const auto before = at->second;
        at->second = work_in_streams::apply(before, event);
        const row_changed<work_in_streams> change{*key, is_new ? nullptr : &before, &at->second};
        for (const auto& sum : work_metrics::key(change))
            sums_[sum] = work_metrics::apply(std::move(sums_[sum]), change);
    }
    const workflow_metrics_row& sums(const std::string& key) { return sums_[key]; }
    std::size_t rows() const { return work_.size(); }
    std::size_t largest_row() const {
        std::size_t largest = 0;
        const auto measure = [&](const auto& rows) {
            for (const auto& [key, row] : rows) {
                std::string bytes;
                encode_value(row, bytes);
                largest = std::max(largest, bytes.size());
            }
        };
        measure(work_);
        measure(sums_);
        return largest;
    }

private:
    std::map<std::string, work_row> work_;
    std::map<std::string, workflow_metrics_row> sums_;
};

TEST(WorkflowMetrics, KeepsItsRowsSmallWhateverIsOpen) {
    constexpr std::size_t open = 100'000;
    constexpr std::size_t per_commit = 1'000;
    test::fresh_store store;
    for (std::size_t i = 0; i < open; i += per_commit) {
        commit_request begun;
        for (auto n = i; n < i + per_commit; ++n) {
            const auto type = std::to_string(n % 1'000);
            begun.streams.push_back({"workflow-" + std::to_string(n),
                                     expected::any(),
                                     {log_event("workflow.started", static_cast<std::int64_t>(n),
                                                R"({"workflow_type":"type )" + type + R"("})")}});
        }
        ASSERT_THAT(store->commit(begun), test::HoldsValue());
    }
    folded_work folded;
    for (const auto& one : test::read_everything(store->read_all())) folded.apply(json_event{one});
    EXPECT_EQ(folded.rows(), open);
    const auto shown = work_metrics::present(folded.sums("workflows"));
    EXPECT_EQ(shown.total, open);
    EXPECT_EQ(shown.running, open);
    EXPECT_EQ(shown.forgotten, 0U);
    EXPECT_EQ(shown.by_type.size(), work_metrics::types_max + 1);
    EXPECT_LT(folded.largest_row(), 8'192U);
}

TEST(WorkflowMetrics, ForgetsTheOldestRunsOfAnAgentInOneStream) {
    std::vector<std::pair<std::string, new_event>> given;
    const auto run = [&](const std::string& type, std::size_t i) {
        const auto id = std::to_string(i) + std::string(300, 'x');
        given.emplace_back("issue-1",
                           log_event(type, static_cast<std::int64_t>(i),
                                     R"({"agent_name":"coder","run_id":")" + id + R"("})"));
    };
    for (std::size_t i = 0; i < work_in_streams::runs_max + 10; ++i) run("AgentSpawned", i);
    for (std::size_t i = 0; i < work_in_streams::ended_max + 20; ++i) run("AgentCompleted", i);
    folded_work folded;
    for (const auto& one : test::stored(given)) folded.apply(json_event{one});
    const auto shown = work_metrics::present(folded.sums("agent:coder"));
    EXPECT_EQ(shown.forgotten, 10U);
    EXPECT_EQ(shown.ends_without_start, 10U);
    EXPECT_EQ(shown.total, work_in_streams::runs_max + 20);
    EXPECT_EQ(shown.running, work_in_streams::runs_max - work_in_streams::ended_max - 10);
    EXPECT_LT(folded.largest_row(), 80'000U);
}

/// What the sums of plain workflows are, told from all events at once and without any bound.
struct plain_sums {
    struct work {
        std::optional<std::int64_t> since;
        bool paused = false;
        bool has_ended = false;
    };
    std::map<std::string, work> all;
    std::uint64_t begun = 0, completed = 0, failed = 0, pauses = 0, reopened = 0, repeated = 0,
                  no_start = 0, ends_repeated = 0, before_start = 0;
    std::vector<std::int64_t> took_seconds;

    void apply(const std::string& stream, const std::string& type, std::int64_t second) {
        auto& one = all[stream];
        if (type == "workflow.started") {
            if (one.since) {
                ++repeated;
                return;
            }
            if (one.has_ended) ++reopened;
            one = {second, false, one.has_ended};
            ++begun;
        } else if (type == "workflow.paused") {
            ++pauses;
            if (one.since) one.paused = true;
        } else {
            end(one, type == "workflow.completed" ? completed : failed, second);
        }
    }
    void end(work& one, std::uint64_t& count, std::int64_t second) {
        if (!one.since && one.has_ended) {
            ++ends_repeated;
            return;
        }
        ++count;
        if (!one.since) {
            ++no_start;
        } else if (second < *one.since) {
            ++before_start;
        } else {
            took_seconds.push_back(second - *one.since);
        }
        one = {std::nullopt, false, true};
    }
    std::uint64_t open(bool paused) const {
        return static_cast<std::uint64_t>(std::count_if(all.begin(), all.end(), [&](auto& each) {
            return each.second.since && each.second.paused == paused;
        }));
    }
};

TEST(WorkflowMetrics, GivesTheSumsThatAPlainCountGives) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    constexpr std::array<const char*, 4> types{"workflow.started", "workflow.paused",
                                               "workflow.completed", "workflow.failed"};
    std::vector<std::pair<std::string, new_event>> given;
    plain_sums expected;
    for (std::int64_t i = 0; i < 10'000; ++i) {
        const auto second = i + static_cast<std::int64_t>(random.below(40));
        const auto stream = "workflow-" + std::to_string(random.below(1'000));
        const std::string type = random.pick(types);
        given.emplace_back(stream, log_event(type, second));
        expected.apply(stream, type, second);
    }
    folded_work folded;
    for (const auto& one : test::stored(given)) folded.apply(json_event{one});
    const auto shown = work_metrics::present(folded.sums("workflows"));
    EXPECT_EQ(shown.total, expected.begun + expected.no_start);
    EXPECT_EQ(shown.completed, expected.completed);
    EXPECT_EQ(shown.failed, expected.failed);
    EXPECT_EQ(shown.running, expected.open(false));
    EXPECT_EQ(shown.paused, expected.open(true));
    EXPECT_EQ(shown.pauses, expected.pauses);
    EXPECT_EQ(shown.reopened, expected.reopened);
    EXPECT_EQ(shown.starts_repeated, expected.repeated);
    EXPECT_EQ(shown.ends_without_start, expected.no_start);
    EXPECT_EQ(shown.ends_repeated, expected.ends_repeated);
    EXPECT_EQ(shown.ends_before_start, expected.before_start);
    auto& took = expected.took_seconds;
    std::sort(took.begin(), took.end());
    ASSERT_FALSE(took.empty());
    EXPECT_EQ(shown.duration.count, took.size());
    EXPECT_EQ(shown.duration.min_ms, static_cast<double>(took.front()) * 1'000);
    EXPECT_EQ(shown.duration.max_ms, static_cast<double>(took.back()) * 1'000);
    const auto median = static_cast<double>(took[took.size() / 2]) * 1'000;
    EXPECT_NEAR(*shown.duration.p50_ms, median, median * 0.02 + 1'000);
}

}  // namespace
}  // namespace daybook::projections
