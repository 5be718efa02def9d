// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: bad input gives one clear line on standard error, the right exit code, nothing on standard
// output, and leaves the store as it was.
// Method: a table of lines that must fail; after each, the whole log is compared with before.

#include <daybook/store.hpp>

#include "tools/cli_run.hpp"
#include "tools/store_damage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct bad_line {
    std::string name;
    std::vector<std::string> words;
    int code = 2;
    std::string told;  ///< Part of the message.
    std::string input = {};
};

std::string repeated(std::size_t count, char c) { return std::string(count, c); }

std::vector<std::string> append_with_tags(std::size_t count) {
    std::vector<std::string> line{"append", "task-1", "A"};
    for (std::size_t i = 0; i < count; ++i)
        line.insert(line.end(), {"--tag", "k" + std::to_string(i) + ":v"});
    return line;
}

/// What is wrong can be said without a store.
std::vector<bad_line> bad_syntax() {
    return {
        {"UnknownOption", {"stats", "--nonsense"}, 2, "--nonsense"},
        {"UnknownCommand", {"nonsense"}, 2, "unknown command 'nonsense'"},
        {"OptionWithoutValue", {"query", "--type"}, 2, "--type needs a value"},
        {"SwitchWithValue", {"query", "--explain=yes"}, 2, "--explain takes no value"},
        {"OptionTwice", {"query", "--limit", "1", "--limit", "2"}, 2, "--limit is given twice"},
        {"UnknownFormat",
         {"read", "-o", "xml"},
         2,
         "'xml' is not one of table, json, jsonl or csv"},
        {"TooManyOperands", {"show", "1", "2"}, 2, "unexpected '2'"},
        {"MissingOperand", {"show"}, 2, "missing EVENT"},
    };
}

std::vector<bad_line> bad_values() {
    return {
        {"EmptyType", {"append", "task-1", ""}, 2, "type"},
        {"TypeTooLong", {"append", "task-1", repeated(257, 'a')}, 2, "256"},
        {"StreamWithoutDash", {"append", "task", "A"}, 2, "task"},
        {"StreamTooLong", {"append", "t-" + repeated(511, 'a'), "A"}, 2, "512"},
        {"EmptyStream", {"append", "", "A"}, 2, "stream"},
        {"InvalidUtf8InType",
         {"append", "task-1",
          "a\xff"
          "b"},
         2,
         "UTF-8"},
        {"InvalidUtf8InPayload", {"append", "task-1", "A", "{\"a\":\"\xff\"}"}, 2, "UTF-8"},
        {"InvalidUtf8InStream", {"append", "task-\xc0\xaf", "A"}, 2, "UTF-8"},
        {"PayloadNotJson", {"append", "task-1", "A", "{no"}, 2, "not JSON"},
        {"TimeNotATime", {"append", "task-1", "A", "--occurred-at", "yesterday"}, 2, "yesterday"},
        {"TimeOutOfRange",
         {"append", "task-1", "A", "--occurred-at", "10000-01-01T00:00:00Z"},
         2,
         "--occurred-at"},
        {"AgeOutOfRange", {"query", "--since", "99999999999d"}, 2, "--since"},
        {"TooManyTags", append_with_tags(65), 2, "64"},
        {"TagWithoutColon", {"append", "task-1", "A", "--tag", "lonely"}, 2, "lonely"},
        {"ReservedTag", {"append", "task-1", "A", "--tag", "daybook.x:1"}, 2, "daybook."},
        {"TagTooLong", {"append", "task-1", "A", "--tag", "k:" + repeated(511, 'v')}, 2, "512"},
        {"BadExpectation", {"append", "task-1", "A", "--expect", "maybe"}, 2, "--expect: 'maybe'"},
        {"BadId", {"append", "task-1", "A", "--id", "123"}, 2, "--id: '123'"},
        {"BadCause", {"query", "--cause", "zzz"}, 2, "--cause: 'zzz'"},
        {"BadCondition", {"query", "--where", "nopointer=1"}, 2, "--where"},
        {"BadLimit", {"query", "--limit", "-1"}, 2, "--limit"},
        {"ZeroLimit", {"query", "--limit", "0"}, 2, "--limit"},
        {"LimitTooLarge", {"query", "--limit", "99999999999999999999"}, 2, "--limit"},
        {"BadGroup", {"stats", "--by", "colour"}, 2, "--by: 'colour'"},
    };
}

