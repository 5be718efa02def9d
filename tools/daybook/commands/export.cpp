// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/filters.hpp"
#include "cli/format_choices.hpp"
#include "cli/open_store.hpp"
#include "cli/progress.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"
#include "formats/exporter.hpp"

#include <algorithm>

namespace daybook::cli {
namespace {

using formats::export_report;

result<formats::export_options> options_of(const arguments& given) {
    formats::export_options options;
    options.format = line_format_of(given);
    options.rotate_bytes = 0;
    options.render.source.clear();  // The store's own.
    options.to = given.value_or("output-file", "-");
    options.overwrite = given.has("overwrite");
    if (const auto text = given.value("rotate")) {
        if (options.to == "-")
            return fail(errc::invalid_argument, "--rotate needs --output-file FILE");
        const auto bytes = parse_size("--rotate", *text);
        if (!bytes) return bytes.error();
        options.rotate_bytes = *bytes;
    }
    return options;
}

/// How many events will come, for the progress bar; 0 if that is not worth finding out.
std::uint64_t expected_events(const invocation& call, const store& log, const selection& wanted) {
    if (!call.at.err_screen.terminal) return 0;
    const auto counted = log.count(wanted.query);
    if (!counted || counted->empty()) return 0;
    return std::min(counted->front().count, wanted.reading().limit);
}

result<answer> run(invocation& call) {
    const auto wanted = selection_of(call.given);
    if (!wanted) return wanted.error();
    auto options = options_of(call.given);
    if (!options) return options.error();
    const auto log = open_store(call, access::read);
    if (!log) return log.error();

    const std::uint64_t total = expected_events(call, *log, *wanted);
    const auto report = [&] {
        progress_bar bar{call.at, "exporting"};
        options->progress = [&](const export_report& r) {
            bar.update(r.events, total, grouped(r.events) + " events");
        };
        return formats::export_events(*log, wanted->query, wanted->reading(), *options);
    }();
    if (!report) return report.error();
    for (const auto& file : report->files) call.at.say("wrote " + file.string());
    call.at.say(grouped(report->events) + " events exported, " + size_text(report->bytes));
    return report->events > 0 ? answer::yes : answer::no;
}

}  // namespace

command export_command() {
    return {
        .name = "export",
        .topic = topic::moving,
        .summary = "write events as lines, for import elsewhere",
        .about =
            "What was imported in a format comes out in it as it was. Files appear when all "
            "is written.",
        .options = with_filters(
            {line_format_option("native (default), orchestration or cloudevents."),
             {.name = "output-file",
              .letter = 'O',
              .value = "FILE",
              .help = "A file or directory instead of standard output; .gz or .zst at the end "
                      "compresses.",
              .completes = completion::files},
             {.name = "rotate",
              .value = "SIZE",
              .help = "Begin a new file before SIZE of lines, such as 500MB: NAME.1.jsonl, ..., "
                      "NAME.jsonl."},
             {.name = "overwrite", .help = "Replace files that are there."}},
            {.limit = true, .newest_first = true}),
        .examples = {{"daybook export --format cloudevents -O all.jsonl.gz", "the whole log"},
                     {"daybook export -f orchestration --stream issue-SHOP-102",
                      "one issue, as its orchestrator wrote it"}},
        .has_formats = false,
        .run = run};
}

}  // namespace daybook::cli
