// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: `daybook fork` and `daybook diff` do what the library does, tell it in every format, and
// refuse what cannot be with one line and nothing changed.

#include <daybook/store.hpp>

#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class CliFork : public testing::Test {
protected:
    fs::path place() { return demo_.home / ("branch-" + std::to_string(made_++)); }
    cli_result diff(const fs::path& other, std::vector<std::string> words) const {
        words.insert(words.begin(), {"diff", "-s", demo_.store.string(), "-s", other.string()});
        return run_cli(words);
    }
    void expect_refused(const std::vector<std::string>& words, int code, const std::string& told,
                        const std::string& input = {}) {
        SCOPED_TRACE(testing::PrintToString(words));
        const auto ran = demo_.run(words, {.input = input});
        EXPECT_EQ(ran.code, code);
        EXPECT_EQ(ran.out, "");
        EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
        EXPECT_THAT(ran.err, HasSubstr(told));
    }
    static std::uint64_t number(const cli_result& ran, const char* member) {
        return json_of(ran.out).at(member).to_number<std::uint64_t>();
    }

    demo_home demo_;
    int made_ = 0;
};

TEST_F(CliFork, MakesABranchThatDiffAndDoctorKnow) {
    const auto branch = place();
    const auto made = demo_.run({"fork", branch.string(), "--position", "99", "-o", "json"});
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_EQ(number(made, "events"), 100U);
    EXPECT_EQ(number(made, "shared_events"), 100U);
    const auto doctor = run_cli({"doctor", "--deep", "-s", branch.string()});
    EXPECT_EQ(doctor.code, 0) << doctor.out;
    EXPECT_THAT(doctor.out, HasSubstr("forked from"));

    const auto parted = diff(branch, {"-o", "json", "-n", "3"});
    EXPECT_EQ(parted.code, 1) << parted.err;
    EXPECT_EQ(number(parted, "shared"), 100U);
    EXPECT_EQ(number(parted, "only_b"), 0U);
    EXPECT_GT(number(parted, "only_a"), 3U);
    EXPECT_EQ(diff(demo_.store, {}).code, 0) << "a store is what it is";
}

TEST_F(CliFork, HasOtherEventsWithEdits) {
    const auto branch = place();
    const auto made = demo_.run({"fork", branch.string(), "--edit", "-", "-o", "json"},
                                {.input = "{\"drop\": 50}\n"
                                          "{\"change\": 60, \"patch\": {\"what\": \"if\"}}\n"
                                          "{\"inject\": {\"stream\": \"x-1\", \"type\": \"New\"}, "
                                          "\"after\": 70}\n"});
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_EQ(number(made, "dropped"), 1U);
    EXPECT_EQ(number(made, "changed"), 1U);
    EXPECT_EQ(number(made, "injected"), 1U);
    for (const std::string format : {"table", "json", "jsonl", "csv"}) {
        const auto parted = diff(branch, {"-o", format});
        EXPECT_EQ(parted.code, 1);
        for (const auto* word : {"only a", "changed", "only b", "New"}) {
            EXPECT_THAT(parted.out, HasSubstr(word)) << format;
        }
    }
    const auto parted = diff(branch, {"-o", "json"});
    EXPECT_EQ(number(parted, "only_a"), 1U);
    EXPECT_EQ(number(parted, "only_b"), 1U);
    EXPECT_EQ(number(parted, "changed"), 1U);
    EXPECT_EQ(number(parted, "parts_a"), 50U);
    EXPECT_EQ(diff(branch, {"--stream", "x-1"}).code, 1);
    EXPECT_EQ(diff(branch, {"--rows", "timeline", "-o", "json"}).code, 1);
    EXPECT_EQ(diff(demo_.store, {"--rows", "timeline"}).code, 0);
}

TEST_F(CliFork, CopiesEventsBesideAWriter) {
    const auto writer = store::open(demo_.store).value();
    const auto branch = place();
    const auto made = demo_.run({"fork", branch.string(), "-o", "json"});
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_THAT(made.err, HasSubstr("another process writes"));
    EXPECT_EQ(number(made, "bytes_shared"), 0U);
    EXPECT_EQ(diff(branch, {}).code, 0);
}

TEST_F(CliFork, RefusesWhatCannotBe) {
    const auto branch = place();
    const auto name = branch.string();
    expect_refused({"fork"}, 2, "missing DIRECTORY");
    expect_refused({"fork", name, "--position", "1000000"}, 3, "the log ends at");
    expect_refused({"fork", name, "--position", "x"}, 2, "--position");
    expect_refused({"fork", name, "--position", "1", "--at", "1h"}, 2, "give one");
    expect_refused({"fork", name, "--at", "yesterday"}, 2, "--at");
    expect_refused({"fork", demo_.store.string()}, 4, "inside the store");
    expect_refused({"fork", demo_.home.path().string()}, 4, "not an empty directory");
    expect_refused({"fork", name, "--edit", "no-such-file"}, 3, "no-such-file");
    expect_refused({"fork", name, "--edit", "-"}, 2, "line 1 of the edits", "{\"drop\": {}}");
    expect_refused({"fork", name, "--edit", "-"}, 3, "drop position 1000000",
                   "{\"drop\": 1000000}");
    expect_refused({"fork", name, "--edit", "-", "--position", "9"}, 2, "before the branch begins",
                   "{\"drop\": 3}");
    EXPECT_FALSE(fs::exists(branch));
    expect_refused({"diff"}, 2, "give --store twice");
    expect_refused({"diff", "issue-SHOP-102", "--rows", "timeline"}, 2, "--rows goes with two");
    expect_refused({"diff", "-s", demo_.store.string(), "--from", "1"}, 2, "--from goes with one");
    expect_refused({"diff", "issue-SHOP-102", "-s", demo_.store.string()}, 2, "no STREAM");
    const auto twice = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"-s", demo_.store.string()});
        return words;
    };
    expect_refused(twice({"diff", "--stream", "a-1", "--correlation", "c"}), 2, "given both");
    expect_refused(twice({"diff", "--key", "x"}), 2, "x");
    expect_refused(twice({"diff", "--rows", "nothing"}), 3, "nothing");
    expect_refused(twice({"diff", "--rows", "timeline", "--all"}), 2, "leave out --all");
    expect_refused(twice({"diff", "--stream", "a-1", "--stream", "a-2", "--stream", "a-3"}), 2,
                   "once or twice");
    expect_refused(twice({"diff", "-s", "third"}), 2, "give --store twice");
    expect_refused({"diff", "-s", (demo_.home / "none").string()}, 3, "there is none");
}

TEST_F(CliFork, BranchesMayBeOfATime) {
    const auto branch = place();
    EXPECT_EQ(demo_.run({"fork", branch.string(), "--at", "1990-01-01", "-q"}).code, 0);
    EXPECT_EQ(diff(branch, {"-n", "1"}).code, 1);
}

}  // namespace
}  // namespace daybook::test
