// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/known_projections.hpp"
#include "cli/open_store.hpp"
#include "cli/values.hpp"
#include "cli/views.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<projections::runner_options> options_of(const arguments& given) {
    projections::runner_options options;
    options.switches_over = !given.has("stay");
    if (const auto text = given.value("throttle")) {
        const auto number = parse_number("--throttle", *text);
        if (!number) return number.error();
        options.build_events_per_second_max = *number;
    }
    return options;
}

result<answer> run(invocation& call) {
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    const auto which = projections_named(*known, call.given.operands());
    if (!which) return which.error();
    const auto options = options_of(call.given);
    if (!options) return options.error();
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    {
        auto views = projections::runner::open(*log, *which, *options);
        if (!views) return views.error();
        for (const auto& p : *which) {
            if (auto begun = views->rebuild(p.name()); !begun) return begun.error();
        }
        if (auto done = catch_up(*views, "rebuilding views", call.at); !done) return done.error();
    }
    const auto views = view_progress_of(*log, *known);
    if (!views) return views.error();
    const auto sink = call.sink();
    tell_progress(*views, *sink);
    return answer::yes;
}

}  // namespace

command projection_rebuild_command() {
    return {
        .name = "projection rebuild",
        .topic = topic::views,
        .summary = "build views again from the first event",
        .about =
            "Builds beside the rows that readers get, and takes their place in one write when it "
            "has caught up. The rows before are kept for 'projection switch'; the next rebuild "
            "drops them. If it is interrupted, 'projection run' goes on with it.",
        .operands = {{.name = "NAME",
                      .help = "Which projections; all of them if none is named.",
                      .how_many = operand::count::any}},
        .options = {{.name = "stay",
                     .help = "Readers stay with what they have: compare, then 'projection "
                             "switch'."},
                    {.name = "throttle",
                     .value = "N",
                     .help = "Read at most N events a second. Default: as fast as it goes."}},
        .examples = {{"daybook projection rebuild timeline", "from the first event on"},
                     {"daybook projection rebuild agent_metrics --stay",
                      "beside what readers get, to be looked at first"}},
        .uses_projections = true,
        .run = run};
}

}  // namespace daybook::cli
