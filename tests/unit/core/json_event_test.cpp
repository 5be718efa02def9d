// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a payload is parsed as it is, whatever it is, and forgotten when the event changes.

#include <daybook/json_event.hpp>
#include <daybook/raw_json.hpp>

#include "support/matchers.hpp"
#include "support/stored_events.hpp"

#include <gtest/gtest.h>

namespace daybook {
namespace {

TEST(JsonEvent, GivesTheMembersOfAnObject) {
    const auto event = test::stored_payload(R"({"a":1,"b":"x"})");
    const json_event parsed{event};
    EXPECT_EQ(parsed.fields().at("b").as_string(), "x");
    EXPECT_EQ(&parsed.fields(), &parsed.fields());
    EXPECT_EQ(parsed->type(), "T");
}

TEST(JsonEvent, HasNoMembersIfThePayloadIsNoObject) {
    const auto list = test::stored_payload("[1,2]");
    const json_event parsed{list};
    EXPECT_TRUE(parsed.fields().empty());
    ASSERT_NE(parsed.payload(), nullptr);
    EXPECT_TRUE(parsed.payload()->is_array());
}

TEST(JsonEvent, HasNoPayloadIfItIsNotJson) {
    const auto text = test::stored_payload("{\"a\":1}", "text/plain");
    const json_event parsed{text};
    EXPECT_EQ(parsed.payload(), nullptr);
    EXPECT_TRUE(parsed.fields().empty());
}

TEST(JsonEvent, ReadsWhateverNestsAsDeepAsPayloadsMay) {
    const auto brackets =
        std::string(json_depth_max - 1, '[') + std::string(json_depth_max - 1, ']');
    const auto deep = test::stored_payload("{\"a\":" + brackets + "}");
    const json_event parsed{deep};
    EXPECT_TRUE(parsed.fields().at("a").is_array());
}

TEST(JsonEvent, MovesOnToTheNextEvent) {
    const auto first = test::stored_payload(R"({"a":"one"})");
    const auto second = test::stored_payload(R"({"a":"two"})");
    const auto large = test::stored_payload(R"({"a":")" + std::string(100'000, 'x') + "\"}");
    json_event parsed;
    for (int round = 0; round < 100; ++round) {
        parsed.move_to(first);
        EXPECT_EQ(parsed.fields().at("a").as_string(), "one");
        parsed.move_to(second);
        EXPECT_EQ(parsed.fields().at("a").as_string(), "two");
        parsed.move_to(large);
        EXPECT_EQ(parsed.fields().at("a").as_string().size(), 100'000U);
    }
}

// The store takes only JSON for JSON, but records of other programs may say so and not be.
TEST(JsonEvent, SurvivesPayloadsThatOnlyClaimToBeJson) {
    const auto broken = test::stored_payload(R"({"a":["one",{"b":"two)", "text/json-like");
    const auto whole = test::stored_payload(R"({"a":"one"})");
    json_event parsed;
    for (int round = 0; round < 3; ++round) {
        parsed.move_to(broken);
        EXPECT_EQ(parsed.payload(), nullptr);
        parsed.move_to(whole);
        EXPECT_EQ(parsed.fields().at("a").as_string(), "one");
    }
}

}  // namespace
}  // namespace daybook
