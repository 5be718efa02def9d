// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/open_store.hpp"
#include "cli/retention_rows.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto all = compliance::holds_in_force(*log);
    if (!all) return all.error();
    const auto sink = call.sink();
    auto told = hold_rows(*sink);
    for (const auto& one : *all) told.add(one);
    sink->end();
    return all->empty() ? answer::no : answer::yes;
}

}  // namespace

command hold_list_command() {
    return {.name = "hold list",
            .topic = topic::upkeep,
            .summary = "tell the legal holds in force",
            .examples = {{"daybook hold place h --stream task-1 --reason claim --actor alice -q && "
                          "daybook hold list",
                          "each with what it covers, and why"}},
            .run = run};
}

}  // namespace daybook::cli
