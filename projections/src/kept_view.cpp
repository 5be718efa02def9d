// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "kept_view.hpp"

#include "change_hub.hpp"
#include "park_events.hpp"
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
                                                   std::string_view keyspace_name,
                                                   const keeping& how) {
    auto rows = log.open_keyspace(keyspace_name);
    if (!rows) return rows.error();
    std::unique_ptr<kept_view> made{new kept_view{std::move(of), *std::move(rows)}};
    const auto start = made->read_or_begin(log.watermark());
    if (!start) return start.error();
    const fold_options folding{.rows_cached_max = how.rows_cached_max,
                               .starts_empty = start->next == position{0},
                               .only_key = {},
                               .gate = nullptr};
    made->steps_ = std::make_unique<stepped_view>(made->projection_, *start, source_of(made->rows_),
                                                  folding, how.parking);
    if (auto loaded = made->load_parked(log); !loaded) return loaded.error();
    return made;
}

result<void> kept_view::load_parked(const store& log) {
    auto& parks = steps_->parks();
    auto heads =
        layout::visit_heads(rows_, [&](std::string_view lane, const layout::park_record& stored) {
            auto head = stored;
            if (parks.options().retry_when_opened) head.next_try = timestamp{};
            parks.load(lane, std::move(head));
            return true;
        });
    if (!heads) return heads;
    auto notes =
        layout::visit_notes(rows_, [&](std::uint64_t number, const layout::park_note& note) {
            parks.load_note(number, note);
            return true;
        });
    if (!notes) return notes;
    return heed_skips(log);
}

result<void> kept_view::heed_skips(const store& log) {
    auto told = log.read_stream(park_stream(projection_.name()));
    if (!told) return told.error();
    while (true) {
        const auto more = told->next();
        if (!more) return more.error();
        if (!*more) return {};
        const auto skip = park_events::read_skip(projection_, **told);
        if (skip) steps_->parks().add_skip(skip->lane, skip->at);
    }
}

result<layout::cursor_record> kept_view::read_or_begin(position log_end) {
    const auto stored = layout::read_cursor(rows_);
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
    if (const auto written = rows_.write(first); !written) return written.error();
    return start;
}

void kept_view::serve_as(std::string view) {
    told_as_ = std::move(view);
    change_hub::tell_missed(told_as_, steps_->cursor());
    view_bell::ring();
}

result<void> kept_view::store_batch(position reached, const write_more& more) {
    const bool heard = !told_as_.empty() && change_hub::has_listeners(told_as_);
    row_writer writer{projection_, [this](std::string_view key) { return rows_.get(key); }, heard};
    batch_.clear();
    const layout::write_sink write = [&](std::string_view key,
                                         const std::optional<std::string_view>& value) {
        writer.add(key, value, batch_);
    };
    steps_->close(reached, write);
    steps_->parks().collect(write);
    if (more) more(write);
    auto written = writer.done();
    if (written) written = rows_.write(batch_);
    batch_.clear();
    if (!written) {
        steps_->abandon();
        return written;
    }
    if (told_as_.empty()) return {};
    change_hub::tell(told_as_, heard, writer.changes(), reached);
    view_bell::ring();
    return {};
}

// Appended and then forgotten: if the process dies in between, the same id is appended again, which
// stores nothing.
result<void> kept_view::tell_notes(store& log) {
    auto& parks = steps_->parks();
    keyspace_batch told;
    while (!parks.untold().empty()) {
        const auto number = parks.untold().begin()->first;
        const auto event = park_events::to_event(parks.untold().begin()->second);
        const auto appended = log.append(park_stream(projection_.name()), expected::any(), {event},
                                         durability::written);
        if (!appended && appended.error().code != errc::conflict) return appended.error();
        told.clear();
        told.erase(layout::note_key(number));
        if (auto forgotten = rows_.write(told); !forgotten) return forgotten;
        parks.told(number);
    }
    return {};
}

}  // namespace daybook::projections
