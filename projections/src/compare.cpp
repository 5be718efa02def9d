// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/as_of.hpp>
#include <daybook/projections/generations.hpp>

#include "row_digest.hpp"
#include "row_walk.hpp"
#include "view_layout.hpp"

#include <algorithm>
#include <array>

namespace daybook::projections {
namespace {

result<keyspace> open_rows(store& log, const built_view& of) {
    const auto names = log.keyspaces();
    if (!names) return names.error();
    if (std::find(names->begin(), names->end(), of.keyspace) == names->end()) {
        return fail(errc::not_found,
                    "view \"" + of.name + "\": keyspace " + of.keyspace + " is not there any more");
    }
    return log.open_keyspace(of.keyspace);
}

result<layout::cursor_record> cursor_of(const keyspace& rows) {
    const auto cursor = layout::read_cursor(rows);
    if (!cursor) return cursor.error();
    return cursor->value_or(layout::cursor_record{});
}

}  // namespace

result<view_digest> digest_of(store& log, const built_view& of) {
    const auto rows = open_rows(log, of);
    if (!rows) return rows.error();
    view_digest made;
    row_digest digest;
    std::optional<error> damaged;
    // One scan over cursor and rows, so that they belong together.
    const auto scanned = rows->scan({}, {}, [&](std::string_view key, std::string_view value) {
        if (key == layout::cursor_key) {
            const auto cursor = decode_value<layout::cursor_record>(value);
            if (!cursor) damaged = cursor.error();
            if (cursor) made.cursor = cursor->next;
        } else if (key.front() == layout::row_prefix) {
            digest.add(key.substr(1), value);
        }
        return !damaged;
    });
    if (damaged) return *std::move(damaged);
    if (!scanned) return scanned.error();
    made.rows = digest.rows();
    made.digest = digest.hex();
    return made;
}

result<view_comparison> compare_generations(store& log, const built_view& before,
                                            const built_view& after,
                                            const compare_options& options) {
    const auto left = open_rows(log, before);
    if (!left) return left.error();
    const auto right = open_rows(log, after);
    if (!right) return right.error();
    const std::array<const keyspace*, 2> both{&*left, &*right};
    std::array<layout::cursor_record, 2> start;
    for (std::size_t i = 0; i < both.size(); ++i) {
        auto cursor = cursor_of(*both[i]);
        if (!cursor) return cursor.error();
        start[i] = *cursor;
    }
    view_comparison made;
    made.cursor_before = start[0].next;
    made.cursor_after = start[1].next;
    made.rows_of_other_type = start[0].row_fingerprint != start[1].row_fingerprint;
    auto done = compare_walks(walk_of(*left), walk_of(*right), options.examples_max, made);
    if (!done) return done.error();
    for (std::size_t i = 0; i < both.size(); ++i) {
        const auto cursor = cursor_of(*both[i]);
        if (!cursor) return cursor.error();
        if (*cursor == start[i]) continue;
        return fail(errc::locked, "compare view \"" + before.name + "\": keyspace " +
                                      both[i]->name() +
                                      " moved meanwhile; stop the runner, or let it compare");
    }
    return made;
}

result<view_comparison> compare_rows(const row_reader& before, const row_reader& after,
                                     const compare_options& options) {
    view_comparison made;
    const auto start = before.cursor();
    if (!start) return start.error();
    made.cursor_before = *start;
    const auto end = after.cursor();
    if (!end) return end.error();
    made.cursor_after = *end;
    auto done = compare_walks(walk_of(before), walk_of(after), options.examples_max, made);
    if (!done) return done.error();
    return made;
}

result<view_digest> digest_of(const row_reader& rows) {
    view_digest made;
    const auto cursor = rows.cursor();
    if (!cursor) return cursor.error();
    made.cursor = *cursor;
    row_digest digest;
    const auto scanned = rows.scan({}, [&](std::string_view key, std::string_view row) {
        digest.add(key, row);
        return true;
    });
    if (!scanned) return scanned.error();
    made.rows = digest.rows();
    made.digest = digest.hex();
    return made;
}

}  // namespace daybook::projections
