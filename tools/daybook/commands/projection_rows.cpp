// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/event_reading.hpp"
#include "cli/text.hpp"
#include "cli/view_reading.hpp"
#include "cli/views.hpp"
#include "commands/commands.hpp"

#include <string>
#include <utility>

namespace daybook::cli {
namespace {

/// "INDEX=VALUE" of --by.
result<std::pair<std::string, std::string>> secondary_of(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == text.npos || equals == 0) {
        return fail(errc::invalid_argument,
                    "--by: " + printable(text) + " is not INDEX=VALUE, like assignee=agent-7");
    }
    return std::pair{text.substr(0, equals), text.substr(equals + 1)};
}

result<answer> show_by(const invocation& call, const opened_view& view, const std::string& by,
                       std::uint64_t limit) {
    const auto wanted = secondary_of(by);
    if (!wanted) return wanted.error();
    const auto sink = call.sink();
    view_rows told{view.rows.projection(), *sink};
    const auto scanned = view.rows.for_each_by(wanted->first, wanted->second,
                                               [&](std::string_view key, std::string_view row) {
                                                   if (told.count() >= limit) return false;
                                                   told.add(key, std::string{row});
                                                   return true;
                                               });
    if (!scanned) return scanned.error();
    told.end();
    return answer_for(call, told.count());
}

result<answer> run(invocation& call) {
    const auto limit = limit_of(call.given);
    if (!limit) return limit.error();
    const auto by = call.given.value("by");
    for (const auto* other : {"prefix", "from", "before", "backwards"}) {
        if (by && call.given.has(other)) {
            return fail(errc::invalid_argument,
                        "--by finds rows by what they hold; leave out --" + std::string{other});
        }
    }
    const auto view = open_view(call, *call.given.operand(0));
    if (!view) return view.error();
    if (by) return show_by(call, *view, *by, *limit);
    const auto prefix = call.given.value_or("prefix", "");
    const auto from = call.given.value_or("from", "");
    const auto before = call.given.value_or("before", "");
    return show_rows(
        call, view->rows,
        {.prefix = prefix,
         .from = from,
         .before = before,
         .dir = call.given.has("backwards") ? direction::backwards : direction::forwards},
        *limit);
}

}  // namespace

command projection_rows_command() {
    return {
        .name = "projection rows",
        .topic = topic::views,
        .summary = "list rows of a view by their keys",
        .about =
            "In byte order of keys. A page at a time: --limit, then --from the last key. "
            "Brings the view up to date first, as 'projection show' does.",
        .operands = {{.name = "NAME", .help = "The projection; see 'daybook projection list'."}},
        .options = {{.name = "prefix",
                     .value = "TEXT",
                     .help = "Only rows whose key starts with TEXT."},
                    {.name = "from", .value = "KEY", .help = "Only from this key on."},
                    {.name = "before", .value = "KEY", .help = "Only keys below this one."},
                    {.name = "backwards", .help = "From the last key to the first."},
                    {.name = "by",
                     .value = "INDEX=VALUE",
                     .help = "Rows that have this secondary key, of a view that has such."},
                    {.name = "at",
                     .value = "MOMENT",
                     .help = "As of a position or a time, as for 'projection show'."},
                    {.name = "limit", .letter = 'n', .value = "N", .help = "At most N rows."}},
        .examples = {{"daybook projection rows agent_metrics --from c --before s",
                      "agents from c to r"},
                     {"daybook projection rows sprint_board --backwards -n 5", "the last five"}},
        .uses_projections = true,
        .run = run};
}

}  // namespace daybook::cli
