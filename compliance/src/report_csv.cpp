// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "report_tables.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace daybook::compliance {
namespace {

constexpr std::array<std::string_view, 13> table_names{
    "events", "summary", "types",  "workflows", "phases", "agents",  "gaps",
    "checks", "errors",  "actors", "actions",   "keys",   "findings"};

/// The shortest digits that read back as `number`.
std::string digits(double number) {
    std::array<char, 40> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    return {text.data(), end};
}

void append_cell(std::string& to, const table_cell& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return append_csv_text(to, *text);
    if (const auto* number = std::get_if<std::uint64_t>(&value)) to += std::to_string(*number);
    if (const auto* real = std::get_if<double>(&value)) to += digits(*real);
    if (const auto* time = std::get_if<timestamp>(&value)) to += daybook::to_string(*time);
}

template <class Range, class Append>
void append_line(std::string& to, const Range& parts, Append append) {
    bool first = true;
    for (const auto& part : parts) {
        if (!std::exchange(first, false)) to += ',';
        append(part);
    }
    to += "\r\n";
}

}  // namespace

std::span<const std::string_view> report_table_names() noexcept { return table_names; }

std::optional<report_table> report_table_named(std::string_view name) noexcept {
    const auto found = std::find(table_names.begin(), table_names.end(), name);
    if (found == table_names.end()) return std::nullopt;
    return static_cast<report_table>(found - table_names.begin());
}

void append_csv_text(std::string& to, std::string_view text) {
    const bool formula = text.find_first_of("=+-@\t\r") == 0;
    const bool quoted = text.find_first_of(",\"\r\n") != std::string_view::npos;
    if (quoted) to += '"';
    if (formula) to += '\'';
    for (const char c : text) {
        if (c == '"') to += '"';
        to += c;
    }
    if (quoted) to += '"';
}

std::string report_csv(const audit_report& report, report_table which) {
    const auto table = table_of(report, which);
    std::string text;
    append_line(text, table.columns, [&](const table_column& c) { text += c.name; });
    for (const auto& row : table.rows) {
        append_line(text, row, [&](const table_cell& value) { append_cell(text, value); });
    }
    return text;
}

std::string event_csv_header() {
    std::string text;
    append_line(text, event_fields(), [&](const auto& field) { text += field.column.name; });
    return text;
}

std::string event_csv_line(const report_event& event) {
    std::string text;
    append_line(text, event_fields(),
                [&](const auto& field) { append_cell(text, field.read(event)); });
    return text;
}

}  // namespace daybook::compliance
