// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/fork.hpp>
#include <daybook/replay/what_if.hpp>

#include "cli/open_store.hpp"
#include "cli/progress.hpp"
#include "cli/read_whole.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

using replay::what_if;
using replay::what_if_report;

struct made_fork {
    what_if_report report;
    std::uint64_t events = 0;
};

cell lost_cell(const made_fork& f) {
    json_text told{"["};
    for (const auto& one : f.report.lost) {
        if (told.text.size() > 1) told.text += ',';
        told.text += "{\"position\":" + std::to_string(one.in.value) + ",\"event\":\"" +
                     to_string(one.event) + "\",\"cause\":\"" + to_string(one.cause) + "\"}";
        told.lines.push_back(std::to_string(one.in.value) + " does not name " +
                             to_string(one.cause));
    }
    told.text += ']';
    return told;
}

const field<made_fork> fields[] = {
    {{.name = "directory"},
     [](const made_fork& f) { return text_cell(f.report.fork.directory.string()); }},
    {{.name = "store_id"},
     [](const made_fork& f) { return cell{to_string(f.report.fork.store_id)}; }},
    {{.name = "origin"},
     [](const made_fork& f) { return cell{to_string(f.report.fork.origin.store_id)}; }},
    {{.name = "shared_events"},
     [](const made_fork& f) { return cell{f.report.fork.origin.end.value}; }},
    {{.name = "events"}, [](const made_fork& f) { return cell{f.events}; }},
    {{.name = "bytes_shared"}, [](const made_fork& f) { return cell{f.report.fork.bytes_shared}; }},
    {{.name = "bytes_copied"}, [](const made_fork& f) { return cell{f.report.fork.bytes_copied}; }},
    {{.name = "keyspaces_dropped"},
     [](const made_fork& f) { return text_list_cell(f.report.fork.keyspaces_dropped); }},
};

const field<made_fork> edit_fields[] = {
    {{.name = "kept"}, [](const made_fork& f) { return cell{f.report.kept}; }},
    {{.name = "changed"}, [](const made_fork& f) { return cell{f.report.changed}; }},
    {{.name = "dropped"}, [](const made_fork& f) { return cell{f.report.dropped}; }},
    {{.name = "injected"}, [](const made_fork& f) { return cell{f.report.injected}; }},
    {{.name = "sequences_changed"},
     [](const made_fork& f) { return cell{f.report.sequences_changed}; }},
    {{.name = "causes_lost"}, [](const made_fork& f) { return cell{f.report.causes_lost}; }},
    {{.name = "lost"}, lost_cell},
};

/// Its writer shares the files; beside a writer, events are copied.
opened_store open_origin(const invocation& call) {
    auto log = open_store(call, access::write);
    if (log || log.error().code != errc::locked) return log;
    call.at.say("another process writes the store: its events are copied");
    return open_store(call, access::read);
}

/// Where the branch is to begin, if that is said.
result<std::optional<position>> end_of(const arguments& given, const store& log) {
    const auto place = given.value("position");
    const auto time = given.value("at");
    if (place && time) {
        return fail(errc::invalid_argument, "--at and --position name one moment: give one");
    }
    if (place) {
        const auto number = parse_number("--position", *place);
        if (!number) return number.error();
        if (*number >= log.watermark().value) {
            return fail(errc::not_found, "fork at position " + *place + ": the log ends at " +
                                             std::to_string(log.watermark().value));
        }
        return std::optional{position{*number + 1}};
    }
    if (!time) return std::optional<position>{};
    const auto moment = parse_time("--at", *time, current_time());
    if (!moment) return moment.error();
    const auto end = log.position_after(*moment);
    if (!end) return end.error();
    return std::optional{*end};
}

result<what_if> edits_of(const arguments& given) {
    const auto name = given.value("edit");
    if (!name) return what_if{};
    const auto text = read_whole(*name);
    if (!text) return text.error();
    return what_if::from_json_lines(*text);
}

result<what_if_report> make(const invocation& call, store& log, const what_if& edits,
                            std::optional<position> end) {
    const auto directory = *call.given.operand(0);
    progress_bar bar{call.at, "forking"};
    const auto progress = [&](std::uint64_t done, std::uint64_t total) {
        bar.update(done, total, grouped(done) + " events");
    };
    if (call.given.has("edit")) {
        return edits.run(log, directory, {.fork_at = end, .progress = progress});
    }
    auto made = fork_store(log, directory, {.end = end, .progress = progress});
    if (!made) return made.error();
    what_if_report report;
    report.fork = *std::move(made);
    return report;
}

void tell(const invocation& call, const made_fork& made) {
    std::vector<field<made_fork>> shown{std::begin(fields), std::end(fields)};
    if (call.given.has("edit")) {
        shown.insert(shown.end(), std::begin(edit_fields), std::end(edit_fields));
    }
    const auto sink = call.sink();
    rows<made_fork>{*sink, shown, shape::one}.add(made);
    sink->end();
}

result<answer> run(invocation& call) {
    const auto edits = edits_of(call.given);
    if (!edits) return edits.error();
    auto log = open_origin(call);
    if (!log) return log.error();
    const auto end = end_of(call.given, *log);
    if (!end) return end.error();
    auto report = make(call, *log, *edits, *end);
    if (!report) return report.error();
    const auto& fork = report->fork;
    if (!call.given.has("edit") && *end && fork.origin.end < **end) {
        call.at.say("that is inside a commit: the branch begins before it, at position " +
                    std::to_string(fork.origin.end.value));
    }
    if (!fork.keyspaces_dropped.empty()) {
        call.at.say("views are built when they are next run");
    }
    const auto events = fork.origin.end.value + report->kept + report->changed + report->injected;
    tell(call, {*std::move(report), events});
    return answer::yes;
}

}  // namespace

command fork_command() {
    return {
        .name = "fork",
        .topic = topic::moving,
        .summary = "make a branch of a store, as it was or with other events",
        .about =
            "The branch is a store that has all events up to a moment and goes its own way; the "
            "store stays as it is. Files are shared as far as they can be. It appears in DIRECTORY "
            "when it is complete.\n"
            "With --edit it has what follows too, with events injected, dropped or changed: lines "
            "such as {\"drop\": 17}, {\"drop\": {\"type\": \"AgentFailed\"}}, {\"change\": 18, "
            "\"patch\": {\"status\": \"done\"}} and {\"inject\": {\"stream\": \"task-1\", "
            "\"type\": \"TaskBlocked\", \"payload\": {}}, \"after\": 16}. 'daybook diff' tells "
            "what becomes of it.\n"
            "While another process writes the store, events are copied instead of files shared.",
        .operands = {{.name = "DIRECTORY",
                      .help = "Where the branch goes: missing or empty.",
                      .completes = completion::directories}},
        .options = {{.name = "at",
                     .value = "TIME",
                     .help = "As of TIME: RFC 3339, a date, or an age such as 2h."},
                    {.name = "position",
                     .value = "P",
                     .help = "Up to position P of the log, inclusive. Default: all there is."},
                    {.name = "edit",
                     .value = "FILE",
                     .help = "Edits of what follows, as JSON lines; - is standard input.",
                     .completes = completion::files}},
        .examples = {{"daybook fork branch --position 100", "the store as it was at position 100"},
                     {"echo '{\"drop\": {\"type\": \"AgentFailed\"}}' | daybook fork without "
                      "--edit - && daybook projection show agent_metrics --store without",
                      "the agents, had none failed"}},
        .run = run};
}

}  // namespace daybook::cli
