// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/acting.hpp"
#include "cli/open_store.hpp"
#include "cli/retention_rows.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    const auto by = acting(call.given);
    if (!by) return by.error();
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    const auto at =
        compliance::lift_hold(*log, *call.given.operand(0), call.given.value_or("reason", ""), *by);
    if (!at) return at.error();
    const auto left = compliance::holds_in_force(*log);
    if (!left) return left.error();
    const auto sink = call.sink();
    auto told = hold_rows(*sink);
    for (const auto& one : *left) told.add(one);
    sink->end();
    return answer::yes;
}

}  // namespace

command hold_lift_command() {
    return {.name = "hold lift",
            .topic = topic::upkeep,
            .summary = "end a legal hold",
            .about = "Tells the holds that are left.",
            .operands = {{.name = "NAME", .help = "Of the hold."}},
            .options = with_actor({{.name = "reason", .value = "TEXT", .help = "Why. Needed."}}),
            .examples = {{"daybook hold place h --stream task-1 --reason claim --actor alice -q && "
                          "daybook hold lift h --reason settled --actor bob",
                          "place one and lift it"}},
            .run = run};
}

}  // namespace daybook::cli
