// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::cli {

/// `text` made safe for a terminal and for one line: control characters (also C1, and the ones
/// that turn the writing direction) become escapes such as \n or \x1b, bad UTF-8 becomes U+FFFD.
std::string printable(std::string_view text);

/// Columns that printable `text` takes on a terminal: wide characters take two, combining ones
/// none.
std::size_t display_width(std::string_view text) noexcept;

/// `text`, cut to `width` columns with an ellipsis if it is wider.
std::string fitted(std::string_view text, std::size_t width, bool utf8);

/// Appends spaces until `text`, which starts at `from`, is `width` columns wide.
void pad_to(std::string& text, std::size_t from, std::size_t width);

/// `text` broken at spaces into lines of at most `width` columns. Words longer than that stay
/// whole.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// `text` as a JSON string with its quotes. Bad UTF-8 becomes U+FFFD, so the result is JSON.
std::string json_quoted(std::string_view text);

/// 1234567 as "1,234,567", for people.
std::string grouped(unsigned long long number);

/// A size for people: "512 B", "1.5 MiB".
std::string size_text(unsigned long long bytes);

/// A span of time for people: "350 ms", "12.5 s", "3 min 20 s", "2 h 5 min", "3 d 4 h".
std::string duration_text(std::chrono::microseconds span);

/// `items` joined: "a, b and c" with " and ".
std::string listed(const std::vector<std::string>& items, std::string_view last_separator);

}  // namespace daybook::cli
