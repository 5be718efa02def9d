// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/json.hpp>

#include "cli/open_store.hpp"
#include "cli/read_whole.hpp"
#include "cli/redaction_choices.hpp"
#include "cli/store_choices.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

#include <algorithm>
#include <set>

namespace daybook::cli {
namespace {

struct appended {
    std::string stream;
    append_receipt receipt;
    std::optional<event_id> id;  ///< If it was one event.
};

const field<appended> fields[] = {
    {{.name = "stream", .cut = cut::late, .colour = tone::accent},
     [](const appended& a) { return text_cell(a.stream); }},
    {{.name = "events"},
     [](const appended& a) { return cell{a.receipt.last.value - a.receipt.first.value + 1}; }},
    {{.name = "first_position"}, [](const appended& a) { return cell{a.receipt.first.value}; }},
    {{.name = "last_position"}, [](const appended& a) { return cell{a.receipt.last.value}; }},
    {{.name = "first_sequence"},
     [](const appended& a) { return cell{a.receipt.first_sequence.value}; }},
    {{.name = "last_sequence"},
     [](const appended& a) { return cell{a.receipt.last_sequence.value}; }},
    {{.name = "repeated"}, [](const appended& a) { return cell{a.receipt.repeated}; }},
    {{.name = "id"}, [](const appended& a) { return a.id ? text_cell(to_string(*a.id)) : cell{}; }},
};

result<expected> expectation_of(const arguments& given) {
    const std::string text = given.value_or("expect", "any");
    if (text == "any") return expected::any();
    if (text == "none") return expected::no_stream();
    if (text == "exists") return expected::stream_exists();
    if (const auto last = parse_number("--expect", text)) return expected::at(sequence{*last});
    return fail(errc::invalid_argument, "--expect: '" + printable(text) +
                                            "' is not any, none, exists or a sequence number");
}

result<std::string> payload_of(const arguments& given) {
    const auto inline_payload = given.operand(2);
    const auto file = given.value("payload-file");
    if (inline_payload && file)
        return fail(errc::invalid_argument,
                    "the payload is given twice: PAYLOAD and --payload-file");
    if (file) return read_whole(*file);
    return inline_payload.value_or("{}");
}

result<new_event> event_from_options(const arguments& given) {
    new_event e;
    e.type = *given.operand(1);
    auto payload = payload_of(given);
    if (!payload) return payload.error();
    e.payload = *std::move(payload);
    e.tags = given.values("tag");
    if (const auto session = given.value("session")) e.tags.push_back("session:" + *session);
    e.correlation = given.value_or("correlation", "");
    e.actor = {given.value_or("actor-type", ""), given.value_or("actor", ""),
               given.value_or("model", "")};
    e.schema = given.value_or("schema", "");
    e.content_type = given.value_or("content-type", json_content_type);
    e.extensions =
        with_trace("", {given.value_or("traceparent", ""), given.value_or("tracestate", "")});
    for (const auto& text : given.values("cause")) {
        const auto cause = parse_id("--cause", text);
        if (!cause) return cause.error();
        e.causes.push_back(*cause);
    }
    if (const auto text = given.value("occurred-at")) {
        const auto time = parse_time("--occurred-at", *text, current_time());
        if (!time) return time.error();
        e.occurred_at = *time;
    }
    if (const auto text = given.value("id")) {
        const auto id = parse_id("--id", *text);
        if (!id) return id.error();
        e.id = *id;
    }
    return e;
}

/// Events of standard input, one native JSON object per line, in their order. What is expected of a
/// stream is so before its first event.
result<std::vector<stream_events>> events_from_lines(const expected& at) {
    const auto text = read_whole("-");
    if (!text) return text.error();
    std::vector<stream_events> parts;
    std::set<std::string> streams;
    std::size_t number = 0;
    for (std::string_view left = *text; !left.empty();) {
        const std::string_view line = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(line.size() + 1, left.size()));
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        auto read = event_from_json(line);
        if (!read) {
            return fail(read.error().code, "standard input, line " + std::to_string(number) + ": " +
                                               read.error().message);
        }
        if (parts.empty() || parts.back().stream != read->stream) {
            const bool begins = streams.insert(read->stream).second;
            parts.push_back({read->stream, begins ? at : expected::any(), {}});
        }
        parts.back().events.push_back(std::move(read->event));
    }
    if (parts.empty())
        return fail(errc::invalid_argument, "standard input has no events; give one per line");
    return parts;
}

result<std::vector<stream_events>> events_to_append(const arguments& given, const expected& at) {
    const std::string stream = *given.operand(0);
    if (stream == "-") {
        if (given.operand(1))
            return fail(errc::invalid_argument,
                        "'append -' takes its events from standard input only");
        return events_from_lines(at);
    }
    if (!given.operand(1))
        return fail(errc::invalid_argument, "missing TYPE; see 'daybook append --help'");
    auto e = event_from_options(given);
    if (!e) return e.error();
    if (!e->id) e->id = event_id::make();  // Made here so that it can be told.
    return std::vector<stream_events>{{stream, at, {*std::move(e)}}};
}

result<answer> run(invocation& call) {
    const auto at = expectation_of(call.given);
    if (!at) return at.error();
    auto parts = events_to_append(call.given, *at);
    if (!parts) return parts.error();
    commit_request request{.streams = *std::move(parts), .conditions = {}, .durability = {}};
    if (const auto name = call.given.value("durability"))
        request.durability = durability_named(*name);

    const auto redaction = redaction_of(call.given);
    if (!redaction) return redaction.error();
    auto log = open_store(call, access::create, with_redaction({}, *redaction));
    if (!log) return log.error();
    const auto receipt = log->commit(request);
    if (!receipt) return receipt.error();
    say_redactions(call.at, *redaction);

    const auto sink = call.sink();
    rows<appended> told{*sink, fields};
    for (std::size_t i = 0; i < request.streams.size(); ++i) {
        const auto& part = request.streams[i];
        const bool single = request.streams.size() == 1 && part.events.size() == 1;
        told.add({part.stream, receipt->streams[i], single ? part.events[0].id : std::nullopt});
    }
    sink->end();
    return answer::yes;
}

std::vector<option> own_options() {
    return {
        redact_option(),
        {.name = "payload-file",
         .value = "FILE",
         .help = "Take the payload from FILE.",
         .completes = completion::files},
        {.name = "tag", .value = "KEY:VALUE", .help = "Tag the event.", .repeats = true},
        {.name = "correlation", .value = "ID", .help = "The undertaking that it belongs to."},
        {.name = "cause",
         .value = "EVENT_ID",
         .help = "An event that led to this one; the first is the main cause.",
         .repeats = true},
        {.name = "actor", .value = "ID", .help = "Who did it."},
        {.name = "actor-type", .value = "KIND", .help = "user, agent, system, ..."},
        {.name = "model", .value = "NAME", .help = "The model, if an agent did it."},
        {.name = "session", .value = "ID", .help = "The same as --tag session:ID."},
        {.name = "occurred-at",
         .value = "TIME",
         .help = "When it happened: RFC 3339, a date, or an age such as 10m. Default: now."},
        {.name = "schema",
         .value = "VERSION",
         .help = "Version of the payload's schema, as 1.0.0."},
        {.name = "content-type",
         .value = "TYPE",
         .help = "Of the payload. Default: application/json."},
        {.name = "traceparent",
         .value = "TEXT",
         .help = "The trace that it belongs to, as W3C Trace Context writes it."},
        {.name = "tracestate", .value = "TEXT", .help = "What vendors add to --traceparent."},
        {.name = "id",
         .value = "EVENT_ID",
         .help = "The event's id. Appending the same event again then changes nothing."},
        {.name = "expect",
         .letter = 'e',
         .value = "STATE",
         .help =
             "Append only if the stream is so: any (default), none (it does not exist), exists, "
             "or the sequence of its last event. Else exit 5."},
        {.name = "durability",
         .value = "KIND",
         .help = "Until when to wait: buffered, written or synced (default).",
         .choices = durability_names},
    };
}

}  // namespace

command append_command() {
    return {.name = "append",
            .topic = topic::everyday,
            .summary = "add one event, or many from standard input",
            .about =
                "With '-' instead of STREAM, every line of standard input is an event as "
                "'read -o jsonl' writes it (stream and type are needed, the rest may be left "
                "out), and all of them are stored or none.\nA missing store is made.",
            .operands = {{.name = "STREAM", .help = "CATEGORY-ID, such as task-42; or '-'."},
                         {.name = "TYPE",
                          .help = "The event's type, such as TaskAssigned.",
                          .how_many = operand::count::optional},
                         {.name = "PAYLOAD",
                          .help = "JSON. Default: {}.",
                          .how_many = operand::count::optional}},
            .options = own_options(),
            .examples =
                {{"daybook append task-42 TaskAssigned '{\"to\":\"agent-7\"}' --actor lead",
                  "one event"},
                 {"daybook append task-43 TaskStarted --expect none",
                  "only if the stream does not exist yet"},
                 {"daybook read sprint-14 --limit 3 -o jsonl | daybook append - -s copy.daybook",
                  "events from another store"}},
            .run = run};
}

}  // namespace daybook::cli
