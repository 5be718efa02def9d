// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the changes between two documents, done in order, make the second out of the first; they
// are few where lists move on; and people can read them.
// Method: examples, and random pairs of documents, most of them near to each other, patched by an
// implementation of RFC 6902 of its own (patched.cpp).

#include <daybook/raw_json.hpp>
#include <daybook/replay/json_difference.hpp>

#include "patched.hpp"
#include "support/randomness.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace daybook::replay {
namespace {

namespace json = boost::json;
using test::patched;
using test::randomness;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<json_change> between(std::string_view before, std::string_view after) {
    return json_difference(json::parse(before), json::parse(after));
}

std::string patch_of(std::string_view before, std::string_view after) {
    return json_patch(between(before, after));
}

std::vector<std::string> lines_between(std::string_view before, std::string_view after) {
    return describe(between(before, after));
}

TEST(JsonDifference, IsEmptyForEqualDocumentsInAnyOrderOfMembers) {
    EXPECT_THAT(between(R"({"a":1,"b":[{"c":null}]})", R"({"b":[{"c":null}],"a":1})"), IsEmpty());
    EXPECT_THAT(between(R"([{"a":1,"b":2}])", R"([{"b":2,"a":1}])"), IsEmpty());
    EXPECT_EQ(patch_of("null", "null"), "[]");
}

TEST(JsonDifference, TellsTheThreeOperationsAndWhatWasThere) {
    EXPECT_EQ(patch_of(R"({"gone":1,"same":2,"new":3})", R"({"same":2,"new":[4],"more":"x"})"),
              R"([{"op":"remove","path":"/gone","before":1},)"
              R"({"op":"replace","path":"/new","value":[4],"before":3},)"
              R"({"op":"add","path":"/more","value":"x"}])");
}

TEST(JsonDifference, EscapesPointers) {
    EXPECT_EQ(patch_of(R"({"a/b":{"~":1,"":1}})", R"({"a/b":{"~":2,"":2}})"),
              R"([{"op":"replace","path":"/a~1b/~0","value":2,"before":1},)"
              R"({"op":"replace","path":"/a~1b/","value":2,"before":1}])");
}

TEST(JsonDifference, KeepsNumbersAndTheirKinds) {
    EXPECT_EQ(patch_of("[0.5,1,18446744073709551615]", "[0.25,1.0,18446744073709551614]"),
              R"([{"op":"replace","path":"/0","value":0.25,"before":0.5},)"
              R"({"op":"replace","path":"/1","value":1.0,"before":1},)"
              R"({"op":"replace","path":"/2","value":18446744073709551614,)"
              R"("before":18446744073709551615}])");
    EXPECT_THAT(json_difference(json::value(std::int64_t{7}), json::value(std::uint64_t{7})),
                IsEmpty());
}

TEST(JsonDifference, ReplacesWholeDocumentsOfAnotherKind) {
    EXPECT_EQ(patch_of("null", R"({"a":1})"),
              R"([{"op":"replace","path":"","value":{"a":1},"before":null}])");
    EXPECT_EQ(patch_of("[1]", "{}"), R"([{"op":"replace","path":"","value":{},"before":[1]}])");
}

TEST(JsonDifference, TellsOneChangeForWhatLeavesOrEntersAList) {
    EXPECT_EQ(patch_of("[1,2,3,4]", "[2,3,4,5]"),
              R"([{"op":"remove","path":"/0","before":1},{"op":"add","path":"/3","value":5}])");
    EXPECT_EQ(patch_of("[1,2,3]", "[1,9,3]"),
              R"([{"op":"replace","path":"/1","value":9,"before":2}])");
    EXPECT_EQ(patch_of(R"([{"sha":"a","n":1},{"sha":"b","n":2},{"sha":"c","n":3}])",
                       R"([{"sha":"b","n":2},{"sha":"c","n":4}])"),
              R"([{"op":"remove","path":"/0","before":{"sha":"a","n":1}},)"
              R"({"op":"replace","path":"/1/n","value":4,"before":3}])");
}

TEST(JsonDifference, NeverTellsOneThingAsAChangeOfAnother) {
    EXPECT_EQ(patch_of(R"([{"id":"x","n":1}])", R"([{"id":"y","n":1}])"),
              R"([{"op":"remove","path":"/0","before":{"id":"x","n":1}},)"
              R"({"op":"add","path":"/0","value":{"id":"y","n":1}}])");
    // What has no identity is compared where it stands.
    EXPECT_EQ(patch_of(R"([{"a":1,"b":2}])", R"([{"a":1,"b":3}])"),
              R"([{"op":"replace","path":"/0/b","value":3,"before":2}])");
}

TEST(JsonDifference, ComparesListsByPlaceWhereTheyAreTooLongToBeMatched) {
    json::array before;
    json::array after;
    for (int i = 0; i < 1'500; ++i) {
        before.emplace_back(i);
        after.emplace_back(i + 1);
    }
    const auto changes = json_difference(before, after);
    EXPECT_EQ(changes.size(), 1'500U);
    EXPECT_EQ(patched(before, json_patch(changes)), json::value(after));
    // The same shift, within the bound.
    before.resize(900);
    after.resize(900);
    EXPECT_EQ(json_difference(before, after).size(), 2U);
}

TEST(JsonDifference, IsReadable) {
    EXPECT_THAT(
        lines_between(R"({"phase":"CODE","agents":[{"name":"coder","percent":10}],"n":0.5})",
                      R"({"phase":"TEST","agents":[{"name":"coder","percent":20},
                                  {"name":"tester","task":"run","percent":0}],"n":0.25})"),
        ElementsAre("phase: CODE -> TEST", R"(agents/tester added: {"name":"tester","task":"run"})",
                    "agents/coder/percent: 10 -> 20", "n: 0.5 -> 0.25"));
    EXPECT_THAT(lines_between(R"({"a":null,"b":["x"],"c":"x"})", R"({"a":"now","b":[],"c":""})"),
                ElementsAre("a: (none) -> now", "b/0 removed", "c: x -> (none)"));
}

