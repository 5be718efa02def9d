// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/open_store.hpp"
#include "cli/snapshot_rows.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto stream = snapshot_stream(*log, call.given);
    if (!stream) return stream.error();
    const auto snapshots = list_snapshots(*log, *stream);
    if (!snapshots) return snapshots.error();
    tell_snapshots(*snapshots, *call.sink(), shape::list);
    return snapshots->empty() ? answer::no : answer::yes;
}

}  // namespace

command snapshot_list_command() {
    return {.name = "snapshot list",
            .topic = topic::views,
            .summary = "tell which states are kept",
            .about = "Those that 'snapshot create' made, and those of programs' aggregates.",
            .operands = {snapshot_stream_operand()},
            .examples = {{"daybook snapshot create issue-SHOP-102 -q && daybook snapshot list",
                          "each with the sequence that it is of, and its size"}},
            .run = run};
}

}  // namespace daybook::cli
