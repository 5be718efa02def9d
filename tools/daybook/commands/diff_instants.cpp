// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "commands/diff_instants.hpp"

#include <daybook/replay/history.hpp>

#include "cli/past_reading.hpp"
#include "cli/points.hpp"
#include "cli/text.hpp"
#include "cli/views.hpp"

#include <utility>

namespace daybook::cli {
namespace {

using replay::json_change;

std::string_view kind_text(const json_change& change) {
    switch (change.what) {
        case json_change::kind::added: return "added";
        case json_change::kind::removed: return "removed";
        case json_change::kind::replaced: break;
    }
    return "changed";
}

const field<json_change> fields[] = {
    {{.name = "what", .seen_in = seen_in::tables, .cut = cut::late, .colour = tone::accent},
     [](const json_change& c) { return text_cell(c.label); }},
    {{.name = "path", .seen_in = seen_in::others},
     [](const json_change& c) { return text_cell(c.path); }},
    {{.name = "change"}, [](const json_change& c) { return text_cell(kind_text(c)); }},
    {{.name = "before", .cut = cut::late, .colour = tone::faint},
     [](const json_change& c) { return json_cell(c.before); }},
    {{.name = "after", .cut = cut::late}, [](const json_change& c) { return json_cell(c.after); }},
};

using point_pair = std::pair<replay::point, replay::point>;

result<point_pair> points_of(const arguments& given) {
    const auto from = given.value("from");
    if (!from) return fail(errc::invalid_argument, "--from: from which point on? Give one");
    const auto before = parse_point("--from", *from);
    if (!before) return before.error();
    const auto after = parse_point("--to", given.value_or("to", "now"));
    if (!after) return after.error();
    return point_pair{*before, *after};
}

void note_events(record_sink& to, std::string_view name, std::string_view which,
                 const replay::state<std::string>& of) {
    to.note(name, of.events,
            std::string{which} + " " + grouped(of.events) + " events" +
                (of.last ? ", the last at position " + std::to_string(of.last->value) : ""));
}

}  // namespace

result<answer> diff_instants(invocation& call) {
    const auto points = points_of(call.given);
    if (!points) return points.error();
    const auto row = open_past_row(call);
    if (!row) return row.error();
    const auto found =
        replay::difference_between(*row->log, row->of, row->key, points->first, points->second);
    if (!found) return found.error();
    const auto sink = call.sink();
    rows<json_change> told{*sink, fields, shape::list, replay::json_operation};
    for (const auto& change : found->changes) told.add(change);
    note_events(*sink, "events_before", "before:", found->before);
    note_events(*sink, "events_after", "after:", found->after);
    sink->end();
    return found->changes.empty() ? answer::yes : answer::no;
}

}  // namespace daybook::cli
