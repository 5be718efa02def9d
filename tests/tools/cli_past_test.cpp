// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: `state`, `history` and `diff` agree with each other about the past, whatever way a point is
// given, and refuse points that are not there.

#include <daybook/store.hpp>

#include "sample/demo_sprint.hpp"
#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::test {
namespace {

namespace json = boost::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class CliPast : public testing::Test {
protected:
    json::value answer(std::vector<std::string> words, int code = 0) {
        words.insert(words.end(), {"-o", "json", "-q"});
        const auto ran = home_.run(words);
        EXPECT_EQ(ran.code, code) << ran.err;
        return json_of(ran.out);
    }
    json::array items(std::vector<std::string> words, int code = 0) {
        return answer(std::move(words), code).at("items").as_array();
    }
    static std::vector<std::string> texts(const json::value& list, std::string_view member) {
        std::vector<std::string> found;
        for (const auto& one : list.as_array()) found.emplace_back(one.at(member).as_string());
        return found;
    }
    /// The last event of the log: its place, and when it was recorded.
    std::pair<std::string, std::string> end_of_log() const {
        const auto log = store::open(home_.store, {.read_only = true}).value();
        const auto last = position{log.watermark().value - 1};
        return {std::to_string(last.value),
                to_string(log.read_one(last).value().view().recorded_at())};
    }
    void expect_refused(const std::vector<std::string>& words, int code, const std::string& part) {
        const auto ran = home_.run(words);
        EXPECT_EQ(ran.code, code) << testing::PrintToString(words) << ran.err;
        EXPECT_EQ(ran.out, "");
        EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
        EXPECT_THAT(ran.err, HasSubstr(part));
    }

