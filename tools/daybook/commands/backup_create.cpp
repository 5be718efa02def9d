// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/backup_rows.hpp"
#include "cli/open_store.hpp"
#include "cli/progress.hpp"
#include "cli/text.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    backup_options options;
    const auto keep = backup_number("--keep", call.given.value("keep"));
    if (!keep) return keep.error();
    if (*keep && **keep == 0) return fail(errc::invalid_argument, "--keep: keep at least one");
    options.keep = keep->value_or(0);
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto made = [&] {
        progress_bar bar{call.at, "copying"};
        options.progress = [&](std::uint64_t done, std::uint64_t total) {
            bar.update(done, total, grouped(done) + " events");
        };
        return create_backup(*log, backup_target_of(call.given), options);
    }();
    if (!made) return made.error();
    tell_backups({*made}, *call.sink(), shape::one);
    return answer::yes;
}

}  // namespace

command backup_create_command() {
    return {.name = "backup create",
            .topic = topic::upkeep,
            .summary = "back up a store, also one that is being written to",
            .about =
                "Writes what is new since the backup before to TARGET, a directory for the "
                "backups of this one store; it is made if it is missing. A backup holds the "
                "log, from which indexes and views are built again, and how far durable "
                "subscriptions and consumer groups are.",
            .operands = {backup_target_operand()},
            .options = {{.name = "keep",
                         .value = "N",
                         .help = "Then remove all but the latest N backups."}},
            .examples = {{"daybook backup create backups", "the next backup"},
                         {"daybook backup create backups --keep 30 --quiet",
                          "as a scheduler would call it"}},
            .run = run};
}

}  // namespace daybook::cli
