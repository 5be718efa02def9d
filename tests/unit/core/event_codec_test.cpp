// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: payloads become event structs; what does not fit is named, what is missing keeps defaults.

#include <daybook/event_codec.hpp>

#include "support/matchers.hpp"
#include "support/stored_events.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>

namespace daybook {

enum class mood { calm, cross };
BOOST_DESCRIBE_ENUM(mood, calm, cross)

struct part {
    std::int32_t size = 7;
};
BOOST_DESCRIBE_STRUCT(part, (), (size))

struct order_placed {
    std::string order_id;
};
BOOST_DESCRIBE_STRUCT(order_placed, (), (order_id))

struct order_paid {
    static constexpr std::string_view type_name = "OrderPaid";
};
BOOST_DESCRIBE_STRUCT(order_paid, (), ())

struct happened {
    bool yes = false;
    std::int64_t whole = -1;
    std::uint8_t level = 1;
    double real = 0;
    float half = 0;
    std::string text = "unset";
    timestamp at{};
    mood feeling{};
    std::optional<std::string> maybe;
    std::vector<part> parts;
    std::map<std::string, std::uint64_t> counts;
};
BOOST_DESCRIBE_STRUCT(happened, (),
                      (yes, whole, level, real, half, text, at, feeling, maybe, parts, counts))

namespace {

using testing::HasSubstr;

happened read(std::string payload) {
    const auto event = test::stored_payload(std::move(payload));
    return daybook::detail::read_event<happened>(json_event{event});
}

std::string mismatch(std::string payload) {
    try {
        read(std::move(payload));
    } catch (const payload_mismatch& thrown) {
        return thrown.what();
    }
    return "no mismatch";
}

TEST(EventCodec, NamesEventTypesByMemberOrByStruct) {
    EXPECT_EQ(event_type_name<order_placed>(), "order_placed");
    EXPECT_EQ(event_type_name<order_paid>(), "OrderPaid");
}

TEST(EventCodec, ReadsEveryKindOfMember) {
    const auto event = read(
        R"({"yes":true,"whole":-5,"level":255,"real":1,"half":0.5,"text":"t","at":"2025-12-22",)"
        R"("feeling":"cross","maybe":"m","parts":[{"size":1},{}],"counts":{"a":2}})");
    EXPECT_TRUE(event.yes);
    EXPECT_EQ(event.whole, -5);
    EXPECT_EQ(event.level, 255);
    EXPECT_EQ(event.real, 1.0);
    EXPECT_EQ(event.half, 0.5F);
    EXPECT_EQ(event.text, "t");
    EXPECT_EQ(to_string(event.at), "2025-12-22T00:00:00.000Z");
    EXPECT_EQ(event.feeling, mood::cross);
    EXPECT_EQ(event.maybe, "m");
    ASSERT_EQ(event.parts.size(), 2U);
    EXPECT_EQ(event.parts[0].size, 1);
    EXPECT_EQ(event.parts[1].size, 7);
    EXPECT_EQ(event.counts.at("a"), 2U);
}

TEST(EventCodec, KeepsDefaultsOfMissingMembersAndSkipsUnknownOnes) {
    const auto event = read(R"({"other":[1,2,3],"maybe":null,"whole":3.0})");
    EXPECT_EQ(event.text, "unset");
    EXPECT_EQ(event.maybe, std::nullopt);
    EXPECT_EQ(event.whole, 3);
}

TEST(EventCodec, NamesTheFieldThatDoesNotFit) {
    EXPECT_THAT(mismatch(R"({"whole":"12"})"), HasSubstr("\"whole\" is \"12\""));
    EXPECT_THAT(mismatch(R"({"level":256})"), HasSubstr("\"level\" is 256"));
    EXPECT_THAT(mismatch(R"({"level":-1})"), HasSubstr("\"level\""));
    EXPECT_THAT(mismatch(R"({"whole":0.5})"), HasSubstr("\"whole\""));
    EXPECT_THAT(mismatch(R"({"real":1e400})"), HasSubstr("\"real\" is "));
    EXPECT_THAT(mismatch(R"({"text":null})"), HasSubstr("\"text\" is null"));
    EXPECT_THAT(mismatch(R"({"at":"yesterday"})"), HasSubstr("\"at\""));
    EXPECT_THAT(mismatch(R"({"feeling":"blue"})"), HasSubstr("\"feeling\""));
    EXPECT_THAT(mismatch(R"({"parts":[{"size":[]}]})"), HasSubstr("\"size\" is []"));
    EXPECT_THAT(mismatch(R"({"counts":[]})"), HasSubstr("\"counts\""));
    EXPECT_THAT(mismatch("[]"), HasSubstr("not a JSON object"));
    EXPECT_THAT(mismatch(R"({"yes":")" + std::string(500, 'x') + "\"}"),
                testing::SizeIs(testing::Lt(150)));
}

TEST(EventCodec, WritesWhatItReads) {
    happened event;
    event.whole = 5;
    event.feeling = mood::cross;
    event.parts = {part{3}};
    const auto back = read(event_to_json(event));
    EXPECT_EQ(back.whole, 5);
    EXPECT_EQ(back.feeling, mood::cross);
    EXPECT_EQ(back.parts.at(0).size, 3);
}

}  // namespace
}  // namespace daybook
