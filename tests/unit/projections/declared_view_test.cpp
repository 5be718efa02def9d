// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a declaration makes the rows that it says, the same in any batches, and a wrong one is
// refused with the place and what is allowed there. Method: declarations as JSON text; rows as they
// are shown. Every folding is done in batches of 1 and of 1000, and with crashes (testing.hpp).

#include <daybook/projections/declared_view.hpp>
#include <daybook/projections/inline_views.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/testing.hpp>
#include <daybook/projections/view.hpp>

#include "support/matchers.hpp"
#include "support/stored_events.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace daybook::projections {
namespace {

namespace json = boost::json;
using test::FailsWith;
using test::Holds;
using test::HoldsValue;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

using shown_rows = std::map<std::string, std::string>;

any_projection declared(std::string_view text) {
    return declared_projection(json::parse(text)).value();
}

/// A view with this key and these columns.
any_projection view_of(const std::string& key, const std::string& columns,
                       const std::string& more = "") {
    return declared(R"({"name":"v","version":1,"key":)" + key + more + R"(,"columns":)" + columns +
                    "}");
}

class DeclaredView : public testing::Test {
protected:
    /// An event of type "T" a minute after the one before.
    void given(std::string payload, new_event more = {}) {
        if (more.type.empty()) more.type = "T";
        more.payload = std::move(payload);
        more.occurred_at = time_ += std::chrono::minutes{1};
        events_.push_back({"task-1", std::move(more)});
    }

    shown_rows rows(const any_projection& of) const {
        shown_rows shown;
        for (const auto& [key, row] : detail::fold_given(of, events_, 1).value())
            shown[key] = of.row_json(row).value();
        return shown;
    }

    /// The one row, as JSON.
    json::value row(const std::string& columns) const {
        const auto all = rows(view_of(R"("$stream")", columns));
        EXPECT_EQ(all.size(), 1U);
        return json::parse(all.begin()->second);
    }

    timestamp time_ = std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} +
                      std::chrono::hours{23} + std::chrono::minutes{57};
    std::vector<detail::given_event> events_;
};

// Columns --------------------------------------------------------------------------------------

TEST_F(DeclaredView, CountsEventsAndThoseThatHaveAField) {
    given(R"({"a":1})");
    given(R"({"a":null})");
    given(R"({"a":[1]})");
    given("{}");
    EXPECT_EQ(row(R"({"events":"count","all":{"count":"all"},"with_a":{"count":"/a"}})"),
              json::parse(R"({"events":4,"all":4,"with_a":2,"odd_fields":0})"));
}

TEST_F(DeclaredView, AddsWholeNumbersExactlyAndOthersAsDoubles) {
    given(R"({"n":9007199254740993,"d":0.5})");
    given(R"({"n":2,"d":1})");
    given(R"({"n":-1,"d":"no number"})");
    EXPECT_EQ(row(R"({"n":{"sum":"/n"},"d":{"sum":"/d"},"none":{"sum":"/none"}})"),
              json::parse(R"({"n":9007199254740994,"d":1.5,"none":0,"odd_fields":1})"));
}

TEST_F(DeclaredView, RecordsTheGreatestNumberInAHistogram) {
    given(R"({"n":18446744073709551615})");
    given(R"({"n":18446744073709551616})");  // One too many.
    const auto shown = row(R"({"n":{"histogram":"/n"}})");
    EXPECT_EQ(shown.at("n_count"), 1);
    EXPECT_EQ(shown.at("n_max").as_uint64(), 18446744073709551615U);
    EXPECT_EQ(shown.at("odd_fields"), 1);
}

TEST_F(DeclaredView, TakesNumbersThatNoDoubleHoldsForOdd) {
    for (const char* number : {"1e400", "-1e400", "0e400", "-0e400"}) {
        given(R"({"n":)" + std::string{number} + "}");
    }
    const auto shown = row(R"({"sum":{"sum":"/n"},"set":{"set":"/n"},"h":{"histogram":"/n"}})");
    EXPECT_EQ(shown.at("sum"), 0);
    EXPECT_TRUE(shown.at("set").as_array().empty());
    EXPECT_EQ(shown.at("h_count"), 0);
    EXPECT_EQ(shown.at("odd_fields"), 12);
}

TEST_F(DeclaredView, AddsBeyond64BitsAsDoubles) {
    given(R"({"n":9223372036854775807})");
    given(R"({"n":9223372036854775807})");
    EXPECT_EQ(row(R"({"n":{"sum":"/n"}})").at("n").as_double(), 18446744073709551616.0);
}

TEST_F(DeclaredView, KeepsTheLeastAndTheGreatest) {
    given(R"({"n":3,"t":"pear","mixed":1})");
    given(R"({"n":-1.5,"t":"apple","mixed":"x"})");
    given(R"({"n":18446744073709551615,"t":"quince","b":true})");
    EXPECT_EQ(row(R"({"least":{"min":"/n"},"most":{"max":"/n"},"from":{"min":"/t"},
                      "to":{"max":"/t"},"mixed":{"max":"/mixed"},"b":{"min":"/b"}})"),
              json::parse(R"({"least":-1.5,"most":18446744073709551615,"from":"apple",
                              "to":"quince","mixed":1,"b":null,"odd_fields":2})"));
}

