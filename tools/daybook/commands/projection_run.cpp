// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/interruption.hpp"
#include "cli/known_projections.hpp"
#include "cli/looks.hpp"
#include "cli/open_store.hpp"
#include "cli/views.hpp"
#include "commands/commands.hpp"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace daybook::cli {
namespace {

result<void> run_once(const invocation& call, const std::vector<known_projection>& known,
                      const std::vector<projections::any_projection>& which) {
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    if (auto done = catch_up(*log, which, call.at); !done) return done.error();
    const auto views = view_progress_of(*log, known);
    if (!views) return views.error();
    const auto sink = call.sink();
    tell_progress(*views, *sink);
    return call.at.out.flush();
}

/// How many events there are, as seen beside whoever writes.
result<position> end_of(const invocation& call) {
    const auto log = open_store(call, access::read);
    if (!log) return log.error();
    return log->watermark();
}

/// Until interrupted: whenever there are new events and nobody writes, brings the views up to date
/// and lets go of the store again.
result<void> follow(const invocation& call, const std::vector<known_projection>& known,
                    const std::vector<projections::any_projection>& which,
                    std::chrono::milliseconds every) {
    catch_interruptions();
    std::optional<position> reached;
    bool waits = false;
    while (!interrupted()) {
        const auto end = end_of(call);
        if (!end) return end.error();
        if (reached != *end) {
            const auto done = run_once(call, known, which);
            if (!done && done.error().code != errc::locked) return done;
            if (done) reached = *end;
            if (!done && !std::exchange(waits, true))
                call.at.say("another process writes to the store; waiting for it to end");
            if (done) waits = false;
        }
        wait_for_next_look(every);
    }
    return {};
}

result<answer> run(invocation& call) {
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    const auto which = projections_named(*known, call.given.operands());
    if (!which) return which.error();
    if (!call.given.has("follow")) {
        if (call.given.has("every")) return fail(errc::invalid_argument, "--every is for --follow");
        const auto done = run_once(call, *known, *which);
        return done ? result<answer>{answer::yes} : done.error();
    }
    if (call.format == output_format::json) {
        return fail(errc::invalid_argument,
                    "--follow has no end, and so no JSON document; give -o jsonl");
    }
    const auto every = every_of(call.given);
    if (!every) return every.error();
    const auto done = follow(call, *known, *which, *every);
    return done ? result<answer>{answer::yes} : done.error();
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
