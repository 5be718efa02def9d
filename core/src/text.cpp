// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "text.hpp"

#include <daybook/utf8.hpp>

#include <cstdint>

namespace daybook {

std::string in_quotes(std::string_view found) {
    constexpr std::size_t shown_max = 100;
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out{'"'};
    std::size_t at = 0;
    while (at < found.size() && at < shown_max) {
        const auto byte = static_cast<std::uint8_t>(found[at]);
        const auto size = utf8::sequence_size(found.substr(at));
        const bool control =
            byte < 0x20 || byte == 0x7F ||
            (byte == 0xC2 && size == 2 && static_cast<std::uint8_t>(found[at + 1]) < 0xA0);
        if (size > 0 && !control) {
            out += found.substr(at, size);
            at += size;
            continue;
        }
        out += "\\x";
        out += hex[byte >> 4U];
        out += hex[byte & 15U];
        ++at;
    }
    out += '"';
    if (at < found.size()) out += "...";
    return out;
}

}  // namespace daybook
