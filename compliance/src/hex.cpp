// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "hex.hpp"

namespace daybook::compliance {
namespace {

int value_of(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return -1;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
    std::string text;
    text.reserve(2 * bytes.size());
    for (const char c : bytes) append_hex(text, static_cast<unsigned char>(c));
    return text;
}

std::string to_hex(std::uint32_t id) {
    std::string text;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        append_hex(text, static_cast<unsigned char>(id >> (shift - 8)));
    }
    return text;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = value_of(text[i]);
        const int low = value_of(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high << 4 | low);
    }
    return bytes;
}

}  // namespace daybook::compliance
