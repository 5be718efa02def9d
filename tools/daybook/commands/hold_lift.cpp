// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/acting.hpp"
#include "cli/retention_rows.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    return act(call, [&](opened_store& log, const actor& by, record_sink& to) -> result<void> {
        const auto at = compliance::lift_hold(*log, *call.given.operand(0),
                                              call.given.value_or("reason", ""), by);
        if (!at) return at.error();
        const auto left = compliance::holds_in_force(*log);
        if (!left) return left.error();
        auto told = hold_rows(to);
        for (const auto& one : *left) told.add(one);
        return {};
    });
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