/// What only the input or the store shows.
std::vector<bad_line> bad_requests() {
    const std::string id = "0191f0a0-0000-7000-8000-000000000001";
    return {
        {"ImportedLineWithoutId",
         {"import", "-"},
         2,
         "\"id\" is missing",
         "{\"stream\":\"a-1\",\"type\":\"A\"}\n"},
        {"BadPointer", {"reindex", "--field", "phase"}, 2, "phase"},
        {"BadCursor", {"query", "--cursor", "zzz"}, 2, "cursor"},
        {"OtherEventWithTheId", {"append", "task-1", "B", "--id", id}, 5, id},
        {"IdInAnotherStream", {"append", "task-2", "A", "--id", id}, 5, id},
        {"ConflictingIds",
         {"append", "-"},
         5,
         id,
         "{\"stream\":\"a-1\",\"type\":\"A\",\"id\":\"" + id +
             "\"}\n"
             "{\"stream\":\"a-1\",\"type\":\"B\"}\n"},
        {"SameIdTwice",
         {"append", "-"},
         5,
         "0191f0a0-0000-7000-8000-00000000000f",
         "{\"stream\":\"a-1\",\"type\":\"A\",\"id\":\"0191f0a0-0000-7000-8000-00000000000f\"}\n"
         "{\"stream\":\"a-1\",\"type\":\"B\",\"id\":\"0191f0a0-0000-7000-8000-00000000000f\"}\n"},
        {"WrongExpectation", {"append", "task-1", "B", "--expect", "none"}, 5, "no stream"},
        {"NoInput", {"append", "-"}, 2, "no events"},
        {"UnknownMember",
         {"append", "-"},
         2,
         "line 1",
         "{\"stream\":\"a-1\",\"type\":\"A\",\"x\":1}"},
        {"TooLargeAnEvent",
         {"append", "-"},
         4,
         "16777216",
         "{\"stream\":\"a-1\",\"type\":\"A\",\"payload\":\"" + repeated(17U << 20U, 'x') + "\"}"},
        {"NoSuchEvent", {"show", "0191f0a0-0000-7000-8000-0000000000ff"}, 3, "00ff"},
        {"NoSuchPosition", {"show", "12345678"}, 3, "12345678"},
        {"NoSuchStream", {"state", "issue-none"}, 3, "issue-none"},
        {"NoSuchView", {"projection", "show", "none"}, 3, "none"},
        {"NothingToCompare", {"projection", "compare", "none"}, 3, "not two generations"},
        {"OneGenerationToCompare", {"projection", "compare", "timeline", "1"}, 2, "two"},
        {"CheckNoSuchView", {"projection", "check", "none"}, 3, "none"},
        {"CheckAtNoPosition", {"projection", "check", "timeline", "--at", "x"}, 2, "--at"},
        {"CheckBeyondTheLog", {"projection", "check", "timeline", "--at", "9"}, 2, "position 9"},
        {"CheckFromBehind",
         {"projection", "check", "timeline", "--at", "0", "--from", "1"},
         2,
         "begin at position 1"},
        {"CheckNoSeed", {"projection", "check", "timeline", "--seed", "-1"}, 2, "--seed"},
        {"NoSuchGeneration", {"projection", "compare", "timeline", "1", "2"}, 3, "generation 1"},
        {"NoGenerationNumber", {"projection", "switch", "timeline", "0"}, 2, "'0'"},
        {"NothingToSwitchTo", {"projection", "switch", "timeline"}, 3, "no other generation"},
        {"NothingToDrop", {"projection", "drop", "timeline"}, 3, "'timeline'"},
        {"DropOneAndAll", {"projection", "drop", "timeline", "1", "--all"}, 2, "--all"},
        {"NoThrottle", {"projection", "rebuild", "timeline", "--throttle", "x"}, 2, "--throttle"},
        {"WatchedDigest", {"projection", "status", "--watch", "--digest"}, 2, "--digest"},
        {"WatchedMetrics", {"projection", "status", "--watch", "--metrics"}, 2, "--metrics"},
        {"UnwatchedTimes", {"projection", "status", "--times", "2"}, 2, "--watch"},
        {"WatchedNever", {"projection", "status", "--watch", "--times", "0"}, 2, "--times"},
        {"WatchedTooOften", {"projection", "status", "--watch", "--every", "0ms"}, 2, "--every"},
        {"ReplayFromTheFuture", {"replay", "--from", "2999-01-01"}, 2, "future"},
        {"NoSuchFile", {"import", "/no/such/file.jsonl"}, 3, "/no/such/file.jsonl"},
        {"BadFormat", {"import", "x", "--format", "xml"}, 2, "'xml'"},
    };
}

