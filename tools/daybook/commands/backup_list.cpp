// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/backup_rows.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    const auto backups = list_backups(backup_target_of(call.given));
    if (!backups) return backups.error();
    tell_backups(*backups, *call.sink(), shape::list);
    return backups->empty() ? answer::no : answer::yes;
}

}  // namespace

command backup_list_command() {
    return {.name = "backup list",
            .topic = topic::upkeep,
            .summary = "tell which backups there are",
            .operands = {backup_target_operand()},
            .examples = {{"daybook backup create backups -q && daybook backup list backups",
                          "each with its events, its size and how much of it was new"}},
            .uses_store = false,
            .run = run};
}

}  // namespace daybook::cli
