// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/acting.hpp"
#include "cli/retention_rows.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    return act(call, [&](opened_store& log, const actor& by, record_sink& to) -> result<void> {
        const auto id = *call.given.operand(0);
        const auto proposal = proposal_named(*log, "PROPOSAL", id);
        if (!proposal) return proposal.error();
        const auto at = compliance::approve_retention(*log, proposal->id, by);
        if (!at) return at.error();
        const auto now = proposal_named(*log, "PROPOSAL", id);
        if (!now) return now.error();
        proposal_rows(to, shape::one).add(*now);
        return {};
    });
}

}  // namespace

command retention_approve_command() {
    return {.name = "retention approve",
            .topic = topic::upkeep,
            .summary = "approve a run that somebody else proposed",
            .about =
                "Look first: daybook retention run --dry-run. It is written down "
                "(RetentionRunApproved).",
            .operands = {{.name = "PROPOSAL", .help = "Its id."}},
            .options = with_actor({}),
            .examples = {{"echo '{policy: p, rules: [{name: all, delete_after: 0 days}]}' | "
                          "daybook retention set - --actor alice -q && "
                          "daybook retention run --propose --actor alice -q && "
                          "daybook retention approve --actor bob "
                          "$(daybook retention show --proposals -o csv | tail -n 1 | cut -d, -f1)",
                          "alice proposes to delete everything, bob approves"}},
            .run = run};
}

}  // namespace daybook::cli