TEST_F(DeclaredView, ComparesTimesOfTheEnvelopeAsTimes) {
    time_ += std::chrono::microseconds{123'000};
    given("{}");
    time_ += std::chrono::microseconds{456} - std::chrono::minutes{1};
    given("{}");
    const auto shown = row(R"({"begin":{"min":"$occurred_at"},"end":{"max":"$occurred_at"}})");
    EXPECT_EQ(shown.at("begin").as_string(), "2026-01-31T23:58:00.123Z");
    EXPECT_EQ(shown.at("end").as_string(), "2026-01-31T23:58:00.123456Z");
}

TEST_F(DeclaredView, DividesAMeanOnlyWhenItIsShown) {
    // Added up as doubles, each of the ones would be lost.
    given(R"({"n":9007199254740992,"d":0.5})");
    given(R"({"n":1,"d":"x"})");
    given(R"({"n":1,"d":1})");
    given(R"({"n":-9007199254740992,"d":null})");
    EXPECT_EQ(row(R"({"n":{"mean":"/n"},"d":{"mean":"/d"},"none":{"mean":"/none"}})"),
              json::parse(R"({"n":0.5,"d":0.75,"none":null,"odd_fields":1})"));
}

TEST_F(DeclaredView, KeepsTheFirstAndTheLastThatIsThere) {
    given(R"({"x":null})");
    given(R"({"x":"a"})");
    given(R"({"x":false})");
    given(R"({"x":{"y":1}})");
    EXPECT_EQ(row(R"({"first":{"first":"/x"},"last":{"last":"/x"},"deep":{"last":"/x/y"}})"),
              json::parse(R"({"first":"a","last":false,"deep":1,"odd_fields":2})"));
}

TEST_F(DeclaredView, TellsValuesApartAndListsThem) {
    given(R"({"x":"a","list":[3,1]})");
    given(R"({"x":"b","list":[1,2,[0]]})");
    given(R"({"x":"a","list":1.0})");
    EXPECT_EQ(row(R"({"x":{"distinct":"/x"},"n":{"distinct":"/list"},"list":{"set":"/list"}})"),
              json::parse(R"({"x":2,"n":3,"list":[1,2,3],"odd_fields":2,"over_limit":null})"));
}

TEST_F(DeclaredView, SaysWhichColumnsHadMoreValuesThanTheyKeep) {
    for (int i = 0; i < 5; ++i) given(R"({"x":)" + std::to_string(i) + "}");
    EXPECT_EQ(row(R"({"at":{"distinct":"/x","limit":5},"over":{"distinct":"/x","limit":4},
                      "some":{"set":"/x","limit":2}})"),
              json::parse(R"({"at":5,"over":4,"some":[0,1],"odd_fields":0,
                              "over_limit":["over","some"]})"));
}

TEST_F(DeclaredView, GivesQuantilesOfAHistogram) {
    for (int i = 1; i <= 100; ++i) given(R"({"ms":)" + std::to_string(i * 10) + "}");
    given(R"({"ms":-1})");
    given(R"({"ms":0.4})");
    const auto shown = row(R"({"took":{"histogram":"/ms"}})");
    EXPECT_EQ(shown.at("took_count"), 101);
    EXPECT_EQ(shown.at("took_min"), 0);
    EXPECT_EQ(shown.at("took_max"), 1000);
    EXPECT_NEAR(shown.at("took_p50").to_number<double>(), 500, 500 * 0.011);
    EXPECT_NEAR(shown.at("took_p95").to_number<double>(), 950, 950 * 0.011);
    EXPECT_NEAR(shown.at("took_p99").to_number<double>(), 990, 990 * 0.011);
    EXPECT_NEAR(shown.at("took_mean").to_number<double>(), 500, 5);
    EXPECT_EQ(shown.at("odd_fields"), 1);
}

TEST_F(DeclaredView, CutsLongTextsBetweenCharacters) {
    std::string text(996, 'a');
    text += "\xC3\xA4\xC3\xA4\xC3\xA4";
    given(R"({"x":")" + text + "\"}");
    const auto kept = std::string{row(R"({"x":{"last":"/x"}})").at("x").as_string()};
    EXPECT_EQ(kept, std::string(996, 'a') + "...");
}

TEST_F(DeclaredView, AppliesAColumnOnlyWhereItsFiltersHold) {
    given(R"({"ok":true,"ms":5})", {.type = "Done", .tags = {"phase:TEST"}});
    given(R"({"ok":false,"ms":7})", {.type = "Done", .actor = {.type = "user", .id = "ada"}});
    given(R"({"ms":9})", {.type = "Begun"});
    EXPECT_EQ(row(R"({"done":{"count":"all","type":"Done"},
                      "failed":{"count":"all","type":["Done","Other"],"where":"/ok=false"},
                      "ms":{"sum":"/ms","where":["/ms>5","/ms<9"]},
                      "tests":{"count":"all","tag":"phase:TEST"},
                      "ada":{"sum":"/ms","actor":"ada","actor-type":"user"}})"),
              json::parse(R"({"done":2,"failed":1,"ms":7,"tests":1,"ada":7,"odd_fields":0})"));
}

