// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: rows survive the way to bytes and back, damaged bytes are refused, JSON is JSON.
// Method: one struct with every kind of field; truncation at every byte; edges of the numbers.

#include <daybook/raw_json.hpp>
#include <daybook/value_codec.hpp>

#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace daybook {

enum class colour { red, green };
BOOST_DESCRIBE_ENUM(colour, red, green)

struct inner {
    std::string name;
    std::uint8_t level = 0;
    friend bool operator==(const inner&, const inner&) = default;
};
BOOST_DESCRIBE_STRUCT(inner, (), (name, level))

struct everything {
    bool yes = false;
    std::int64_t whole = 0;
    std::uint16_t small = 0;
    double real = 0;
    float half = 0;
    colour paint{};
    std::string text;
    timestamp at{};
    std::chrono::milliseconds took{0};
    daybook::position place;
    daybook::sequence turn;
    event_id id;
    std::optional<inner> maybe;
    std::vector<inner> list;
    std::set<std::string> words;
    std::map<std::string, std::uint64_t> counts;
    std::map<std::uint64_t, bool> flags;
    std::pair<std::int32_t, std::string> both;
    std::variant<std::monostate, bool, std::string> either;
    friend bool operator==(const everything&, const everything&) = default;
};
BOOST_DESCRIBE_STRUCT(everything, (),
                      (yes, whole, small, real, half, paint, text, at, took, place, turn, id, maybe,
                       list, words, counts, flags, both, either))

struct nothing_optional {
    std::optional<bool> a;
};
BOOST_DESCRIBE_STRUCT(nothing_optional, (), (a))

namespace {

using test::FailsWith;
using test::Holds;
using test::HoldsValue;

everything full() {
    everything row;
    row.yes = true;
    row.whole = -7;
    row.small = 65'535;
    row.real = 0.1;
    row.half = -2.5F;
    row.paint = colour::green;
    row.text = std::string{"a\0\"b\n", 5};
    row.at = timestamp{std::chrono::microseconds{1'766'399'400'123'456}};
    row.took = std::chrono::milliseconds{1'500};
    row.place = position{std::numeric_limits<std::uint64_t>::max()};
    row.turn = sequence{3};
    row.id.bytes.fill(0xAB);
    row.maybe = inner{"m", 200};
    row.list = {{"x", 1}, {"", 2}};
    row.words = {"one", "two"};
    row.counts = {{"k", 9}};
    row.flags = {{7, true}};
    row.both = {-1, "p"};
    row.either = "e";
    return row;
}

template <class Row>
std::string bytes_of(const Row& row) {
    std::string bytes;
    encode_value(row, bytes);
    return bytes;
}

TEST(RowCodec, GivesBackEveryKindOfField) {
    EXPECT_THAT(decode_value<everything>(bytes_of(full())), Holds(full()));
    EXPECT_THAT(decode_value<everything>(bytes_of(everything{})), Holds(everything{}));
}

TEST(RowCodec, GivesBackNumbersAtTheirEdges) {
    for (const auto value :
         {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0},
          std::int64_t{127}, std::int64_t{128}, std::numeric_limits<std::int64_t>::max()}) {
        EXPECT_THAT(decode_value<std::int64_t>(bytes_of(value)), Holds(value));
    }
    for (const auto value : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128},
                             std::numeric_limits<std::uint64_t>::max()}) {
        EXPECT_THAT(decode_value<std::uint64_t>(bytes_of(value)), Holds(value));
    }
    EXPECT_TRUE(std::signbit(decode_value<double>(bytes_of(-0.0)).value()));
    EXPECT_TRUE(std::isnan(decode_value<double>(bytes_of(std::nan(""))).value()));
}

TEST(RowCodec, KeepsSmallNumbersSmall) {
    EXPECT_EQ(bytes_of(std::uint64_t{5}).size(), 1U);
    EXPECT_EQ(bytes_of(std::int64_t{-5}).size(), 1U);
    EXPECT_EQ(bytes_of(everything{}).size(), 49U);
}

TEST(RowCodec, RefusesBytesThatAreCutOrTooMany) {
    const auto whole = bytes_of(full());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_THAT(decode_value<everything>(whole.substr(0, size)), FailsWith(errc::corrupt))
            << size;
    }
    EXPECT_THAT(decode_value<everything>(whole + '\0'),
                FailsWith(errc::corrupt, "not of the shape"));
}

TEST(RowCodec, RefusesValuesThatDoNotFit) {
    EXPECT_THAT(decode_value<bool>("\x02"), FailsWith(errc::corrupt));
    EXPECT_THAT(decode_value<std::uint8_t>("\x80\x02"), FailsWith(errc::corrupt));
    EXPECT_THAT(decode_value<std::uint64_t>(std::string(10, '\xFF')), FailsWith(errc::corrupt));
    EXPECT_THAT(decode_value<std::vector<std::uint64_t>>("\xFF\xFF\xFF\xFF\x0F\x01"),
                FailsWith(errc::corrupt));
}

TEST(RowCodec, RefusesNumbersThatAreWrittenLongerThanNeeded) {
    const auto read = [](std::string_view bytes) { return decode_value<std::uint64_t>(bytes); };
    EXPECT_THAT(read({"\x80\x01", 2}), HoldsValue());
    EXPECT_THAT(read({"\0", 1}), HoldsValue());
    EXPECT_THAT(read({"\xFF\0", 2}), FailsWith(errc::corrupt));
    EXPECT_THAT(read({"\x80\x80\0", 3}), FailsWith(errc::corrupt));
    EXPECT_THAT(decode_value<std::int64_t>({"\x81\0", 2}), FailsWith(errc::corrupt));
    EXPECT_THAT(decode_value<std::string>({"\x81\0x", 3}), FailsWith(errc::corrupt));
}

TEST(RowCodec, WritesJsonWithNamesAndReadableTimes) {
    const auto text = value_to_json(full());
    EXPECT_TRUE(check_json(text)) << text;
    EXPECT_EQ(text,
              R"({"yes":true,"whole":-7,"small":65535,"real":0.1,"half":-2.5,"paint":"green",)"
              R"("text":"a\u0000\"b\n","at":"2025-12-22T10:30:00.123456Z","took":1500,)"
              R"("place":18446744073709551615,"turn":3,)"
              R"("id":"abababab-abab-abab-abab-abababababab","maybe":{"name":"m","level":200},)"
              R"("list":[{"name":"x","level":1},{"name":"","level":2}],"words":["one","two"],)"
              R"("counts":{"k":9},"flags":[[7,true]],"both":[-1,"p"],"either":"e"})");
}

TEST(RowCodec, WritesJsonForWhatIsEmptyOrNoNumber) {
    EXPECT_TRUE(check_json(value_to_json(everything{})));
    EXPECT_EQ(value_to_json(nothing_optional{}), R"({"a":null})");
    EXPECT_EQ(value_to_json(std::vector<bool>::size_type{4}), "4");
    EXPECT_EQ(value_to_json(std::numeric_limits<double>::infinity()), "null");
}

TEST(RowCodec, FingerprintsNamesAndKindsOfFields) {
    EXPECT_EQ(value_fingerprint<everything>(), value_fingerprint<everything>());
    EXPECT_NE(value_fingerprint<everything>(), value_fingerprint<inner>());
    EXPECT_NE(value_fingerprint<std::int64_t>(), value_fingerprint<std::uint64_t>());
    EXPECT_NE(value_fingerprint<inner>(),
              (value_fingerprint<std::pair<std::string, std::uint8_t>>()));
}

}  // namespace
}  // namespace daybook
