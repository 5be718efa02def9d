// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what cannot be backed up, verified or restored gives one clear line, the right exit code,
// and changes nothing; what can is what it was.
// Method: after each line that must fail every file is compared with before.

#include <daybook/store.hpp>

#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <map>
#include <sys/file.h>
#include <unistd.h>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string content_of(const fs::path& file) {
    std::ifstream bytes{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{bytes}, {}};
}

/// Every file and directory below `top`, but the scratch files of the tests' own runs.
std::map<std::string, std::string> all_below(const fs::path& top) {
    std::map<std::string, std::string> found;
    for (const auto& one : fs::recursive_directory_iterator{top}) {
        found[one.path().string()] = one.is_directory() ? "/" : content_of(one.path());
    }
    return found;
}

class CliBackup : public testing::Test {
protected:
    CliBackup() { EXPECT_EQ(demo_.run({"backup", "create", target_.string()}).code, 0); }

    void expect_refused(const std::vector<std::string>& words, int code, const std::string& told) {
        SCOPED_TRACE(testing::PrintToString(words));
        const auto before = all_below(demo_.home.path());
        const auto ran = words[1] == "create" ? demo_.run(words) : run_cli(words);
        EXPECT_EQ(ran.code, code);
        EXPECT_EQ(ran.out, "");
        EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
        EXPECT_THAT(ran.err, HasSubstr(told));
        EXPECT_EQ(all_below(demo_.home.path()), before) << "something was changed";
    }
    fs::path only_file(std::string_view prefix) const {
        for (const auto& one : fs::directory_iterator{target_}) {
            if (one.path().filename().string().starts_with(prefix)) return one.path();
        }
        throw std::runtime_error{"no such file"};
    }

    demo_home demo_;
    fs::path target_ = demo_.home / "backups";
    fs::path to_ = demo_.home / "restored";
};

TEST_F(CliBackup, GivesTheStoreBack) {
    EXPECT_EQ(run_cli({"backup", "verify", target_.string(), "--deep"}).code, 0);
    const auto restored = run_cli({"backup", "restore", target_.string(), to_.string()});
    EXPECT_EQ(restored.code, 0) << restored.err;
    EXPECT_THAT(restored.err, HasSubstr("views"));
    EXPECT_EQ(run_cli({"export", "-s", to_.string()}).out, demo_.run({"export"}).out);
    expect_refused({"backup", "restore", target_.string(), to_.string()}, 4, "not an empty");
}

TEST_F(CliBackup, IsListedInEveryFormat) {
    const auto list = [&](const std::string& format) {
        return run_cli({"backup", "list", target_.string(), "-o", format}).out;
    };
    EXPECT_EQ(json_of(list("json")).at("items").as_array().size(), 1U);
    EXPECT_EQ(json_of(lines_of(list("jsonl")).at(0)).at("number").to_number<int>(), 1);
    EXPECT_EQ(csv_of(list("csv")).size(), 2U);
    EXPECT_EQ(csv_of(list("csv")).at(0).at(0), "number");
}

TEST_F(CliBackup, EveryCommandAnswersInEveryFormat) {
    const auto target = target_.string();
    const std::vector<std::pair<std::vector<std::string>, std::string>> calls{
        {{"backup", "create", target}, "number"},
        {{"backup", "verify", target}, "file"},
        {{"backup", "restore", target, to_.string()}, "directory"},
        {{"backup", "prune", target, "--keep", "1"}, "removed"}};
    for (const auto& [words, first_column] : calls) {
        SCOPED_TRACE(testing::PrintToString(words));
        const auto answer = [&, &call = words](const std::string& format) {
            auto all = call;
            all.insert(all.end(), {"-o", format});
            if (call[1] == "restore") fs::remove_all(to_);
            const auto ran = call[1] == "create" ? demo_.run(all) : run_cli(all);
            EXPECT_EQ(ran.code, 0) << ran.err;
            return ran.out;
        };
        (void)answer("table");  // What is sound has no rows.
        EXPECT_TRUE(json_of(answer("json")).is_object());
        for (const auto& line : lines_of(answer("jsonl"))) EXPECT_TRUE(json_of(line).is_object());
        EXPECT_EQ(csv_of(answer("csv")).at(0).at(0), first_column);
    }
}

TEST_F(CliBackup, OfAnotherStoreIsRefused) {
    const auto other = demo_.home / "other";
    ASSERT_EQ(run_cli({"init", "-s", other.string()}).code, 0);
    const auto before = all_below(target_);
    const auto ran = run_cli({"backup", "create", target_.string(), "-s", other.string()});
    EXPECT_EQ(ran.code, 4);
    EXPECT_THAT(ran.err, HasSubstr("backups of store"));
    EXPECT_EQ(lines_of(ran.err).size(), 1U);
    EXPECT_EQ(all_below(target_), before);
}