/// Of states that are kept, and of summaries.
std::vector<bad_line> bad_snapshots() {
    return {
        {"NoSuchStreamToKeep", {"snapshot", "create", "issue-none"}, 3, "issue-none"},
        {"NoSuchEventToKeep", {"snapshot", "create", "task-1", "--sequence", "99"}, 2, "99"},
        {"NoFirstEventToKeep", {"snapshot", "create", "task-1", "--sequence", "0"}, 2, "1"},
        {"NoSnapshotsToDrop", {"snapshot", "drop"}, 2, "--all"},
        {"SnapshotsOfOneAndAll", {"snapshot", "drop", "task-1", "--all"}, 2, "--all"},
        {"NothingToSumUp",
         {"summarize", "--phase-events", "0", "--orchestration-events", "0"},
         2,
         "neither"},
        {"BadNumberToSumUp", {"summarize", "--phase-events", "few"}, 2, "--phase-events"},
        {"EveryWithoutFollow", {"summarize", "--every", "1s"}, 2, "--follow"},
    };
}

/// Of views as of a moment.
std::vector<bad_line> bad_moments() {
    return {
        {"AsOfNoMoment", {"projection", "show", "timeline", "--at", "noon"}, 2, "or a position"},
        {"AsOfTheFuture", {"projection", "show", "timeline", "--at", "2999-01-01"}, 2, "not come"},
        {"AsOfBeyondTheEnd", {"projection", "show", "timeline", "--at", "123456"}, 2, "log ends"},
        {"AsOfUnknown", {"projection", "show", "none", "--at", "1"}, 3, "none"},
        {"CompareToAlone", {"projection", "compare", "timeline", "--to", "1"}, 2, "--from"},
        {"CompareFromNothing", {"projection", "compare", "timeline", "--from", "x"}, 2, "--from"},
        {"CompareBoth", {"projection", "compare", "timeline", "1", "2", "--from", "1"}, 2, "leave"},
        {"NoSuchCheckpoint", {"projection", "checkpoint", "none"}, 3, "none"},
        {"KeepAndList",
         {"projection", "checkpoint", "timeline", "--list", "--keep", "1"},
         2,
         "--keep"},
        {"KeepNoNumber", {"projection", "checkpoint", "timeline", "--keep", "x"}, 2, "--keep"},
    };
}

std::vector<bad_line> bad_schemas() {
    return {
        {"NoSuchSchema", {"schema", "show", "None"}, 3, "None"},
        {"HistoryOfOneVersion",
         {"schema", "show", "A", "--history", "--version", "1.0.0"},
         2,
         "--history"},
        {"NoSchemaFile", {"schema", "add", "no/such/file"}, 3, "no/such/file"},
        {"NoSuchMode", {"schema", "mode", "loud"}, 2, "loud"},
        {"NoFileToCheck", {"schema", "check", "no/such/file"}, 3, "no/such/file"},
    };
}

std::vector<bad_line> bad_retention() {
    const std::string id = "0191f0a0-0000-7000-8000-000000000001";
    return {
        {"ArchiveByNobody", {"archive", "create", "0", "--to", "cold"}, 2, "--actor"},
        {"ArchiveToNowhere", {"archive", "create", "0", "--actor", "a"}, 2, "--to"},
        {"ArchiveNoNumber", {"archive", "create", "x", "--to", "c", "--actor", "a"}, 2, "SEGMENT"},
        {"ArchiveNoSegment",
         {"archive", "create", "99999999999", "--to", "c", "--actor", "a"},
         2,
         "SEGMENT"},
        {"RestoreNotArchived", {"archive", "restore", "0", "--actor", "a"}, 3, "not archived"},
        {"AttachNothing", {"archive", "attach", "no/such"}, 3, "no/such"},
        {"DetachNotAttached", {"archive", "attach", "no/such", "--detach"}, 3, "not attached"},
        {"PolicyByNobody", {"retention", "set", "--preset", "sprint"}, 2, "--actor"},
        {"PolicyOfNothing", {"retention", "set", "--actor", "a"}, 2, "--preset"},
        {"PolicyOfBoth",
         {"retention", "set", "-", "--preset", "sprint", "--actor", "a"},
         2,
         "--preset"},
        {"PolicyNoFile", {"retention", "set", "no/such", "--actor", "a"}, 3, "no/such"},
        {"RunWithoutPolicy", {"retention", "run", "--dry-run"}, 3, "no policy"},
        {"RunForNothing", {"retention", "run", "--actor", "a"}, 2, "--dry-run"},
        {"RunNoProposal",
         {"retention", "run", "--proposal", id, "--actor", "a"},
         3,
         "there is none"},
        {"ApproveNoProposal", {"retention", "approve", id, "--actor", "a"}, 3, id},
        {"ApproveNoId", {"retention", "approve", "x", "--actor", "a"}, 2, "PROPOSAL"},
        {"HoldOfNothing", {"hold", "place", "h", "--reason", "r", "--actor", "a"}, 2, "covers"},
        {"HoldWithoutReason", {"hold", "place", "h", "--stream", "s", "--actor", "a"}, 2, "reason"},
        {"HoldNoPosition",
         {"hold", "place", "h", "--first", "x", "--reason", "r", "--actor", "a"},
         2,
         "--first"},
        {"LiftNoHold", {"hold", "lift", "h", "--reason", "r", "--actor", "a"}, 3, "in force"},
    };
}

