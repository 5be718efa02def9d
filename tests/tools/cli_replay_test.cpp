// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: 'daybook replay' puts what was asked for where it was asked for, once, goes on after it was
// stopped, and changes nothing where it only tells.

#include <daybook/store.hpp>

#include "cli_run.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

std::string content_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

class CliReplay : public testing::Test {
protected:
    cli_result replay(std::vector<std::string> words) const {
        words.insert(words.begin(), "replay");
        return home_.run(words, {.directory = home_.home.path()});
    }
    std::string exported(std::vector<std::string> words) const {
        words.insert(words.begin(), "export");
        return home_.run(words).out;
    }
    fs::path path(const std::string& name) const { return home_.home / name; }

    demo_home home_;
};

TEST_F(CliReplay, ShowsEventsAsTheOtherCommandsDo) {
    const auto shown = replay({"--type", "AgentSpawned", "-o", "jsonl"});
    EXPECT_EQ(shown.code, 0);
    EXPECT_EQ(shown.out, home_.run({"query", "--type", "AgentSpawned", "-o", "jsonl"}).out);
    EXPECT_EQ(replay({"--type", "None"}).code, 1);
}

TEST_F(CliReplay, SelectsByPlaceTimeAndChain) {
    const auto positions = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"-o", "csv"});
        std::vector<std::string> found;
        for (const auto& row : csv_of(replay(words).out)) found.push_back(row.front());
        if (!found.empty()) found.erase(found.begin());
        return found;
    };
    EXPECT_THAT(positions({"--from", "3", "--to", "5"}), testing::ElementsAre("3", "4", "5"));
    const auto of_stream = positions({"--stream", "issue-SHOP-102"});
    ASSERT_GE(of_stream.size(), 5U);
    EXPECT_EQ(positions({"--stream", "issue-SHOP-102", "--from-sequence", "3"}),
              (std::vector<std::string>{of_stream.begin() + 2, of_stream.end()}));
    EXPECT_THAT(positions({"--to", "2001-01-01"}), IsEmpty());
    EXPECT_EQ(positions({"--from", "2001-01-01"}), positions({}));
    const auto first = lines_of(replay({"--stream", "issue-SHOP-102", "-o", "jsonl"}).out).at(0);
    const std::string correlation{json_of(first).as_object().at("correlation").as_string()};
    const auto in_correlation = positions({"--correlation", correlation});
    EXPECT_THAT(in_correlation, testing::Not(IsEmpty()));
    EXPECT_THAT(positions({"--chain", correlation}), testing::IsSupersetOf(in_correlation));
    EXPECT_EQ(positions({"--chain", correlation, "--correlation", correlation}), in_correlation);
    EXPECT_THAT(positions({"--chain", "none"}), IsEmpty());
}

