// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a schema is used as a whole or refused: what is not understood, not bounded, or not inside
// the document is named.

#include <daybook/json_schema.hpp>

#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace daybook {
namespace {

using test::FailsWith;
using testing::HasSubstr;

std::string refusal(std::string_view text) {
    const auto checked = check_schema(text);
    if (checked) return "taken";
    EXPECT_EQ(checked.error().message.find('\n'), std::string::npos);
    return checked.error().message;
}

TEST(SchemaText, TakesEveryKeywordOfTheSubset) {
    EXPECT_EQ(refusal(R"({
        "$schema": "http://json-schema.org/draft-07/schema#", "$id": "x", "$comment": "c",
        "title": "t", "description": "d", "default": {}, "examples": [1], "readOnly": true,
        "writeOnly": false, "type": ["object", "null"],
        "definitions": {"name": {"type": "string", "minLength": 1, "maxLength": 9,
                                 "pattern": "^[a-z]+(-[0-9]{1,4})?$"}},
        "properties": {
            "a": {"$ref": "#/definitions/name", "description": "beside"},
            "b": {"enum": ["x", 1, 1.5, true, null]}, "c": {"const": "k"},
            "d": {"type": "integer", "minimum": 0, "exclusiveMinimum": -1, "maximum": 10,
                  "exclusiveMaximum": 11, "multipleOf": 2},
            "e": {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": 3,
                  "uniqueItems": true},
            "f": {"items": [{}, true], "additionalItems": false},
            "g": {"format": "date-time"}, "h": {"format": "uuid"}, "i": {"$ref": "#"},
            "j": {"allOf": [{}, {"not": {"type": "null"}}], "anyOf": [true], "oneOf": [{}]}},
        "additionalProperties": {"type": "string"}, "required": ["a"], "minProperties": 1,
        "maxProperties": 20})"),
              "taken");
    EXPECT_EQ(refusal(R"({})"), "taken");
    EXPECT_EQ(refusal(R"({"required":[]})"), "taken");
}

TEST(SchemaText, RefusesOtherKeywordsByName) {
    EXPECT_EQ(refusal(R"({"properties":{"a/b":{"contains":{}}}})"),
              "schema at /properties/a~1b: the keyword \"contains\" is not supported; "
              "see core/docs/schemas.md");
    for (const auto* one : {"if", "then", "dependencies", "patternProperties", "propertyNames",
                            "contentEncoding", "id", "unevaluatedProperties", "tpye"}) {
        EXPECT_THAT(refusal(std::string{"{\""} + one + "\":{}}"), HasSubstr(one));
    }
}

TEST(SchemaText, RefusesWhatIsNoSchema) {
    EXPECT_EQ(refusal("{\"type\":"), "schema is not JSON: byte 9: expected a value, found the end");
    EXPECT_EQ(refusal("true"), "schema: it is true, not an object");
    EXPECT_THAT(refusal("[]"), HasSubstr("not an object"));
    EXPECT_EQ(refusal(R"({"properties":{"a":3}})"),
              "schema at /properties/a: a schema is an object or a boolean, found 3");
}

