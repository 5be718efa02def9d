// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/archiving.hpp>

#include "cli/acting.hpp"
#include "cli/archive_rows.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    const auto segment = segment_of(call.given);
    if (!segment) return segment.error();
    const restore_segment_options options{.keep_file = call.given.has("keep-file")};
    return act(call, [&](opened_store& log, const actor& by, record_sink& to) -> result<void> {
        const auto done =
            compliance::restore_and_write_down(*log, *segment, options, by, log.book());
        if (!done) return done.error();
        archive_rows(to, shape::one).add(*done);
        return {};
    });
}

}  // namespace

command archive_restore_command() {
    return {.name = "archive restore",
            .topic = topic::upkeep,
            .summary = "move an archived segment back into the log",
            .about =
                "Every record of the file is checked first, in compliance mode against what was "
                "signed, and it is written down (SegmentRestored). A store from a backup: daybook "
                "backup restore.",
            .operands = {segment_operand()},
            .options = with_actor({{.name = "keep-file", .help = "Do not remove the file."}}),
            .examples = {{"daybook archive restore 0 --actor alice || echo 'it is in the log'",
                          "move events 0 to 65535 back"}},
            .run = run};
}

}  // namespace daybook::cli