TEST_F(CliReplay, WritesLinesThatExportWrites) {
    const auto ran = replay({"--into", "jsonl:all.jsonl", "-o", "json"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(content_of(path("all.jsonl")), exported({}));
    EXPECT_FALSE(fs::exists(path("all.jsonl.partial")));
    EXPECT_FALSE(fs::exists(path("all.jsonl.bookmark")));
    const auto told = json_of(ran.out).as_object();
    EXPECT_EQ(told.at("state"), "complete");
    EXPECT_EQ(told.at("bytes").to_number<std::uint64_t>(), fs::file_size(path("all.jsonl")));
    ASSERT_EQ(replay({"--into", "cloudevents:all.ce.jsonl"}).code, 0);
    EXPECT_EQ(content_of(path("all.ce.jsonl")), exported({"-f", "cloudevents"}));
    const auto piped = replay({"--into", "jsonl:-"});
    EXPECT_EQ(piped.out, exported({}));
}

TEST_F(CliReplay, DoesNotReplaceFilesUnasked) {
    std::ofstream{path("mine.jsonl")} << "mine\n";
    const auto refused = replay({"--into", "jsonl:mine.jsonl"});
    EXPECT_EQ(refused.code, 4);
    EXPECT_THAT(refused.err, HasSubstr("--overwrite"));
    EXPECT_EQ(content_of(path("mine.jsonl")), "mine\n");
    EXPECT_EQ(replay({"--into", "jsonl:mine.jsonl", "--overwrite"}).code, 0);
    EXPECT_EQ(content_of(path("mine.jsonl")), exported({}));
}

TEST_F(CliReplay, GoesOnWithAFileAfterItWasInterrupted) {
    // Slow enough to be interrupted: the demo's sprint takes days.
    const auto store = "-s '" + home_.store.string() + "'";
    const auto ran = run_shell("daybook replay --into jsonl:slow.jsonl --pace original " + store +
                                   " > out 2> err & until [ -e slow.jsonl.partial ]; do :; done; "
                                   "kill -INT $!; wait $!; echo \"code $?\"",
                               {.directory = home_.home.path()});
    EXPECT_EQ(ran.out, "code 1\n") << content_of(path("err"));
    EXPECT_THAT(content_of(path("err")), HasSubstr("--resume goes on"));
    EXPECT_FALSE(fs::exists(path("slow.jsonl")));
    const auto refused = replay({"--into", "jsonl:slow.jsonl"});
    EXPECT_EQ(refused.code, 4);
    EXPECT_THAT(refused.err, HasSubstr("slow.jsonl.partial"));
    const auto other = replay({"--into", "jsonl:slow.jsonl", "--resume", "--to", "5"});
    EXPECT_EQ(other.code, 2);
    EXPECT_THAT(other.err, HasSubstr("another replay"));
    // What a killed replay wrote behind its bookmark.
    std::ofstream{path("slow.jsonl.partial"), std::ios::app} << "{\"half";
    const auto rest = replay({"--into", "jsonl:slow.jsonl", "--resume"});
    ASSERT_EQ(rest.code, 0) << rest.err;
    EXPECT_EQ(content_of(path("slow.jsonl")), exported({}));
}

TEST_F(CliReplay, RefusesAFileThatDoesNotFitItsBookmark) {
    const auto store = "-s '" + home_.store.string() + "'";
    (void)run_shell("daybook replay --into jsonl:a.jsonl --pace original " + store +
                        " > out 2> err & until [ -e a.jsonl.partial ]; do :; done; "
                        "kill -INT $!; wait $!",
                    {.directory = home_.home.path()});
    auto mark = content_of(path("a.jsonl.bookmark"));
    const auto at = mark.find("\"settled\":\"");
    ASSERT_NE(at, mark.npos) << mark;
    std::ofstream{path("a.jsonl.bookmark")} << mark.replace(at, 11, "\"settled\":\"9999999");
    const auto ran = replay({"--into", "jsonl:a.jsonl", "--resume"});
    EXPECT_EQ(ran.code, 7);
    EXPECT_THAT(ran.err, HasSubstr("does not fit its bookmark"));
    EXPECT_EQ(replay({"--into", "jsonl:a.jsonl", "--overwrite"}).code, 0);
    EXPECT_EQ(content_of(path("a.jsonl")), exported({}));
}

TEST_F(CliReplay, CopiesIntoAnotherStoreOnce) {
    const auto ran = replay({"--into", "store:copy", "-o", "json"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    const auto appended = json_of(ran.out).as_object().at("appended").to_number<std::uint64_t>();
    EXPECT_GT(appended, 0U);
    const auto again = replay({"--into", "store:copy", "-o", "json"});
    ASSERT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(json_of(again.out).as_object().at("appended").to_number<std::uint64_t>(), 0U);
    EXPECT_EQ(json_of(again.out).as_object().at("there_already").to_number<std::uint64_t>(),
              appended);
    EXPECT_EQ(run_cli({"query", "-o", "csv", "-s", path("copy").string()}).code, 0);
    {
        auto log = store::open(home_.store).value();
        new_event made;
        made.type = "JustNow";
        log.append("task-1", expected::any(), {made}).value();
    }
    const auto since = replay({"--into", "store:copy", "--resume", "-o", "json"});
    ASSERT_EQ(since.code, 0) << since.err;
    EXPECT_EQ(json_of(since.out).as_object().at("appended").to_number<std::uint64_t>(), 1U);
}

TEST_F(CliReplay, GoesOnWithAStoreFromItsBookmark) {
    ASSERT_EQ(replay({"--into", "store:copy", "--resume"}).code, 0);
    const auto again = replay({"--into", "store:copy", "--resume", "-o", "json"});
    ASSERT_EQ(again.code, 0) << again.err;
    const auto told = json_of(again.out).as_object();
    EXPECT_EQ(told.at("events").to_number<std::uint64_t>(), 0U);
    EXPECT_GT(told.at("events_before").to_number<std::uint64_t>(), 0U);
    const auto other = replay({"--into", "store:copy", "--resume", "--type", "AgentSpawned"});
    EXPECT_EQ(other.code, 2);
    EXPECT_THAT(other.err, HasSubstr("another replay"));
}

TEST_F(CliReplay, RefusesTheStoreBeingReadByWhateverPath) {
    fs::create_directory_symlink(home_.store, path("link"));
    for (const auto& name : {home_.store.string(), path("link").string(), std::string{"./store"}}) {
        const auto ran = replay({"--into", "store:" + name});
        EXPECT_EQ(ran.code, 2) << name;
        EXPECT_THAT(ran.err, HasSubstr("is the store being read"));
    }
}

TEST_F(CliReplay, FoldsAViewOfTheSelectedEvents) {
    const auto all = replay({"--into", "view:agent_metrics", "-o", "jsonl"});
    ASSERT_EQ(all.code, 0) << all.err;
    EXPECT_EQ(all.out, home_.run({"projection", "show", "agent_metrics", "-o", "jsonl"}).out);
    const auto until = replay({"--into", "view:agent_metrics", "--to", "50", "-o", "jsonl"});
    EXPECT_EQ(until.out,
              home_.run({"projection", "show", "agent_metrics", "--at", "50", "-o", "jsonl"}).out);
}

TEST_F(CliReplay, TellsInADryRunWhatItWouldDo) {
    const auto would = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"--dry-run", "--to", "0", "-o", "jsonl"});
        const auto ran = replay(words);
        EXPECT_EQ(ran.code, 0) << ran.err;
        EXPECT_THAT(ran.err, HasSubstr("nothing was done"));
        return std::string{json_of(ran.out).as_object().at("would").as_string()};
    };
    EXPECT_EQ(would({}), "show");
    EXPECT_EQ(would({"--into", "jsonl:a.jsonl"}), "write");
    EXPECT_EQ(would({"--into", "store:copy"}), "append");
    EXPECT_FALSE(fs::exists(path("a.jsonl.partial")));
    EXPECT_FALSE(fs::exists(path("copy")));
    ASSERT_EQ(replay({"--into", "store:copy"}).code, 0);
    EXPECT_EQ(would({"--into", "store:copy"}), "there already");
    const auto paced = replay({"--dry-run", "--pace", "2x", "-o", "csv"});
    const auto rows = csv_of(paced.out);
    EXPECT_EQ(rows.at(0).at(1), "after_ms");
    EXPECT_EQ(rows.at(1).at(1), "0");
    EXPECT_NE(rows.back().at(1), "0");
}

TEST_F(CliReplay, ReadsBesideAWriter) {
    const auto writer = store::open(home_.store).value();
    EXPECT_EQ(replay({"--into", "store:copy"}).code, 0);
    EXPECT_EQ(replay({"--into", "jsonl:all.jsonl"}).code, 0);
}

TEST_F(CliReplay, RefusesWhatMakesNoSense) {
    const std::pair<std::vector<std::string>, const char*> refused[] = {
        {{"--into", "printer:x"}, "'printer:x'"},
        {{"--into", "jsonl"}, "'jsonl'"},
        {{"--into", "jsonl:"}, "'jsonl:'"},
        {{"--into", "jsonl:a.jsonl.gz"}, "export"},
        {{"--into", "jsonl:-", "--resume"}, "standard output"},
        {{"--into", "view:agent_metrics", "--resume"}, "--resume"},
        {{"--overwrite"}, "--overwrite"},
        {{"--into", "store:copy", "--overwrite"}, "--overwrite"},
        {{"--from", "noon"}, "--from"},
        {{"--from", "2999-01-01"}, "future"},
        {{"--to", "2999-01-01"}, "future"},
        {{"--from", "123456"}, "the log ends"},
        {{"--to", "123456"}, "the log ends"},
        {{"--from", "9", "--to", "3", "--into", "jsonl:wrong.jsonl"}, "behind its end"},
        {{"--from-sequence", "3"}, "--stream"},
        {{"--from", "3", "--from-sequence", "3", "--stream", "a-1"}, "not both"},
        {{"--pace", "fast"}, "'fast'"},
        {{"--pace", "0x"}, "'0x'"},
        {{"--pace", "-1x"}, "'-1x'"},
        {{"--pace", "nanx"}, "'nanx'"},
        {{"--longest-pause", "x"}, "--longest-pause"}};
    for (const auto& [words, told] : refused) {
        const auto ran = replay(words);
        EXPECT_EQ(ran.code, 2) << testing::PrintToString(words);
        EXPECT_THAT(ran.err, HasSubstr(told));
        EXPECT_EQ(ran.out, "");
    }
    EXPECT_FALSE(fs::exists(path("copy")));
    EXPECT_FALSE(fs::exists(path("wrong.jsonl.partial")));
    EXPECT_EQ(replay({"--into", "view:none"}).code, 3);
    EXPECT_EQ(replay({"--into", "jsonl:no/such/dir.jsonl"}).code, 3);
}

}  // namespace
}  // namespace daybook::test