    demo_home home_;
    const std::string stream_ = sample::demo_sprint().stream;
    const std::string instant_ = "2025-12-01T11:30:00Z";
};

TEST_F(CliPast, HistoryHasTheStatesThatStateTells) {
    const auto history = items({"history", stream_, "--limit", "30"});
    ASSERT_EQ(history.size(), 30U);
    for (const std::size_t n : {1U, 2U, 17U, 30U}) {
        auto state = answer({"state", stream_, "--sequence", std::to_string(n)}).as_object();
        EXPECT_EQ(state.at("stream").as_string(), stream_);
        state.erase("stream");
        EXPECT_EQ(history[n - 1].at("state"), state) << n;
        EXPECT_EQ(history[n - 1].at("sequence").as_int64(), static_cast<std::int64_t>(n));
        EXPECT_EQ(history[n - 1].at("stream").as_string(), stream_);
    }
}

TEST_F(CliPast, ATableOfWhatWasGoingOnIsShort) {
    const auto busy = (home_.home / "busy").string();
    {
        auto log = store::open(busy).value();
        for (int i = 0; i < 25; ++i) {
            const auto stream = "issue-" + std::to_string(i);
            log.append(stream, expected::any(), {{.type = "OrchestrationStarted"}}).value();
        }
    }
    const auto table = run_cli({"state", "-s", busy, "--around", "0"});
    EXPECT_EQ(table.code, 0) << table.err;
    EXPECT_THAT(table.err, HasSubstr("20 of 25 streams listed"));
    EXPECT_THAT(lines_of(table.out), testing::SizeIs(testing::Lt(50U)));
    const auto all = json_of(run_cli({"state", "-s", busy, "-o", "json"}).out);
    EXPECT_EQ(all.at("open_streams").as_array().size(), 25U);
}

TEST_F(CliPast, HistoryLiesBetweenTwoPoints) {
    const auto count = [&](const char* from, const char* to) {
        return items({"history", stream_, "--from", from, "--to", to}).size();
    };
    EXPECT_EQ(count("sequence:10", "sequence:20"), 10U);
    EXPECT_EQ(count("start", "sequence:3"), 3U);
    EXPECT_EQ(count("start", "now"), items({"read", stream_}).size());
    EXPECT_EQ(home_.run({"history", stream_, "--from", "now"}).code, 1);
    const auto by_time = items({"history", stream_, "--to", instant_});
    EXPECT_EQ(by_time.back().at("state").at("events"),
              answer({"state", stream_, "--at", instant_}).at("events"));
}

TEST_F(CliPast, HistoryIsReadable) {
    const auto table =
        home_.run({"history", stream_, "--from", "sequence:1", "--to", "sequence:11"});
    EXPECT_THAT(table.out, HasSubstr("phase: EXPLORE -> PLAN"));
    EXPECT_THAT(table.out, HasSubstr(stream_ + "#11"));
    EXPECT_THAT(table.out, Not(HasSubstr("last_event_at")));
}

TEST_F(CliPast, DiffIsTheSumOfTheChangesOfTheHistory) {
    const auto diff = items({"diff", stream_, "--from", "sequence:10", "--to", "sequence:11"}, 1);
    const auto history = items({"history", stream_, "--from", "sequence:10", "--limit", "1"});
    EXPECT_EQ(diff, history.front().at("changes").as_array());
    EXPECT_THAT(texts(diff, "path"), Contains("/phase"));
}

TEST_F(CliPast, DiffAnswersInEveryFormatAndOneMeansThatTheyDiffer) {
    const std::vector<std::string> words{"diff", stream_, "--from", "sequence:10"};
    const auto with = [&](const char* format) {
        auto line = words;
        line.insert(line.end(), {"-o", format});
        auto ran = home_.run(line);
        EXPECT_EQ(ran.code, 1);
        return ran.out;
    };
    const auto document = json_of(with("json"));
    const auto count = document.at("items").as_array().size();
    EXPECT_EQ(document.at("events_before").as_int64(), 10);
    EXPECT_EQ(lines_of(with("jsonl")).size(), count);
    EXPECT_EQ(csv_of(with("csv")).size(), count + 1);
    EXPECT_EQ(lines_of(with("table")).size(), count + 1);
    const auto same = home_.run({"diff", stream_, "--from", "now"});
    EXPECT_EQ(same.code, 0);
    EXPECT_EQ(same.out, "");
}

TEST_F(CliPast, PointsOfEveryKindAgree) {
    const auto at_position = answer({"state", stream_, "--position", "50"});
    EXPECT_EQ(at_position, answer({"state", stream_, "--sequence", "20"}));
    const auto [position, last] = end_of_log();
    EXPECT_EQ(answer({"state", stream_, "--recorded-at", last}), answer({"state", stream_}));
    EXPECT_EQ(answer({"state", stream_, "--position", position}), answer({"state", stream_}));
    for (const auto* point : {"50", "sequence:20"})
        EXPECT_EQ(home_.run({"diff", stream_, "--from", point, "--to", "50"}).code, 0) << point;
    EXPECT_EQ(home_.run({"diff", stream_, "--from", "recorded:" + last}).code, 0);
    EXPECT_EQ(home_.run({"diff", stream_, "--from", "now", "--to", "1m"}).code, 0);
    const auto occurred = answer({"show", stream_ + "#20"}).at("occurred_at").as_string();
    EXPECT_EQ(answer({"state", stream_, "--at", std::string{occurred}}), at_position);
}

TEST_F(CliPast, AnInstantTellsWhatWasGoingOnAround) {
    const auto then = answer({"state", stream_, "--at", instant_, "--around", "2"});
    auto alone = answer({"state", stream_, "--at", instant_}).as_object();
    for (const auto& [name, value] : alone) EXPECT_EQ(then.at(name), value) << name;
    ASSERT_EQ(then.at("before").as_array().size(), 2U);
    EXPECT_EQ(then.at("before").at(1).at("sequence"), then.at("sequence"));
    EXPECT_LT(then.at("before").at(1).at("occurred_at").as_string(), instant_);
    EXPECT_GT(then.at("after").at(0).at("occurred_at").as_string(), instant_);
    const auto table = home_.run({"state", stream_, "--at", instant_, "--around", "2"});
    EXPECT_THAT(table.out, HasSubstr("pending tasks"));
    EXPECT_THAT(table.out, HasSubstr("Phase FIX started"));
}

TEST_F(CliPast, AnInstantIsAlsoOfTheWholeStoreAndOfAnUndertaking) {
    const auto then = answer({"state", "--at", instant_});
    EXPECT_THAT(texts(then.at("open_streams"), "stream"), Contains(stream_));
    EXPECT_THAT(texts(then.at("active_agents"), "stream"), Contains("issue-SHOP-101"));
    EXPECT_THAT(texts(then.at("pending_tasks"), "id"), Contains("SHOP-103-2"));
    EXPECT_EQ(then.at("after").as_array().size(), 5U);
    const auto id = std::string{answer({"show", "sprint-14#1"}).at("correlation").as_string()};
    const auto sprint = answer({"state", "--correlation", id, "--at", instant_});
    EXPECT_LT(sprint.at("events").as_int64(), then.at("events").as_int64());
    EXPECT_THAT(texts(sprint.at("open_streams"), "stream"), Not(Contains(stream_)));
    EXPECT_THAT(texts(sprint.at("pending_tasks"), "id"), Contains("SHOP-103-2"));
    EXPECT_EQ(home_.run({"state", "--correlation", "none"}).code, 1);
    EXPECT_EQ(home_.run({"state", "--at", "2001-01-01"}).code, 1);
}

TEST_F(CliPast, RowsOfAProjectionHaveAPastToo) {
    const std::vector<std::string> of{"--projection", "agent_metrics"};
    const auto ask = [&](std::vector<std::string> words) {
        words.insert(words.end(), of.begin(), of.end());
        return words;
    };
    EXPECT_EQ(answer(ask({"state", "security-engineer", "--position", "100"})),
              answer({"projection", "show", "agent_metrics", "security-engineer", "--at", "100"}));
    const auto history = items(ask({"history", "security-engineer"}));
    ASSERT_GT(history.size(), 1U);
    EXPECT_THAT(texts(history, "type"), Contains("AgentSpawned"));
    EXPECT_THAT(texts(items(ask({"diff", "security-engineer", "--from", "start"}), 1), "path"),
                ElementsAre(""));
    expect_refused(ask({"state", "nobody"}), 3, "no row 'nobody'");
    EXPECT_EQ(home_.run(ask({"state", "security-engineer", "--position", "1"})).code, 1);
    // Of several kinds of rows the first need not be named.
    EXPECT_GT(items({"history", "workflows", "--projection", "workflow_metrics"}).size(), 1U);
}

TEST_F(CliPast, AProjectionMayComeFromAFile) {
    const std::string view = R"({"name":"by_type","version":1,"key":"$type",)"
                             R"("columns":{"events":"count"}})";
    const std::vector<std::string> words{"history", "AgentFailed", "--projection", "by_type",
                                         "--view",  "-",           "-o",           "jsonl"};
    const auto ran = home_.run(words, {.input = view});
    EXPECT_EQ(ran.code, 0) << ran.err;
    ASSERT_EQ(lines_of(ran.out).size(), 1U);
    EXPECT_EQ(json_of(ran.out).at("state").at("events").to_number<int>(), 1);
}

TEST_F(CliPast, PointsThatAreNotThereAreRefusedWithTheEnd) {
    const auto events = std::to_string(items({"read", stream_}).size());
    const auto [last, recorded] = end_of_log();
    const auto beyond = std::to_string(std::stoul(last) + 1);
    expect_refused({"state", stream_, "--sequence", "9999"}, 2,
                   "the stream ends with sequence " + events);
    expect_refused({"state", stream_, "--position", "9999"}, 2,
                   "the log ends with position " + last);
    expect_refused({"state", stream_, "--at", "2999-01-01"}, 2, "that time has not come");
    expect_refused({"state", stream_, "--recorded-at", "2999-01-01"}, 2, "that time has not come");
    expect_refused({"state", "--at", "2999-01-01"}, 2, "that time has not come");
    expect_refused({"state", "--sequence", "1"}, 2, "not of one stream");
    expect_refused({"history", stream_, "--from", "sequence:9999"}, 2, "ends with sequence");
    expect_refused({"diff", stream_, "--from", "1", "--to", beyond}, 2,
                   "ends with position " + last);
    expect_refused({"history", "x", "--projection", "agent_metrics", "--to", "sequence:1"}, 2,
                   "not of one stream");
}

TEST_F(CliPast, SenselessLinesAreRefused) {
    for (const auto* option : {"--at", "--recorded-at", "--sequence", "--position", "--around"})
        expect_refused({"state", stream_, option, "soon"}, 2, std::string{option} + ": ");
    expect_refused({"state", stream_, "--around", "10001"}, 2, "at most 10,000");
    expect_refused({"state", stream_, "--at", "1h", "--recorded-at", "1h"}, 2, "give one");
    expect_refused({"state", stream_, "--correlation", "x"}, 2, "give one of them");
    expect_refused({"state", "--projection", "timeline"}, 2, "needs the KEY");
    expect_refused({"state", "x", "--projection", "timeline", "--around", "1"}, 2, "--around");
    expect_refused({"diff", stream_}, 2, "--from");
    for (const auto* text : {"soon", "sequence:x", "sequence:", "recorded:x", "12x", ""}) {
        expect_refused({"diff", stream_, "--from", text}, 2, "--from: ");
        expect_refused({"history", stream_, "--to", text}, 2, "--to: ");
    }
    expect_refused({"history", stream_, "--limit", "x"}, 2, "--limit: 'x'");
    expect_refused({"history", stream_, "--projection", "none"}, 3, "none");
    expect_refused({"diff", "issue-none", "--from", "start"}, 3, "no stream issue-none");
    expect_refused({"history", "issue-none"}, 3, "no stream issue-none");
}

}  // namespace
}  // namespace daybook::test
