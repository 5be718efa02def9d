// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/event_rows.hpp"
#include "cli/find_event.hpp"
#include "cli/open_store.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    const auto wanted = parse_event_name(*call.given.operand(0));
    if (!wanted) return wanted.error();
    const auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto found = find_event(*log, *wanted);
    if (!found) return found.error();
    const auto sink = call.sink();
    event_rows(*sink, shape::one).add(found->view());
    sink->end();
    return answer::yes;
}

}  // namespace

command show_command() {
    return {.name = "show",
            .topic = topic::everyday,
            .summary = "show one event in full",
            .operands = {{.name = "EVENT", .help = event_name_help}},
            .examples = {{"daybook show 0", "the first event of the log"},
                         {"daybook show issue-SHOP-102#3 -o json", "the third event of a stream"}},
            .run = run};
}

}  // namespace daybook::cli
