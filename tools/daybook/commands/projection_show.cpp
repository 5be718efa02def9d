// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/activity.hpp>
#include <daybook/projections/timeline.hpp>

#include "cli/text.hpp"
#include "cli/view_reading.hpp"
#include "cli/views.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

using projections::json_view;

result<answer> show_one(const invocation& call, const json_view& view, const std::string& key) {
    const auto full = key_of_row(view.projection(), key);
    const auto row = view.get(full);
    if (!row) return row.error();
    if (!*row) {
        return fail(errc::not_found, "view " + view.projection().name() + " has no row '" +
                                         printable(key) + "'; 'daybook projection show " +
                                         view.projection().name() + "' lists them");
    }
    const auto sink = call.sink();
    tell_row(view.projection(), full, **row, *sink);
    return answer::yes;
}

/// The rows that `KEY` names, or all of them.
result<answer> show(const invocation& call, const json_view& view, std::uint64_t limit) {
    const auto& name = view.projection().name();
    const auto key = call.given.operand(1);
    if (!key) {
        const auto prefix = call.given.value_or("prefix", "");
        return show_rows(call, view, {.prefix = key_of_row(view.projection(), prefix)}, limit);
    }
    if (name == projections::timeline::name)  // Its keys are places; people name the stream.
        return show_rows(call, view, {.prefix = projections::timeline::stream_prefix(*key)}, limit);
    if (name == projections::activity_feed::name)
        return show_rows(call, view, {.prefix = projections::activity_feed::prefix_of(*key)},
                         limit);
    return show_one(call, view, *key);
}

result<answer> run(invocation& call) {
    const auto limit = limit_of(call.given);
    if (!limit) return limit.error();
    const auto view = open_view(call, *call.given.operand(0));
    if (!view) return view.error();
    return show(call, view->rows, *limit);
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
                     .help = "Only rows whose key starts with TEXT; 'work/' lists each workflow of "
                             "workflow_metrics."},
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
