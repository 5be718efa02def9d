// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/archiving.hpp>

#include "cli/acting.hpp"
#include "cli/archive_rows.hpp"
#include "cli/progress.hpp"
#include "cli/text.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    const auto segment = segment_of(call.given);
    if (!segment) return segment.error();
    const auto directory = call.given.value("to");
    if (!directory) return fail(errc::invalid_argument, "say where the file goes: --to DIR");
    return act(call, [&](opened_store& log, const actor& by, record_sink& to) -> result<void> {
        progress_bar bar{call.at, "archiving"};
        archive_options options{.directory = *directory};
        options.progress = [&](std::uint64_t done, std::uint64_t total) {
            bar.update(done, total, grouped(done) + " events");
        };
        const auto made =
            compliance::archive_and_write_down(*log, *segment, options, by, log.book());
        if (!made) return made.error();
        archive_rows(to, shape::one).add(*made);
        return {};
    });
}

}  // namespace

command archive_create_command() {
    return {
        .name = "archive create",
        .topic = topic::upkeep,
        .summary = "move a full segment into a compressed file",
        .about =
            "Everything reads through to the file and says the same; the store gets smaller. The "
            "file is read back and compared before anything is deleted, and it is written down "
            "(SegmentArchived). In compliance mode it carries the hash that stands for its "
            "events in the tree, and is held against what was signed.\nBy a policy: daybook "
            "retention run.",
        .operands = {segment_operand()},
        .options = with_actor({{.name = "to",
                                .value = "DIR",
                                .help = "Where the file goes; made if missing, outside of the "
                                        "store. It is searched from now on.",
                                .completes = completion::directories}}),
        .examples = {{"daybook archive create 0 --to cold --actor ada",
                      "the first 65 536 events, once there are so many"}},
        .run = run};
}

}  // namespace daybook::cli
