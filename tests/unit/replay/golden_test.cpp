// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a history that was recorded tells what a change of code changed, and nothing else.
// Method: versions of one view and one aggregate that differ in one thing each.

#include <daybook/projections/declared_view.hpp>
#include <daybook/replay/golden.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using projections::any_projection;
using replay::golden_history;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct paid {
    std::string who;
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(paid, (), (who, cents))

struct purse {
    std::int64_t cents = 0;
    std::uint32_t payments = 0;
};
BOOST_DESCRIBE_STRUCT(purse, (), (cents, payments))

/// What everybody has; `Rule` is the code that changes.
template <class Rule, std::uint32_t Version = 1>
struct purses {
    static constexpr std::string_view name = "purses";
    static constexpr std::uint32_t version = Version;
    using row = purse;
    using events = std::variant<paid>;
    static std::string key(const paid& event) { return Rule::key(event); }
    static row apply(row now, const paid& event) { return Rule::apply(now, event); }
};

struct plain_rule {
    static std::string key(const paid& event) { return event.who; }
    static purse apply(purse now, const paid& event) {
        return {now.cents + event.cents, now.payments + 1};
    }
};
struct wrong_sum : plain_rule {
    static purse apply(purse now, const paid& event) {
        return {now.cents + std::abs(event.cents), now.payments + 1};
    }
};
struct other_key : plain_rule {
    static std::string key(const paid& event) { return event.who == "ann" ? "Ann" : event.who; }
};
struct throwing : plain_rule {
    static purse apply(purse now, const paid& event) {
        if (event.cents < 0) throw std::runtime_error{"no debts"};
        return plain_rule::apply(now, event);
    }
};

/// The same as an aggregate.
template <std::int64_t Factor>
struct account {
    static constexpr std::string_view name = "purse";
    static constexpr std::uint32_t version = 1;
    using events = std::variant<paid>;
    std::int64_t cents = 0;
    void apply(const paid& event) {
        if (Factor == 0) throw std::runtime_error{"no accounts today"};
        cents += Factor * event.cents;
    }
};
BOOST_DESCRIBE_STRUCT(account<1>, (), (cents))
BOOST_DESCRIBE_STRUCT(account<2>, (), (cents))
BOOST_DESCRIBE_STRUCT(account<0>, (), (cents))

std::string text_of(const fs::path& file) {
    std::ifstream from{file};
    std::stringstream text;
    text << from.rdbuf();
    return text.str();
}

class Golden : public testing::Test {
protected:
    Golden() {
        pay("purse-1", {"ann", 500}, 0);
        pay("purse-2", {"bob", 300}, 1);
        pay("purse-1", {"ann", -200}, 2);
        pay("other-1", {"eve", 7}, 3);
    }

    void pay(const std::string& stream, const paid& what, std::int64_t second) {
        auto made = make_event(what);
        made.id = numbered_id(static_cast<std::uint64_t>(second));
        made.occurred_at = test_time(second * 1'000'000);
        store_->append(stream, expected::any(), {made}).value();
    }

    golden_history record(const query& which = query::all()) {
        auto made = golden_history::record(*store_, which, directory_).value();
        made.keep(any_projection::of<purses<plain_rule>>()).value();
        made.keep<account<1>>().value();
        return made;
    }
    golden_history open() const { return golden_history::open(directory_).value(); }

    fresh_store store_;
    temp_directory home_;
    fs::path directory_ = home_ / "golden" / "purses";
};

TEST_F(Golden, IsWrittenToBeRead) {
    EXPECT_EQ(record().events(), 4U);
    EXPECT_EQ(text_of(directory_ / "view.purses.jsonl"),
              "{\"key\":\"ann\",\"row\":{\"cents\":300,\"payments\":2}}\n"
              "{\"key\":\"bob\",\"row\":{\"cents\":300,\"payments\":1}}\n"
              "{\"key\":\"eve\",\"row\":{\"cents\":7,\"payments\":1}}\n");
    EXPECT_EQ(text_of(directory_ / "aggregate.purse.jsonl"),
              "{\"key\":\"purse-1\",\"row\":{\"cents\":300}}\n"
              "{\"key\":\"purse-2\",\"row\":{\"cents\":300}}\n");
    const auto manifest = text_of(directory_ / "golden.json");
    EXPECT_THAT(manifest, HasSubstr("\n    {\"kind\":\"view\",\"name\":\"purses\",\"version\":1,"
                                    "\"rows\":3,\"digest\":\""));
    const auto parsed = boost::json::parse(manifest);
    EXPECT_EQ(parsed.at("events").to_number<int>(), 4);
    EXPECT_EQ(parsed.at("tables").as_array().size(), 2U);
    const auto events = text_of(directory_ / "events.jsonl");
    EXPECT_EQ(std::count(events.begin(), events.end(), '\n'), 4);
    EXPECT_THAT(events, testing::Not(HasSubstr("recorded_at")));
}

TEST_F(Golden, IsTheSameWhereverItIsRecorded) {
    record();
    std::vector<std::string> first;
    std::vector<std::string> again;
    const auto read = [&](std::vector<std::string>& to) {
        for (const char* file : {"golden.json", "events.jsonl", "view.purses.jsonl"})
            to.push_back(text_of(directory_ / file));
    };
    read(first);
    directory_ = home_ / "again";
    record();
    read(again);
    EXPECT_EQ(first, again);
}

TEST_F(Golden, TellsWhatChangedAndNothingElse) {
    record();
    auto golden = open();
    const auto same = golden.check(any_projection::of<purses<plain_rule>>()).value();
    EXPECT_TRUE(same.same());
    EXPECT_EQ(same.text(), "");
    EXPECT_EQ(same.rows_now, 3U);
    EXPECT_EQ(golden.check<account<1>>().value().text(), "");
    // A new version with the same rows has not changed them.
    EXPECT_EQ(golden.check(any_projection::of<purses<plain_rule, 2>>()).value().text(), "");

    EXPECT_EQ(golden.check(any_projection::of<purses<wrong_sum>>()).value().text(),
              "view purses (version 1): 0 rows added, 0 removed, 1 changed\n"
              "  changed ann\n"
              "    cents: 300 -> 700\n");
    EXPECT_EQ(golden.check(any_projection::of<purses<other_key, 2>>()).value().text(),
              "view purses (version 1, now 2): 1 rows added, 1 removed, 0 changed\n"
              "  added Ann: {\"cents\":300,\"payments\":2}\n"
              "  removed ann: {\"cents\":300,\"payments\":2}\n");
    const auto state = golden.check<account<2>>().value();
    EXPECT_EQ(state.changed, 2U);
    EXPECT_THAT(state.text(), HasSubstr("  changed purse-2\n    cents: 300 -> 600\n"));

    const auto fails = golden.check(any_projection::of<purses<throwing>>()).value();
    EXPECT_FALSE(fails.same());
    EXPECT_THAT(fails.failure, HasSubstr("no debts"));
    EXPECT_THAT(fails.text(), HasSubstr("view purses (version 1): fails today: "));
    EXPECT_THAT(golden.check<account<0>>().value().failure, HasSubstr("no accounts today"));
}

TEST_F(Golden, TellsThatBytesChangedAndTheVersionDidNot) {
    record();
    const auto declared = [](const char* version) {
        return projections::declared_projection(
                   boost::json::parse(std::string{R"({"name":"purses","key":"/who","version":)"} +
                                      version + R"(,"columns":{"cents":{"sum":"/cents"},)" +
                                      R"("payments":"count"}})"))
            .value();
    };
    auto golden = open();
    golden.keep(declared("1")).value();
    auto manifest = text_of(directory_ / "golden.json");
    const auto digest = manifest.find("\"digest\":\"") + 10;
    manifest[digest] = manifest[digest] == '0' ? '1' : '0';
    std::ofstream{directory_ / "golden.json"} << manifest;
    const auto found = open().check(declared("1")).value();
    EXPECT_TRUE(found.bytes_differ);
    EXPECT_FALSE(found.same());
    EXPECT_THAT(found.text(), HasSubstr("the rows say the same, but their bytes differ"));
    EXPECT_TRUE(open().check(declared("2")).value().same());
}

TEST_F(Golden, TakesTodaysRowsAsRight) {
    record();
    const auto changed = any_projection::of<purses<wrong_sum>>();
    auto golden = golden_history::open(directory_, {.examples_max = 1, .scratch = {}}).value();
    EXPECT_FALSE(golden.check(changed).value().same());
    golden.keep(changed).value();
    EXPECT_TRUE(golden.check(changed).value().same());

    auto again = open();
    EXPECT_TRUE(again.check(changed).value().same());
    EXPECT_EQ(again.tables().size(), 2U);

    // No more changes are shown than asked for.
    const auto found = golden.check<account<2>>().value();
    EXPECT_EQ(found.changed, 2U);
    EXPECT_EQ(found.changes.size(), 1U);
    EXPECT_THAT(found.text(), HasSubstr("  and 1 more\n"));
}

TEST_F(Golden, RecordsWhatAQueryMatches) {
    criteria one;
    one.stream = "purse-1";
    auto golden = record(one);
    EXPECT_EQ(golden.events(), 2U);
    EXPECT_EQ(text_of(directory_ / "view.purses.jsonl"),
              "{\"key\":\"ann\",\"row\":{\"cents\":300,\"payments\":2}}\n");
    one.stream = "purse-9";
    const auto nothing = golden_history::record(*store_, one, home_ / "nothing");
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().code, errc::not_found);
    EXPECT_FALSE(fs::exists(home_ / "nothing"));
}

