// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/types.hpp>

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

/// Text for messages and for export: no locale, no streams.
namespace daybook {

inline void append_text(std::string& out, std::string_view part) { out += part; }
inline void append_text(std::string& out, char part) { out += part; }

template <std::integral Number>
requires(!std::same_as<Number, bool> &&
         !std::same_as<Number, char>) void append_text(std::string& out, Number part) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, part).ptr;
    out.append(digits, end);
}

/// As `to_string(timestamp)` and `to_string(event_id)`, without the temporary string.
void append_text(std::string& out, timestamp part);
void append_text(std::string& out, const event_id& part);

inline void append_text(std::string& out, position part) { append_text(out, part.value); }
inline void append_text(std::string& out, sequence part) { append_text(out, part.value); }

/// Everything in a row: `cat("stream ", in_quotes(name), " is at ", head)`.
template <class... Parts>
std::string cat(const Parts&... parts) {
    std::string out;
    (append_text(out, parts), ...);
    return out;
}

/// `found` between double quotes as a message shows it: on one line, bytes that do not print as
/// \xNN, cut after about 100 bytes.
std::string in_quotes(std::string_view found);

}  // namespace daybook
