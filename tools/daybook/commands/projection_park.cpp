// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/park.hpp>
#include <daybook/projections/runner.hpp>

#include "cli/open_store.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "cli/views.hpp"
#include "commands/commands.hpp"

#include <algorithm>

namespace daybook::cli {
namespace {

using projections::retry_outcome;
using projections::runner;

/// A parked event and the version of the view in which it is.
struct parked_line {
    std::uint32_t version = 0;
    std::uint32_t generation = 0;
    projections::parked_view_event event;
};

template <class T>
cell unless_held(const parked_line& line, T value) {
    return line.event.held ? cell{} : cell{value};
}

const field<parked_line> parked_fields[] = {
    {{.name = "position", .colour = tone::accent},
     [](const parked_line& l) { return cell{l.event.at.value}; }},
    {{.name = "key", .cut = cut::late},
     [](const parked_line& l) { return l.event.key ? cell{*l.event.key} : cell{}; }},
    {{.name = "held"}, [](const parked_line& l) { return cell{l.event.held}; }},
    {{.name = "attempts"},
     [](const parked_line& l) { return unless_held(l, std::uint64_t{l.event.attempts}); }},
    {{.name = "held_behind"},
     [](const parked_line& l) { return unless_held(l, l.event.held_behind); }},
    {{.name = "last_failed_at", .colour = tone::faint},
     [](const parked_line& l) { return unless_held(l, l.event.last_failed_at); }},
    {{.name = "first_failed_at", .seen_in = seen_in::others},
     [](const parked_line& l) { return unless_held(l, l.event.first_failed_at); }},
    {{.name = "next_try", .seen_in = seen_in::others},
     [](const parked_line& l) { return optional_cell(l.event.next_try); }},
    {{.name = "stream", .seen_in = seen_in::others},
     [](const parked_line& l) { return text_cell(l.event.stream); }},
    {{.name = "version", .seen_in = seen_in::others},
     [](const parked_line& l) { return cell{std::uint64_t{l.version}}; }},
    {{.name = "generation", .seen_in = seen_in::others},
     [](const parked_line& l) { return cell{std::uint64_t{l.generation}}; }},
    {{.name = "reason", .cut = cut::early},
     [](const parked_line& l) { return text_cell(l.event.reason); }},
};

const field<retry_outcome> outcome_fields[] = {
    {{.name = "keys_tried"}, [](const retry_outcome& o) { return cell{o.keys_tried}; }},
    {{.name = "keys_freed"}, [](const retry_outcome& o) { return cell{o.keys_freed}; }},
    {{.name = "events_applied"}, [](const retry_outcome& o) { return cell{o.events_applied}; }},
    {{.name = "events_skipped"}, [](const retry_outcome& o) { return cell{o.events_skipped}; }},
    {{.name = "still_parked"},
     [](const retry_outcome& o) {
         return o.still_parked ? text_cell(o.still_parked->message) : cell{};
     }},
};

/// What is asked for: at most one of these.
struct wanted {
    std::optional<std::string> retry_key;
    std::optional<position> retry_at;
    bool retry_all = false;
    std::optional<position> skip;
    std::string reason;