TEST_F(DeclaredView, ReadsEveryFieldOfTheEnvelope) {
    new_event more{.type = "T", .tags = {"phase:TEST"}, .correlation = "c-1"};
    more.actor = {.type = "agent", .id = "a-7", .model = "m"};
    more.schema = "1.0.0";
    given("{}", more);
    const auto shown = row(R"({"a":{"last":"$type"},"b":{"last":"$stream"},"c":{"last":"$category"},
                "d":{"last":"$actor"},"e":{"last":"$actor_type"},"f":{"last":"$actor_model"},
                "g":{"last":"$correlation"},"h":{"last":"$schema"},"i":{"last":"$position"},
                "j":{"last":"$tag:phase"},"k":{"last":"$tag:other"},"l":{"last":"$hour"},
                "m":{"last":"$day"},"n":{"last":"$month"}})");
    EXPECT_EQ(shown, json::parse(
                         R"({"a":"T","b":"task-1","c":"task","d":"a-7","e":"agent","f":"m",
                             "g":"c-1","h":"1.0.0","i":0,"j":"TEST","k":null,
                             "l":"2026-01-31T23","m":"2026-01-31","n":"2026-01","odd_fields":0})"));
    EXPECT_EQ(row(R"({"id":{"last":"$id"}})").at("id").as_string().size(), 36U);
    EXPECT_TRUE(row(R"({"at":{"last":"$recorded_at"}})").at("at").is_string());
}

// Keys and query -------------------------------------------------------------------------------

TEST_F(DeclaredView, GroupsByAPayloadFieldAndSkipsEventsWithoutIt) {
    given(R"({"product":"b","a":{"/x":1}})");
    given(R"({"product":"a"})");
    given(R"({"product":"b"})");
    given(R"({"product":null})");
    given(R"({"product":{"b":1}})");
    given("{}");
    const std::string events = R"({"events":"count"})";
    EXPECT_THAT(rows(view_of(R"("/product")", events)),
                ElementsAre(Pair("a", R"({"events":1,"odd_fields":0})"),
                            Pair("b", R"({"events":2,"odd_fields":0})")));
    EXPECT_THAT(rows(view_of(R"("/product")", events, R"(,"otherwise":"none")")),
                ElementsAre(Pair("a", testing::_), Pair("b", testing::_),
                            Pair("none", R"({"events":3,"odd_fields":0})")));
    EXPECT_THAT(rows(view_of(R"("/a/~1x")", events)), ElementsAre(Pair("1", testing::_)));
}

TEST_F(DeclaredView, JoinsSeveralPartsOfAKeySoThatTheyCanBeTakenApart) {
    given(R"({"path":"a/b~c","ok":true})");
    given(R"({"path":"a/b~c","ok":true})");
    given(R"({"path":"a","ok":false})");
    const auto of = view_of(R"(["/path","$day","/ok"])", R"({"events":"count"})");
    EXPECT_THAT(rows(of),
                ElementsAre(Pair("a/2026-02-01/false", R"({"events":1,"odd_fields":0})"),
                            Pair("a~1b~0c/2026-01-31/true", R"({"events":2,"odd_fields":0})")));
    EXPECT_THAT(of.key_names(), ElementsAre("path", "day", "ok"));
    EXPECT_THAT(split_key("a~1b~0c/2026-01-31/true", 3),
                ElementsAre("a/b~c", "2026-01-31", "true"));
    EXPECT_THAT(split_key("a/b", 1), ElementsAre("a/b"));
    EXPECT_THAT(split_key("a/b", 3), ElementsAre("a/b"));
    EXPECT_THAT(split_key("/~", 2), ElementsAre("", "~"));
}

TEST_F(DeclaredView, NamesThePartsOfAKeyAsItIsTold) {
    EXPECT_THAT(view_of(R"({"who":"$actor","when":"$hour"})", R"({"n":"count"})").key_names(),
                ElementsAre("who", "when"));
    EXPECT_THAT(view_of(R"("$tag:phase")", R"({"n":"count"})").key_names(), ElementsAre("phase"));
    EXPECT_THAT(view_of(R"("/a/b~1c")", R"({"n":"count"})", R"(,"about":"text","$schema":"a URL")")
                    .key_names(),
                ElementsAre("b_c"));
}

TEST_F(DeclaredView, TakesTheEventsOfItsQueryAlone) {
    given(R"({"x":1})", {.type = "A"});
    given(R"({"x":2})", {.type = "A"});
    given(R"({"x":1})", {.type = "B"});
    const auto all = rows(
        view_of(R"("$type")", R"({"n":"count"})", R"(,"query":{"type":["A"],"where":"/x=1"})"));
    EXPECT_THAT(all, ElementsAre(Pair("A", R"({"n":1,"odd_fields":0})")));
}

