// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/view_reading.hpp"

#include "cli/event_reading.hpp"
#include "cli/known_projections.hpp"
#include "cli/open_store.hpp"
#include "cli/points.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "cli/views.hpp"

#include <limits>
#include <utility>
#include <vector>

namespace daybook::cli {
namespace {

using projections::any_projection;
using projections::json_view;

/// The store with the view up to date or, beside a writer, as far as that one has brought it.
opened_store open_current(const invocation& call, const std::vector<any_projection>& which) {
    auto log = open_store(call, access::write);
    if (log) {
        if (auto done = catch_up(*log, which, call.at); !done) return done.error();
        return log;
    }
    if (log.error().code != errc::locked) return log;
    auto reading = open_store(call, access::read);
    if (!reading) return reading;
    const auto view = json_view::open(*reading, which.front());
    // Not built, and whoever could build it has the store.
    if (!view && view.error().code == errc::not_found) return log;
    if (!view) return view.error();
    const auto cursor = view->cursor();
    if (!cursor) return cursor.error();
    call.at.say("another process writes to the store; it has brought this view up to position " +
                grouped(cursor->value) + " of " + grouped(reading->watermark().value));
    return reading;
}

result<void> tell_other_version(const invocation& call, store& log, const any_projection& of) {
    const auto active = projections::active_version(log, of.name());
    if (!active) return active.error();
    if (*active && **active != of.version()) {
        call.at.say("version " + std::to_string(**active) + " of " + of.name() +
                    " is the active one; this is version " + std::to_string(of.version()) +
                    ", which this program has");
    }
    return {};
}

result<opened_view> open_as_it_was(const invocation& call, const any_projection& of) {
    const auto when = parse_moment("--at", *call.given.value("at"));
    if (!when) return when.error();
    auto opened = open_store(call, access::read);
    if (!opened) return opened.error();
    auto rows = open_as_of(*opened, of, *when, call.at);
    if (!rows) return rows.error();
    return opened_view{std::move(opened), json_view{of, *std::move(rows)}};
}

}  // namespace

result<opened_view> open_view(const invocation& call, const std::string& name) {
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    const auto which = projections_named(*known, {&name, 1});
    if (!which) return which.error();
    const auto& of = which->front();
    if (call.given.has("at")) return open_as_it_was(call, of);
    auto opened = open_current(call, *which);
    if (!opened) return opened.error();
    auto view = json_view::open(*opened, of);
    if (!view) return view.error();
    if (auto told = tell_other_version(call, *opened, of); !told) return told.error();
    return opened_view{std::move(opened), *std::move(view)};
}

result<std::uint64_t> limit_of(const arguments& given) {
    if (const auto text = given.value("limit")) return parse_number("--limit", *text);
    return std::numeric_limits<std::uint64_t>::max();
}

result<answer> show_rows(const invocation& call, const json_view& view,
                         const projections::row_range& range, std::uint64_t limit) {
    const auto sink = call.sink();
    view_rows told{view.projection(), *sink};
    const auto scanned = view.for_each_in(range, [&](std::string_view key, std::string_view row) {
        if (told.count() >= limit) return false;
        told.add(key, std::string{row});
        return true;
    });
    if (!scanned) return scanned.error();
    told.end();
    return answer_for(call, told.count());
}

}  // namespace daybook::cli