std::vector<bad_line> bad_lines() {
    auto all = bad_syntax();
    for (auto more : {bad_values(), bad_requests(), bad_snapshots(), bad_moments(), bad_schemas(),
                      bad_retention()}) {
        std::move(more.begin(), more.end(), std::back_inserter(all));
    }
    return all;
}

class CliBadInput : public testing::TestWithParam<bad_line> {
protected:
    CliBadInput() {
        auto log = store::open(store_).value();
        new_event e{.type = "A"};
        e.id = parse_event_id("0191f0a0-0000-7000-8000-000000000001");
        log.append("task-1", expected::any(), {e}).value();
    }

    std::string whole_log() const {
        return run_cli({"read", "-o", "jsonl", "-s", store_.string()}).out;
    }

    temp_directory home_;
    fs::path store_ = home_ / "store";
};

TEST_P(CliBadInput, GivesOneLineAndChangesNothing) {
    const std::string before = whole_log();
    auto words = GetParam().words;
    words.insert(words.end(), {"-s", store_.string()});
    const auto ran = run_cli(words, {.input = GetParam().input});
    EXPECT_EQ(ran.code, GetParam().code) << ran.err;
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
    EXPECT_TRUE(ran.err.starts_with("daybook: ")) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(GetParam().told));
    EXPECT_LT(ran.err.size(), 1000U);
    EXPECT_EQ(whole_log(), before);
}

TEST_P(CliBadInput, IsToldAsJsonIfJsonWasAsked) {
    if (GetParam().words.front() == "nonsense" || GetParam().name == "UnknownFormat") return;
    auto words = GetParam().words;
    words.insert(words.end(), {"-s", store_.string(), "-o", "jsonl"});
    const auto ran = run_cli(words, {.input = GetParam().input});
    EXPECT_EQ(ran.code, GetParam().code);
    EXPECT_EQ(ran.out, "");
    const auto error = json_of(ran.err).at("error");
    EXPECT_EQ(error.at("exit").as_int64(), GetParam().code);
    EXPECT_THAT(std::string{error.at("message").as_string()}, HasSubstr(GetParam().told));
}

std::string test_name(const testing::TestParamInfo<bad_line>& line) { return line.param.name; }

INSTANTIATE_TEST_SUITE_P(Line, CliBadInput, testing::ValuesIn(bad_lines()), test_name);

class CliBadStore : public testing::Test {
protected:
    void expect_failure(const cli_result& ran, int code, std::string_view told) {
        EXPECT_EQ(ran.code, code) << ran.err;
        EXPECT_EQ(ran.out, "");
        EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
        EXPECT_THAT(ran.err, HasSubstr(std::string{told}));
    }

    temp_directory home_;
};

TEST_F(CliBadStore, ThatIsNotNamedIsAUsageError) {
    expect_failure(run_cli({"stats"}), 2, "no store is named");
    expect_failure(run_cli({"stats", "-s", ""}), 2, "--store is empty");
}

