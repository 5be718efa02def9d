// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "kept_view.hpp"

#include "change_hub.hpp"
#include "row_writer.hpp"
#include "view_bell.hpp"

namespace daybook::projections {
namespace {

row_source source_of(const keyspace& rows) {
    return [&rows](std::string_view key) { return rows.get(layout::row_key(key)); };
}

error beyond_log(const any_projection& of, position next, position log_end) {
    return fail(errc::corrupt, "view \"" + of.name() + "\": it has read up to position " +
                                   std::to_string(next.value) + " and the log ends at " +
                                   std::to_string(log_end.value) +
                                   "; drop the view and build it again");
}

}  // namespace

result<std::unique_ptr<kept_view>> kept_view::open(store& log, any_projection of,
                                                   std::size_t rows_cached_max) {
    auto right = claim::take(log, of.keyspace_name());
    if (!right) {
        return fail(errc::locked,
                    "view \"" + of.name() + "\": another runner of this program has it");
    }
    std::unique_ptr<kept_view> made{
        new kept_view{std::move(of), *std::move(right), rows_cached_max}};
    if (const auto opened = made->open_rows(log); !opened) return opened.error();
    return made;
}

result<void> kept_view::open_rows(store& log) {
    auto rows = log.open_keyspace(projection_.keyspace_name());
    if (!rows) return rows.error();
    const auto start = read_or_begin(*rows, log.watermark());
    if (!start) return start.error();
    rows_.emplace(*std::move(rows));
    const fold_options folding{.rows_cached_max = rows_cached_max_,
                               .starts_empty = start->next == position{0},
                               .only_key = {}};
    steps_ = std::make_unique<stepped_view>(projection_, *start, source_of(*rows_), folding);
    change_hub::tell_missed(right_to_write_.name(), start->next);
    return {};
}

result<layout::cursor_record> kept_view::read_or_begin(keyspace& rows, position log_end) const {
    const auto stored = layout::read_cursor(rows);
    if (!stored) return stored.error();
    if (*stored) {
        if (auto changed = layout::check_cursor(**stored, projection_)) return *std::move(changed);
        if ((*stored)->next > log_end) return beyond_log(projection_, (*stored)->next, log_end);
        return **stored;
    }
    layout::cursor_record start;
    start.query_fingerprint = projection_.query_fingerprint();
    start.row_fingerprint = projection_.row_fingerprint();
    keyspace_batch first;
    first.put(layout::cursor_key, layout::encode_cursor(start));
    if (const auto written = rows.write(first); !written) return written.error();
    return start;
}

result<void> kept_view::store_batch(position reached) {
    const bool heard = change_hub::has_listeners(right_to_write_.name());
    row_writer writer{projection_, [this](std::string_view key) { return rows_->get(key); }, heard};
    batch_.clear();
    steps_->close(reached, [&](std::string_view key, const std::optional<std::string_view>& value) {
        writer.add(key, value, batch_);
    });
    auto written = writer.done();
    if (written) written = rows_->write(batch_);
    batch_.clear();
    if (!written) {
        steps_->abandon();
        return written;
    }
    change_hub::tell(right_to_write_.name(), heard, writer.changes(), reached);
    view_bell::ring();
    return {};
}

result<void> kept_view::begin_again(store& log) {
    steps_.reset();
    rows_.reset();
    auto begun = drop_and_open(log);
    if (!begun) lost_ = begun.error();
    return begun;
}

result<void> kept_view::drop_and_open(store& log) {
    const auto dropped = log.drop_keyspace(projection_.keyspace_name());
    if (!dropped && dropped.error().code != errc::not_found) return dropped.error();
    return open_rows(log);
}

}  // namespace daybook::projections
