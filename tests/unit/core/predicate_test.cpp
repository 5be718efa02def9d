// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: conditions hold exactly when query.hpp says so.
// Method: tables of known answers.
#include "predicate.hpp"

#include "stored_event.hpp"
#include "support/matchers.hpp"

#include <array>
#include <thread>
#include <utility>

namespace daybook {
namespace {

using test::event_with_payload;

bool holds(std::string_view payload, std::string pointer, comparison op, std::string wanted) {
    const compiled_conditions conditions{{{std::move(pointer), op, std::move(wanted)}}};
    return conditions.match(event_with_payload(std::string{payload}));
}

// Every comparison of `/f` with `wanted` at once: one letter for each that holds.
std::string all_that_hold(std::string_view field, const std::string& wanted) {
    constexpr std::array<std::pair<comparison, char>, 8> letters{{{comparison::equal, '='},
                                                                  {comparison::not_equal, '!'},
                                                                  {comparison::less, '<'},
                                                                  {comparison::less_equal, 'l'},
                                                                  {comparison::greater, '>'},
                                                                  {comparison::greater_equal, 'g'},
                                                                  {comparison::prefix, '^'},
                                                                  {comparison::contains, '*'}}};
    std::string held;
    for (const auto& [op, letter] : letters) {
        if (holds("{\"f\":" + std::string{field} + '}', "/f", op, wanted)) held += letter;
    }
    return held;
}

// Conditions -------------------------------------------------------------------------------------

TEST(Condition, ComparesScalarsOfOneKind) {
    EXPECT_EQ(all_that_hold("3", "3"), "=lg");
    EXPECT_EQ(all_that_hold("3.0", "3"), "=lg");
    EXPECT_EQ(all_that_hold("30e-1", "3"), "=lg");
    EXPECT_EQ(all_that_hold("2", "3"), "!<l");
    EXPECT_EQ(all_that_hold("4", "3"), "!>g");
    EXPECT_EQ(all_that_hold("10", "9"), "!>g");
    EXPECT_EQ(all_that_hold("\"coder\"", "coder"), "=lg^*");
    EXPECT_EQ(all_that_hold("\"coder\"", "\"coder\""), "=lg^*");
    EXPECT_EQ(all_that_hold("\"coder\"", "code"), "!>g^*");
    EXPECT_EQ(all_that_hold("\"coder\"", "ode"), "!<l*");
    EXPECT_EQ(all_that_hold("\"10\"", "\"9\""), "!<l");
    EXPECT_EQ(all_that_hold("true", "true"), "=lg");
    EXPECT_EQ(all_that_hold("false", "true"), "!<l");
    EXPECT_EQ(all_that_hold("null", "null"), "=lg");
    EXPECT_EQ(all_that_hold("\"\"", ""), "=lg^*");
}

TEST(Condition, HoldsForDifferentKindsOnlyIfItIsNotEqual) {
    EXPECT_EQ(all_that_hold("3", "three"), "!");
    EXPECT_EQ(all_that_hold("\"three\"", "3"), "!");
    EXPECT_EQ(all_that_hold("true", "1"), "!");
    EXPECT_EQ(all_that_hold("null", "0"), "!");
    EXPECT_EQ(all_that_hold("null", ""), "!");
    EXPECT_EQ(all_that_hold("{}", "{}"), "!");
    EXPECT_EQ(all_that_hold("{\"a\":1}", "a"), "!");
    EXPECT_EQ(all_that_hold("[]", "x"), "!");
}

TEST(Condition, LooksForAnElementOfAnArray) {
    EXPECT_EQ(all_that_hold("[1,\"a\",2.0]", "a"), "!*");
    EXPECT_EQ(all_that_hold("[1,\"a\",2.0]", "2"), "!*");
    EXPECT_EQ(all_that_hold("[1,\"a\",2.0]", "\"2\""), "!");
    EXPECT_EQ(all_that_hold("[1,\"ab\",2.0]", "a"), "!");
    EXPECT_EQ(all_that_hold("[[1]]", "1"), "!");
    EXPECT_EQ(all_that_hold("[null]", "null"), "!*");
}

// A number's digits are text where text is looked for: /message*=404.
TEST(Condition, LooksForTheTextOfItsValueInStrings) {
    EXPECT_EQ(all_that_hold("\"HTTP 404\"", "404"), "!*");
    EXPECT_EQ(all_that_hold("\"404 not found\"", "404"), "!^*");
    EXPECT_EQ(all_that_hold("\"404 not found\"", "\"404\""), "!>g^*");
    EXPECT_EQ(all_that_hold("\"true\"", "true"), "!^*");
}

TEST(Condition, FailsForAMissingField) {
    for (const auto op : {comparison::equal, comparison::not_equal, comparison::less,
                          comparison::less_equal, comparison::greater, comparison::greater_equal,
                          comparison::exists, comparison::prefix, comparison::contains}) {
        EXPECT_FALSE(holds(R"({"a":1})", "/b", op, "1"));
        EXPECT_FALSE(holds(R"({"a":1})", "/a/b", op, "1"));
        EXPECT_FALSE(holds("not JSON", "", op, "1"));
        EXPECT_FALSE(holds("", "", op, ""));
        EXPECT_FALSE(holds(R"({"a":1}})", "/a", op, "1"));
    }
}

TEST(Condition, HoldsForWhateverExists) {
    for (const char* field : {"null", "false", "0", "\"\"", "[]", "{}"}) {
        EXPECT_TRUE(
            holds(std::string{"{\"a\":{\"b\":"} + field + "}}", "/a/b", comparison::exists, ""));
    }
    EXPECT_TRUE(holds("7", "", comparison::exists, ""));
    EXPECT_TRUE(holds("7", "", comparison::equal, "7"));
    EXPECT_TRUE(holds(R"([1,{"a":2}])", "/1/a", comparison::equal, "2"));
    EXPECT_TRUE(holds(R"({"a/b":{"~":3}})", "/a~1b/~0", comparison::equal, "3"));
}

TEST(Condition, FindsANumberByItsOwnSpelling) {
    for (const char* number : {"47617.6193969698695", "0.30000000000000004", "3.4028234663852886",
                               "123456789.123456789e-5", "1e400", "-1e400", "0e400", "1e-400",
                               "123456789012345678901234567890", "18446744073709551616"}) {
        for (const std::string after : {"", " ", ",\"more\":[1,2,3],\"and\":\"more\""}) {
            const auto payload = std::string{"{\"f\":"} + number + after + '}';
            EXPECT_TRUE(holds(payload, "/f", comparison::equal, number)) << payload;
        }
    }
}

TEST(Condition, DoesNotAskForTheContentType) {
    new_event other;
    other.type = "Located";
    other.content_type = "application/geo+json";
    other.payload = R"({"a":1})";
    const compiled_conditions conditions{{{"/a", comparison::equal, "1"}}};
    EXPECT_TRUE(conditions.match(test::stored_event(other)));
}

TEST(CompiledConditions, HoldIfAllDo) {
    const compiled_conditions none;
    EXPECT_TRUE(none.empty());
    EXPECT_TRUE(none.match(event_with_payload("not JSON")));

    const compiled_conditions both{
        {{"/a", comparison::equal, "1"}, {"/b", comparison::prefix, "x"}}};
    EXPECT_FALSE(both.empty());
    EXPECT_TRUE(both.match(event_with_payload(R"({"a":1,"b":"xyz"})")));
    EXPECT_FALSE(both.match(event_with_payload(R"({"a":1,"b":"y"})")));
    EXPECT_FALSE(both.match(event_with_payload(R"({"a":2,"b":"xyz"})")));
}

TEST(CompiledConditions, ReadLargePayloads) {
    std::string payload = "{\"list\":[";
    for (int i = 0; i < 20'000; ++i) payload += std::to_string(i) + ',';
    payload += "\"last\"]}";
    EXPECT_TRUE(holds(payload, "/list", comparison::contains, "last"));
    EXPECT_TRUE(holds(payload, "/list/19999", comparison::equal, "19999"));
}

TEST(CompiledConditions, MatchOnManyThreadsAtOnce) {
    const compiled_conditions conditions{{{"/n", comparison::greater_equal, "500"}}};
    std::vector<int> matched(4);
    std::vector<std::thread> threads;
    for (auto& mine : matched) {
        threads.emplace_back([&] {
            for (int i = 0; i < 1'000; ++i) {
                const auto payload = "{\"n\":" + std::to_string(i) + '}';
                mine += conditions.match(event_with_payload(payload)) ? 1 : 0;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_THAT(matched, testing::Each(500));
}

}  // namespace
}  // namespace daybook
