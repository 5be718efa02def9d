// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/view.hpp>

#include "secondary_index.hpp"
#include "view_bell.hpp"
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
    auto rows = detail::served_rows::open(log, of);
    if (!rows) return rows.error();
    const auto keyspace = rows->now();
    if (!keyspace) return keyspace.error();
    const auto cursor = layout::read_cursor(**keyspace);
    if (!cursor) return cursor.error();
    if (!*cursor) return not_built(of);
    if (auto changed = layout::check_cursor(**cursor, of)) return *std::move(changed);
    return stored_view{log, of, *std::move(rows)};
}

result<std::optional<std::string>> stored_view::get(std::string_view key) const {
    const auto rows = rows_.now();
    if (!rows) return rows.error();
    return (*rows)->get(layout::row_key(key));
}

result<void> stored_view::scan(const row_range& range, const row_visitor& visit) const {
    if (range.limit == 0) return {};
    const auto rows = rows_.now();
    if (!rows) return rows.error();
    const bool forwards = range.dir == direction::forwards;
    std::size_t visited = 0;
    const auto take = [&](std::string_view full_key, std::string_view row) {
        const auto key = full_key.substr(1);
        if (forwards ? !range.before.empty() && key >= range.before : key < range.from)
            return false;
        return visit(key, row) && ++visited < range.limit;
    };
    const auto prefix = layout::row_key(range.prefix);
    if (forwards) return (*rows)->scan(prefix, layout::row_key(range.from), take);
    const auto before = range.before.empty() ? std::string{} : layout::row_key(range.before);
    return (*rows)->scan_back(prefix, before, take);
}

result<void> stored_view::scan_by(std::string_view index, std::string_view value,
                                  const row_visitor& visit) const {
    if (auto ok = detail::check_secondary_keys(projection_); !ok) return ok;
    const auto rows = rows_.now();
    if (!rows) return rows.error();
    std::optional<error> failed;
    const auto visit_entry = [&](std::string_view key) -> result<bool> {
        const auto row = (*rows)->get(layout::row_key(key));
        if (!row) return row.error();
        if (!*row) return true;
        const auto still = detail::has_secondary_key(projection_, **row, index, value);
        if (!still) return still.error();
        return !*still || visit(key, **row);
    };
    const auto entries = layout::index_entries(index, value);
    auto scanned = (*rows)->scan(entries, {}, [&](std::string_view entry, std::string_view) {
        const auto more = visit_entry(entry.substr(entries.size()));
        if (!more) failed = more.error();
        return more && *more;
    });
    if (failed) return *std::move(failed);
    return scanned;
}

result<position> stored_view::cursor() const {
    const auto rows = rows_.now();
    if (!rows) return rows.error();
    const auto record = layout::read_cursor(**rows);
    if (!record) return record.error();
    return *record ? (*record)->next : position{0};
}

result<void> stored_view::wait_for(at_least wanted, std::chrono::milliseconds patience) const {
    const auto deadline = view_bell::after(patience);
    for (;;) {
        const auto heard = view_bell::rung();
        const auto next = cursor();
        if (!next) return next.error();
        if (*next > wanted.event) return {};
        if (!view_bell::wait(heard, deadline)) {
            return fail(errc::timed_out, "view \"" + projection_.name() + "\"" +
                                             ": it has all events before " +
                                             std::to_string(next->value) + ", and not yet " +
                                             std::to_string(wanted.event.value) + "; waited " +
                                             std::to_string(patience.count()) + " ms");
        }
        if (const auto refreshed = log_->refresh(); !refreshed) return refreshed.error();
    }
}

result<std::unique_ptr<const row_reader>> open_rows(store& log, const any_projection& of,
                                                    view_mode mode, const live_options& options) {
    std::unique_ptr<const row_reader> made;
    if (mode == view_mode::live) {
        made = std::make_unique<live_view>(log, of, options);
        return made;
    }
    auto rows = stored_view::open(log, of);
    if (!rows) return rows.error();
    made = std::make_unique<stored_view>(*std::move(rows));
    return made;
}

result<std::unique_ptr<const row_reader>> open_rows(store& log, const any_projection& of,
                                                    as_of when, const as_of_options& options) {
    auto rows = as_of_view::open(log, of, when, options);
    if (!rows) return rows.error();
    std::unique_ptr<const row_reader> made = std::make_unique<as_of_view>(*std::move(rows));
    return made;
}

namespace {

/// Runs `scan` with what passes each row on to `visit` as JSON.
template <class Scan>
result<void> scan_as_json(const any_projection& of, const row_visitor& visit, const Scan& scan) {
    std::optional<error> damaged;
    auto scanned = scan([&](std::string_view key, std::string_view bytes) {
        const auto text = of.row_json(bytes);
        if (text) return visit(key, *text);
        damaged = text.error();
        return false;
    });
    if (damaged) return *std::move(damaged);
    return scanned;
}

}  // namespace

result<json_view> json_view::open(store& log, any_projection of, view_mode mode,
                                  const live_options& options) {
    auto rows = open_rows(log, of, mode, options);
    if (!rows) return rows.error();
    return json_view{std::move(of), *std::move(rows)};
}

result<json_view> json_view::open(store& log, any_projection of, as_of when,
                                  const as_of_options& options) {
    auto rows = open_rows(log, of, when, options);
    if (!rows) return rows.error();
    return json_view{std::move(of), *std::move(rows)};
}

result<std::optional<std::string>> json_view::get(std::string_view key) const {
    const auto bytes = rows_->get(key);
    if (!bytes) return bytes.error();
    if (!*bytes) return std::optional<std::string>{};
    auto text = projection_.row_json(**bytes);
    if (!text) return text.error();
    return std::optional{*std::move(text)};
}

result<void> json_view::for_each_in(const row_range& range, const row_visitor& visit) const {
    return scan_as_json(projection_, visit,
                        [&](const row_visitor& each) { return rows_->scan(range, each); });
}

result<void> json_view::for_each_by(std::string_view index, std::string_view value,
                                    const row_visitor& visit) const {
    return scan_as_json(projection_, visit, [&](const row_visitor& each) {
        return rows_->scan_by(index, value, each);
    });
}

}  // namespace daybook::projections