TEST(JsonDifference, TellsMembersThatAreNotEmptyWhereAllIsNew) {
    EXPECT_THAT(lines_between("null", R"({"status":"running","n":1,"z":0,"no":false,"e":"",
                                          "l":[],"o":{"x":0}})"),
                ElementsAre("status: running", "n: 1"));
    EXPECT_THAT(lines_between("null", "[1]"), ElementsAre("all: (none) -> [1]"));
    EXPECT_THAT(lines_between(R"({"a":1})", "null"), ElementsAre("all: {\"a\":1} -> (none)"));
}

TEST(JsonDifference, KeepsLinesShortAndOnOneLine) {
    const std::string umlauts = "\xc3\xa4";
    std::string text = "x";
    for (int i = 0; i < 100; ++i) text += umlauts;
    const auto lines = describe(json_difference(json::value{{"a", "b\nc"}, {"d\n", ""}},
                                                json::value{{"a", text}, {"d\n", "e"}}));
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].substr(0, 15), R"(a: "b\nc" -> x)" + umlauts.substr(0, 1));
    EXPECT_EQ(lines[0].size(), std::string{R"(a: "b\nc" -> )"}.size() + 79 + 3) << lines[0];
    EXPECT_EQ(lines[1], R"("d\n": (none) -> e)");
}

TEST(JsonDifference, TakesDocumentsAsDeepAsTheyMayNest) {
    json::value before = 1;
    json::value after = 2;
    for (std::size_t i = 0; i < json_depth_max; ++i) {
        before = json::array{before};
        after = json::array{after};
    }
    const auto changes = json_difference(before, after);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes.front().path.size(), json_depth_max * 2);
    EXPECT_EQ(patched(before, json_patch(changes)), after);
}

/// Documents from a small vocabulary, so that much in them is the same.
class document_maker {
public:
    explicit document_maker(std::uint64_t seed) : random_{seed} {}

    json::value document(int depth) {
        if (depth == 0 || random_.chance(30)) return scalar();
        if (random_.chance(50)) return list(depth);
        json::object made;
        if (random_.chance(40)) made[random_.pick(names)] = random_.pick(texts);
        for (auto members = random_.below(5); members > 0; --members)
            made[random_.pick(names)] = document(depth - 1);
        return made;
    }

    /// Near to `document`: some places in it are another value, gone or new.
    json::value altered(json::value document, int depth) {
        if (random_.chance(10)) return this->document(depth);
        if (auto* members = document.if_object()) {
            for (auto& member : *members) {
                if (random_.chance(30))
                    member.value() = altered(std::move(member.value()), depth - 1);
            }
            if (!members->empty() && random_.chance(20)) members->erase(members->begin());
            if (random_.chance(20)) (*members)[random_.pick(names)] = scalar();
        } else if (auto* elements = document.if_array()) {
            for (auto& element : *elements) {
                if (random_.chance(20)) element = altered(std::move(element), depth - 1);
            }
            move_on(*elements, depth);
        }
        return document;
    }

    randomness& random() { return random_; }

private:
    json::value scalar() {
        switch (random_.below(6)) {
            case 0: return nullptr;
            case 1: return random_.chance(50);
            case 2: return std::int64_t{-3} + static_cast<std::int64_t>(random_.below(6));
            case 3: return static_cast<double>(random_.below(8)) / 4;
            case 4: return ~std::uint64_t{0} - random_.below(3);
            default: return json::value(random_.pick(texts));
        }
    }

    json::value list(int depth) {
        json::array made;
        for (auto elements = random_.below(7); elements > 0; --elements)
            made.push_back(document(depth - 1));
        return made;
    }

    void move_on(json::array& list, int depth) {
        for (int i = 0; i < 3; ++i) {
            const auto at = static_cast<std::ptrdiff_t>(random_.below(list.size() + 1));
            if (random_.chance(40)) list.insert(list.begin() + at, document(depth - 1));
            if (!list.empty() && random_.chance(40))
                list.erase(list.begin() + at % static_cast<std::ptrdiff_t>(list.size()));
        }
    }

    static constexpr std::array<std::string_view, 8> names{"id",  "name", "a/b", "~1",
                                                           "sha", "",     "n",   "\n"};
    static constexpr std::array<std::string_view, 6> texts{"", "x", "y", "=x", "\"", "\xc3\xa4"};
    randomness random_;
};

TEST(JsonDifference, MakesTheSecondOutOfTheFirst) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    document_maker make{seed};
    for (int i = 0; i < 20'000; ++i) {
        const auto before = make.document(4);
        const auto after = make.random().chance(80) ? make.altered(before, 4) : make.document(4);
        const auto changes = json_difference(before, after);
        ASSERT_EQ(changes.empty(), before == after);
        const auto patch = json_patch(changes);
        ASSERT_EQ(patched(before, patch), after) << before << '\n' << after << '\n' << patch;
        for (const auto& line : describe(changes))
            ASSERT_EQ(line.find_first_of("\n\r"), std::string::npos) << line;
    }
}

}  // namespace
}  // namespace daybook::replay
