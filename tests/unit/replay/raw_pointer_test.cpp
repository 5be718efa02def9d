// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "raw_pointer.hpp"

#include <gtest/gtest.h>

namespace daybook::replay {
namespace {

std::optional<std::string> at(std::string_view document, std::string_view pointer) {
    return scalar_at(document, pointer_tokens(pointer));
}

TEST(RawPointer, FindsScalarsAsText) {
    constexpr std::string_view document =
        R"( {"a": "x\n", "n": -1.50, "yes": true, "in": {"list": [10, {"b": "deep"}]},
            "~": 1, "/": 2, "": 3} )";
    EXPECT_EQ(at(document, "/a"), "x\n");
    EXPECT_EQ(at(document, "/n"), "-1.50");
    EXPECT_EQ(at(document, "/yes"), "true");
    EXPECT_EQ(at(document, "/in/list/0"), "10");
    EXPECT_EQ(at(document, "/in/list/1/b"), "deep");
    EXPECT_EQ(at(document, "/~0"), "1");
    EXPECT_EQ(at(document, "/~1"), "2");
    EXPECT_EQ(at(document, "/"), "3");
}

TEST(RawPointer, FindsNothingElse) {
    constexpr std::string_view document = R"({"o": {}, "l": [1], "null": null, "s": "x"})";
    for (const char* pointer : {"/o", "/l", "/null", "/missing", "/s/0", "/l/1", "/l/00", "/l/-",
                                "/l/x", "/l/", "/l/0/0", "/o/x"}) {
        EXPECT_EQ(at(document, pointer), std::nullopt) << pointer;
    }
    EXPECT_EQ(at("3", "/a"), std::nullopt);
    EXPECT_EQ(at("", "/a"), std::nullopt);
}

}  // namespace
}  // namespace daybook::replay
