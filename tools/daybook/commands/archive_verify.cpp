// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/archive_rows.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    const auto found = verify_archive(*call.given.operand(0));
    if (!found) return found.error();
    const auto sink = call.sink();
    archive_rows(*sink, shape::one).add(*found);
    sink->end();
    return answer::yes;
}

}  // namespace

command archive_verify_command() {
    return {
        .name = "archive verify",
        .topic = topic::upkeep,
        .summary = "read an archive from beginning to end, without a store",
        .about =
            "Every block, every record and their hash. Whether it is the file that the log "
            "tells of is another question: daybook retention check.",
        .operands = {{.name = "FILE", .help = "The archive.", .completes = completion::files}},
        .examples = {{"for f in cold/*.archive; do [ ! -e $f ] || daybook archive verify $f; done",
                      "read all archives in the directory cold"}},
        .uses_store = false,
        .run = run};
}

}  // namespace daybook::cli
