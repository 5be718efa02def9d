// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: the schema of a struct says what event_to_json writes and event_as reads, no more and no
// less. Method: known texts, and random values, damaged in random ways.

#include <daybook/json_schema.hpp>

#include "payload_schema.hpp"
#include "schema_samples.hpp"
#include "stored_event.hpp"
#include "support/matchers.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace daybook {

struct nothing_happened {};
BOOST_DESCRIBE_STRUCT(nothing_happened, (), ())

namespace {

namespace json = boost::json;
using testing::IsEmpty;

std::unique_ptr<const payload_schema> schema_of_everything() {
    return payload_schema::make(json_schema_of<everything_happened>()).value();
}

std::string member_schema(const std::string& text, std::string_view name) {
    const auto all = json::parse(text);
    return json::serialize(all.at("properties").at({name.data(), name.size()}));
}

TEST(JsonSchemaOf, NamesTheTypeItsMembersAndThoseThatMustBeThere) {
    EXPECT_EQ(json_schema_of<spot>(),
              R"({"$schema":"http://json-schema.org/draft-07/schema#","title":"spot",)"
              R"("type":"object","properties":{"name":{"type":"string"},)"
              R"("height":{"type":["integer","null"],"minimum":-32768,"maximum":32767}},)"
              R"("required":["name"]})");
    EXPECT_EQ(json_schema_of<nothing_happened>(),
              R"({"$schema":"http://json-schema.org/draft-07/schema#",)"
              R"("title":"nothing_happened","type":"object"})");
    EXPECT_EQ(json_schema_of<spot>(), json_schema_of<spot>());
}

TEST(JsonSchemaOf, TellsEachKindOfMember) {
    const auto text = json_schema_of<everything_happened>();
    const auto of = [&](std::string_view name) { return member_schema(text, name); };
    EXPECT_EQ(of("yes"), R"({"type":"boolean"})");
    EXPECT_EQ(of("tiny"), R"({"type":"integer","minimum":-128,"maximum":127})");
    EXPECT_EQ(of("count"), R"({"type":"integer","minimum":0,"maximum":4294967295})");
    EXPECT_EQ(of("large"), R"({"type":"integer","format":"int64"})");
    EXPECT_EQ(of("huge"), R"({"type":"integer","format":"uint64"})");
    EXPECT_EQ(of("real"), R"({"type":"number"})");
    EXPECT_EQ(of("half"), R"({"type":"number","format":"float"})");
    EXPECT_EQ(of("at"), R"({"type":"string","format":"date-time"})");
    EXPECT_EQ(of("id"), R"({"type":"string","format":"uuid"})");
    EXPECT_EQ(of("place"), R"({"type":"integer","format":"uint64"})");
    EXPECT_EQ(of("took"), R"({"type":"integer","format":"int64"})");
    EXPECT_EQ(of("sky"), R"({"type":"string","enum":["sunny","wet"]})");
    EXPECT_EQ(of("maybe"), R"({"type":["string","null"]})");
    EXPECT_EQ(of("maybe_sky"), R"({"type":["string","null"],"enum":["sunny","wet",null]})");
    EXPECT_EQ(of("names"), R"({"type":"array","items":{"type":"string"}})");
    EXPECT_EQ(of("levels"), R"({"type":"object","additionalProperties":)"
                            R"({"type":["integer","null"],"minimum":0,"maximum":255}})");
    EXPECT_EQ(of("told"), R"({"anyOf":[{"type":"integer","format":"int64"},)"
                          R"({"type":"object","properties":{"name":{"type":"string"},)"
                          R"("height":{"type":["integer","null"],"minimum":-32768,)"
                          R"("maximum":32767}},"required":["name"]},)"
                          R"({"type":"array","items":{"type":"string"}},{"type":"string"}]})");
    EXPECT_EQ(of("maybe_told"), R"({"anyOf":[{"type":"boolean"},)"
                                R"({"type":"string","enum":["sunny","wet"]},{"type":"null"}]})");
}

TEST(JsonSchemaOf, FitsWhateverIsWritten) {
    const auto schema = schema_of_everything();
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    for (int i = 0; i < 2'000; ++i) {
        const auto payload = event_to_json(test::random_everything(random));
        const auto found = schema->check(payload);
        ASSERT_TRUE(found) << found.error().message;
        ASSERT_THAT(*found, IsEmpty()) << to_string(found->front()) << " in " << payload;
        ASSERT_TRUE(event_as<everything_happened>(test::event_with_payload(payload))) << payload;
    }
}

TEST(JsonSchemaOf, FitsSetsWhoseTextsBecomeTheSame) {
    everything_happened made;
    made.names = {"\xC3", "\xBC"};  // Not UTF-8: both are written as U+FFFD.
    const auto found = schema_of_everything()->check(event_to_json(made));
    ASSERT_TRUE(found);
    EXPECT_THAT(*found, IsEmpty());
}

/// Some value in the place of another, some member gone or new, at a random depth.
void damage(json::value& value, test::randomness& random) {
    static const auto others = json::parse(
        R"([null,true,-1,0,3.0,1.5,256,70000,5000000000,9223372036854775807,)"
        R"(9223372036854775808,18446744073709551615,1e16,-1e300,1e39,"","wet","2025-12-22",)"
        R"("2025-12-22T10:30:00Z","2025-12-22T10:30Z","2025-13-22T10:30:00Z",)"
        R"("2025-12-22T10:30:00.123456789Z","0190163d-8694-739b-aea5-966c26f8ad91",[],[1,1],)"
        R"(["a","a"],{},{"name":"n"},{"a":1,"b":null}])");
    auto* at = &value;
    for (int depth = 0; depth < 3; ++depth) {
        if (at->is_object() && !at->get_object().empty() && (depth == 0 || random.chance(50))) {
            auto& object = at->get_object();
            auto member = object.begin() + static_cast<std::ptrdiff_t>(random.below(object.size()));
            if (random.chance(15)) {
                object.erase(member);
                return;
            }
            at = &member->value();
        } else if (at->is_array() && !at->get_array().empty() && random.chance(50)) {
            at = &at->get_array()[random.below(at->get_array().size())];
        }
    }
    *at = others.get_array()[random.below(others.get_array().size())];
}

TEST(JsonSchemaOf, IsReadWheneverItFits) {
    const auto schema = schema_of_everything();
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    int fitting = 0;
    for (int i = 0; i < 4'000; ++i) {
        auto value = json::parse(event_to_json(test::random_everything(random)));
        damage(value, random);
        const auto payload = json::serialize(value);
        const auto found = schema->check(payload);
        ASSERT_TRUE(found) << found.error().message;
        if (!found->empty()) continue;
        ++fitting;
        const auto read = event_as<everything_happened>(test::event_with_payload(payload));
        ASSERT_TRUE(read) << read.error().message << "\nin " << payload;
    }
    EXPECT_GT(fitting, 100);
}

TEST(SchemaViolation, IsToldOnOneLine) {
    EXPECT_EQ(to_string(schema_violation{"/a/b", "an integer", "\"x\""}),
              "at /a/b: wanted an integer, found \"x\"");
    EXPECT_EQ(to_string(schema_violation{"", "an object", "3"}), "wanted an object, found 3");
}

}  // namespace
}  // namespace daybook