TEST_F(DeclaredView, UnderstandsEveryFilterOfAQuery) {
    const auto of = view_of(R"("$type")", R"({"n":"count"})", R"(,"query":{
        "type":"A","tag":["k:v","l:w"],"category":"task","stream":"task-1","actor":"ada",
        "actor-type":"user","correlation":"c","cause":"0191f0a0-0000-7000-8000-000000000001",
        "since":"2026-01-01","until":"2026-02-01T00:00:00Z","where":["/a=1","/b"]})");
    const auto& wanted = of.wants();
    ASSERT_EQ(wanted.any_of.size(), 1U);
    const auto& c = wanted.any_of.front();
    EXPECT_THAT(c.types, ElementsAre("A"));
    EXPECT_THAT(c.tags, ElementsAre("k:v", "l:w"));
    EXPECT_EQ(c.category + c.stream + c.actor + c.actor_type + c.correlation, "tasktask-1adauserc");
    EXPECT_TRUE(c.cause.has_value());
    EXPECT_EQ(to_string(*c.since), "2026-01-01T00:00:00.000Z");
    EXPECT_EQ(to_string(*c.until), "2026-02-01T00:00:00.000Z");
    EXPECT_EQ(wanted.where.size(), 2U);
}

TEST_F(DeclaredView, CannotTakeAnEventWhoseKeyIsTooLong) {
    const auto of = view_of(R"("/k")", R"({"n":"count"})");
    const auto apply = [&](std::size_t bytes) {
        const auto fold =
            of.make_fold([](std::string_view) { return std::optional<std::string>{}; });
        const auto event = test::stored_payload(R"({"k":")" + std::string(bytes, 'x') + "\"}");
        return fold->apply(json_event{event});
    };
    EXPECT_THAT(apply(1024), Holds(true));
    EXPECT_THAT(apply(1025), FailsWith(errc::projection_failed, "at most 1024"));
}

TEST_F(DeclaredView, KeepsToTheOneKeyThatIsAskedFor) {
    given(R"({"k":"a"})");
    const auto of = view_of(R"("/k")", R"({"n":"count"})");
    const auto none = [](std::string_view) { return std::optional<std::string>{}; };
    const auto event = test::stored_payload(R"({"k":"a"})");
    EXPECT_THAT(of.make_fold(none, {.only_key = "a"})->apply(json_event{event}), Holds(true));
    EXPECT_THAT(of.make_fold(none, {.only_key = "b"})->apply(json_event{event}), Holds(false));
}

TEST_F(DeclaredView, RefusesToShowARowThatIsNotItsOwn) {
    const auto of = view_of(R"("/k")", R"({"n":"count"})");
    EXPECT_THAT(of.row_json("\xFF"), FailsWith(errc::corrupt));
    EXPECT_THAT(of.row_json(std::string{"\0\0", 2}), FailsWith(errc::corrupt, "columns"));
}

// Keys from a list -----------------------------------------------------------------------------

TEST_F(DeclaredView, MakesARowForEachValueOfAList) {
    given(R"({"labels":["x","y","x"]})");
    given(R"({"labels":["y",null,{"a":1},["z"],7.0,true,""]})");
    given(R"({"labels":"z"})");
    given(R"({"labels":[]})");
    given(R"({"labels":[[],null]})");
    given("{}");
    const std::string events = R"({"n":"count"})";
    const auto n = [](int count) {
        return R"({"n":)" + std::to_string(count) + R"(,"odd_fields":0})";
    };
    EXPECT_THAT(rows(view_of(R"("/labels")", events)),
                ElementsAre(Pair("", n(1)), Pair("7", n(1)), Pair("true", n(1)), Pair("x", n(1)),
                            Pair("y", n(2)), Pair("z", n(1))));
    const auto with_others = rows(view_of(R"("/labels")", events, R"(,"otherwise":"none")"));
    EXPECT_EQ(with_others.at("none"), n(3));
    EXPECT_EQ(with_others.at("y"), n(2));
}

TEST_F(DeclaredView, MakesARowForEachCombinationOfAListAndOtherParts) {
    given(R"({"labels":["x","y/z"],"teams":["a","b","a"],"one":1})");
    given(R"({"labels":["x"],"teams":[],"one":2})");
    const std::string events = R"({"n":"count"})";
    EXPECT_THAT(rows(view_of(R"(["/one","/labels","$type"])", events)),
                ElementsAre(Pair("1/x/T", testing::_), Pair("1/y~1z/T", testing::_),
                            Pair("2/x/T", testing::_)));
    EXPECT_THAT(rows(view_of(R"(["/labels","/teams"])", events)),
                ElementsAre(Pair("x/a", testing::_), Pair("x/b", testing::_),
                            Pair("y~1z/a", testing::_), Pair("y~1z/b", testing::_)));
    EXPECT_THAT(rows(view_of(R"(["/labels","/teams"])", events, R"(,"otherwise":"-")")),
                testing::Contains(Pair("x/-", testing::_)));
}

std::optional<std::string> no_row(std::string_view /*key*/) { return std::nullopt; }

/// "{"k":[0,1,...]}" with so many different numbers, and a list "l" of so many.
event with_lists(std::size_t numbers, std::size_t others = 1) {
    const auto list = [](std::size_t size) {
        std::string text;
        for (std::size_t i = 0; i < size; ++i) text += (i == 0 ? "" : ",") + std::to_string(i);
        return "[" + text + "]";
    };
    return test::stored_payload("{\"k\":" + list(numbers) + ",\"l\":" + list(others) + "}");
}

