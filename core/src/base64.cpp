// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/base64.hpp>

#include <array>
#include <cstdint>

namespace daybook::base64 {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t no_digit = 0xFF;

constexpr auto digit_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}();

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<std::uint8_t>(bytes[at]) : 0U;
}

}  // namespace

void append(std::string& out, std::string_view bytes) {
    out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const auto left = bytes.size() - at;
        const auto bits =
            byte_at(bytes, at) << 16U | byte_at(bytes, at + 1) << 8U | byte_at(bytes, at + 2);
        out += alphabet[bits >> 18U];
        out += alphabet[bits >> 12U & 63U];
        out += left > 1 ? alphabet[bits >> 6U & 63U] : '=';
        out += left > 2 ? alphabet[bits & 63U] : '=';
    }
}

std::optional<std::string> decode(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    std::string out;
    out.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    unsigned bits_held = 0;
    for (const char c : text) {
        const auto digit = digit_values[static_cast<std::uint8_t>(c)];
        if (digit == no_digit) return std::nullopt;
        bits = (bits << 6U | digit) & 0xFFFFU;
        bits_held += 6;
        if (bits_held < 8) continue;
        bits_held -= 8;
        out += static_cast<char>(static_cast<std::uint8_t>(bits >> bits_held));
    }
    if ((bits & ((1U << bits_held) - 1)) != 0) return std::nullopt;
    return out;
}

}  // namespace daybook::base64
