// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Bytes as lowercase hexadecimal digits.
namespace daybook::compliance {

inline void append_hex(std::string& to, unsigned char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    to += digits[byte >> 4U];
    to += digits[byte & 15U];
}

std::string to_hex(std::string_view bytes);
/// The eight digits of a key's id.
std::string to_hex(std::uint32_t id);

/// Nothing unless `text` is what `to_hex` writes.
std::optional<std::string> from_hex(std::string_view text);

}  // namespace daybook::compliance
