// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/backup_rows.hpp"
#include "cli/progress.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

const field<store_status> fields[] = {
    {{.name = "directory"}, [](const store_status& s) { return text_cell(s.directory.string()); }},
    {{.name = "store_id"}, [](const store_status& s) { return cell{to_string(s.store_id)}; }},
    {{.name = "events"}, [](const store_status& s) { return cell{s.events}; }},
    {{.name = "last_recorded_at"},
     [](const store_status& s) { return optional_cell(s.last_recorded_at); }},
    {{.name = "indexed_fields"},
     [](const store_status& s) { return text_list_cell(s.indexed_fields); }},
};

result<restore_options> options_of(const arguments& given) {
    restore_options options;
    const auto number = backup_number("--number", given.value("number"));
    if (!number) return number.error();
    options.number = *number;
    if (const auto text = given.value("position")) {
        const auto place = parse_number("--position", *text);
        if (!place) return place.error();
        options.position = position{*place};
    }
    if (const auto text = given.value("at")) {
        const auto time = parse_time("--at", *text, current_time());
        if (!time) return time.error();
        options.time = *time;
    }
    if (options.position && options.time) {
        return fail(errc::invalid_argument, "--at and --position name one moment: give one");
    }
    options.check = !given.has("no-check");
    return options;
}

result<answer> run(invocation& call) {
    auto options = options_of(call.given);
    if (!options) return options.error();
    const auto restored = [&] {
        progress_bar bar{call.at, "checking"};
        options->progress = [&](std::uint64_t done, std::uint64_t total) {
            bar.update(done, total, grouped(done) + " events");
        };
        return restore_backup(backup_target_of(call.given), *call.given.operand(1), *options);
    }();
    if (!restored) return restored.error();
    const auto sink = call.sink();
    rows<store_status>{*sink, fields, shape::one}.add(*restored);
    sink->end();
    call.at.say("views are not in a backup: they are built when they are next run");
    return answer::yes;
}

}  // namespace

command backup_restore_command() {
    return {
        .name = "backup restore",
        .topic = topic::upkeep,
        .summary = "make a store from a backup, or from a part of it",
        .about =
            "The store appears in DIRECTORY when it is complete and checked. Its views are built "
            "when they are next run; durable subscriptions and consumer groups go on where they "
            "were when the backup was made, or at the end of the log if that is before. With --at "
            "or --position the log ends with the last "
            "commit that was recorded, or lies, wholly at or before that.",
        .operands = {backup_target_operand(),
                     {.name = "DIRECTORY",
                      .help = "Where the store goes: missing or empty.",
                      .completes = completion::directories}},
        .options = {{.name = "number", .value = "N", .help = "Which backup. Default: the latest."},
                    {.name = "at",
                     .value = "TIME",
                     .help = "As of TIME: RFC 3339, a date, or an age such as 2h."},
                    {.name = "position", .value = "P", .help = "Up to position P of the log."},
                    {.name = "no-check", .help = "Do not read the whole store before it appears."}},
        .examples = {{"daybook backup create backups -q && daybook backup restore backups again",
                      "the latest backup"},
                     {"daybook backup create backups -q && daybook backup restore backups before "
                      "--position 100",
                      "the log as it was up to position 100"}},
        .uses_store = false,
        .run = run};
}

}  // namespace daybook::cli
