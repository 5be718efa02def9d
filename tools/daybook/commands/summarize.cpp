// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/orchestration/summarizer.hpp>

#include "cli/following.hpp"
#include "cli/open_store.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

#include <utility>

namespace daybook::cli {
namespace {

using orchestration::summarizer;
using orchestration::summarizer_counts;
using orchestration::summarizer_options;

const field<summarizer_counts> fields[] = {
    {{.name = "events"}, [](const summarizer_counts& c) { return cell{c.events}; }},
    {{.name = "phase_summaries"},
     [](const summarizer_counts& c) { return cell{c.phase_summaries}; }},
    {{.name = "orchestration_summaries"},
     [](const summarizer_counts& c) { return cell{c.orchestration_summaries}; }},
};

result<summarizer_options> options_of(const arguments& given) {
    summarizer_options chosen;
    for (const auto& [name, to] :
         {std::pair{"phase-events", &chosen.phase_events},
          std::pair{"orchestration-events", &chosen.orchestration_events}}) {
        const auto text = given.value(name);
        if (!text) continue;
        const auto number = parse_number(std::string{"--"} + name, *text);
        if (!number) return number.error();
        *to = *number;
    }
    // A name belongs to one query, so each category has a name of its own.
    if (const auto category = given.value("category")) {
        chosen.which = criteria{.category = *category};
        chosen.name += "." + *category;
    }
    return chosen;
}

result<position> sum_up(const invocation& call, const summarizer_options& options) {
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    auto summaries = summarizer::open(*log, options);
    if (!summaries) return summaries.error();
    if (auto done = summaries->catch_up(); !done) return done.error();
    const auto sink = call.sink();
    rows<summarizer_counts> told{*sink, fields, shape::one};
    told.add(summaries->counts());
    sink->end();
    if (auto shown = call.at.out.flush(); !shown) return shown.error();
    return log->watermark();  // With the summaries.
}

result<answer> run(invocation& call) {
    const auto options = options_of(call.given);
    if (!options) return options.error();
    return once_or_following(call, [&] { return sum_up(call, *options); });
}

}  // namespace

command summarize_command() {
    return {.name = "summarize",
            .topic = topic::views,
            .summary = "append rolling summaries of phases and orchestrations",
            .about =
                "Appends a PhaseSummaryCreated after so many events of a phase of a stream, and "
                "an OrchestrationSummaryCreated after so many events of the stream. Each names the "
                "events that it sums up. It goes on where the last one was, also after a crash, "
                "and sums nothing up twice.",
            .options = {{.name = "phase-events",
                         .value = "N",
                         .help = "Events of a phase to a summary; 0: none. Default: 25."},
                        {.name = "orchestration-events",
                         .value = "N",
                         .help = "Events of a stream to a summary; 0: none. Default: 100."},
                        {.name = "category",
                         .value = "CATEGORY",
                         .help = "Only streams of this category, such as issue."},
                        {.name = "follow",
                         .letter = 'f',
                         .help = "Go on: whenever there are new events and no other process "
                                 "writes. Until interrupted."},
                        {.name = "every",
                         .value = "DURATION",
                         .help = "With --follow: between two looks. Default: 1s."}},
            .examples = {{"daybook summarize --category issue", "what is new in the issues"}},
            .run = run};
}

}  // namespace daybook::cli
