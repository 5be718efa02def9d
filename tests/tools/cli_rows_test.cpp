// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: rows of a view are listed by range, page by page, and views follow a store.

#include "cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace daybook::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CliRowsOfViews : public testing::Test {
protected:
    std::vector<std::string> keys(std::vector<std::string> words) {
        words.insert(words.begin(), {"projection", "rows", "agent_metrics"});
        words.insert(words.end(), {"-o", "csv"});
        std::vector<std::string> found;
        const auto ran = home_.run(words);
        if (ran.code > 1) ADD_FAILURE() << ran.err;
        for (const auto& row : csv_of(ran.out)) found.push_back(row.front());
        if (!found.empty()) found.erase(found.begin());  // The names of the columns.
        return found;
    }
    demo_home home_;
};

TEST_F(CliRowsOfViews, AreListedByRangeInEitherDirection) {
    auto all = keys({});
    ASSERT_GE(all.size(), 4U);
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
    EXPECT_THAT(keys({"--from", all[1], "--before", all[3]}), ElementsAre(all[1], all[2]));
    EXPECT_THAT(keys({"--prefix", all[2]}), ElementsAre(all[2]));
    EXPECT_THAT(keys({"--backwards", "-n", "2"}), ElementsAre(all.end()[-1], all.end()[-2]));
    std::reverse(all.begin(), all.end());
    EXPECT_EQ(keys({"--backwards"}), all);
    EXPECT_THAT(keys({"--prefix", "zzz"}), IsEmpty());
}

TEST_F(CliRowsOfViews, AreListedAsOfAMoment) {
    EXPECT_LT(keys({"--at", "20"}).size(), keys({}).size());
}

TEST_F(CliRowsOfViews, FollowTheStoreUntilInterrupted) {
    const auto store = "-s '" + home_.store.string() + "'";
    // Appends as soon as nobody has the store, then looks until the view has the event.
    const auto ran =
        run_shell("daybook projection run timeline --follow --every 5ms -o jsonl " + store +
                      " > out 2> err & "
                      "while [ ! -s out ]; do :; done; "
                      "until daybook append task-77 TaskAssigned '{}' --quiet " +
                      store +
                      " > appended 2> refused; do :; done; "
                      "until daybook projection status -o csv " +
                      store +
                      " | grep -q '^timeline,1,1,current'; do :; done; "
                      "kill -INT $!; wait $!; echo \"code $?\"",
                  {.directory = home_.home.path()});
    EXPECT_EQ(ran.out, "code 0\n");
}

TEST_F(CliRowsOfViews, AreRefusedWhereTheQuestionMakesNoSense) {
    const auto none = home_.run({"projection", "rows", "agent_metrics", "--by", "agent=x"});
    EXPECT_EQ(none.code, 2);
    EXPECT_THAT(none.err, HasSubstr("secondary"));
    const std::pair<std::vector<std::string>, const char*> refused[] = {
        {{"projection", "rows", "timeline", "--by", "x=1", "--from", "a"}, "leave out --from"},
        {{"projection", "run", "--every", "1s"}, "--every is for --follow"},
        {{"projection", "run", "--follow", "-o", "json"}, "-o jsonl"},
        {{"projection", "run", "--follow", "--every", "0s"}, "--every"}};
    for (const auto& [words, told] : refused) {
        const auto ran = home_.run(words);
        EXPECT_EQ(ran.code, 2) << told;
        EXPECT_THAT(ran.err, HasSubstr(told));
    }
    const auto no_value = home_.run({"projection", "rows", "agent_metrics", "--by", "agent"});
    EXPECT_EQ(no_value.code, 2);
    EXPECT_THAT(no_value.err, HasSubstr("INDEX=VALUE"));
}

}  // namespace
}  // namespace daybook::test
