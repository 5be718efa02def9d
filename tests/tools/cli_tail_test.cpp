// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: `daybook tail` shows the last events in order, follows, and ends as it is told.
// Method: the program on the store of the demo; what `query` says is what the tail must say.

#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class CliTail : public testing::Test {
protected:
    std::vector<std::string> lines(std::vector<std::string> words) {
        words.insert(words.end(), {"-o", "jsonl", "-q"});
        return lines_of(home_.run(words).out);
    }

    demo_home home_;
};

TEST_F(CliTail, ShowsTheLastEventsOldestFirst) {
    const auto all = lines({"read"});
    const std::vector<std::string> last_ten{all.end() - 10, all.end()};
    EXPECT_EQ(lines({"tail"}), last_ten);
    EXPECT_EQ(lines({"tail", "-n", "10"}), last_ten);
    EXPECT_EQ(lines({"tail", "--last", "1000000"}), all);
    EXPECT_THAT(lines({"tail", "-n", "3"}), SizeIs(3));
}

TEST_F(CliTail, TakesEveryFilterOfQuery) {
    const std::vector<std::vector<std::string>> filters = {
        {"--type", "AgentFailed"},
        {"--category", "issue"},
        {"--stream", "issue-SHOP-102"},
        {"--tag", "phase:TEST"},
        {"--where", "/severity=high"},
        {"--actor-type", "agent", "--until", "2025-12-01T12:00:00Z"}};
    for (const auto& filter : filters) {
        std::vector<std::string> query{"query", "--limit", "100000"};
        std::vector<std::string> tail{"tail", "--last", "100000"};
        query.insert(query.end(), filter.begin(), filter.end());
        tail.insert(tail.end(), filter.begin(), filter.end());
        const auto wanted = lines(query);
        EXPECT_EQ(lines(tail), wanted) << filter[0];
        ASSERT_THAT(wanted, testing::Not(IsEmpty())) << filter[0];
        tail[2] = "1";
        EXPECT_THAT(lines(tail), testing::ElementsAre(wanted.back())) << filter[0];
    }
}

TEST_F(CliTail, ShowsAllSinceATimeUnlessANumberIsGiven) {
    const auto all = lines({"read"});
    EXPECT_EQ(lines({"tail", "--since", "2025-01-01"}), all);
    EXPECT_THAT(lines({"tail", "--since", "2025-01-01", "-n", "4"}), SizeIs(4));
    EXPECT_EQ(home_.run({"tail", "--since", "0s"}).code, 1);
}

TEST_F(CliTail, EndsWhenItIsIdle) {
    EXPECT_THAT(lines({"tail", "-n", "2", "--until-idle", "1ms"}), SizeIs(2));
    const auto none = home_.run({"tail", "-n", "0", "--follow", "--until-idle", "30ms"});
    EXPECT_EQ(none.code, 1);
    EXPECT_THAT(none.err, HasSubstr("no match"));
    EXPECT_THAT(lines({"tail", "-n", "2", "--until-idle", "0s"}), SizeIs(2));
}

TEST_F(CliTail, WritesEachFormatWholeThoughItFollows) {
    const auto document = json_of(home_.run({"tail", "--until-idle", "1ms", "-o", "json"}).out);
    EXPECT_EQ(document.at("items").as_array().size(), 10U);
    EXPECT_THAT(csv_of(home_.run({"tail", "--until-idle", "1ms", "-o", "csv"}).out), SizeIs(11));
    EXPECT_THAT(lines_of(home_.run({"tail", "--until-idle", "1ms"}).out), SizeIs(11));
}

TEST_F(CliTail, EndsCleanlyWhenInterrupted) {
    // What was read is written before it waits, so the first line says that it follows.
    const auto ran = run_shell("daybook tail --follow -n 1 -o json -s '" + home_.store.string() +
                                   "' > out & while [ ! -s out ]; do :; done; kill -INT $!; wait "
                                   "$!; echo \"code $?\"; cat out",
                               {.directory = home_.home.path()});
    EXPECT_THAT(ran.out, testing::StartsWith("code 0\n{\"items\":["));
    EXPECT_THAT(ran.out, EndsWith("\n]}\n"));
    EXPECT_EQ(json_of(ran.out.substr(7)).at("items").as_array().size(), 1U);
}

TEST_F(CliTail, RefusesWhatMakesNoSense) {
    for (const auto* text : {"soon", "5", "5y", "99999999d", "-1s"}) {
        const auto ran = home_.run({"tail", std::string{"--until-idle="} + text});
        EXPECT_EQ(ran.code, 2) << text;
        EXPECT_THAT(ran.err, HasSubstr("--until-idle"));
        EXPECT_THAT(ran.out, IsEmpty());
    }
    EXPECT_EQ(home_.run({"tail", "--last", "many"}).code, 2);
    EXPECT_EQ(home_.run({"tail", "--stream", "nodash"}).code, 2);
}

}  // namespace
}  // namespace daybook::test
