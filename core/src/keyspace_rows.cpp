// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "keyspace_rows.hpp"

#include "bytes.hpp"

#include <algorithm>

namespace daybook::keyspace_rows {
namespace {

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

}  // namespace

result<std::string> take(store& from, std::string_view name) {
    std::string rows;
    const auto names = from.keyspaces();
    if (!names) return names.error();
    if (std::find(names->begin(), names->end(), name) == names->end()) return rows;
    const auto area = from.open_keyspace(name);
    if (!area) return area.error();
    const auto scanned = area->scan({}, {}, [&](std::string_view key, std::string_view value) {
        append(rows, key);
        append(rows, value);
        return true;
    });
    if (!scanned) return scanned.error();
    return rows;
}

result<void> visit(std::string_view all,
                   const std::function<void(std::string_view, std::string_view)>& each) {
    while (!all.empty()) {
        std::string_view key;
        std::string_view value;
        if (!take_part(all, key) || !take_part(all, value)) {
            return fail(errc::corrupt, "restore: rows are cut short");
        }
        each(key, value);
    }
    return {};
}

result<void> put(store& into, std::string_view name, std::string_view all) {
    if (all.empty()) return {};
    auto area = into.open_keyspace(name);
    if (!area) return area.error();
    keyspace_batch batch;
    const auto read =
        visit(all, [&](std::string_view key, std::string_view value) { batch.put(key, value); });
    return read ? area->write(batch) : read;
}

}  // namespace daybook::keyspace_rows