/// The time of recording as it is in the store.
struct clock_view {
    static constexpr std::string_view name = "clock";
    static constexpr std::uint32_t version = 1;
    using row = timestamp;
    static query wants() { return query::all(); }
    static std::string key(const json_event&) { return "now"; }
    static row apply(row, const json_event& event) { return event.view().recorded_at(); }
};

TEST_F(Golden, DoesNotKeepRowsThatShowWhenTheyWereReplayed) {
    auto golden = golden_history::record(*store_, query::all(), directory_).value();
    const auto refused = golden.keep(any_projection::of<clock_view>());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::invalid_argument);
    EXPECT_THAT(refused.error().message, HasSubstr("they show the time of recording"));
    EXPECT_THAT(golden.tables(), IsEmpty());
}

TEST_F(Golden, RefusesWhatItDoesNotKeep) {
    record();
    const auto refused = open().check(any_projection::of<clock_view>());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::not_found);
    EXPECT_THAT(refused.error().message, HasSubstr("keeps no view \"clock\""));
    auto taken = golden_history::record(*store_, query::all(), directory_);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, errc::conflict);
    auto throws = open().keep(any_projection::of<purses<throwing>>());
    ASSERT_FALSE(throws);
    EXPECT_EQ(throws.error().code, errc::projection_failed);
}

