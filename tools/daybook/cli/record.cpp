// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/record.hpp"

#include "cli/text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace daybook::cli {
namespace {

/// The shortest digits that read back as the same number.
std::string exact(double number) {
    std::array<char, 64> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return {digits.data(), end};
}

/// Three decimals at most, for people.
std::string rounded(double number) {
    std::array<char, 400> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                   std::chars_format::fixed, 3)
                         .ptr;
    std::string text{digits.data(), end};
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

struct as_json {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(std::uint64_t n) const { return std::to_string(n); }
    std::string operator()(std::int64_t n) const { return std::to_string(n); }
    std::string operator()(double n) const { return std::isfinite(n) ? exact(n) : "null"; }
    std::string operator()(timestamp t) const { return json_quoted(to_string(t)); }
    std::string operator()(const std::string& s) const { return json_quoted(s); }
    std::string operator()(const json_text& j) const { return j.text.empty() ? "null" : j.text; }
};

struct as_text {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(std::uint64_t n) const { return std::to_string(n); }
    std::string operator()(std::int64_t n) const { return std::to_string(n); }
    std::string operator()(double n) const { return std::isfinite(n) ? rounded(n) : ""; }
    std::string operator()(timestamp t) const { return to_string(t); }
    std::string operator()(const std::string& s) const { return s; }
    std::string operator()(const json_text& j) const { return j.text; }
};

}  // namespace

cell text_list_cell(const std::vector<std::string>& texts) {
    if (texts.empty()) return {};
    std::string list = "[";
    for (const auto& text : texts)
        list.append(list.size() > 1 ? "," : "").append(json_quoted(text));
    return json_text{list + "]"};
}

std::string to_json(const cell& value) { return std::visit(as_json{}, value); }

std::string to_text(const cell& value) { return std::visit(as_text{}, value); }

std::string object_of(const record& r, std::span<const column> columns) {
    if (std::string whole = r.json(); !whole.empty()) return whole;
    std::string object = "{";
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].seen_in == seen_in::tables) continue;
        if (object.size() > 1) object += ',';
        object.append(json_quoted(columns[i].name)).append(1, ':').append(to_json(r.at(i)));
    }
    return object + "}";
}

std::unique_ptr<record_sink> make_sink(output_format format, console& to) {
    switch (format) {
        case output_format::table: return make_table_sink(to);
        case output_format::json: return make_json_sink(to);
        case output_format::jsonl: return make_json_lines_sink(to);
        case output_format::csv: return make_csv_sink(to);
    }
    return make_table_sink(to);
}

}  // namespace daybook::cli