TEST_F(DeclaredView, TakesAThousandRowsOfOneEventAndNoMore) {
    const auto one = view_of(R"("/k")", R"({"n":"count"})").make_fold(no_row);
    const auto most = with_lists(1000);
    EXPECT_THAT(one->apply(json_event{most}), Holds(true));
    EXPECT_EQ(one->rows_changed(), 1000U);
    const auto more = with_lists(1001);
    EXPECT_THAT(one->apply(json_event{more}),
                FailsWith(errc::projection_failed,
                          "the lists in its key make 1001 rows or more, at most 1000"));

    const auto two = view_of(R"(["/k","/l"])", R"({"n":"count"})").make_fold(no_row);
    const auto table = with_lists(40, 25);
    EXPECT_THAT(two->apply(json_event{table}), Holds(true));
    const auto larger_table = with_lists(40, 26);
    EXPECT_THAT(two->apply(json_event{larger_table}),
                FailsWith(errc::projection_failed, "make 1040 rows"));
    EXPECT_EQ(two->rows_changed(), 1000U);
}

TEST_F(DeclaredView, CountsDifferentValuesOfAListAlone) {
    std::string same = "7";
    for (int i = 0; i < 1500; ++i) same += ",\"7\"";
    given(R"({"k":[)" + same + "]}");
    EXPECT_THAT(rows(view_of(R"("/k")", R"({"n":"count"})")),
                ElementsAre(Pair("7", R"({"n":1,"odd_fields":0})")));
}

TEST_F(DeclaredView, KeepsToTheKeysOfAListThatAreAskedFor) {
    const auto of = view_of(R"("/k")", R"({"n":"count"})");
    const auto event = with_lists(100);
    const auto changed = [&](fold_options options) {
        const auto fold = of.make_fold(no_row, std::move(options));
        fold->apply(json_event{event}).value();
        return fold->rows_changed();
    };
    EXPECT_EQ(changed({.only_key = "7"}), 1U);
    EXPECT_EQ(
        changed({.share = {.index = 0, .count = 2}}) + changed({.share = {.index = 1, .count = 2}}),
        100U);
    EXPECT_LT(changed({.share = {.index = 0, .count = 2}}), 100U);
}

// Events that cannot be taken ------------------------------------------------------------------

/// Keeps one key shut.
class shut_gate final : public key_gate {
public:
    explicit shut_gate(std::string key) : key_{std::move(key)} { watches_ = true; }
    bool admits(std::string_view key, const event_view&) override { return key != key_; }
    void threw_at(std::string_view key) override { at_fault = key; }

    std::string at_fault;

private:
    std::string key_;
};

TEST_F(DeclaredView, AsksTheGateForEachKeyAndTellsItWhereItThrew) {
    given("{}");
    const auto of_another =
        detail::fold_given(view_of(R"("$type")", R"({"a":"count","b":"count"})"), events_, 1)
            .value()
            .at("T");
    const auto stored = [&](std::string_view key) {
        return key == "y" ? std::optional{of_another} : std::nullopt;
    };
    shut_gate gate{"x"};
    const auto of = view_of(R"("/k")", R"({"n":"count"})");
    const auto fold = of.make_fold(stored, {.gate = &gate});
    const auto sound = test::stored_payload(R"({"k":["w","x"]})");
    EXPECT_THAT(fold->apply(json_event{sound}), Holds(true));
    EXPECT_EQ(fold->rows_changed(), 1U);
    const auto shut = test::stored_payload(R"({"k":"x"})");
    EXPECT_THAT(fold->apply(json_event{shut}), Holds(true));
    EXPECT_EQ(fold->rows_changed(), 1U);
    EXPECT_EQ(gate.at_fault, "");
    const auto bad = test::stored_payload(R"({"k":["x","y"]})");
    EXPECT_THAT(fold->apply(json_event{bad}),
                FailsWith(errc::projection_failed, "of another declaration"));
    EXPECT_EQ(gate.at_fault, "y");
}

class DeclaredParking : public testing::TestWithParam<std::size_t> {
protected:
    DeclaredParking() {
        append(R"({"k":["a","b"]})");
        append(R"({"k":["a",")" + std::string(1025, 'x') + "\"]}");
        append(R"({"k":"a"})");
        append(R"({"k":"b"})");
    }
    void append(std::string payload) {
        auto event = test::simple_event("T");
        event.payload = std::move(payload);
        store->append("task-1", expected::any(), {std::move(event)}).value();
    }
    runner open(bool strict) {
        return runner::open(*store, {of},
                            {.batch_events_max = GetParam(), .parking = {.strict = strict}})
            .value();
    }
    result<std::optional<std::string>> row(std::string_view key) {
        return json_view::open(*store, of).value().get(key);
    }

    any_projection of = view_of(R"("/k")", R"({"n":"count"})");
    test::fresh_store store;
};

INSTANTIATE_TEST_SUITE_P(InBatchesOf, DeclaredParking, testing::Values(1, 3, 1000));

