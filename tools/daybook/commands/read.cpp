// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/event_reading.hpp"
#include "cli/event_rows.hpp"
#include "cli/open_store.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

/// A stream is read by sequence and filtered here; the log as a whole is read through its index.
result<event_reader> reader_for(const store& log, const std::optional<std::string>& stream,
                                const selection& wanted, const read_options& options) {
    if (!stream) return log.read(wanted.query, options);
    read_options whole = options;
    whole.limit = read_options{}.limit;  // Events that the filters drop do not count.
    return log.read_stream(*stream, whole);
}

result<answer> run(invocation& call) {
    auto wanted = selection_of(call.given);
    if (!wanted) return wanted.error();
    const auto stream = call.given.operand(0);
    if (stream) wanted->query.any_of.front().stream = *stream;
    if (auto valid = validate(wanted->query); !valid) return valid.error();
    read_options options = wanted->reading();
    if (const auto text = call.given.value("from")) {
        const auto from = parse_number("--from", *text);
        if (!from) return from.error();
        options.from = *from;
    }

    const auto log = open_store(call, access::read);
    if (!log) return log.error();
    if (wanted->explain) return tell_plan(call, *log, wanted->query, options);
    auto events = reader_for(*log, stream, *wanted, options);
    if (!events) return events.error();

    const auto sink = call.sink();
    auto shown = event_rows(*sink);
    // What the index gave needs no second look.
    const query filter = stream ? wanted->query : query::all();
    const auto found = for_each_event(*std::move(events), filter, options.limit,
                                      [&](const event_view& e) { shown.add(e); });
    if (!found) return found.error();
    sink->end();
    return answer_for(call, *found);
}

}  // namespace

command read_command() {
    return {.name = "read",
            .topic = topic::everyday,
            .summary = "print the events of one stream or of the whole log",
            .about = "Reads on and on in constant memory; query pages through matches instead.",
            .operands = {{.name = "STREAM",
                          .help = "The stream to read; without it, all of them.",
                          .how_many = operand::count::optional}},
            .options = with_filters(
                {{.name = "from",
                  .value = "N",
                  .help = "From this position on; with STREAM, from this sequence on."}},
                {.stream = false, .limit = true, .newest_first = true, .explain = true}),
            .examples = {{"daybook read issue-SHOP-102", "everything that happened to one issue"},
                         {"daybook read --newest-first --limit 5", "the last five events"},
                         {"daybook read -o jsonl --type AgentFailed | wc -l",
                          "one JSON object per line, for other programs"}},
            .run = run};
}

}  // namespace daybook::cli
