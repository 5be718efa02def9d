// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: `daybook summarize` appends what is due, once, and says so.

#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::test {
namespace {

using testing::HasSubstr;

class CliSummarize : public testing::Test {
protected:
    boost::json::value sum_up(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"summarize", "-o", "json"});
        const auto ran = demo_.run(more);
        EXPECT_EQ(ran.code, 0) << ran.err;
        return json_of(ran.out);
    }
    std::size_t count_of(const std::string& type) const {
        return lines_of(demo_.run({"query", "--type", type, "-o", "jsonl"}).out).size();
    }

    demo_home demo_;
};

TEST_F(CliSummarize, AppendsWhatIsDueOnce) {
    const auto phases = count_of("PhaseSummaryCreated");
    const auto wholes = count_of("OrchestrationSummaryCreated");
    const auto first = sum_up({"--category", "issue"});
    const auto made = first.at("phase_summaries").to_number<std::size_t>();
    EXPECT_GT(made, 0U);
    EXPECT_EQ(count_of("PhaseSummaryCreated"), phases + made);
    EXPECT_EQ(count_of("OrchestrationSummaryCreated"),
              wholes + first.at("orchestration_summaries").to_number<std::size_t>());
    const auto again = sum_up({"--category", "issue"});
    EXPECT_EQ(again.at("events").to_number<int>(), 0);
    EXPECT_EQ(count_of("PhaseSummaryCreated"), phases + made);
}

TEST_F(CliSummarize, TakesOtherNumbers) {
    const auto made = sum_up({"--phase-events", "0", "--orchestration-events", "10"});
    EXPECT_EQ(made.at("phase_summaries").to_number<int>(), 0);
    EXPECT_GT(made.at("orchestration_summaries").to_number<int>(), 10);
}

TEST_F(CliSummarize, HasNoJsonDocumentWithoutAnEnd) {
    const auto ran = demo_.run({"summarize", "--follow", "-o", "json"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.out + ran.err, HasSubstr("jsonl"));
}

TEST_F(CliSummarize, FollowsUntilInterrupted) {
    const auto ran = run_shell(
        "daybook summarize -f --every 10ms -o jsonl > out & pid=$!; "
        "while [ ! -s out ]; do :; done; kill -INT $pid; wait $pid; echo \"code $?\"; cat out",
        {.environment = {{"DAYBOOK_STORE", demo_.store.string()}}, .directory = demo_.home.path()});
    EXPECT_THAT(ran.out, HasSubstr("code 0"));
    EXPECT_THAT(ran.out, HasSubstr("\"phase_summaries\":"));
}

}  // namespace
}  // namespace daybook::test
