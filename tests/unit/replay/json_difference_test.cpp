// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "json_difference.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::replay {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> between(const char* before, const char* now, std::size_t count = 20) {
    return json_difference(boost::json::parse(before), boost::json::parse(now), count);
}

TEST(JsonDifference, TellsWhereValuesDiffer) {
    EXPECT_THAT(
        between(R"({"a":1,"b":[1,2],"c/~":{"d":null},"gone":true})",
                R"({"a":2,"b":[1,3,4],"c/~":{"d":"x"},"new":{}})"),
        ElementsAre("/a: 1 -> 2", "/b/1: 2 -> 3", "/b/2: nothing -> 4", "/c~1~0/d: null -> \"x\"",
                    "/gone: true -> nothing", "/new: nothing -> {}"));
    EXPECT_THAT(between("1", "[1]"), ElementsAre("all of it: 1 -> [1]"));
}

TEST(JsonDifference, IsNothingForEqualValues) {
    EXPECT_THAT(between(R"({"a":[1,{"b":2}],"c":3})", R"({"c":3,"a":[1,{"b":2}]})"), IsEmpty());
}

TEST(JsonDifference, TellsHowMuchItLeavesOut) {
    EXPECT_THAT(between("[1,2,3,4]", "[5,6,7,8]", 2), ElementsAre("/0: 1 -> 5", "and 3 more"));
    EXPECT_THAT(between("[1,2]", "[5,6]", 2), ElementsAre("/0: 1 -> 5", "/1: 2 -> 6"));
}

}  // namespace
}  // namespace daybook::replay
