// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/view_comparison.hpp"

#include <daybook/json.hpp>

#include "cli/text.hpp"
#include "cli/values.hpp"

namespace daybook::cli {
namespace {

using projections::built_view;

cell examples_cell(const comparison& c);

/// Empty for the rows of a moment.
cell generation_cell(const built_view& of) {
    return of.generation == 0 ? cell{} : cell{std::uint64_t{of.generation}};
}

const field<comparison> fields[] = {
    {{.name = "view", .colour = tone::accent},
     [](const comparison& c) { return text_cell(c.before.name); }},
    {{.name = "before"}, [](const comparison& c) { return generation_cell(c.before); }},
    {{.name = "after"}, [](const comparison& c) { return generation_cell(c.after); }},
    {{.name = "cursor_before"},
     [](const comparison& c) { return cell{c.found.cursor_before.value}; }},
    {{.name = "cursor_after"},
     [](const comparison& c) { return cell{c.found.cursor_after.value}; }},
    {{.name = "rows_before"}, [](const comparison& c) { return cell{c.found.rows_before}; }},
    {{.name = "rows_after"}, [](const comparison& c) { return cell{c.found.rows_after}; }},
    {{.name = "rows_added"}, [](const comparison& c) { return cell{c.found.rows_added}; }},
    {{.name = "rows_removed"}, [](const comparison& c) { return cell{c.found.rows_removed}; }},
    {{.name = "rows_changed"}, [](const comparison& c) { return cell{c.found.rows_changed}; }},
    {{.name = "examples"}, examples_cell},
};

/// The row as JSON; null where there is no row, or no code that reads it.
std::string json_of(const std::optional<std::string>& row, const built_view& of,
                    std::span<const known_projection> known) {
    const auto code = projections_named(known, {&of.name, 1});
    if (!row || !code || code->front().row_fingerprint() != of.row_fingerprint) return "null";
    auto text = code->front().row_json(*row);
    return text ? *std::move(text) : "null";
}

cell examples_cell(const comparison& c) {
    json_text told{"["};
    for (const auto& one : c.found.examples) {
        const std::string_view change = !one.before ? "added" : !one.after ? "removed" : "changed";
        const auto before = json_of(one.before, c.before, c.known);
        const auto after = json_of(one.after, c.after, c.known);
        if (told.text.size() > 1) told.text += ',';
        told.text += "{\"change\":" + json_quoted(change) + ",\"key\":" + json_quoted(one.key) +
                     ",\"before\":" + before + ",\"after\":" + after + "}";
        std::string line = std::string{change} + " " + printable(one.key) + ": ";
        if (one.before) line += before;
        if (one.before && one.after) line += " became ";
        if (one.after) line += after;
        told.lines.push_back(std::move(line));
    }
    told.text += ']';
    return told;
}

}  // namespace

answer tell_comparison(const invocation& call, const comparison& what) {
    const auto sink = call.sink();
    rows<comparison> told{*sink, fields, shape::one};
    told.add(what);
    sink->end();
    return what.found.same_rows() ? answer::yes : answer::no;
}

}  // namespace daybook::cli