TEST_F(CliBackup, GoesOnlyWhereNothingElseIs) {
    const auto full = demo_.home / "full";
    fs::create_directory(full);
    std::ofstream{full / "letter.txt"} << "mine";
    expect_refused({"backup", "create", full.string()}, 4, "letter.txt");
    expect_refused({"backup", "create", demo_.store.string()}, 4, "no backups");
    expect_refused({"backup", "restore", target_.string(), full.string()}, 4, "not an empty");
    expect_refused({"backup", "restore", target_.string(), demo_.store.string()}, 4,
                   "not an empty");
    expect_refused({"backup", "restore", target_.string(), (full / "letter.txt").string()}, 4,
                   "not an empty");
}

TEST_F(CliBackup, EndsWhereItEnds) {
    const auto from = target_.string();
    const auto to = to_.string();
    expect_refused({"backup", "restore", from, to, "--position", "1000000"}, 3, "ends before");
    expect_refused({"backup", "restore", from, to, "--at", "2999-01-01"}, 3, "was made at");
    expect_refused({"backup", "restore", from, to, "--number", "2"}, 3, "no number 2");
    expect_refused({"backup", "restore", from, to, "--at", "1h", "--position", "1"}, 2, "give one");
    expect_refused({"backup", "restore", from, to, "--position", "x"}, 2, "--position");
    expect_refused({"backup", "verify", from, "2"}, 3, "no number 2");
    expect_refused({"backup", "create", from, "--keep", "0"}, 2, "keep at least one");
    expect_refused({"backup", "prune", from, "--keep", "0"}, 2, "keep at least one");
}

TEST_F(CliBackup, ThatIsNotThereIsNotFound) {
    const auto none = (demo_.home / "none").string();
    expect_refused({"backup", "list", none}, 3, "there are none");
    expect_refused({"backup", "verify", none}, 3, "there are none");
    expect_refused({"backup", "restore", none, to_.string()}, 3, "there are none");
    expect_refused({"backup", "prune", none, "--keep", "1"}, 3, "there are none");
}

TEST_F(CliBackup, HalfOfOneIsFoundOut) {
    const auto log = only_file("log-");
    fs::resize_file(log, fs::file_size(log) / 2);
    expect_refused({"backup", "restore", target_.string(), to_.string()}, 7, "");
    const auto verified = run_cli({"backup", "verify", target_.string(), "-o", "json"});
    EXPECT_EQ(verified.code, 1);
    EXPECT_THAT(verified.out, HasSubstr(log.filename().string()));
    fs::remove(log);
    EXPECT_EQ(run_cli({"backup", "verify", target_.string()}).code, 1);
    // And without its list there is no backup.
    const auto list = only_file("backup-");
    fs::resize_file(list, fs::file_size(list) / 2);
    expect_refused({"backup", "restore", target_.string(), to_.string()}, 3, "can be used");
    expect_refused({"backup", "restore", target_.string(), to_.string(), "--number", "1"}, 7,
                   "damaged");
    EXPECT_EQ(demo_.run({"backup", "create", target_.string()}).code, 0);
    EXPECT_EQ(run_cli({"backup", "restore", target_.string(), to_.string()}).code, 0);
    EXPECT_EQ(run_cli({"export", "-s", to_.string()}).out, demo_.run({"export"}).out);
}

TEST_F(CliBackup, WaitsForNobodyWhoHasTheTarget) {
    const int held = ::open((target_ / "LOCK").c_str(), O_RDWR);
    ASSERT_EQ(::flock(held, LOCK_EX), 0);
    const auto target = target_.string();
    expect_refused({"backup", "create", target}, 6, "another process");
    expect_refused({"backup", "verify", target}, 6, "another process");
    expect_refused({"backup", "restore", target, to_.string()}, 6, "another process");
    expect_refused({"backup", "prune", target, "--keep", "1"}, 6, "another process");
    ::close(held);
}

TEST_F(CliBackup, ACopyOfAnOpenStoreIsOpenedOrExplained) {
    const auto copy = demo_.home / "copy";
    {
        auto writer = store::open(demo_.store).value();
        fs::copy(demo_.store, copy, fs::copy_options::recursive);
    }
    EXPECT_EQ(run_cli({"doctor", "--deep", "-s", copy.string()}).code, 0) << "it fits together";
    for (const auto& one : fs::directory_iterator{copy}) {
        if (one.path().filename().string().starts_with("MANIFEST-")) fs::resize_file(one, 0);
    }
    const auto before = all_below(copy);
    const auto ran = run_cli({"read", "-s", copy.string()});
    EXPECT_NE(ran.code, 0);
    EXPECT_THAT(ran.err, HasSubstr("looks like a copy of " + demo_.store.string()));
    EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
    EXPECT_EQ(all_below(copy), before);
}

}  // namespace
}  // namespace daybook::test
