// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/following.hpp"
#include "cli/known_projections.hpp"
#include "cli/open_store.hpp"
#include "cli/views.hpp"
#include "commands/commands.hpp"

#include <vector>

namespace daybook::cli {
namespace {

result<position> run_once(const invocation& call, const std::vector<known_projection>& known,
                          const std::vector<projections::any_projection>& which) {
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    if (auto done = catch_up(*log, which, call.at); !done) return done.error();
    const auto views = view_progress_of(*log, known);
    if (!views) return views.error();
    const auto sink = call.sink();
    tell_progress(*views, *sink);
    if (auto told = call.at.out.flush(); !told) return told.error();
    return log->watermark();
}

result<answer> run(invocation& call) {
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    const auto which = projections_named(*known, call.given.operands());
    if (!which) return which.error();
    return once_or_following(call, [&] { return run_once(call, *known, *which); });
}

}  // namespace

command projection_run_command() {
    return {.name = "projection run",
            .topic = topic::views,
            .summary = "bring views up to date",
            .about =
                "Also goes on with views that are being built, from where they were when "
                "the building was interrupted.",
            .operands = {{.name = "NAME",
                          .help = "Which projections; all of them if none is named.",
                          .how_many = operand::count::any}},
            .options = {{.name = "follow",
                         .letter = 'f',
                         .help = "Go on: whenever there are new events and no other process "
                                 "writes. Until interrupted."},
                        {.name = "every",
                         .value = "DURATION",
                         .help = "With --follow: between two looks. Default: 1s."}},
            .examples = {{"daybook projection run agent_metrics", "read what is new for one view"}},
            .uses_projections = true,
            .run = run};
}

}  // namespace daybook::cli
