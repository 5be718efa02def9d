// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/view.hpp>

#include "view_layout.hpp"

#include <algorithm>

namespace daybook::projections {
namespace {

error not_built(const any_projection& of) {
    return fail(errc::not_found, "view \"" + of.name() + "\" version " +
                                     std::to_string(of.version()) +
                                     " was never built in this store; run it once");
}

}  // namespace

result<stored_view> stored_view::open(store& log, const any_projection& of) {
    const auto names = log.keyspaces();
    if (!names) return names.error();
    const auto wanted = of.keyspace_name();
    if (std::find(names->begin(), names->end(), wanted) == names->end()) return not_built(of);
    auto rows = log.open_keyspace(wanted);
    if (!rows) return rows.error();
    const auto cursor = layout::read_cursor(*rows);
    if (!cursor) return cursor.error();
    if (!*cursor) return not_built(of);
    if (auto changed = layout::check_cursor(**cursor, of)) return *std::move(changed);
    return stored_view{*std::move(rows)};
}

result<std::optional<std::string>> stored_view::get(std::string_view key) const {
    return rows_.get(layout::row_key(key));
}

result<void> stored_view::scan(
    std::string_view prefix, std::string_view from,
    const std::function<bool(std::string_view key, std::string_view row)>& visit) const {
    const auto start = layout::row_key(std::max(prefix, from));
    return rows_.scan(
        layout::row_key(prefix), start,
        [&](std::string_view key, std::string_view row) { return visit(key.substr(1), row); });
}

result<position> stored_view::cursor() const {
    const auto record = layout::read_cursor(rows_);
    if (!record) return record.error();
    return *record ? (*record)->next : position{0};
}

result<json_view> json_view::open(store& log, any_projection of) {
    auto rows = stored_view::open(log, of);
    if (!rows) return rows.error();
    return json_view{std::move(of), *std::move(rows)};
}

result<std::optional<std::string>> json_view::get(std::string_view key) const {
    const auto bytes = rows_.get(key);
    if (!bytes) return bytes.error();
    if (!*bytes) return std::optional<std::string>{};
    auto text = projection_.row_json(**bytes);
    if (!text) return text.error();
    return std::optional{*std::move(text)};
}

result<void> json_view::for_each(
    std::string_view prefix, std::string_view from,
    const std::function<bool(std::string_view key, std::string_view row)>& visit) const {
    std::optional<error> damaged;
    auto scanned = rows_.scan(prefix, from, [&](std::string_view key, std::string_view bytes) {
        const auto text = projection_.row_json(bytes);
        if (text) return visit(key, *text);
        damaged = text.error();
        return false;
    });
    if (damaged) return *std::move(damaged);
    return scanned;
}

result<std::vector<built_view>> built_views(store& log) {
    const auto names = log.keyspaces();
    if (!names) return names.error();
    std::vector<built_view> found;
    for (const auto& name : *names) {
        auto view = layout::parse_keyspace_name(name);
        if (!view) continue;
        const auto rows = log.open_keyspace(name);
        if (!rows) return rows.error();
        const auto cursor = layout::read_cursor(*rows);
        if (!cursor) return cursor.error();
        const auto record = cursor->value_or(layout::cursor_record{});
        found.push_back(
            {std::move(view->name), view->version, name, record.next, record.events_applied});
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return std::tie(a.name, a.version) < std::tie(b.name, b.version);
    });
    return found;
}

}  // namespace daybook::projections
