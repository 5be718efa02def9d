// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: what a change breaks is told, and nothing is called compatible that is not. Method: each
// kind of change by itself, then random schemas, changed at random, with random payloads.

#include <daybook/json_schema.hpp>

#include "payload_schema.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <array>

namespace daybook {
namespace {

namespace json = boost::json;
using test::FailsWith;
using testing::HasSubstr;

/// "backward", "forward", "both" or "none", and what was told.
std::string told(std::string_view before, std::string_view after) {
    const auto compared = compare_schemas(before, after);
    if (!compared) return compared.error().message;
    std::string text = compared->backward ? (compared->forward ? "both" : "backward")
                                          : (compared->forward ? "forward" : "none");
    for (const auto& one : compared->changes) {
        text += "; " + (one.pointer.empty() ? "" : one.pointer + " ") + one.what;
    }
    return text;
}

TEST(SchemaComparison, FindsNothingInTheSame) {
    constexpr auto text = R"({"type":"object","properties":{"a":{"enum":["x"]}},"required":["a"]})";
    EXPECT_EQ(told(text, text), "both");
    EXPECT_EQ(told(R"({"title":"a","type":"null"})", R"({"type":["null"],"description":"b"})"),
              "both");
    EXPECT_EQ(told("{}", R"({"additionalProperties":true,"items":{}})"), "both");
}

TEST(SchemaComparison, TellsTypes) {
    EXPECT_EQ(told(R"({"type":"integer"})", R"({"type":"number"})"),
              "backward; type \"integer\" became \"number\"");
    EXPECT_EQ(told(R"({"type":["string","null"]})", R"({"type":"string"})"),
              "forward; type \"null\", \"string\" became \"string\"");
    EXPECT_EQ(told(R"({"type":"string"})", R"({"type":"integer"})"),
              "none; type \"string\" became \"integer\"");
    EXPECT_EQ(told("{}", R"({"type":"integer"})"), "forward; type any became \"integer\"");
    EXPECT_EQ(told(R"({"properties":{"a":{"type":"null"}}})", R"({"properties":{"a":{}}})"),
              "backward; /a type \"null\" became any");
}

TEST(SchemaComparison, TellsMembers) {
    constexpr auto with_a = R"({"properties":{"a":{"type":"null"}}})";
    EXPECT_EQ(told("{}", with_a), "both; /a the member is new");
    EXPECT_EQ(told(with_a, "{}"), "both; /a the member is gone");
    EXPECT_EQ(told(with_a, R"({"properties":{"a":{"type":"null"}},"required":["a"]})"),
              "forward; required now: \"a\"");
    EXPECT_EQ(told(R"({"required":["a"]})", "{}"), "backward; not required any more: \"a\"");
    EXPECT_EQ(told(R"({"additionalProperties":false})",
                   R"({"properties":{"a":{}},"additionalProperties":false})"),
              "backward; /a the member is new; /a others are not allowed");
    EXPECT_EQ(told(R"({"properties":{"a":{}},"additionalProperties":false})",
                   R"({"additionalProperties":false})"),
              "forward; /a the member is gone; /a others are not allowed");
    EXPECT_EQ(told("{}", R"({"additionalProperties":false})"),
              "forward; /* it is not allowed any more");
    // Others are described: then a new name is one of them.
    EXPECT_EQ(
        told(R"({"additionalProperties":{"type":"string"}})",
             R"({"additionalProperties":{"type":"string"},"properties":{"a":{"type":"null"}}})"),
        "none; /a the member is new; /a type \"string\" became \"null\"");
    // Somebody else describes members of the same value: then a name proves nothing.
    EXPECT_EQ(told(R"({"anyOf":[{"required":["a"]},{}]})",
                   R"({"anyOf":[{"required":["a"]},{}],"properties":{"a":{"type":"null"}}})"),
              "forward; /a the member is new; /a type any became \"null\"");
}

TEST(SchemaComparison, TellsValuesAndBounds) {
    EXPECT_EQ(told(R"({"enum":["a","b"]})", R"({"enum":["b","c"]})"),
              "none; enum lost \"a\" and got \"c\"");
    EXPECT_EQ(told(R"({"enum":["a"]})", R"({"enum":["a","b"]})"), "backward; enum got \"b\"");
    EXPECT_EQ(told("{}", R"({"const":"a"})"), "forward; const is new: \"a\"");
    EXPECT_EQ(told(R"({"minimum":1,"maximum":5})", R"({"minimum":0,"maximum":4.5})"),
              "none; minimum 1 became 0; maximum 5 became 4.5");
    EXPECT_EQ(told("{}", R"({"maxLength":3})"), "forward; maxLength is new: 3");
    EXPECT_EQ(told(R"({"minItems":3})", "{}"), "backward; minItems is gone");
    EXPECT_EQ(told(R"({"pattern":"a"})", R"({"pattern":"b"})"), "none; pattern \"a\" became \"b\"");
    EXPECT_EQ(told(R"({"format":"date"})", "{}"), "backward; format is gone");
    EXPECT_EQ(told("{}", R"({"uniqueItems":true})"), "forward; elements have to differ");
}

TEST(SchemaComparison, TellsElementsAndCompositions) {
    EXPECT_EQ(told(R"({"items":{"type":"integer"}})", R"({"items":{"type":"number"}})"),
              "backward; /* type \"integer\" became \"number\"");
    EXPECT_EQ(told(R"({"items":[{"type":"null"}]})", R"({"items":{"type":"null"}})"),
              "forward; /* type any became \"null\"");
    EXPECT_EQ(
        told(R"({"anyOf":[{"type":"null"}]})", R"({"anyOf":[{"type":"null"},{"type":"string"}]})"),
        "backward; anyOf of 1 became one of 2");
    EXPECT_EQ(told(R"({"allOf":[{"type":"null"}]})", R"({"allOf":[{"type":"null"},{}]})"),
              "forward; allOf of 1 became one of 2");
    EXPECT_EQ(told(R"({"not":{"minimum":1}})", R"({"not":{"minimum":2}})"), "none; not is another");
    EXPECT_EQ(told(R"({"oneOf":[{"title":"a"}]})", R"({"oneOf":[{"title":"b"}]})"), "both");
    EXPECT_EQ(told(R"({"properties":{"a":false}})", R"({"properties":{"a":true}})"),
              "backward; /a it was not allowed, now it is");
}

TEST(SchemaComparison, LooksThroughReferences) {
    const auto tree = [](std::string_view type) {
        return R"({"definitions":{"n":{"properties":{"v":{"type":")" + std::string{type} +
               R"("},"next":{"$ref":"#/definitions/n"}}}},"properties":{"n":{"$ref":)"
               R"("#/definitions/n"}}})";
    };
    EXPECT_EQ(told(tree("integer"), tree("integer")), "both");
    EXPECT_EQ(told(tree("integer"), tree("number")),
              "backward; /n/v type \"integer\" became \"number\"");
    EXPECT_EQ(told(R"({"definitions":{"a":{"type":"null"}},"not":{"$ref":"#/definitions/a"}})",
                   R"({"definitions":{"a":{"type":"string"}},"not":{"$ref":"#/definitions/a"}})"),
              "none; not is another");
}

