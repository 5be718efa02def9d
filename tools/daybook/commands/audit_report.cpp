// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/report_evidence.hpp>
#include <daybook/compliance/report_writers.hpp>

#include "cli/filters.hpp"
#include "cli/ledger_choices.hpp"
#include "cli/open_store.hpp"
#include "cli/progress.hpp"
#include "cli/recording.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"
#include "formats/rotated_output.hpp"

#include <algorithm>
#include <chrono>

namespace daybook::cli {
namespace {

using namespace compliance;

enum class form { html, json, csv };
constexpr std::string_view form_names[] = {"html", "json", "csv"};

form form_named(std::string_view name) {
    const auto* const found = std::find(std::begin(form_names), std::end(form_names), name);
    return static_cast<form>(found - std::begin(form_names));
}

/// By --format, else by the file's name, else a page.
form form_of(const arguments& given) {
    if (const auto name = given.value("format")) return form_named(*name);
    std::string_view file;
    const auto to = given.value_or("output-file", "-");
    file = to;
    for (const auto* const packed : {".gz", ".zst"}) {
        if (file.ends_with(packed)) file = file.substr(0, file.rfind('.'));
    }
    for (const auto name : form_names) {
        if (file.ends_with("." + std::string{name})) return form_named(name);
    }
    return form::html;
}

/// Where a range begins, or the position after its end: a position, or a time of recording.
result<position> moment_of(std::string_view name, const std::string& text, const store& log,
                           bool is_end) {
    const std::string option = "--" + std::string{name};
    const bool is_number =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (is_number && !text.empty()) {
        const auto number = parse_number(option, text);
        if (!number) return number.error();
        if (*number >= log.watermark().value) {
            return fail(errc::invalid_argument, option + ": the log has " +
                                                    grouped(log.watermark().value) +
                                                    " events, and none at position " + text);
        }
        return position{*number + (is_end ? 1 : 0)};
    }
    const auto time = parse_time(option, text, current_time());
    if (!time) return time.error();
    return log.position_after(is_end ? *time : *time - std::chrono::microseconds{1});
}

result<report_request> request_of(const invocation& call, const store& log) {
    const auto wanted = selection_of(call.given);
    if (!wanted) return wanted.error();
    report_request request{.which = wanted->query,
                           .title = call.given.value_or("title", "Audit report"),
                           .tool = "daybook " DAYBOOK_VERSION,
                           .made_at = current_time()};
    if (const auto text = call.given.value("from")) {
        const auto from = moment_of("from", *text, log, false);
        if (!from) return from.error();
        request.from = *from;
    }
    // One end of the log for all that is told of it.
    request.to = log.watermark();
    if (const auto text = call.given.value("to")) {
        const auto to = moment_of("to", *text, log, true);
        if (!to) return to.error();
        request.to = *to;
    }
    if (const auto text = call.given.value("events")) {
        const auto events = parse_number("--events", *text);
        if (!events) return events.error();
        request.events_max = *events;
    }
    return request;
}

/// What is known about signatures: of a log in compliance mode, what verifying the range says.
result<report_evidence> evidence_for(invocation& call, opened_store& log,
                                     const report_request& request) {
    if (!log.ledger()) return report_evidence{};
    progress_bar bar{call.at, "verifying"};
    const auto checked =
        log.ledger()->verify({.from = request.from,
                              .to = request.to,
                              .indexes = false,
                              .progress = [&](std::uint64_t done, std::uint64_t total) {
                                  bar.update(done, total, grouped(done) + " events");
                              }});
    if (!checked) return checked.error();
    return evidence_of(*log.ledger(), *checked);
}

/// The report, in the form that was asked for. The events of CSV go out as they are read, all of
/// them; everything else is small.
result<audit_report> write_report(const store& log, report_request request,
                                  const report_evidence& evidence, form as, report_table table,
                                  formats::rotated_output& to) {
    const bool streams = as == form::csv && table == report_table::events;
    if (streams) {
        request.events_max = 0;
        request.on_event = [&](const report_event& event) {
            return to.write_line(event_csv_line(event));
        };
        if (auto written = to.write_line(event_csv_header()); !written) return written.error();
    }
    auto report = make_audit_report(log, request, evidence);
    if (!report || streams) return report;
    const auto text = as == form::html   ? report_html(*report)
                      : as == form::json ? report_json(*report) + '\n'
                                         : report_csv(*report, table);
    if (auto written = to.write_line(text); !written) return written.error();
    return report;
}

void tell(const invocation& call, const audit_report& report,
          const std::vector<std::filesystem::path>& files) {
    for (const auto& file : files) call.at.say("wrote " + file.string());
    const auto& scope = report.scope;
    if (scope.events_in_report == 0) return call.at.say("no match");
    call.at.say(report.verification.verdict + "; " + grouped(scope.events_in_report) + " of " +
                grouped(scope.events_in_range) + " events, " + grouped(report.errors.total) +
                " errors");
}

result<answer> run(invocation& call) {
    const auto as = form_of(call.given);
    if (call.given.has("table") && as != form::csv) {
        return fail(errc::invalid_argument, "--table is for --format csv");
    }
    const auto table = report_table_named(call.given.value_or("table", "events"));
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    auto request = request_of(call, *log);
    if (!request) return request.error();
    const auto evidence = evidence_for(call, log, *request);
    if (!evidence) return evidence.error();
    auto file = formats::rotated_output::open(call.given.value_or("output-file", "-"), 0,
                                              call.given.has("overwrite"));
    if (!file) return file.error();
    const auto report = [&] {
        progress_bar bar{call.at, "reading"};
        request->progress = [&](std::uint64_t done, std::uint64_t total) {
            bar.update(done, total, grouped(done) + " positions");
        };
        return write_report(*log, *std::move(request), *evidence, as, *table, *file);
    }();
    if (!report) return report.error();
    const auto files = file->finish();
    if (!files) return files.error();
    tell(call, *report, *files);
    write_down(call, std::move(log), [&](auto& audit) {
        const auto& scope = report->scope;
        return audit.exported({.what = "report",
                               .format = std::string{form_names[static_cast<std::size_t>(as)]},
                               .filter = scope.filter,
                               .from = scope.from,
                               .to = scope.to,
                               .events = scope.events_in_report,
                               .sha256 = hash_of_written(*files)});
    });
    const auto& verdict = report->verification.verdict;
    const bool bad =
        verdict == to_string(verdict::tampered) || verdict == to_string(verdict::rolled_back);
    return report->scope.events_in_report > 0 && !bad ? answer::yes : answer::no;
}

}  // namespace

command audit_report_command() {
    return {
        .name = "audit report",
        .topic = topic::upkeep,
        .summary = "write what happened, for somebody who has to rely on it",
        .about =
            "Reads the log once and writes a page that needs nothing else, to be read in a "
            "browser or printed; or JSON; or a table as CSV. It tells how work ended and how long "
            "it took, how busy agents were, gaps, errors and what came before them, who did what, "
            "what was done to the log itself, and every event, with what is signed.\n"
            "What the report leaves out it counts. Exit 1 if no event matches, or if the log is "
            "not what was signed.",
        .options = with_filters(
            {{.name = "format",
              .letter = 'f',
              .value = "FORMAT",
              .help = "html (default), json or csv; else by the end of FILE.",
              .choices = form_names},
             {.name = "output-file",
              .letter = 'O',
              .value = "FILE",
              .help = "Instead of standard output; .gz or .zst at the end compresses.",
              .completes = completion::files},
             {.name = "overwrite", .help = "Replace the file if it is there."},
             {.name = "from",
              .value = "MOMENT",
              .help = "The first position, or a time: what was recorded since then."},
             {.name = "to",
              .value = "MOMENT",
              .help = "The last position, or a time: what was recorded by then."},
             {.name = "events",
              .value = "N",
              .help = "List at most N events. Default: 1000. Figures count all, and CSV lists "
                      "all."},
             {.name = "table",
              .value = "TABLE",
              .help = "Of CSV: events (default), summary, types, workflows, phases, agents, gaps, "
                      "checks, errors, actors, actions, keys or findings.",
              .choices = report_table_names()},
             trust_option(),
             {.name = "title", .value = "TEXT", .help = "What stands at its head."}}),
        .examples = {{"daybook audit report -O report.html", "the whole log"},
                     {"daybook audit report --stream issue-SHOP-102 -f json", "one issue"},
                     {"daybook audit report -f csv --table agents", "agents, for a spreadsheet"}},
        .has_formats = false,
        .run = run};
}

}  // namespace daybook::cli
