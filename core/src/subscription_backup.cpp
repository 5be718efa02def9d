// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "subscription_backup.hpp"

#include "keyspace_rows.hpp"
#include "subscription_rows.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace daybook::subscription_backup {

namespace rows = subscription_rows;

namespace {

/// Takes back what `name` has done or parked at `end` or beyond.
result<void> end_at(keyspace& area, std::string_view name, position end) {
    auto cursor = rows::read_cursor(area, name);
    if (!cursor) return cursor.error();
    if (!*cursor || (*cursor)->next <= end) return {};
    (*cursor)->next = end;
    keyspace_batch batch;
    batch.put(rows::cursor_key(name), rows::encode(**cursor));
    auto found = rows::visit_parked(area, name, {}, [&](const rows::parked_row& row) {
        if (row.at >= end) batch.erase(rows::parked_key(name, row.key, row.at));
        return true;
    });
    if (!found) return found;
    found = rows::visit_done(area, name, [&](position at) {
        if (at >= end) batch.erase(rows::done_key(name, at));
        return true;
    });
    return found ? area.write(batch) : found;
}

/// The area of the rows, if there is one.
result<std::optional<keyspace>> existing_area(store& in) {
    const auto names = in.keyspaces();
    if (!names) return names.error();
    if (std::find(names->begin(), names->end(), rows::keyspace_name) == names->end()) {
        return std::optional<keyspace>{};
    }
    auto area = in.open_keyspace(rows::keyspace_name);
    if (!area) return area.error();
    return std::optional{*std::move(area)};
}

}  // namespace

result<taken> take(store& from) {
    taken all;
    auto kept = keyspace_rows::take(from, rows::keyspace_name);
    if (!kept) return kept.error();
    all.rows = std::move(*kept);
    const auto cursors = rows::cursor_key("");
    const auto counted = keyspace_rows::visit(all.rows, [&](std::string_view key, auto) {
        if (key.starts_with(cursors)) ++all.cursors;
    });
    if (!counted) return counted.error();
    return all;
}

result<void> set_back(store& in) {
    auto area = existing_area(in);
    if (!area) return area.error();
    if (!*area) return {};
    std::vector<std::string> names;
    const auto cursors = rows::cursor_key("");
    auto scanned = (*area)->scan(cursors, {}, [&](std::string_view key, std::string_view) {
        names.emplace_back(key.substr(cursors.size()));
        return true;
    });
    for (const auto& name : names) {
        if (scanned) scanned = end_at(**area, name, in.watermark());
    }
    return scanned;
}

result<void> put(store& into, std::string_view all) {
    if (all.empty()) return {};
    if (auto ok = keyspace_rows::put(into, rows::keyspace_name, all); !ok) return ok;
    return set_back(into);
}

}  // namespace daybook::subscription_backup
