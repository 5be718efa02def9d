// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "subscription_backup.hpp"

#include "bytes.hpp"
#include "subscription_rows.hpp"

#include <algorithm>
#include <vector>

namespace daybook::subscription_backup {

namespace rows = subscription_rows;

namespace {

/// Each key and value with its length before it.
void append(std::string& out, std::string_view part) {
    bytes::append_varint(out, part.size());
    out += part;
}

bool take_part(std::string_view& in, std::string_view& part) {
    std::uint64_t size = 0;
    if (!bytes::take_varint(in, size) || size > in.size()) return false;
    part = in.substr(0, size);
    in.remove_prefix(size);
    return true;
}

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
    const auto area = existing_area(from);
    if (!area) return area.error();
    if (!*area) return all;
    const auto cursors = rows::cursor_key("");
    const auto scanned = (*area)->scan({}, {}, [&](std::string_view key, std::string_view value) {
        append(all.rows, key);
        append(all.rows, value);
        if (key.starts_with(cursors)) ++all.cursors;
        return true;
    });
    if (!scanned) return scanned.error();
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

result<void> forget(store& in, std::string_view name) {
    auto area = existing_area(in);
    if (!area) return area.error();
    if (!*area) return {};
    keyspace_batch batch;
    batch.erase(rows::cursor_key(name));
    auto found = rows::visit_parked(**area, name, {}, [&](const rows::parked_row& row) {
        batch.erase(rows::parked_key(name, row.key, row.at));
        return true;
    });
    if (!found) return found;
    found = rows::visit_done(**area, name, [&](position at) {
        batch.erase(rows::done_key(name, at));
        return true;
    });
    return found ? (*area)->write(batch) : found;
}

result<void> put(store& into, std::string_view all) {
    if (all.empty()) return {};
    auto area = into.open_keyspace(rows::keyspace_name);
    if (!area) return area.error();
    keyspace_batch batch;
    while (!all.empty()) {
        std::string_view key;
        std::string_view value;
        if (!take_part(all, key) || !take_part(all, value)) {
            return fail(errc::corrupt, "restore: the rows of subscriptions are cut short");
        }
        batch.put(key, value);
    }
    if (auto ok = area->write(batch); !ok) return ok;
    return set_back(into);
}

}  // namespace daybook::subscription_backup