TEST(SchemaText, RefusesKeywordsWithSenselessValues) {
    const auto wrong = [](std::string_view text, std::string_view wanted) {
        EXPECT_THAT(refusal(text), HasSubstr(std::string{wanted})) << text;
    };
    wrong(R"({"$schema":"https://json-schema.org/draft/2020-12/schema"})", "draft-07");
    wrong(R"({"type":"strnig"})", "\"type\" has to be a type of JSON");
    wrong(R"({"type":[]})", "\"type\" has to be");
    wrong(R"({"enum":[]})", "\"enum\" has to be");
    wrong(R"({"enum":[{"a":1}]})", "\"enum\" has to be");
    wrong(R"({"const":[1]})", "\"const\" has to be");
    wrong(R"({"const":9007199254740993})", "2^53");
    wrong(R"({"maximum":18446744073709551615})", "2^53");
    wrong(R"({"maximum":"3"})", "\"maximum\" has to be a number");
    wrong(R"({"multipleOf":0})", "above 0");
    wrong(R"({"minLength":-1})", "0 or more");
    wrong(R"({"minLength":1.5})", "0 or more");
    wrong(R"({"uniqueItems":1})", "true or false");
    wrong(R"({"required":"a"})", "a list of names");
    wrong(R"({"required":["a\u0000b"]})", "a list of names");
    wrong(R"({"properties":{"a\u0000b":{}}})", "U+0000");
    wrong(R"({"properties":[]})", "an object of schemas");
    wrong(R"({"allOf":[]})", "a list of schemas");
    wrong(R"({"format":"email"})", "date-time");
    wrong(R"({"title":1})", "a text");
    wrong(R"({"properties":{"a":{"$id":"x"}}})", "root only");
    wrong(R"({"properties":{"a":{"definitions":{}}}})", "root only");
    wrong(R"({"definitions":{"a/b":{}}})", "letters");
}

TEST(SchemaText, ReferencesStayInsideTheDocument) {
    EXPECT_THAT(refusal(R"({"$ref":"http://example.com/schema"})"), HasSubstr("#/definitions/"));
    EXPECT_THAT(refusal(R"({"$ref":"other.json"})"), HasSubstr("#/definitions/"));
    EXPECT_THAT(refusal(R"({"$ref":"#/definitions/none"})"), HasSubstr("which is there"));
    EXPECT_THAT(refusal(R"({"properties":{"a":{}},"items":{"$ref":"#/properties/a"}})"),
                HasSubstr("#/definitions/"));
    EXPECT_THAT(refusal(R"({"items":{"$ref":"#","minItems":3}})"),
                HasSubstr("ignores \"minItems\" beside \"$ref\""));
}

TEST(SchemaText, RefusesReferencesThatNeverReachAValue) {
    EXPECT_THAT(refusal(R"({"$ref":"#"})"), HasSubstr("leads back to itself"));
    EXPECT_THAT(refusal(R"({"definitions":{"a":{"allOf":[{"$ref":"#/definitions/b"}]},)"
                        R"("b":{"not":{"$ref":"#/definitions/a"}}}})"),
                HasSubstr("leads back to itself"));
    // By way of a member or an element, a payload ends it.
    EXPECT_EQ(refusal(R"({"definitions":{"a":{"items":{"$ref":"#/definitions/a"}}},)"
                      R"("properties":{"a":{"$ref":"#/definitions/a"}}})"),
              "taken");
    // Twice the same is no loop.
    EXPECT_EQ(refusal(R"({"definitions":{"a":{},"b":{"$ref":"#/definitions/a"}},"allOf":)"
                      R"([{"$ref":"#/definitions/a"},{"$ref":"#/definitions/b"}]})"),
              "taken");
}

TEST(SchemaText, LimitsSizeAndDepth) {
    const auto nested = [](std::size_t depth) {
        std::string text;
        for (std::size_t i = 0; i < depth; ++i) text += R"({"items":)";
        return text + "{}" + std::string(depth, '}');
    };
    EXPECT_TRUE(check_schema(nested(schema_depth_max)));
    EXPECT_THAT(check_schema(nested(schema_depth_max + 1)), FailsWith(errc::too_large));
    const auto sized = [](std::size_t bytes) {
        const std::string frame = R"({"title":""})";
        return frame.substr(0, 10) + std::string(bytes - frame.size(), 'x') + frame.substr(10);
    };
    EXPECT_TRUE(check_schema(sized(schema_text_bytes_max)));
    EXPECT_THAT(check_schema(sized(schema_text_bytes_max + 1)), FailsWith(errc::too_large));
}

TEST(SchemaText, RefusesPatternsThatCannotBeBounded) {
    const auto pattern = [](const std::string& text) {
        return refusal(R"({"pattern":")" + text + "\"}");
    };
    EXPECT_EQ(pattern("^(a|b)*[^c]{2,3}$"), "taken");
    EXPECT_EQ(pattern(std::string(schema_pattern_bytes_max, 'a')), "taken");
    EXPECT_THAT(pattern(std::string(schema_pattern_bytes_max + 1, 'a')), HasSubstr("the limit"));
    EXPECT_THAT(pattern("(a)\\\\1"), HasSubstr("back references"));
    EXPECT_THAT(pattern("a(?=b)"), HasSubstr("look-ahead"));
    EXPECT_THAT(pattern("(?!b)"), HasSubstr("look-ahead"));
    EXPECT_THAT(pattern("((a{99}){99}){99}"), HasSubstr("repetitions written out"));
    EXPECT_THAT(pattern("a{99999999999}"), HasSubstr("repetitions written out"));
    EXPECT_THAT(pattern("\xC3\xBC"), HasSubstr("ASCII"));
    EXPECT_THAT(pattern("(a"), HasSubstr("pattern \"(a\""));
    EXPECT_THAT(pattern("a{,"), HasSubstr("pattern"));
    EXPECT_THAT(pattern("[a"), HasSubstr("pattern"));
    EXPECT_THAT(pattern("*"), HasSubstr("pattern"));
}

}  // namespace
}  // namespace daybook
