// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/activity.hpp>
#include <daybook/projections/timeline.hpp>

#include "cli/event_reading.hpp"
#include "cli/known_projections.hpp"
#include "cli/open_store.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "cli/views.hpp"
#include "commands/commands.hpp"

#include <limits>

namespace daybook::cli {
namespace {

using projections::json_view;

result<answer> show_one(const invocation& call, const json_view& view, const std::string& key) {
    const auto row = view.get(key);
    if (!row) return row.error();
    if (!*row) {
        return fail(errc::not_found, "view " + view.projection().name() + " has no row '" +
                                         printable(key) + "'; 'daybook projection show " +
                                         view.projection().name() + "' lists them");
    }
    const auto sink = call.sink();
    tell_row(view.projection(), key, **row, *sink);
    return answer::yes;
}

result<answer> show_many(const invocation& call, const json_view& view, const std::string& prefix,
                         std::uint64_t limit) {
    const auto sink = call.sink();
    view_rows told{view.projection(), *sink};
    const auto scanned = view.for_each(prefix, {}, [&](std::string_view key, std::string_view row) {
        if (told.count() >= limit) return false;
        told.add(key, std::string{row});
        return true;
    });
    if (!scanned) return scanned.error();
    told.end();
    return answer_for(call, told.count());
}

result<std::uint64_t> limit_of(const arguments& given) {
    if (const auto text = given.value("limit")) return parse_number("--limit", *text);
    return std::numeric_limits<std::uint64_t>::max();
}

/// The store with the view up to date or, beside a writer, as far as that one has brought it.
result<store> open_current(const invocation& call,
                           const std::vector<projections::any_projection>& which) {
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

/// The rows that `KEY` names, or all of them.
result<answer> show(const invocation& call, const json_view& view, std::uint64_t limit) {
    const auto& name = view.projection().name();
    const auto key = call.given.operand(1);
    if (!key) return show_many(call, view, call.given.value_or("prefix", ""), limit);
    if (name == projections::timeline::name)  // Its keys are places; people name the stream.
        return show_many(call, view, projections::timeline::stream_prefix(*key), limit);
    if (name == projections::activity_feed::name)
        return show_many(call, view, projections::activity_feed::prefix_of(*key), limit);
    return show_one(call, view, *key);
}

/// Reads, and writes nothing.
result<answer> show_as_of(const invocation& call, const projections::any_projection& of,
                          std::uint64_t limit) {
    const auto when = parse_moment("--at", *call.given.value("at"));
    if (!when) return when.error();
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    auto rows = open_as_of(*log, of, *when, call.at);
    if (!rows) return rows.error();
    return show(call, json_view{of, *std::move(rows)}, limit);
}

result<answer> run(invocation& call) {
    const std::string name = *call.given.operand(0);
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    const auto which = projections_named(*known, {&name, 1});
    if (!which) return which.error();
    const auto limit = limit_of(call.given);
    if (!limit) return limit.error();
    if (call.given.has("at")) return show_as_of(call, which->front(), *limit);
    auto log = open_current(call, *which);
    if (!log) return log.error();
    const auto view = json_view::open(*log, which->front());
    if (!view) return view.error();
    const auto active = projections::active_version(*log, name);
    if (!active) return active.error();
    if (*active && **active != which->front().version()) {
        call.at.say("version " + std::to_string(**active) + " of " + name +
                    " is the active one; this is version " +
                    std::to_string(which->front().version()) + ", which this program has");
    }
    return show(call, *view, *limit);
}

}  // namespace

command projection_show_command() {
    return {
        .name = "projection show",
        .topic = topic::views,
        .summary = "show the rows of a view, or one of them in full",
        .about =
            "Brings the view up to date first, which writes to the store. While another "
            "process has the store, shows the view as that one keeps it.\n"
            "With --at: the rows as they stood then, folded from the events until then (from the "
            "nearest checkpoint, see 'projection checkpoint'). Writes nothing.",
        .operands = {{.name = "NAME", .help = "The projection; see 'daybook projection list'."},
                     {.name = "KEY",
                      .help = "One row: a stream, an agent, ... For timeline, a stream's rows; for "
                              "activity_feed, those of project:NAME, severity:NAME or agent:NAME.",
                      .how_many = operand::count::optional}},
        .options = {{.name = "at",
                     .value = "MOMENT",
                     .help = "As of a position of the log, inclusive, or of a time: RFC 3339, a "
                             "date, or an age such as 2h."},
                    {.name = "prefix",
                     .value = "TEXT",
                     .help = "Only rows whose key starts with TEXT."},
                    {.name = "limit", .letter = 'n', .value = "N", .help = "At most N rows."}},
        .examples = {{"daybook projection show agent_metrics", "how every agent performs"},
                     {"daybook projection show orchestration_state issue-SHOP-102 -o json",
                      "all of one row"},
                     {"daybook projection show agent_metrics --at 100",
                      "how they had performed when the log had 101 events"},
                     {"echo '{\"name\":\"by_day\",\"version\":1,\"key\":\"$day\","
                      "\"columns\":{\"events\":\"count\"}}' | "
                      "daybook --view - projection show by_day",
                      "a view of your own, see declarative_views.md"}},
        .uses_projections = true,
        .run = run};
}

}  // namespace daybook::cli
