// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/known_projections.hpp"
#include "cli/open_store.hpp"
#include "cli/views.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto views = view_progress_of(*log, *known);
    if (!views) return views.error();
    const auto sink = call.sink();
    tell_progress(*views, *sink);
    return answer::yes;
}

}  // namespace

command projection_status_command() {
    return {.name = "projection status",
            .topic = topic::views,
            .summary = "tell how far each view of a store is",
            .about =
                "A view is current, behind (projection run brings it up to date), not built, or "
                "left over: built by a projection or version that this program does not have.",
            .examples = {{"daybook projection status", "lag of every view, in events"}},
            .uses_projections = true,
            .run = run};
}

}  // namespace daybook::cli