TEST(SchemaComparison, DoesNotRunAway) {
    // Each definition names the next one twenty times, in a composition of which every part counts.
    const auto wide = [](std::string_view end) {
        std::string text = R"({"not":{"$ref":"#/definitions/d0"},"definitions":{)";
        for (int i = 0; i < 60; ++i) {
            text += "\"d" + std::to_string(i) + "\":{\"oneOf\":[";
            for (int j = 0; j < 20; ++j) {
                text += (j == 0 ? "" : ",");
                text += R"({"$ref":"#/definitions/d)" + std::to_string(i + 1) + "\"}";
            }
            text += "]},";
        }
        return text + "\"d60\":" + std::string{end} + "}}";
    };
    EXPECT_THAT(told(wide("{}"), wide("{}")), HasSubstr("none"));
    // Nested by definitions, deeper than is followed.
    const auto deep = [](std::string_view end) {
        std::string text = R"({"$comment":"","items":{"$ref":"#/definitions/d0"},"definitions":{)";
        for (int i = 0; i < 2'000; ++i) {
            text += "\"d" + std::to_string(i) + R"(":{"items":{"$ref":"#/definitions/d)" +
                    std::to_string(i + 1) + "\"}},";
        }
        return text + "\"d2000\":" + std::string{end} + "}}";
    };
    EXPECT_THAT(told(deep("{}"), deep("true")), HasSubstr("too large to compare"));
}

TEST(SchemaComparison, NeedsTwoSchemas) {
    EXPECT_THAT(compare_schemas("{", "{}"), FailsWith(errc::invalid_argument));
    EXPECT_THAT(compare_schemas("{}", R"({"if":{}})"), FailsWith(errc::invalid_argument));
}

// Random schemas ---------------------------------------------------------------------------------

class random_schemas {
public:
    explicit random_schemas(test::randomness& random) : random_{random} {}

    json::object schema(int depth) {
        json::object made;
        switch (random_.below(depth > 0 ? 7U : 4U)) {
            case 0: made["type"] = pick_type(); break;
            case 1: {
                made["type"] = random_.chance(50) ? "integer" : "number";
                if (random_.chance(50)) made["minimum"] = random_.below(4);
                if (random_.chance(50)) made["exclusiveMaximum"] = random_.below(4);
                break;
            }
            case 2: {
                json::array values;
                for (auto more = random_.between(1, 3); more > 0; --more)
                    values.push_back(scalar());
                made["enum"] = std::move(values);
                break;
            }
            case 3: {
                made["type"] = json::array{"string", "null"};
                made["maxLength"] = random_.below(3);
                break;
            }
            case 4: object(made, depth); break;
            case 5: {
                made["type"] = "array";
                made["items"] = schema(depth - 1);
                if (random_.chance(30)) made["maxItems"] = random_.below(3);
                break;
            }
            default: {
                constexpr std::array<std::string_view, 3> words{"anyOf", "allOf", "oneOf"};
                json::array all;
                for (auto more = random_.between(1, 2); more > 0; --more) {
                    all.push_back(schema(depth - 1));
                }
                const auto word = random_.pick(words);
                made[{word.data(), word.size()}] = std::move(all);
                if (random_.chance(30)) object(made, depth);
            }
        }
        return made;
    }

    /// Another schema that is not far from it.
    json::value changed(json::value one, int depth = 3) {
        if (!one.is_object() || random_.chance(15)) return schema(std::max(depth, 0));
        auto& object = one.get_object();
        if (object.empty()) return one;
        auto member = object.begin() + static_cast<std::ptrdiff_t>(random_.below(object.size()));
        if (random_.chance(15)) {
            object.erase(member);
            return one;
        }
        const std::string key{member->key().data(), member->key().size()};
        auto& value = member->value();
        if (key == "properties") {
            change_members(value.get_object(), depth);
        } else if (value.is_object()) {
            value = changed(value, depth - 1);
        } else if (value.is_array() && !value.get_array().empty() && key.ends_with("Of")) {
            auto& list = value.get_array();
            auto& inner = list[random_.below(list.size())];
            inner = changed(inner, depth - 1);
        } else if (key == "enum") {
            value.get_array().push_back(scalar());
        } else if (value.is_number()) {
            value = random_.below(4);
        }
        return one;
    }

    /// A value that names only what the schema describes; whether it fits is another question.
    json::value value(const json::value& of, int depth = 4) {
        if (!of.is_object() || depth == 0) return scalar();
        const auto& object = of.get_object();
        for (const auto* word : {"anyOf", "allOf", "oneOf"}) {
            const auto* all = object.if_contains(word);
            if (all != nullptr && random_.chance(80)) {
                return value(all->get_array()[random_.below(all->get_array().size())], depth - 1);
            }
        }
        if (const auto* listed = object.if_contains("enum")) {
            return listed->get_array()[random_.below(listed->get_array().size())];
        }
        if (const auto* items = object.if_contains("items")) {
            json::array made;
            for (auto more = random_.below(3); more > 0; --more) {
                made.push_back(value(*items, depth - 1));
            }
            return made;
        }
        const auto* members = object.if_contains("properties");
        const auto* others = object.if_contains("additionalProperties");
        if (members == nullptr && others == nullptr) return scalar();
        json::object made;
        if (members != nullptr) {
            for (const auto& member : members->get_object()) {
                if (random_.chance(70)) made[member.key()] = value(member.value(), depth - 1);
            }
        }
        if (others != nullptr && others->is_object() && random_.chance(50)) {
            const auto other = name();
            // One that is named is described there, and by that alone.
            if (!made.contains(other) &&
                (members == nullptr || !members->get_object().contains(other))) {
                made[other] = value(*others, depth - 1);
            }
        }
        return made;
    }

private:
    json::string pick_type() {
        constexpr std::array<std::string_view, 7> all{"array",  "boolean", "integer", "null",
                                                      "number", "object",  "string"};
        const auto one = random_.pick(all);
        return json::string{one.data(), one.size()};
    }
    json::string name() {
        constexpr std::array<std::string_view, 4> all{"a", "b", "c", "d"};
        const auto one = random_.pick(all);
        return json::string{one.data(), one.size()};
    }
    json::value scalar() {
        static const auto all = json::parse(R"(["","a","abc",0,1,2,3,1.5,-1,null,true,[],{}])");
        return all.get_array()[random_.below(all.get_array().size() - 2)];
    }

    void object(json::object& made, int depth) {
        if (random_.chance(70)) made["type"] = "object";
        json::object members;
        for (auto more = random_.below(3); more > 0; --more) members[name()] = schema(depth - 1);
        made["properties"] = std::move(members);
        if (random_.chance(40)) made["required"] = json::array{name()};
        if (random_.chance(20)) made["additionalProperties"] = false;
        if (random_.chance(20)) made["additionalProperties"] = schema(depth - 1);
    }

    void change_members(json::object& members, int depth) {
        if (members.empty() || random_.chance(40)) {
            members[name()] = schema(std::max(depth - 1, 0));
            return;
        }
        auto member = members.begin() + static_cast<std::ptrdiff_t>(random_.below(members.size()));
        if (random_.chance(40)) {
            members.erase(member);
        } else {
            member->value() = changed(member->value(), depth - 1);
        }
    }

    test::randomness& random_;
};

TEST(SchemaComparison, NeverCallsCompatibleWhatIsNot) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    random_schemas schemas{random};
    const auto pairs = test::count_from_environment("DAYBOOK_SCHEMA_PAIRS", 3'000);
    std::size_t promised = 0;
    std::size_t tried = 0;
    for (std::uint64_t i = 0; i < pairs; ++i) {
        const json::value before = schemas.schema(3);
        auto after = schemas.changed(before);
        const auto old_text = json::serialize(before);
        const auto new_text = json::serialize(after);
        const auto compared = compare_schemas(old_text, new_text);
        ASSERT_TRUE(compared) << compared.error().message << old_text << new_text;
        const auto reversed = compare_schemas(new_text, old_text).value();
        ASSERT_EQ(compared->backward, reversed.forward) << old_text << "\n" << new_text;
        ASSERT_EQ(compared->forward, reversed.backward) << old_text << "\n" << new_text;
        if (!compared->backward) continue;
        ++promised;
        const auto old_schema = payload_schema::make(old_text).value();
        const auto new_schema = payload_schema::make(new_text).value();
        for (int j = 0; j < 30; ++j) {
            const auto payload = json::serialize(schemas.value(before));
            if (!old_schema->check(payload).value().empty()) continue;
            ++tried;
            const auto found = new_schema->check(payload).value();
            ASSERT_TRUE(found.empty()) << to_string(found.front()) << "\nof " << payload << "\nold "
                                       << old_text << "\nnew " << new_text;
        }
    }
    EXPECT_GT(promised, pairs / 20);
    EXPECT_GT(tried, pairs / 4);
}

}  // namespace
}  // namespace daybook
