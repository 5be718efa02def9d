// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: every built-in view is shown with columns of its own, as a table and as JSON, and tells
// something about the sprint of the demo.

#include <daybook/projections/built_in.hpp>

#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::test {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

class CliViews : public testing::Test {
protected:
    json::value answer(std::vector<std::string> words) {
        words.insert(words.end(), {"-o", "json", "-q"});
        const auto ran = home_.run(words);
        EXPECT_EQ(ran.code, 0) << ran.err;
        return json_of(ran.out);
    }
    demo_home home_;
};

TEST_F(CliViews, AreAllListedAndShown) {
    const auto listed = run_cli({"projection", "list"});
    ASSERT_EQ(home_.run({"projection", "run", "-q"}).code, 0);
    for (const auto& of : projections::built_in_projections()) {
        EXPECT_THAT(listed.out, HasSubstr(of.name()));
        const auto shown =
            home_.run({"projection", "show", of.name(), "--limit", "3", "-o", "csv"});
        if (shown.code == 1) continue;  // Nothing of the kind in the demo.
        EXPECT_EQ(shown.code, 0) << of.name() << shown.err;
        // A view without a layout would show its rows as JSON in one column.
        EXPECT_THAT(shown.out, Not(HasSubstr("key,row"))) << of.name();
    }
}

TEST_F(CliViews, TellAboutTheSprintOfTheDemo) {
    const auto work = answer({"projection", "show", "workflow_metrics", "workflows"});
    EXPECT_GT(work.at("total").to_number<int>(), 0);
    EXPECT_GT(work.at("by_type").as_object().size(), 0U);
    const auto quality = answer({"projection", "show", "quality_metrics", "all"});
    EXPECT_GT(quality.at("gaps_found").to_number<int>(), 0);
    const auto board = answer({"projection", "show", "sprint_board", "--prefix", "task:"});
    EXPECT_GT(board.at("items").as_array().size(), 0U);
    const auto done = answer({"projection", "show", "activity_statistics", "all"});
    EXPECT_GT(done.at("by_agent").as_object().size(), 0U);
}

TEST_F(CliViews, ShowTheSumsOfAllWorkAndEachWorkflowBelowWork) {
    const auto sums = answer({"projection", "show", "workflow_metrics"});
    std::vector<std::string> keys;
    for (const auto& row : sums.at("items").as_array()) keys.emplace_back(row.at("of").as_string());
    EXPECT_THAT(keys, testing::Contains("workflows"));
    EXPECT_THAT(keys, testing::Contains("agents"));
    const auto each = answer({"projection", "show", "workflow_metrics", "--prefix", "work/"});
    ASSERT_FALSE(each.at("items").as_array().empty());
    const auto& first = each.at("items").as_array().front();
    const std::string stream{first.at("of").as_string()};
    EXPECT_FALSE(stream.starts_with("work/"));
    EXPECT_EQ(answer({"projection", "show", "workflow_metrics", "work/" + stream}), first);
    EXPECT_EQ(answer({"projection", "show", "workflow_metrics", "metrics/workflows"}),
              answer({"projection", "show", "workflow_metrics", "workflows"}));
    const auto table = home_.run({"projection", "show", "workflow_metrics", "--prefix", "work/"});
    EXPECT_THAT(table.out, HasSubstr("TOOK"));
    EXPECT_EQ(home_.run({"projection", "show", "workflow_metrics", "nothing"}).code, 3);
}

TEST_F(CliViews, ShowAFeedByItsNameNewestFirst) {
    const auto feed = answer({"projection", "show", "activity_feed", "severity:error"});
    const auto& lines = feed.at("items").as_array();
    ASSERT_GT(lines.size(), 1U);
    for (std::size_t i = 1; i < lines.size(); ++i) {
        EXPECT_GT(lines[i - 1].at("position").to_number<std::uint64_t>(),
                  lines[i].at("position").to_number<std::uint64_t>());
    }
}

}  // namespace
}  // namespace daybook::test