TEST_P(DeclaredParking, KeepsTheEventAsideAndGoesOn) {
    auto views = open(false);
    ASSERT_THAT(views.catch_up(), HoldsValue());
    EXPECT_THAT(row("a"), Holds(testing::Optional(HasSubstr(R"("n":2)"))));
    EXPECT_THAT(row("b"), Holds(testing::Optional(HasSubstr(R"("n":2)"))));
    const auto parked = views.parked("v").value();
    ASSERT_EQ(parked.size(), 1U);
    EXPECT_EQ(parked[0].at, position{1});
    EXPECT_EQ(parked[0].key, std::nullopt);
    EXPECT_THAT(parked[0].reason, HasSubstr("its key has 1025 bytes, at most 1024"));
}

TEST_P(DeclaredParking, IsStrictIfTheRunnerIs) {
    auto views = open(true);
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed, "position 1 (T of task-1)"));
    EXPECT_THAT(row("a"), Holds(testing::Optional(HasSubstr(R"("n":1)"))));
    EXPECT_THAT(views.parked("v"), Holds(IsEmpty()));
}

TEST_P(DeclaredParking, GoesOnAfterASkip) {
    auto views = open(false);
    ASSERT_THAT(views.catch_up(), HoldsValue());
    ASSERT_THAT(views.skip_event("v", position{1}, "too long"), HoldsValue());
    ASSERT_THAT(views.catch_up(), HoldsValue());
    EXPECT_THAT(views.parked("v"), Holds(IsEmpty()));
    EXPECT_THAT(row("a"), Holds(testing::Optional(HasSubstr(R"("n":2)"))));
}

// A changed declaration ------------------------------------------------------------------------

TEST(DeclaredViewVersions, AChangeUnderTheSameVersionIsRefusedAndANewVersionIsNot) {
    test::fresh_store store;
    store->append("task-1", expected::any(), {test::simple_event("A")}).value();
    const auto opened = [&](const std::string& version, const std::string& rest) {
        return runner::open(*store,
                            {declared(R"({"name":"v","version":)" + version + "," + rest + "}")});
    };
    const std::string first = R"("key":"$type","columns":{"n":"count"})";
    EXPECT_THAT(opened("1", first), HoldsValue());
    EXPECT_THAT(opened("1", R"("about":"only words",)" + first), HoldsValue());
    const std::string told = " changed since the stored rows were built with this version; raise";
    EXPECT_THAT(opened("1", R"("query":{"type":"A"},)" + first),
                FailsWith(errc::invalid_argument, "view \"v\" version 1: its query" + told));
    const auto refused = FailsWith(errc::invalid_argument, "its key or columns in its file" + told);
    EXPECT_THAT(opened("1", R"("otherwise":"x",)" + first), refused);
    EXPECT_THAT(opened("1", R"("key":"$stream","columns":{"n":"count"})"), refused);
    EXPECT_THAT(opened("1", R"("key":{"t":"$type"},"columns":{"n":"count"})"), refused);
    EXPECT_THAT(opened("1", R"("key":"$type","columns":{"m":"count"})"), refused);
    EXPECT_THAT(opened("1", R"("key":"$type","columns":{"n":{"sum":"/n"}})"), refused);
    EXPECT_THAT(opened("1", R"("key":"$type","columns":{"n":{"count":"/n"}})"), refused);
    EXPECT_THAT(opened("1", R"("key":"$type","columns":{"n":{"count":"all","where":"/a"}})"),
                refused);
    EXPECT_THAT(opened("2", R"("key":"$stream","columns":{"n":"count"})"), HoldsValue());
}

TEST(DeclaredViewVersions, WhatIsRefusedLeavesNothingBehindOfTheOthers) {
    test::fresh_store store;
    store->append("task-1", expected::any(), {test::simple_event("A")}).value();
    const auto old = view_of(R"("$type")", R"({"n":"count"})");
    runner::open(*store, {old}).value().catch_up().value();
    const auto keyspaces = store->keyspaces().value();

    const auto fresh =
        declared(R"({"name":"fresh","version":1,"key":"$type","columns":{"n":"count"}})");
    const auto changed_key = view_of(R"("$stream")", R"({"n":"count"})");
    const auto changed_query =
        view_of(R"("$type")", R"({"n":"count"})", R"(,"query":{"type":"A"})");
    for (const auto& changed : {changed_key, changed_query}) {
        const auto refused = FailsWith(errc::invalid_argument, "view \"v\" version 1: its");
        EXPECT_THAT(runner::open(*store, {fresh, changed}), refused);
        EXPECT_THAT(inline_views::open(*store, {fresh, changed}), refused);
    }
    const auto twice = FailsWith(errc::invalid_argument, "\"fresh\" version 1 is registered twice");
    EXPECT_THAT(runner::open(*store, {fresh, fresh}), twice);
    EXPECT_THAT(inline_views::open(*store, {fresh, fresh}), twice);

    EXPECT_EQ(store->keyspaces().value(), keyspaces);
    EXPECT_EQ(built_views(*store).value().size(), 1U);
    EXPECT_THAT(json_view::open(*store, old).value().get("A"),
                Holds(testing::Optional(std::string{R"({"n":1,"odd_fields":0})"})));
    EXPECT_THAT(runner::open(*store, {fresh, old}), HoldsValue());
}

