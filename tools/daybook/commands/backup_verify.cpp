// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/backup_rows.hpp"
#include "cli/progress.hpp"
#include "cli/scratch_directory.hpp"
#include "cli/text.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

const field<backup_problem> fields[] = {
    {{.name = "file"}, [](const backup_problem& p) { return text_cell(p.file); }},
    {{.name = "problem", .colour = tone::bad},
     [](const backup_problem& p) { return text_cell(p.what); }},
    {{.name = "backups"},
     [](const backup_problem& p) {
         std::vector<std::string> numbers;
         for (const auto one : p.backups) numbers.push_back(std::to_string(one));
         return text_list_cell(numbers);
     }},
};

/// Restores to a scratch directory and checks the store.
result<void> restore_for_trial(const invocation& call, std::optional<std::uint32_t> number) {
    const auto scratch = scratch_directory::make("daybook-backup");
    if (!scratch) return scratch.error();
    progress_bar bar{call.at, "checking"};
    const restore_options options{.number = number,
                                  .progress = [&](std::uint64_t done, std::uint64_t total) {
                                      bar.update(done, total, grouped(done) + " events");
                                  }};
    const auto restored =
        restore_backup(backup_target_of(call.given), scratch->path() / "store", options);
    if (!restored) return restored.error();
    return {};
}

result<answer> run(invocation& call) {
    const auto number = backup_number("NUMBER", call.given.operand(1));
    if (!number) return number.error();
    auto report = [&] {
        progress_bar bar{call.at, "reading"};
        return verify_backups(backup_target_of(call.given), *number,
                              [&](std::uint64_t done, std::uint64_t total) {
                                  bar.update(done, total, grouped(done) + " events");
                              });
    }();
    if (!report) return report.error();
    if (call.given.has("deep") && report->problems.empty()) {
        if (auto ok = restore_for_trial(call, *number); !ok) {
            report->problems.push_back({.file = "", .what = ok.error().message, .backups = {}});
        }
    }
    const auto sink = call.sink();
    rows<backup_problem> told{*sink, fields};
    for (const auto& one : report->problems) told.add(one);
    const bool sound = report->problems.empty();
    sink->note("sound", sound,
               sound ? grouped(report->backups) +
                           (report->backups == 1 ? " backup is sound: " : " backups are sound: ") +
                           grouped(report->events) + " events in " + grouped(report->files) +
                           " files, " + size_text(report->bytes)
                     : "something is wrong");
    sink->note("leftovers", report->leftovers,
               report->leftovers == 0 ? ""
                                      : grouped(report->leftovers) +
                                            " files of backups that were interrupted; the next "
                                            "'backup create' removes them");
    sink->end();
    return sound ? answer::yes : answer::no;
}

}  // namespace

command backup_verify_command() {
    return {
        .name = "backup verify",
        .topic = topic::upkeep,
        .summary = "read backups and tell what is wrong with them",
        .about =
            "Compares the size and the hash of every file, and reads every event in it. Exit "
            "1 if anything is wrong.",
        .operands = {backup_target_operand(),
                     {.name = "NUMBER",
                      .help = "One backup; all of them if none is named.",
                      .how_many = operand::count::optional}},
        .options = {{.name = "deep",
                     .help = "Also restore one of them, the latest if none is named, to a scratch "
                             "directory and check the store."}},
        .examples = {{"daybook backup create backups -q && daybook backup verify backups --deep",
                      "every byte, and whether it makes a store"}},
        .uses_store = false,
        .run = run};
}

}  // namespace daybook::cli