TEST_F(CliBadStore, ThatIsMissingIsNotMadeByReading) {
    const auto missing = home_ / "missing";
    for (const std::vector<std::string>& line : {std::vector<std::string>{"read"},
                                                 {"query"},
                                                 {"stats"},
                                                 {"show", "0"},
                                                 {"trace", "a-1"},
                                                 {"state", "a-1"},
                                                 {"state"},
                                                 {"history", "a-1"},
                                                 {"diff", "a-1", "--from", "start"},
                                                 {"timeline"},
                                                 {"export"},
                                                 {"doctor"},
                                                 {"doctor", "--watch"},
                                                 {"doctor", "--metrics"},
                                                 {"reindex"},
                                                 {"validate"},
                                                 {"verify"},
                                                 {"checkpoint"},
                                                 {"proof", "0"},
                                                 {"erase", "--canary", "someone"},
                                                 {"audit", "report"},
                                                 {"audit", "bundle"},
                                                 {"keys", "list"},
                                                 {"projection", "status"},
                                                 {"projection", "run"},
                                                 {"projection", "park", "timeline"},
                                                 {"projection", "park", "timeline", "--retry-all"},
                                                 {"projection", "show", "timeline"}}) {
        auto words = line;
        words.insert(words.end(), {"-s", missing.string()});
        expect_failure(run_cli(words), 3, missing.string());
        EXPECT_FALSE(fs::exists(missing)) << line[0];
    }
}

TEST_F(CliBadStore, ThatIsAnotherDirectoryIsLeftAlone) {
    std::ofstream{home_ / "letter.txt"} << "dear";
    const auto before = std::distance(fs::directory_iterator{home_.path()}, {});
    expect_failure(run_cli({"append", "a-1", "A", "-s", home_.path().string()}), 3,
                   home_.path().string());
    expect_failure(run_cli({"stats", "-s", home_.path().string()}), 3, home_.path().string());
    EXPECT_EQ(std::distance(fs::directory_iterator{home_.path()}, {}), before);
}

TEST_F(CliBadStore, ThatIsAFileIsRefused) {
    std::ofstream{home_ / "file"} << "dear";
    const auto ran = run_cli({"append", "a-1", "A", "-s", (home_ / "file").string()});
    EXPECT_THAT(ran.code, testing::AnyOf(3, 6)) << ran.err;
    EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
}

TEST_F(CliBadStore, ThatMayNotBeReadSaysSo) {
    const auto closed = home_ / "closed";
    make_demo_store(closed);
    fs::permissions(closed, fs::perms::none);
    cli_result ran;
    if (::geteuid() != 0) {
        ran = run_cli({"stats", "-s", closed.string()});
    } else {  // Nothing is closed to root: somebody else tries, with a program that all may run.
        fs::permissions(home_.path(), fs::perms{0755});
        fs::copy_file(cli_program(), home_ / "daybook");
        fs::permissions(home_ / "daybook", fs::perms{0755});
        ran = run_shell("setpriv --reuid=65534 --regid=65534 --clear-groups ./daybook stats -s " +
                            closed.string(),
                        {.directory = home_.path()});
    }
    expect_failure(ran, 6, closed.string());
    fs::permissions(closed, fs::perms{0755});
}

TEST_F(CliBadStore, ThatIsInUseSaysSo) {
    const auto busy = home_ / "busy";
    auto held = store::open(busy).value();
    expect_failure(run_cli({"append", "a-1", "A", "-s", busy.string()}), 6, "in use");
    EXPECT_EQ(held.watermark().value, 0U);
}

TEST_F(CliBadStore, OfANewerFormatIsLeftAlone) {
    const auto newer = home_ / "newer";
    ASSERT_EQ(run_cli({"init", "-s", newer.string(), "-q"}).code, 0);
    make_store_newer(newer);
    expect_failure(run_cli({"stats", "-s", newer.string()}), 4, "newer daybook");
    expect_failure(run_cli({"append", "a-1", "A", "-s", newer.string()}), 4, "newer daybook");
}

TEST_F(CliBadStore, ThatIsDamagedIsCorrupt) {
    const auto damaged = home_ / "damaged";
    make_damaged_store(damaged);
    const auto ran = run_cli({"doctor", "--deep", "-s", damaged.string()});
    expect_failure(ran, 7, damaged.string());
    const auto repaired = (home_ / "repaired").string();
    const auto told = run_cli({"doctor", "--repair", repaired, "-s", damaged.string()});
    EXPECT_EQ(told.code, 1) << "events are lost";
    EXPECT_THAT(told.out, testing::HasSubstr("lost"));
    EXPECT_EQ(run_cli({"doctor", "--deep", "-s", repaired}).code, 0);
}

}  // namespace
}  // namespace daybook::test