TEST(DeclaredViewVersions, IsRunAndReadLikeAnyOther) {
    test::fresh_store store;
    for (const char* type : {"A", "B", "A"})
        store->append("task-1", expected::any(), {test::simple_event(type)}).value();
    const auto of = view_of(R"("$type")", R"({"n":"count"})");
    {
        auto views = runner::open(*store, {of}).value();
        ASSERT_THAT(views.catch_up(), HoldsValue());
    }
    store->append("task-1", expected::any(), {test::simple_event("B")}).value();
    auto views = runner::open(*store, {of}).value();
    ASSERT_THAT(views.catch_up(), HoldsValue());
    const auto rows = json_view::open(*store, of).value();
    EXPECT_THAT(rows.get("B"), Holds(testing::Optional(std::string{R"({"n":2,"odd_fields":0})"})));
    EXPECT_THAT(rows.get("C"), Holds(testing::Eq(std::nullopt)));
}

// Refusals -------------------------------------------------------------------------------------

struct wrong_declaration {
    std::string name;
    std::string text;
    std::string place;  ///< The JSON Pointer that the message begins with.
    std::string told;   ///< Part of the message.
};

void PrintTo(const wrong_declaration& w, std::ostream* out) { *out << w.name; }

/// A sound declaration but for one member, which replaces what is there.
std::string but(const std::string& member, const std::string& value) {
    auto sound =
        json::parse(R"({"name":"v","version":1,"key":"/k","columns":{"n":"count"}})").as_object();
    sound[member] = json::parse(value);
    return json::serialize(sound);
}

std::string columns(const std::string& column) { return but("columns", "{\"c\":" + column + "}"); }

std::string many_columns(std::size_t count, const std::string& column) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i)
        all += (all.empty() ? "" : ",") + ("\"c" + std::to_string(i)) + "\":" + column;
    return but("columns", "{" + all + "}");
}

std::vector<wrong_declaration> wrong_tops() {
    return {
        {"NotAnObject", "[1]", "the declaration", "must be a mapping"},
        {"UnknownMember", but("colums", "{}"), "/colums",
         "'colums' is not known here; known are name, version, about, query, key, otherwise and"},
        {"NoName", R"({"version":1})", "the declaration", "'name' is missing"},
        {"NameOfAnotherKind", but("name", "7"), "/name", "must be a text, found 7"},
        {"OddName", but("name", "\"Incidents/by day\""), "/name",
         "must be 1 to 100 of a-z 0-9 _ -, found \"Incidents/by day\""},
        {"LongName", but("name", "\"" + std::string(101, 'a') + "\""), "/name", "1 to 100"},
        {"NoVersion", R"({"name":"v"})", "the declaration", "'version' is missing"},
        {"VersionZero", but("version", "0"), "/version", "from 1 to 4294967295, found 0"},
        {"VersionText", but("version", "\"1\""), "/version", "a whole number"},
        {"VersionTooLarge", but("version", "4294967296"), "/version", "4294967295"},
        {"AboutIsNoText", but("about", "[]"), "/about", "must be a text"},
        {"OtherwiseEmpty", but("otherwise", "\"\""), "/otherwise", "must be a text"},
        {"NoKey", R"({"name":"v","version":1})", "the declaration", "'key' is missing"},
        {"NoColumns", R"({"name":"v","version":1,"key":"/k"})", "the declaration",
         "'columns' is missing"},
        {"ControlCharacter", but("a\nb", "1"), "/a b", "'a b' is not known"},
    };
}

std::vector<wrong_declaration> wrong_queries() {
    return {
        {"QueryIsText", but("query", "\"type=A\""), "/query", "must be a mapping"},
        {"UnknownFilter", but("query", R"({"typ":"A"})"), "/query/typ", "known are type, tag,"},
        {"TypeOfAnotherKind", but("query", R"({"type":["A",7]})"), "/query/type/1",
         "must be a text, found 7"},
        {"StreamOfAnotherKind", but("query", R"({"stream":7})"), "/query/stream", "must be a text"},
        {"BadTag", but("query", R"({"tag":"no colon"})"), "/query", "tag"},
        {"BadTime", but("query", R"({"since":"yesterday"})"), "/query/since", "yesterday"},
        {"TimeOfAnotherKind", but("query", R"({"until":1})"), "/query/until", "must be a text"},
        {"BadCause", but("query", R"({"cause":"x"})"), "/query/cause", "36 characters"},
        {"BadCondition", but("query", R"({"where":["/a=1","b=2"]})"), "/query/where/1", "b=2"},
    };
}

std::vector<wrong_declaration> wrong_keys() {
    return {
        {"KeyIsNoSource", but("key", "\"product\""), "/key",
         "'product' names no value; it must be a JSON Pointer"},
        {"KeyIsNumber", but("key", "7"), "/key", "must be a text"},
        {"BadEscape", but("key", "\"/a~2\""), "/key", "JSON Pointer"},
        {"EscapeAtTheEnd", but("key", "\"/a~\""), "/key", "JSON Pointer"},
        {"UnknownEnvelopeField", but("key", "\"$typ\""), "/key", "$type $stream"},
        {"TagWithoutKey", but("key", "\"$tag:\""), "/key", "$tag:KEY"},
        {"NoParts", but("key", "[]"), "/key", "1 to 8 parts, found 0"},
        {"TooManyParts", but("key", R"(["/a","/b","/c","/d","/e","/f","/g","/h","/i"])"), "/key",
         "found 9"},
        {"SameNameTwice", but("key", R"(["/a/x","/b/x"])"), "/key/1", "'x' is given twice"},
        {"OddPartName", but("key", R"({"a b":"/x"})"), "/key/a b", "of a-z A-Z 0-9 _ -"},
        {"ReservedPartName", but("key", R"({"key":"/x"})"), "/key/key", "is taken"},
    };
}

