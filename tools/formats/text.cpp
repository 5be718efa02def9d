// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "formats/text.hpp"

namespace daybook::formats {

std::string shown(std::string_view found) {
    constexpr std::size_t shown_max = 60;
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text{'"'};
    std::size_t at = 0;
    for (; at < found.size() && at < shown_max; ++at) {
        const auto byte = static_cast<unsigned char>(found[at]);
        if (byte >= 0x20 && byte != 0x7F) {
            text += found[at];
            continue;
        }
        text += "\\x";
        text += hex[byte >> 4U];
        text += hex[byte & 15U];
    }
    // Never end inside a UTF-8 sequence.
    while (at < found.size() && (static_cast<unsigned char>(found[at]) & 0xC0U) == 0x80U) {
        text += found[at++];
    }
    text += '"';
    if (at < found.size()) text += "...";
    return text;
}

std::string counted(std::uint64_t count, std::string_view noun) {
    return join(count, ' ', noun, count == 1 ? "" : "s");
}

}  // namespace daybook::formats
