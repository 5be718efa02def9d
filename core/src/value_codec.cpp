// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/raw_json.hpp>
#include <daybook/value_codec.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace daybook::detail {

void json_text(std::string& to, std::string_view text) { append_json_string(to, text); }

void json_number(std::string& to, double value) {
    if (!std::isfinite(value)) {
        to += "null";
        return;
    }
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    to.append(digits.data(), end);
}

std::uint64_t hash_shape(std::string_view shape) noexcept {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char c : shape) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001B3U;
    }
    return hash;
}

}  // namespace daybook::detail
