// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "text.hpp"

#include "support/matchers.hpp"

#include <limits>

namespace daybook {
namespace {

TEST(Cat, PutsEverythingInARow) {
    const std::string name = "task-42";
    EXPECT_EQ(cat("stream ", name, " is at ", sequence{7}, ", position ", position{0}, '.'),
              "stream task-42 is at 7, position 0.");
    EXPECT_EQ(cat(std::numeric_limits<std::int64_t>::min(), ' ',
                  std::numeric_limits<std::uint64_t>::max()),
              "-9223372036854775808 18446744073709551615");
    EXPECT_EQ(cat(event_id{}, ' ', timestamp{}),
              "00000000-0000-0000-0000-000000000000 1970-01-01T00:00:00.000Z");
    EXPECT_EQ(cat(), "");
}

TEST(Quoted, KeepsTextOnOneLineAndShowsBytesThatDoNotPrint) {
    EXPECT_EQ(in_quotes("plain"), "\"plain\"");
    EXPECT_EQ(in_quotes(""), "\"\"");
    EXPECT_EQ(in_quotes("a\nb\tc"), "\"a\\x0ab\\x09c\"");
    EXPECT_EQ(in_quotes("\xFF\xC3"), "\"\\xff\\xc3\"");
    EXPECT_EQ(in_quotes("gr\xC3\xBC\xC3\x9F"), "\"gr\xC3\xBC\xC3\x9F\"");
    EXPECT_EQ(in_quotes("\x7F\xC2\x85"), "\"\\x7f\\xc2\\x85\"");
    EXPECT_EQ(in_quotes(std::string_view{"\0", 1}), "\"\\x00\"");
}

TEST(Quoted, CutsLongText) {
    EXPECT_EQ(in_quotes(std::string(100, 'x')), '"' + std::string(100, 'x') + '"');
    EXPECT_EQ(in_quotes(std::string(5'000, 'x')), '"' + std::string(100, 'x') + "\"...");
}

}  // namespace
}  // namespace daybook
