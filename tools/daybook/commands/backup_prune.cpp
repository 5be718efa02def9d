// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/backup_rows.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

const field<std::uint32_t> fields[] = {
    {{.name = "removed"}, [](const std::uint32_t& number) { return cell{std::uint64_t{number}}; }},
};

result<answer> run(invocation& call) {
    const auto keep = backup_number("--keep", call.given.value("keep"));
    if (!keep) return keep.error();
    if (!*keep) return fail(errc::invalid_argument, "--keep N is needed: how many backups stay");
    const auto removed = prune_backups(backup_target_of(call.given), **keep);
    if (!removed) return removed.error();
    const auto sink = call.sink();
    rows<std::uint32_t> told{*sink, fields};
    for (const auto number : *removed) told.add(number);
    sink->end();
    return answer::yes;
}

}  // namespace

command backup_prune_command() {
    return {.name = "backup prune",
            .topic = topic::upkeep,
            .summary = "remove old backups",
            .about = "Removes all but the latest backups, and the files that only they need.",
            .operands = {backup_target_operand()},
            .options = {{.name = "keep", .value = "N", .help = "How many stay; at least one."}},
            .examples = {{"daybook backup create backups -q && daybook backup prune backups "
                          "--keep 30",
                          "the latest 30 stay"}},
            .uses_store = false,
            .run = run};
}

}  // namespace daybook::cli
