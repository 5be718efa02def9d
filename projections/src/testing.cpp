// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/testing.hpp>
#include <daybook/store.hpp>

#include "replay.hpp"
#include "temporary_directory.hpp"

#include <span>

namespace daybook::projections::detail {
namespace {

result<void> append_all(store& log, const std::vector<given_event>& given) {
    for (const auto& [stream, event] : given) {
        const auto appended = log.append(stream, expected::any(), {event}, durability::written);
        if (!appended) return appended.error();
    }
    return {};
}

result<std::vector<event>> events_of(const store& log) {
    auto reader = log.read_all();
    if (!reader) return reader.error();
    std::vector<event> events;
    while (true) {
        const auto more = reader->next();
        if (!more) return more.error();
        if (!*more) return events;
        events.emplace_back(**reader);
    }
}

std::string text_of(const replay_way& way) {
    return " in batches of " + std::to_string(way.batch_events_max) +
           (way.crashes == crashes::always ? ", with a crash at every cursor write" : "");
}

result<rows_by_key> rows_of(const any_projection& of, const replay_way& way,
                            std::span<const event> events) {
    const rows_by_key nothing;
    replay made{of, way, nothing};
    made.run(events);
    if (!made.refused().empty()) return made.refused().front().why;
    rows_by_key rows;
    take_in(made.changes(), rows);
    return rows;
}

error first_difference(const any_projection& of, const rows_by_key& wanted, const rows_by_key& got,
                       const replay_way& way) {
    const auto shown = [&](const rows_by_key& rows, const std::string& key) {
        const auto at = rows.find(key);
        if (at == rows.end()) return std::string{"no row"};
        const auto text = of.row_json(at->second);
        return text ? *text : text.error().message;
    };
    const auto where = text_of(way);
    for (const auto& rows : {wanted, got}) {
        for (const auto& [key, bytes] : rows) {
            const auto a = wanted.find(key);
            const auto b = got.find(key);
            if (a != wanted.end() && b != got.end() && a->second == b->second) continue;
            return fail(errc::projection_failed,
                        "projection \"" + of.name() + "\" is not deterministic: row \"" + key +
                            "\" was " + shown(wanted, key) + " and, replayed" + where + ", is " +
                            shown(got, key));
        }
    }
    return fail(errc::projection_failed,
                "projection \"" + of.name() + "\" is not deterministic" + where);
}

}  // namespace

result<rows_by_key> fold_given(const any_projection& of, const std::vector<given_event>& given,
                               std::size_t replays) {
    const temporary_directory directory;
    store_options options;
    options.default_durability = durability::written;
    auto log = store::open(directory.path(), options);
    if (!log) return log.error();
    if (const auto appended = append_all(*log, given); !appended) return appended.error();
    const auto events = events_of(*log);
    if (!events) return events.error();
    // With batches of one nothing is kept decoded, so that rows are also read back from their
    // bytes after every event.
    const replay_way one{.batch_events_max = 1, .rows_cached_max = 0};
    const replay_way many{.batch_events_max = 1000};
    const replay_way one_crashing{
        .batch_events_max = 1, .crashes = crashes::always, .rows_cached_max = 0};
    const replay_way many_crashing{.batch_events_max = 1000, .crashes = crashes::always};
    auto first = rows_of(of, one, *events);
    if (!first) return first;
    for (std::size_t time = 0; time < replays; ++time) {
        for (const auto& way : {one, many, one_crashing, many_crashing}) {
            const auto again = rows_of(of, way, *events);
            if (!again) return again.error();
            if (*again != *first) return first_difference(of, *first, *again, way);
        }
    }
    return first;
}

}  // namespace daybook::projections::detail
