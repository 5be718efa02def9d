// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/utf8.hpp>

#include <cstring>

namespace daybook::utf8 {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080U;

// What a lead byte asks for: the sequence's size and the range of its second byte, which is where
// overlong forms, surrogates and code points above U+10FFFF are told apart.
struct lead {
    std::size_t size;
    std::uint8_t second_min;
    std::uint8_t second_max;
};

constexpr lead read_lead(std::uint8_t byte) {
    if (byte < 0x80) return {1, 0, 0};
    if (byte < 0xC2) return {0, 0, 0};
    if (byte < 0xE0) return {2, 0x80, 0xBF};
    if (byte == 0xE0) return {3, 0xA0, 0xBF};
    if (byte == 0xED) return {3, 0x80, 0x9F};
    if (byte < 0xF0) return {3, 0x80, 0xBF};
    if (byte == 0xF0) return {4, 0x90, 0xBF};
    if (byte < 0xF4) return {4, 0x80, 0xBF};
    if (byte == 0xF4) return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

std::uint8_t byte_at(std::string_view text, std::size_t at) {
    return static_cast<std::uint8_t>(text[at]);
}

}  // namespace

std::size_t sequence_size(std::string_view text) noexcept {
    const auto wanted = read_lead(byte_at(text, 0));
    if (wanted.size <= 1) return wanted.size;
    if (text.size() < wanted.size) return 0;
    const auto second = byte_at(text, 1);
    if (second < wanted.second_min || second > wanted.second_max) return 0;
    for (std::size_t i = 2; i < wanted.size; ++i) {
        if ((byte_at(text, i) & 0xC0U) != 0x80U) return 0;
    }
    return wanted.size;
}

std::size_t valid_size(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at < text.size()) {
        // Nearly all text is ASCII: eight bytes at a time.
        while (text.size() - at >= sizeof(std::uint64_t)) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data() + at, sizeof word);
            if ((word & high_bits) != 0) break;
            at += sizeof word;
        }
        if (at == text.size()) break;
        const auto size = sequence_size(text.substr(at));
        if (size == 0) return at;
        at += size;
    }
    return at;
}

}  // namespace daybook::utf8