    int actions() const {
        return int{retry_key.has_value()} + int{retry_at.has_value()} + int{retry_all} +
               int{skip.has_value()};
    }
};

result<std::optional<position>> position_of(const arguments& given, const char* option) {
    const auto text = given.value(option);
    if (!text) return std::optional<position>{};
    const auto number = parse_number(std::string{"--"} + option, *text);
    if (!number) return number.error();
    return std::optional{position{*number}};
}

result<wanted> wanted_of(const arguments& given) {
    wanted w{.retry_key = given.value("retry"),
             .retry_at = {},
             .retry_all = given.has("retry-all"),
             .skip = {},
             .reason = given.value_or("reason", "")};
    const auto retry_at = position_of(given, "retry-at");
    if (!retry_at) return retry_at.error();
    w.retry_at = *retry_at;
    const auto skip = position_of(given, "skip");
    if (!skip) return skip.error();
    w.skip = *skip;
    if (w.actions() > 1) {
        return fail(errc::invalid_argument,
                    "one of --retry, --retry-at, --retry-all and --skip at a time");
    }
    if (w.skip.has_value() == w.reason.empty()) {
        return fail(errc::invalid_argument, w.skip ? "--skip needs --reason TEXT: it is kept"
                                                   : "--reason is the reason of a --skip");
    }
    return w;
}

result<retry_outcome> act(runner& views, const std::string& name, const wanted& w) {
    if (w.retry_key) return views.retry_key(name, *w.retry_key);
    if (w.retry_at) return views.retry_event(name, *w.retry_at);
    if (w.skip) return views.skip_event(name, *w.skip, w.reason);
    return views.retry_all(name);
}

result<answer> change(const invocation& call, const std::string& name, const wanted& w) {
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    const auto which = projections_named(*known, {&name, 1});
    if (!which) return which.error();
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    // Only what was asked for is tried.
    auto views = runner::open(*log, *which, {.parking = {.retry_when_opened = false}});
    if (!views) return views.error();
    const auto outcome = act(*views, name, w);
    if (!outcome) return outcome.error();
    const auto sink = call.sink();
    rows<retry_outcome> told{*sink, outcome_fields, shape::one};
    told.add(*outcome);
    sink->end();
    return outcome->still_parked ? answer::no : answer::yes;
}

result<answer> list(const invocation& call, const std::string& name) {
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto limit = parse_number("--limit", call.given.value_or("limit", "1000"));
    if (!limit) return limit.error();
    const auto built = projections::built_views(*log);
    if (!built) return built.error();
    const bool is_built = std::any_of(built->begin(), built->end(),
                                      [&](const auto& view) { return view.name == name; });
    if (!is_built) {
        const auto known = known_projections(call.given);
        if (!known) return known.error();
        const auto which = projections_named(*known, {&name, 1});
        if (!which) return which.error();
    }
    std::vector<parked_line> lines;
    for (const auto& view : *built) {
        if (view.name != name || view.place == projections::generation_place::kept) continue;
        auto parked = projections::parked_events(*log, view.keyspace, *limit);
        if (!parked) return parked.error();
        for (auto& each : *parked)
            lines.push_back({view.version, view.generation, std::move(each)});
    }
    const auto sink = call.sink();
    rows<parked_line> told{*sink, parked_fields};
    for (const auto& line : lines) told.add(line);
    sink->end();
    if (lines.empty()) call.at.say("nothing is parked");
    return answer::yes;
}

result<answer> run(invocation& call) {
    const std::string name = *call.given.operand(0);
    const auto w = wanted_of(call.given);
    if (!w) return w.error();
    return w->actions() == 0 ? list(call, name) : change(call, name, *w);
}

}  // namespace

command projection_park_command() {
    return {
        .name = "projection park",
        .topic = topic::views,
        .summary = "list, retry or skip events that a view could not take",
        .about =
            "An event at which a projection fails is parked, and later events of the same key "
            "are held behind it, in order; the rest of the view goes on. Once it is taken or "
            "skipped, those behind it follow.\n"
            "Exit code 1: after a retry or a skip, something of what was tried is parked still.",
        .operands = {{.name = "NAME", .help = "The projection; see 'daybook projection list'."}},
        .options = {{.name = "retry",
                     .value = "KEY",
                     .help = "Try what is parked for KEY again, and what is held behind it."},
                    {.name = "retry-at",
                     .value = "POSITION",
                     .help = "The same for the parked event at POSITION."},
                    {.name = "retry-all", .help = "Try everything again."},
                    {.name = "skip",
                     .value = "POSITION",
                     .help = "Give the event at POSITION up. Also a rebuild leaves it out."},
                    {.name = "reason",
                     .value = "TEXT",
                     .help = "Why it is skipped: kept in the log."},
                    {.name = "limit",
                     .letter = 'n',
                     .value = "N",
                     .help = "List at most N of each generation; default 1000."}},
        .examples = {{"daybook projection park agent_metrics", "what waits, and why"},
                     {"daybook projection park agent_metrics --retry-all",
                      "once the reason is gone"}},
        .uses_projections = true,
        .run = run};
}

}  // namespace daybook::cli
