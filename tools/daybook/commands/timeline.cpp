// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/event_reading.hpp"
#include "cli/open_store.hpp"
#include "cli/timeline_rows.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    auto wanted = selection_of(call.given);
    if (!wanted) return wanted.error();
    if (const auto stream = call.given.operand(0)) wanted->query.any_of.front().stream = *stream;
    if (auto valid = validate(wanted->query); !valid) return valid.error();

    const auto log = open_store(call, access::read);
    if (!log) return log.error();
    if (wanted->explain) return tell_plan(call, *log, wanted->query, wanted->reading());
    auto events = log->read(wanted->query, wanted->reading());
    if (!events) return events.error();

    const auto sink = call.sink();
    auto told = timeline_rows(*sink);
    const auto found =
        for_each_event(*std::move(events), query::all(), wanted->reading().limit,
                       [&](const event_view& e) { told.add(projections::timeline::entry_of(e)); });
    if (!found) return found.error();
    sink->end();
    return answer_for(call, *found);
}

}  // namespace

command timeline_command() {
    return {.name = "timeline",
            .topic = topic::views,
            .summary = "tell what happened, one line per event",
            .operands = {{.name = "STREAM",
                          .help = "Of this stream only.",
                          .how_many = operand::count::optional}},
            .options = with_filters(
                {}, {.stream = false, .limit = true, .newest_first = true, .explain = true}),
            .examples = {{"daybook timeline issue-SHOP-102", "the story of one issue"},
                         {"daybook timeline --tag phase:TEST --newest-first --limit 20",
                          "what testing did last"}},
            .run = run};
}

}  // namespace daybook::cli
