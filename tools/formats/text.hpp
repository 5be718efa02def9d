// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/types.hpp>

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

/// Text for messages and lines: no locale, no streams.
namespace daybook::formats {

inline void append_part(std::string& to, std::string_view part) { to += part; }
inline void append_part(std::string& to, char part) { to += part; }
inline void append_part(std::string& to, sequence part);

template <std::integral Number>
requires(!std::same_as<Number, bool> &&
         !std::same_as<Number, char>) void append_part(std::string& to, Number part) {
    char digits[24];
    to.append(digits, std::to_chars(digits, digits + sizeof digits, part).ptr);
}

inline void append_part(std::string& to, sequence part) { append_part(to, part.value); }

/// All parts in a row.
template <class... Parts>
std::string join(const Parts&... parts) {
    std::string text;
    (append_part(text, parts), ...);
    return text;
}

/// `found` between double quotes, on one line, cut after about 60 bytes.
std::string shown(std::string_view found);

/// "12 lines" or "1 line".
std::string counted(std::uint64_t count, std::string_view noun);

}  // namespace daybook::formats
