// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Bytes as lowercase hexadecimal digits.
namespace daybook::compliance {

/// The two digits of each byte.
inline constexpr auto hex_pairs = [] {
    std::array<char, 512> pairs{};
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t byte = 0; byte < 256; ++byte) {
        pairs[2 * byte] = digits[byte >> 4U];
        pairs[2 * byte + 1] = digits[byte & 15U];
    }
    return pairs;
}();

/// Writes two digits for each byte to `to`, and gives where they end.
inline char* write_hex(char* to, std::span<const unsigned char> bytes) {
    for (const auto byte : bytes) {
        std::memcpy(to, &hex_pairs[2 * std::size_t{byte}], 2);
        to += 2;
    }
    return to;
}

inline void append_hex(std::string& to, unsigned char byte) {
    to.append(&hex_pairs[2 * std::size_t{byte}], 2);
}

std::string to_hex(std::string_view bytes);
/// The eight digits of a key's id.
std::string to_hex(std::uint32_t id);

/// Nothing unless `text` is what `to_hex` writes.
std::optional<std::string> from_hex(std::string_view text);

}  // namespace daybook::compliance
