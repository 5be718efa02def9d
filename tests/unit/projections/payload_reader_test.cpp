// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: fields are found by any of their names; what is of a wrong type is counted and left out.

#include "payload_reader.hpp"

#include "support/stored_events.hpp"

#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

/// A reader with the event that it borrows from.
struct read_payload {
    explicit read_payload(std::string payload) : stored{test::stored_payload(std::move(payload))} {}
    event stored;
    json_event parsed{stored};
    payload_reader fields{parsed};
};

TEST(PayloadReader, TakesTheFirstNameThatIsThere) {
    read_payload of{R"({"b":"two","c":"three","a":null})"};
    EXPECT_EQ(of.fields.text({"a", "b", "c"}), "two");
    EXPECT_EQ(of.fields.text({"x"}), "");
    EXPECT_EQ(of.fields.odd(), 0U);
}

TEST(PayloadReader, CountsFieldsOfAWrongType) {
    read_payload of{R"({"n":1,"s":"x","o":{},"f":-2})"};
    EXPECT_EQ(of.fields.text({"n"}), "");
    EXPECT_EQ(of.fields.number({"s"}), std::nullopt);
    EXPECT_EQ(of.fields.flag({"o"}), std::nullopt);
    EXPECT_EQ(of.fields.amount({"f"}), std::nullopt);
    EXPECT_EQ(of.fields.word({"o"}), "");
    EXPECT_EQ(of.fields.odd(), 5U);
}

TEST(PayloadReader, ReadsNumbersAsWordsAndListsAsAmounts) {
    read_payload of{
        R"({"id":42,"big":18446744073709551615,"files":["a","b"],"n":3,"x":1.5,"y":true})"};
    EXPECT_EQ(of.fields.word({"id"}), "42");
    EXPECT_EQ(of.fields.word({"big"}), "18446744073709551615");
    EXPECT_EQ(of.fields.amount({"files"}), 2U);
    EXPECT_EQ(of.fields.amount({"n"}), 3U);
    EXPECT_EQ(of.fields.number({"x"}), 1.5);
    EXPECT_EQ(of.fields.flag({"y"}), true);
    EXPECT_EQ(of.fields.odd(), 0U);
}

TEST(PayloadReader, FindsWhatAFieldWasChangedTo) {
    const auto changed = [](std::string payload) {
        read_payload of{std::move(payload)};
        return std::string{of.fields.changed_to("status")};
    };
    EXPECT_EQ(changed(R"({"new_status":"a","status":"b"})"), "a");
    EXPECT_EQ(changed(R"({"changes":{"status":{"before":"x","after":"b"}}})"), "b");
    EXPECT_EQ(changed(R"({"changes":{"before":"x","after":"c"}})"), "c");
    EXPECT_EQ(changed(R"({"from":"x","to":"d"})"), "d");
    EXPECT_EQ(changed(R"({"status":"e"})"), "e");
    EXPECT_EQ(changed(R"({"changes":[1]})"), "");
}

TEST(OneLine, ReplacesLineBreaksAndCutsBetweenCharacters) {
    EXPECT_EQ(one_line("a\nb\tc", 10), "a b c");
    EXPECT_EQ(one_line("0123456789", 10), "0123456789");
    EXPECT_EQ(one_line("0123456789x", 10), "0123456...");
    EXPECT_EQ(one_line("012345\xC3\xA9xxxx", 10), "012345...");
    EXPECT_EQ(one_line("", 10), "");
}

}  // namespace
}  // namespace daybook::projections