std::vector<wrong_declaration> wrong_columns() {
    const std::string set = R"({"set":"/x","limit":1000})";
    return {
        {"ColumnsAreAList", but("columns", "[]"), "/columns", "must be a mapping"},
        {"NoColumnAtAll", but("columns", "{}"), "/columns", "1 to 64 columns, found 0"},
        {"TooManyColumns", many_columns(65, "\"count\""), "/columns", "found 65"},
        {"ColumnIsANumber", columns("7"), "/columns/c", "must be a mapping"},
        {"ColumnIsAnotherWord", columns("\"sum\""), "/columns/c", "must be \"count\" or a mapping"},
        {"UnknownAggregate", columns(R"({"avg":"/x"})"), "/columns/c/avg",
         "known are count, sum, mean, min, max, first, last, distinct, set, histogram, limit, "
         "type"},
        {"NoAggregate", columns(R"({"where":"/x"})"), "/columns/c", "needs one of count, sum"},
        {"TwoAggregates", columns(R"({"sum":"/x","max":"/x"})"), "/columns/c/max", "second"},
        {"BadPointer", columns(R"({"sum":"x"})"), "/columns/c/sum", "'x' names no value"},
        {"SumOfAll", columns(R"({"sum":"all"})"), "/columns/c/sum", "'all' names no value"},
        {"ValueOfAnotherKind", columns(R"({"sum":{"a":1}})"), "/columns/c/sum", "must be a text"},
        {"LimitOfASum", columns(R"({"sum":"/x","limit":5})"), "/columns/c/limit",
         "only 'distinct'"},
        {"LimitZero", columns(R"({"set":"/x","limit":0})"), "/columns/c/limit", "from 1 to 1000"},
        {"LimitOfASetTooLarge", columns(R"({"set":"/x","limit":1001})"), "/columns/c/limit",
         "from 1 to 1000, found 1001"},
        {"LimitOfADistinctTooLarge", columns(R"({"distinct":"/x","limit":50001})"),
         "/columns/c/limit", "from 1 to 50000"},
        {"BadColumnCondition", columns(R"({"sum":"/x","where":"y"})"), "/columns/c/where", "y"},
        {"OddColumnName", but("columns", R"({"a b":"count"})"), "/columns/a b", "'a b' must be"},
        {"SlashInAColumnName", but("columns", R"({"a/b":"count"})"), "/columns/a~1b", "'a/b' must"},
        {"LongColumnName", but("columns", "{\"" + std::string(65, 'a') + "\":\"count\"}"),
         "/columns/aaa", "1 to 64"},
        {"ReservedColumnName", but("columns", R"({"odd_fields":"count"})"), "/columns/odd_fields",
         "is taken by daybook"},
        {"ColumnNamedAsAPartOfTheKey", but("columns", R"({"k":"count"})"), "/columns/k",
         "'k' is given twice"},
        {"ColumnNamedAsAQuantile", but("columns", R"({"ms_p50":"count","ms":{"histogram":"/ms"}})"),
         "/columns/ms", "'ms_p50' is given twice"},
        {"RowTooLarge", many_columns(2, set), "/columns", "a row may grow to 20"},
    };
}

class WrongDeclaration : public testing::TestWithParam<wrong_declaration> {};

TEST_P(WrongDeclaration, IsRefusedWithItsPlaceAndWhatIsAllowed) {
    const auto& wrong = GetParam();
    const auto made = declared_projection(json::parse(wrong.text));
    ASSERT_THAT(made, FailsWith(errc::invalid_argument, wrong.told));
    EXPECT_THAT(made.error().message, testing::StartsWith(wrong.place));
    const auto elsewhere = declared_projection(
        json::parse(wrong.text),
        [](std::string_view pointer) { return "<" + std::string{pointer} + ">"; });
    EXPECT_THAT(elsewhere.error().message, testing::StartsWith("<"));
}

std::string test_name(const testing::TestParamInfo<wrong_declaration>& info) {
    return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Top, WrongDeclaration, testing::ValuesIn(wrong_tops()), test_name);
INSTANTIATE_TEST_SUITE_P(Query, WrongDeclaration, testing::ValuesIn(wrong_queries()), test_name);
INSTANTIATE_TEST_SUITE_P(Key, WrongDeclaration, testing::ValuesIn(wrong_keys()), test_name);
INSTANTIATE_TEST_SUITE_P(Columns, WrongDeclaration, testing::ValuesIn(wrong_columns()), test_name);

TEST(RuntimeProjection, IsRefusedWithAnOddName) {
    EXPECT_THAT(any_projection::of_parts({.name = "a b"}),
                FailsWith(errc::invalid_argument, "'a b': must be 1 to 100"));
}

}  // namespace
}  // namespace daybook::projections
