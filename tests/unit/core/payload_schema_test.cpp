// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: what a schema says is what is checked, each violation says where, what was wanted and what
// was found; and no payload costs more than its size allows.

#include "payload_schema.hpp"

#include <daybook/raw_json.hpp>

#include "schema_pattern.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace daybook {
namespace {

using test::FailsWith;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::string told(std::string_view schema, std::string_view payload) {
    const auto made = payload_schema::make(schema);
    if (!made) return "no schema: " + made.error().message;
    const auto found = (*made)->check(payload);
    if (!found) return found.error().message;
    std::string all;
    for (const auto& one : *found) all += (all.empty() ? "" : "; ") + to_string(one);
    return all.empty() ? "fits" : all;
}

TEST(PayloadSchema, TellsTypesThatWereWantedAndFound) {
    constexpr auto schema = R"({"type":"object","properties":{"a":{"type":"integer"},)"
                            R"("b":{"type":["string","null"]},"c":{"type":"array"}}})";
    EXPECT_EQ(told(schema, R"({"a":3,"b":null,"c":[]})"), "fits");
    EXPECT_EQ(told(schema, R"({"a":"x"})"), "at /a: wanted an integer, found \"x\"");
    EXPECT_EQ(told(schema, R"({"b":[1,2]})"),
              "at /b: wanted null or a string, found an array of 2");
    EXPECT_EQ(told(schema, R"({"a":1.5,"c":{"x":1}})"),
              "at /a: wanted an integer, found 1.5; at /c: wanted an array, found an object of 1");
    EXPECT_EQ(told(schema, "[]"), "wanted an object, found an array of 0");
    EXPECT_EQ(told(schema, R"({"other":1})"), "fits");
}

TEST(PayloadSchema, WholeNumbersAreExact) {
    EXPECT_EQ(told(R"({"type":"integer"})", "3.0"), "fits");
    EXPECT_EQ(told(R"({"type":"integer"})", "18446744073709551615"), "fits");
    EXPECT_EQ(told(R"({"type":"integer"})", "1e17"), "wanted an integer, found 1e+17");
    EXPECT_EQ(told(R"({"type":"number"})", "-1e999"),
              "wanted a number, found a number that no double holds");
    EXPECT_EQ(told(R"({"format":"int64"})", "9223372036854775807"), "fits");
    EXPECT_EQ(told(R"({"format":"int64"})", "9223372036854775808"),
              "wanted at most 2^63 - 1, found 9223372036854775808");
    EXPECT_EQ(told(R"({"format":"uint64"})", "-1"), "wanted at least 0, found -1");
    EXPECT_EQ(told(R"({"maximum":9007199254740992})", "9007199254740993"),
              "wanted at most 9007199254740992, found 9007199254740993");
    EXPECT_EQ(told(R"({"minimum":-9007199254740992})", "-9007199254740993"),
              "wanted at least -9007199254740992, found -9007199254740993");
    EXPECT_EQ(told(R"({"enum":[1]})", "1.0"), "fits");
    EXPECT_EQ(told(R"({"enum":[9007199254740992]})", "9007199254740993"),
              "wanted 9007199254740992, found 9007199254740993");
}

TEST(PayloadSchema, ChecksNumbers) {
    EXPECT_EQ(told(R"({"minimum":1,"maximum":3})", "1"), "fits");
    EXPECT_EQ(told(R"({"minimum":1})", "0.5"), "wanted at least 1, found 0.5");
    EXPECT_EQ(told(R"({"exclusiveMinimum":1})", "1"), "wanted more than 1, found 1");
    EXPECT_EQ(told(R"({"exclusiveMaximum":1.5})", "1.5"), "wanted less than 1.5, found 1.5");
    EXPECT_EQ(told(R"({"maximum":1})", "18446744073709551615"),
              "wanted at most 1, found 18446744073709551615");
    EXPECT_EQ(told(R"({"minimum":1})", "\"text\""), "fits");
    EXPECT_EQ(told(R"({"multipleOf":3})", "7"), "wanted a multiple of 3, found 7");
    EXPECT_EQ(told(R"({"multipleOf":3})", "-9"), "fits");
    EXPECT_EQ(told(R"({"multipleOf":1})", "1.5"), "wanted a multiple of 1, found 1.5");
    EXPECT_EQ(told(R"({"multipleOf":0.1})", "0.3"), "fits");
    EXPECT_EQ(told(R"({"multipleOf":0.1})", "0.35"), "wanted a multiple of 0.1, found 0.35");
    EXPECT_EQ(told(R"({"format":"float"})", "1e300"), "wanted a number of 32 bits, found 1e+300");
}

TEST(PayloadSchema, ChecksTexts) {
    EXPECT_EQ(told(R"({"minLength":2})", "\"\xC3\xBC\""),
              "wanted at least 2 characters, found \"\xC3\xBC\"");
    EXPECT_EQ(told(R"({"maxLength":2})", "\"\xC3\xBC\xC3\xBC\""), "fits");
    EXPECT_EQ(told(R"({"maxLength":1})", "\"ab\""), "wanted at most 1 characters, found \"ab\"");
    EXPECT_EQ(told(R"({"enum":["a",null]})", "\"b\""), "wanted one of \"a\", null, found \"b\"");
    EXPECT_EQ(told(R"({"const":"a"})", "true"), "wanted \"a\", found true");
    EXPECT_EQ(told(R"({"format":"uuid"})", "\"x\""), "wanted a UUID, found \"x\"");
    EXPECT_EQ(told(R"({"format":"date"})", "\"2025-02-30\""),
              "wanted a date (YYYY-MM-DD), found \"2025-02-30\"");
    EXPECT_EQ(told(R"({"format":"date-time"})", "\"2025-12-22T10:30:00.5+01:00\""), "fits");
    EXPECT_EQ(told(R"({"format":"date-time"})", "\"2025-12-22\""),
              "wanted a time as RFC 3339 has it, to microseconds, found \"2025-12-22\"");
    EXPECT_EQ(told(R"({"format":"date-time"})", "\"2025-12-22T10:30Z-------\""),
              "wanted a time as RFC 3339 has it, to microseconds, found "
              "\"2025-12-22T10:30Z-------\"");
    EXPECT_EQ(told(R"({"format":"date-time"})", "null"), "fits");
}

TEST(PayloadSchema, MatchesPatternsAnywhereUnlessTheyAreAnchored) {
    EXPECT_EQ(told(R"({"pattern":"b+"})", "\"abbc\""), "fits");
    EXPECT_EQ(told(R"({"pattern":"^b+"})", "\"abbc\""),
              "wanted a match of the pattern ^b+, found \"abbc\"");
    EXPECT_EQ(told(R"({"pattern":"^(a|b)$"})", "\"b\""), "fits");
    EXPECT_EQ(told(R"({"pattern":"^a|b$"})", "\"xb\""), "fits");
    EXPECT_EQ(told(R"({"pattern":"^a$"})", "\"a\\na\""),
              "wanted a match of the pattern ^a$, found \"a\\na\"");
    EXPECT_EQ(told(R"({"pattern":"x"})", "\"a\\nx\""), "fits");
    EXPECT_EQ(told(R"({"pattern":"(a*)*$"})", "\"b\""), "fits");
    EXPECT_EQ(told(R"({"pattern":"^[a-z]{2}-\\d{3,}$"})", "\"ab-1234\""), "fits");
}

TEST(PayloadSchema, PatternsNeitherRunAwayNorOverflow) {
    const auto long_text = '"' + std::string(pattern_subject_bytes_max - 1, 'a') + "b\"";
    EXPECT_THAT(told(R"({"pattern":"^(a+)+$"})", long_text), HasSubstr("wanted a match"));
    EXPECT_EQ(told(R"({"pattern":"(.*)*b"})", long_text), "fits");
    const auto longer = '"' + std::string(1U << 20U, 'a') + '"';
    EXPECT_THAT(told(R"({"pattern":"a"})", longer), HasSubstr("within 4096 bytes"));
}

TEST(PayloadSchema, ChecksMembers) {
    constexpr auto schema = R"({"properties":{"a":{"type":"null"}},"required":["a","b"],)"
                            R"("additionalProperties":{"type":"string"},"maxProperties":2})";
    EXPECT_EQ(told(schema, R"({"a":null,"b":"x"})"), "fits");
    EXPECT_EQ(told(schema, R"({"a":null})"), "wanted the member \"b\", found no such member");
    EXPECT_EQ(told(schema, R"({"a":null,"b":1})"), "at /b: wanted a string, found 1");
    EXPECT_EQ(told(schema, R"({"a":null,"b":"","c~/d":1})"),
              "wanted at most 2 members, found an object of 3; at /c~0~1d: wanted a string, "
              "found 1");
    EXPECT_EQ(told(R"({"properties":{"a":{}},"additionalProperties":false})", R"({"b":1})"),
              "wanted no other members, found the member \"b\"");
    EXPECT_EQ(told(R"({"minProperties":1})", "{}"),
              "wanted at least 1 members, found an object of 0");
    // A name that a C string would cut short.
    EXPECT_EQ(told(R"({"required":["a"]})", R"({"a\u0000b":1})"),
              "wanted the member \"a\", found no such member");
}

TEST(PayloadSchema, ChecksElements) {
    EXPECT_EQ(told(R"({"items":{"type":"number"},"minItems":1})", "[1,\"a\",2,null]"),
              "at /1: wanted a number, found \"a\"; at /3: wanted a number, found null");
    EXPECT_EQ(told(R"({"minItems":1})", "[]"), "wanted at least 1 elements, found an array of 0");
    EXPECT_EQ(told(R"({"maxItems":1})", "[1,2]"), "wanted at most 1 elements, found an array of 2");
    EXPECT_EQ(told(R"({"items":[{"type":"string"}],"additionalItems":false})", "[\"a\",1]"),
              "wanted at most 1 elements, found an array of 2");
    EXPECT_EQ(told(R"({"items":[{}],"additionalItems":{"type":"string"}})", "[1,\"a\",1]"),
              "at /2: wanted a string, found 1");
    EXPECT_EQ(told(R"({"items":[{},{"type":"null"}]})", "[1]"), "fits");
    EXPECT_EQ(told(R"({"uniqueItems":true})", R"([{"a":1,"b":2},{"b":2,"a":1}])"),
              "wanted elements that differ, found twice an object of 2");
    EXPECT_EQ(told(R"({"uniqueItems":true})", "[1,\"1\",true,null,[],{}]"), "fits");
    EXPECT_EQ(told(R"({"uniqueItems":false})", "[1,1]"), "fits");
}

TEST(PayloadSchema, ChecksCompositions) {
    EXPECT_EQ(told(R"({"allOf":[{"minimum":2},{"maximum":4}]})", "5"), "wanted at most 4, found 5");
    EXPECT_EQ(told(R"({"anyOf":[{"type":"string"},{"minimum":2}]})", "1"),
              "wanted what one of 2 schemas (anyOf) describes, found 1");
    EXPECT_EQ(told(R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "3"),
              "wanted what exactly one of 2 schemas (oneOf) describes, not 2, found 3");
    EXPECT_EQ(told(R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "1"), "fits");
    EXPECT_EQ(told(R"({"not":{"type":"null"}})", "null"),
              "wanted anything but what \"not\" describes, found null");
    EXPECT_EQ(told(R"({"not":{"not":{"type":"null"}}})", "null"), "fits");
    EXPECT_EQ(told(R"({"properties":{"a":false}})", R"({"a":1})"),
              "at /a: wanted nothing (the schema is false), found 1");
    EXPECT_EQ(told(R"({"not":{"properties":{"a":false}}})", R"({"a":1})"), "fits");
}

TEST(PayloadSchema, FollowsReferences) {
    constexpr auto tree = R"({"definitions":{"node":{"type":"object","required":["v"],)"
                          R"("properties":{"v":{"type":"integer"},)"
                          R"("next":{"$ref":"#/definitions/node"}}}},)"
                          R"("allOf":[{"$ref":"#/definitions/node"}]})";
    EXPECT_EQ(told(tree, R"({"v":1,"next":{"v":2}})"), "fits");
    EXPECT_EQ(told(tree, R"({"v":1,"next":{"v":2,"next":{"v":"x"}}})"),
              "at /next/next/v: wanted an integer, found \"x\"");
    EXPECT_EQ(told(R"({"type":"array","items":{"$ref":"#"}})", "[[],[[]]]"), "fits");
    EXPECT_EQ(told(R"({"type":"array","items":{"$ref":"#"}})", "[[],[[1]]]"),
              "at /1/0/0: wanted an array, found 1");
    EXPECT_EQ(told(R"({"$ref":"#/definitions/a","definitions":{"a":{"type":"null"}}})", "1"),
              "no schema: schema: draft-07 ignores \"definitions\" beside \"$ref\"; put both into "
              "an \"allOf\"");
}

TEST(PayloadSchema, WhatIsNotJsonDoesNotFit) {
    EXPECT_THAT(told("{}", "not json"), HasSubstr("wanted JSON, found something else"));
    EXPECT_THAT(told("{}", ""), HasSubstr("wanted JSON"));
    EXPECT_THAT(told("{}", "{} {}"), HasSubstr("wanted JSON"));
}

TEST(PayloadSchema, TellsSixteenViolationsAtMost) {
    const auto schema = payload_schema::make(R"({"items":{"type":"null"}})").value();
    std::string payload = "[0";
    for (int i = 0; i < 100; ++i) payload += ",0";
    const auto found = schema->check(payload + "]");
    ASSERT_TRUE(found);
    EXPECT_THAT(*found, SizeIs(violations_max));
}

TEST(PayloadSchema, ShortensWhatWasFoundBetweenCharacters) {
    std::string text(59, 'a');
    for (int i = 0; i < 40; ++i) text += "\xC3\xBC";
    EXPECT_EQ(told(R"({"type":"null"})", '"' + text + '"'),
              "wanted null, found \"" + std::string(59, 'a') + "\"... (139 bytes)");
}

/// Each definition asks twice for the next one: 2^40 schemas.
std::string doubling_schema() {
    std::string text = R"({"allOf":[{"$ref":"#/definitions/d0"}],"definitions":{)";
    for (int i = 0; i < 40; ++i) {
        const auto next = R"({"$ref":"#/definitions/d)" + std::to_string(i + 1) + "\"}";
        text += "\"d" + std::to_string(i) + "\":{\"allOf\":[" + next + "," + next + "]},";
    }
    return text + R"("d40":{"type":"object"}}})";
}

TEST(PayloadSchema, LimitsTheStepsOfACheck) {
    const auto schema = payload_schema::make(doubling_schema());
    ASSERT_TRUE(schema) << schema.error().message;
    EXPECT_THAT((*schema)->check("{}"), FailsWith(errc::too_large));
}

TEST(PayloadSchema, LimitsHowDeepACheckGoes) {
    std::string text = R"({"items":{"$ref":"#/definitions/d0"},"definitions":{)";
    for (int i = 0; i < 20; ++i) {
        text += "\"d" + std::to_string(i) + R"(":{"allOf":[{"$ref":"#/definitions/d)" +
                std::to_string(i + 1) + "\"}]},";
    }
    text += R"("d20":{"items":{"$ref":"#/definitions/d0"}}}})";
    const auto schema = payload_schema::make(text);
    ASSERT_TRUE(schema) << schema.error().message;
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    const auto found = (*schema)->check(nested(40));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_THAT(*found, ElementsAre());
    EXPECT_THAT((*schema)->check(nested(json_depth_max)), FailsWith(errc::too_large));
    // The deepest payload there can be, with a schema that goes along plainly.
    EXPECT_EQ(told(R"({"items":{"$ref":"#"}})", nested(json_depth_max)), "fits");
}

TEST(PayloadSchema, LargePayloadsMayBeChecked) {
    std::string payload = "[0";
    for (int i = 0; i < 300'000; ++i) payload += ",0";
    EXPECT_EQ(told(R"({"type":"array","items":{"anyOf":[{"type":"null"},{"type":"number"}]}})",
                   payload + "]"),
              "fits");
}

}  // namespace
}  // namespace daybook
