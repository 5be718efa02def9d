// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/replay/history.hpp>

#include "cli/event_reading.hpp"
#include "cli/past_reading.hpp"
#include "cli/points.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

#include <algorithm>

namespace daybook::cli {
namespace {

using replay::past_state;

/// What every event changes, and its own columns tell.
bool is_of_the_event(const replay::json_change& change) {
    static constexpr std::string_view followed[] = {
        "/events",     "/sequence",        "/last_event_at", "/last_event_type",
        "/last_actor", "/last_actor_type", "/first_event_at"};
    return std::find(std::begin(followed), std::end(followed), change.path) != std::end(followed);
}

cell changes_cell(const past_state& s) {
    auto shown = s.changes;
    std::erase_if(shown, is_of_the_event);
    return json_text{replay::json_patch(s.changes), replay::describe(shown)};
}

const field<past_state> fields[] = {
    {{.name = "position"}, [](const past_state& s) { return cell{s.made_by.position().value}; }},
    {{.name = "occurred_at", .colour = tone::faint},
     [](const past_state& s) { return cell{s.made_by.occurred_at()}; }},
    {{.name = "recorded_at", .seen_in = seen_in::others},
     [](const past_state& s) { return cell{s.made_by.recorded_at()}; }},
    {{.name = "event", .seen_in = seen_in::tables, .cut = cut::early, .colour = tone::accent},
     [](const past_state& s) {
         return text_cell(std::string{s.made_by.stream()} + "#" +
                          std::to_string(s.made_by.sequence().value));
     }},
    {{.name = "stream", .seen_in = seen_in::others},
     [](const past_state& s) { return text_cell(s.made_by.stream()); }},
    {{.name = "sequence", .seen_in = seen_in::others},
     [](const past_state& s) { return cell{s.made_by.sequence().value}; }},
    {{.name = "type", .cut = cut::late, .colour = tone::strong},
     [](const past_state& s) { return text_cell(s.made_by.type()); }},
    {{.name = "id", .seen_in = seen_in::others},
     [](const past_state& s) { return cell{to_string(s.made_by.id())}; }},
    {{.name = "actor", .cut = cut::early},
     [](const past_state& s) { return text_cell(s.made_by.actor().id); }},
    {{.name = "changes", .cut = cut::late}, changes_cell},
    {{.name = "state", .seen_in = seen_in::others},
     [](const past_state& s) { return s.row ? cell{json_text{*s.row}} : cell{}; }},
};

result<replay::history_options> options_of(const arguments& given) {
    replay::history_options options;
    if (const auto text = given.value("from")) {
        const auto from = parse_point("--from", *text);
        if (!from) return from.error();
        options.after = *from;
    }
    if (const auto text = given.value("to")) {
        const auto to = parse_point("--to", *text);
        if (!to) return to.error();
        options.until = *to;
    }
    if (const auto text = given.value("limit")) {
        const auto number = parse_number("--limit", *text);
        if (!number) return number.error();
        options.states_max = *number;
    }
    return options;
}

result<answer> run(invocation& call) {
    const auto options = options_of(call.given);
    if (!options) return options.error();
    const auto row = open_past_row(call);
    if (!row) return row.error();
    const auto sink = call.sink();
    rows<past_state> told{*sink, fields};
    const auto visited = replay::for_each_state(
        *row->log, row->of, row->key,
        [&](const past_state& then) {
            told.add(then);
            return true;
        },
        *options);
    if (!visited) return visited.error();
    sink->end();
    return answer_for(call, told.count());
}

}  // namespace

command history_command() {
    static const std::string about =
        "One line for each event: what it changed. JSON has the change as a JSON Patch (RFC 6902) "
        "and the whole state after it. The changes between two points are those of 'diff'.\n" +
        std::string{point_help};
    return {
        .name = "history",
        .topic = topic::views,
        .summary = "every state a stream was in, with the event that made it",
        .about = about,
        .operands = {{.name = "STREAM",
                      .help = "The stream, such as issue-SHOP-102; with --projection the KEY of "
                              "a row."}},
        .options = with_projection(
            {{.name = "from",
              .value = "POINT",
              .help = "Only states after this point. Default: start."},
             {.name = "to", .value = "POINT", .help = "Only up to there. Default: now."},
             {.name = "limit", .letter = 'n', .value = "N", .help = "At most N states."}}),
        .examples = {{"daybook history issue-SHOP-102 --limit 20", "how an issue began"},
                     {"daybook history issue-SHOP-102 --from 2025-12-01T11:00:00Z "
                      "--to 2025-12-01T12:00:00Z -o json",
                      "every state within an hour"},
                     {"daybook history security-engineer --projection agent_metrics",
                      "how an agent's figures came about"}},
        .uses_projections = true,
        .run = run};
}

}  // namespace daybook::cli
