// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/base64.hpp>

#include "support/randomness.hpp"

#include <gtest/gtest.h>

#include <map>

namespace daybook {
namespace {

std::string encoded(std::string_view bytes) {
    std::string out;
    base64::append(out, bytes);
    return out;
}

TEST(Base64, AgreesWithTheVectorsOfRfc4648) {
    const std::map<std::string, std::string> vectors{{"", ""},
                                                     {"f", "Zg=="},
                                                     {"fo", "Zm8="},
                                                     {"foo", "Zm9v"},
                                                     {"foob", "Zm9vYg=="},
                                                     {"fooba", "Zm9vYmE="},
                                                     {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(encoded(bytes), text);
        EXPECT_EQ(base64::decode(text), bytes);
    }
    EXPECT_EQ(encoded("\xFB\xFF\xBE"), "+/++");
}

TEST(Base64, AppendsToWhatIsThere) {
    std::string out = "x:";
    base64::append(out, "f");
    EXPECT_EQ(out, "x:Zg==");
}

TEST(Base64, ReadsBackWhatItWrote) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    for (int i = 0; i < 2'000; ++i) {
        std::string bytes(random.below(50), '\0');
        for (auto& byte : bytes) byte = static_cast<char>(random.next());
        ASSERT_EQ(base64::decode(encoded(bytes)), bytes);
    }
}

TEST(Base64, RefusesWhatItWouldNotWrite) {
    for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "====", "=", "Z===", "Zh==", "Zm9=", "Zm-_",
                             "Zg==Zg==", "Zm9v\n", " Zm9", "Zm=v", "\xC3\xBC=="}) {
        EXPECT_FALSE(base64::decode(text)) << text;
    }
}

}  // namespace
}  // namespace daybook
