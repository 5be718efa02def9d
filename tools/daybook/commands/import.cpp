// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/format_choices.hpp"
#include "cli/open_store.hpp"
#include "cli/progress.hpp"
#include "cli/redaction_choices.hpp"
#include "cli/store_choices.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"
#include "formats/importer.hpp"
#include "formats/line_source.hpp"

namespace daybook::cli {
namespace {

using formats::import_report;

const field<import_report> fields[] = {
    {{.name = "read"}, [](const import_report& r) { return cell{r.read}; }},
    {{.name = "added"}, [](const import_report& r) { return cell{r.added}; }},
    {{.name = "repeated"}, [](const import_report& r) { return cell{r.repeated}; }},
    {{.name = "skipped"}, [](const import_report& r) { return cell{r.skipped}; }},
    {{.name = "files"}, [](const import_report& r) { return cell{r.files}; }},
    {{.name = "bytes"}, [](const import_report& r) { return cell{r.bytes}; }},
};

result<formats::import_options> options_of(const arguments& given) {
    formats::import_options options;
    if (const auto file = given.value("skip-bad")) options.skip_bad = *file;
    if (const auto name = given.value("durability")) options.durable = durability_named(*name);
    if (const auto text = given.value("batch")) {
        const auto lines = parse_number("--batch", *text);
        if (!lines) return lines.error();
        if (*lines == 0 || *lines > limits::commit_events_max) {
            return fail(errc::invalid_argument, "--batch: " + *text + " is not from 1 to " +
                                                    std::to_string(limits::commit_events_max) +
                                                    ", what a commit may hold");
        }
        options.batch_lines = *lines;
    }
    return options;
}

void say_what_happened(const import_report& r, const arguments& given, console& at) {
    if (r.skipped > 0) {
        at.warn(grouped(r.skipped) + " bad lines were set aside in " +
                given.value_or("skip-bad", ""));
    }
    if (r.added == 0 && r.repeated > 0) at.say("nothing new: every event is in the store already");
}

result<answer> run(invocation& call) {
    auto options = options_of(call.given);
    if (!options) return options.error();
    const std::vector<std::filesystem::path> inputs{call.given.operands().begin(),
                                                    call.given.operands().end()};
    if (inputs.empty())
        return fail(errc::invalid_argument,
                    "nothing to import: name files or directories, or '-' for standard input");
    const auto directory = store_directory(call.given);
    if (!directory) return directory.error();
    // Inputs first: a wrong file name must not leave an empty store behind.
    auto source = formats::line_source::open(inputs, line_format_of(call.given));
    if (!source) return source.error();
    const auto redaction = redaction_of(call.given);
    if (!redaction) return redaction.error();
    auto log = open_store(call, access::create, with_redaction({}, *redaction));
    if (!log) return log.error();

    const auto report = [&] {
        progress_bar bar{call.at, "importing"};
        options->progress = [&](const import_report& r) {
            bar.update(r.bytes, r.bytes_total, grouped(r.read) + " lines");
        };
        return formats::import_lines(*log, *source, *options);
    }();
    if (!report) return report.error();
    const auto sink = call.sink();
    rows<import_report>{*sink, fields, shape::one}.add(*report);
    sink->end();
    say_what_happened(*report, call.given, call.at);
    say_redactions(call.at, *redaction);
    return answer::yes;
}

}  // namespace

command import_command() {
    return {
        .name = "import",
        .topic = topic::moving,
        .summary = "append events from files or standard input",
        .about =
            "Reads one event per line, gzip or zstd if it is. A repeated import adds nothing, "
            "so one that was interrupted goes on where it stopped. A bad line stops it with "
            "file, line, column and reason, and nothing of its batch is stored. A missing "
            "store is made.",
        .operands = {{.name = "FILE",
                      .help = "Files, directories, or '-' for standard input.",
                      .how_many = operand::count::any,
                      .completes = completion::files}},
        .options = {line_format_option("Format of the lines: native (default), orchestration or "
                                       "cloudevents."),
                    {.name = "skip-bad",
                     .value = "FILE",
                     .help = "Set bad lines aside in FILE and go on.",
                     .completes = completion::files},
                    redact_option(),
                    {.name = "batch", .value = "N", .help = "Lines per commit. Default: 4096."},
                    {.name = "durability",
                     .value = "KIND",
                     .help = "Of each commit: buffered, written or synced (default).",
                     .choices = durability_names}},
        .examples =
            {{"daybook import events.jsonl --format orchestration",
              "the log of an agent orchestrator"},
             {"gzip -dc events.jsonl.gz | daybook import - -f orchestration --skip-bad bad.jsonl",
              "from a pipe, going on after bad lines"}},
        .run = run};
}

}  // namespace daybook::cli
