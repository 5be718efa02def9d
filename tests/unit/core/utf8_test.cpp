// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: exactly the well-formed sequences of Unicode pass.
// Method: a decoder written from the definition, compared for all two-byte texts, all code points,
// and random longer texts.
#include <daybook/utf8.hpp>

#include "support/randomness.hpp"

#include <gtest/gtest.h>

#include <string>

namespace daybook {
namespace {

std::string encoded(std::uint32_t code, int size) {
    const auto byte = [](std::uint32_t value) { return static_cast<char>(value & 0xFFU); };
    if (size == 1) return {byte(code)};
    if (size == 2) return {byte(0xC0U | code >> 6U), byte(0x80U | (code & 0x3FU))};
    if (size == 3) {
        return {byte(0xE0U | code >> 12U), byte(0x80U | (code >> 6U & 0x3FU)),
                byte(0x80U | (code & 0x3FU))};
    }
    return {byte(0xF0U | code >> 18U), byte(0x80U | (code >> 12U & 0x3FU)),
            byte(0x80U | (code >> 6U & 0x3FU)), byte(0x80U | (code & 0x3FU))};
}

int shortest_size(std::uint32_t code) {
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

// From the definition: decode by the lead byte, then ask whether this is how the code is encoded.
std::size_t reference_sequence_size(std::string_view text) {
    const auto lead = static_cast<std::uint8_t>(text[0]);
    const int size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (text.size() < static_cast<std::size_t>(size)) return 0;
    std::uint32_t code = size == 1 ? lead : lead & (0x3FU >> (size - 1));
    for (std::size_t i = 1; i < static_cast<std::size_t>(size); ++i) {
        code = code << 6U | (static_cast<std::uint8_t>(text[i]) & 0x3FU);
    }
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return 0;
    if (shortest_size(code) != size) return 0;
    return encoded(code, size) == text.substr(0, static_cast<std::size_t>(size))
               ? static_cast<std::size_t>(size)
               : 0;
}

TEST(Utf8, AcceptsEveryCodePointAndNoSurrogate) {
    for (std::uint32_t code = 0; code <= 0x10FFFF; ++code) {
        const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
        ASSERT_EQ(utf8::valid(encoded(code, shortest_size(code))), !surrogate) << code;
    }
}

TEST(Utf8, RefusesOverlongFormsAndCodesAboveTheLast) {
    for (std::uint32_t code = 0; code < 0x10000; ++code) {
        for (int size = shortest_size(code) + 1; size <= 4; ++size) {
            ASSERT_FALSE(utf8::valid(encoded(code, size))) << code << " in " << size;
        }
    }
    EXPECT_FALSE(utf8::valid(encoded(0x110000, 4)));
    EXPECT_FALSE(utf8::valid("\xF8\x88\x80\x80\x80"));
}

TEST(Utf8, AgreesWithTheDefinitionOnAllShortTexts) {
    for (unsigned first = 0; first < 256; ++first) {
        for (unsigned second = 0; second < 256; ++second) {
            const std::string text{static_cast<char>(first), static_cast<char>(second)};
            ASSERT_EQ(utf8::sequence_size(text), reference_sequence_size(text));
            ASSERT_EQ(utf8::sequence_size(text.substr(0, 1)),
                      reference_sequence_size(text.substr(0, 1)));
        }
    }
}

TEST(Utf8, AgreesWithTheDefinitionOnRandomTexts) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    constexpr std::string_view bytes = "aZ\x7F\x80\x8F\x90\x9F\xA0\xBF\xC1\xC2\xE0\xED\xEF\xF0\xF4";
    for (int i = 0; i < 50'000; ++i) {
        std::string text(random.below(12), 'x');
        for (std::uint64_t more = random.below(8); more > 0; --more) text += random.pick(bytes);
        std::size_t expected = 0;
        while (expected < text.size()) {
            const auto size = reference_sequence_size(std::string_view{text}.substr(expected));
            if (size == 0) break;
            expected += size;
        }
        ASSERT_EQ(utf8::valid_size(text), expected) << testing::PrintToString(text);
    }
}

}  // namespace
}  // namespace daybook