struct spoiled_file {
    const char* name;
    const char* file;
    const char* text;  ///< In place of the file's, or null: the file is removed.
    errc code;
    const char* message;
};

const spoiled_file all_spoiled[] = {
    {"NoManifest", "golden.json", nullptr, errc::not_found, "No such file"},
    {"NoJson", "golden.json", "{", errc::invalid_argument, "no JSON object"},
    {"NoFormat", "golden.json", "{}", errc::invalid_argument, "\"format\""},
    {"NewFormat", "golden.json", R"({"format":2})", errc::unsupported,
     "format 2; this daybook knows format 1"},
    {"NoEvents", "golden.json", R"({"format":1,"tables":[]})", errc::invalid_argument,
     "\"events\""},
    {"NoTables", "golden.json", R"({"format":1,"events":4})", errc::invalid_argument,
     "\"tables\" is no list"},
    {"OddTable", "golden.json", R"({"format":1,"events":4,"tables":[{"kind":"shelf"}]})",
     errc::invalid_argument, "table 1 is not"},
    {"FewerEvents", "events.jsonl", "", errc::invalid_argument, "0 events; golden.json says 4"},
    {"BadEvent", "events.jsonl", "{\"type\":3}\n", errc::invalid_argument, "line 1: "},
    {"NoRows", "view.purses.jsonl", nullptr, errc::not_found, "No such file"},
    {"FewerRows", "view.purses.jsonl", "{\"key\":\"a\",\"row\":1}\n", errc::invalid_argument,
     "1 rows; golden.json says 3"},
    {"RowsNotInOrder", "view.purses.jsonl",
     "{\"key\":\"b\",\"row\":1}\n{\"key\":\"a\",\"row\":1}\n", errc::invalid_argument,
     "line 2: keys are not in order"},
    {"OddRow", "view.purses.jsonl", "{\"key\":\"b\",\"value\":1}\n", errc::invalid_argument,
     "line 1: unexpected member \"value\""},
    {"HalfRow", "view.purses.jsonl", "{\"key\":\"b\"}\n", errc::invalid_argument,
     "line 1: a row is"},
    {"NoRow", "view.purses.jsonl", "{\"key\":\n", errc::invalid_argument, "line 1: "}};

TEST_F(Golden, RefusesSpoiledFilesWithNameAndReason) {
    record();
    for (const auto& bad : all_spoiled) {
        SCOPED_TRACE(bad.name);
        const auto good = text_of(directory_ / bad.file);
        fs::remove(directory_ / bad.file);
        if (bad.text != nullptr) std::ofstream{directory_ / bad.file} << bad.text;
        auto golden = golden_history::open(directory_);
        const auto refused = [&]() -> error {
            if (!golden) return golden.error();
            const auto checked = golden->check(any_projection::of<purses<plain_rule>>());
            return checked ? error{} : checked.error();
        }();
        EXPECT_EQ(refused.code, bad.code) << refused.message;
        EXPECT_THAT(refused.message, HasSubstr(bad.message));
        EXPECT_THAT(refused.message, HasSubstr(bad.file));
        EXPECT_EQ(refused.message.find('\n'), std::string::npos);
        std::ofstream{directory_ / bad.file} << good;
    }
    EXPECT_TRUE(open().check(any_projection::of<purses<plain_rule>>()).value().same());
}

}  // namespace
}  // namespace daybook::test
