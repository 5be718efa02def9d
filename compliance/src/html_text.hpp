// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report_tables.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

/// How values become HTML. Whatever stands in events comes through `append_text`.
namespace daybook::compliance {

/// Appends `text` so that it stays text in elements and in attributes: markup is escaped, control
/// characters and bad UTF-8 become U+FFFD, and characters that turn the writing direction, which
/// could make a name look like another, become visible as "<U+202E>".
void append_text(std::string& to, std::string_view text);
std::string html_text(std::string_view text);

/// 1234567 as "1,234,567".
std::string grouped_digits(std::uint64_t number);
/// With one decimal, if it is not 0: "12.5", "3".
std::string rounded(double number);
/// "350 ms", "12.5 s", "3 min 20 s", "2 h 5 min", "3 d 4 h".
std::string span_text(double milliseconds);
/// "93.3 %".
std::string share_text(double share);
/// "2025-12-01 09:22:30.571", without what is only zeros.
std::string time_text(timestamp at);

/// A value as a column of this kind shows it.
void append_cell_html(std::string& to, const table_cell& value, shown_as as);
/// Whether a column of this kind is set to the right.
bool is_figure(shown_as as) noexcept;

}  // namespace daybook::compliance
