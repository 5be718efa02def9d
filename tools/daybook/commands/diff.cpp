// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "commands/diff_stores.hpp"

namespace daybook::cli {

command diff_command() {
    return {
        .name = "diff",
        .topic = topic::everyday,
        .summary = "tell how two stores differ, by events or rows of a view",
        .about =
            "For a store and its fork, for two forks, or for two runs of the same thing. Events "
            "are aligned by type and stream, and by a field of the payload with --key; what both "
            "have from the beginning is only counted. Exit 1 if they differ.\n"
            "Two runs have other names for their streams or correlations: give --stream or "
            "--correlation twice, the first for A. Then streams may differ.",
        .options = {{.name = "stream",
                     .value = "NAME",
                     .help = "Only events of this stream; twice: of one in A, of another in B.",
                     .repeats = true},
                    {.name = "correlation",
                     .value = "ID",
                     .help = "Only events of this correlation; twice as with --stream.",
                     .repeats = true},
                    {.name = "key",
                     .value = "POINTER",
                     .help =
                         "Events are for the same thing only if this payload field is the same."},
                    {.name = "rows",
                     .value = "VIEW",
                     .help = "Compare the rows of a view instead, at the end of both."},
                    {.name = "all", .help = "Show events that are the same, too."},
                    {.name = "limit",
                     .letter = 'n',
                     .value = "N",
                     .help = "Show N steps at most. Default: 1000."}},
        .examples =
            {{"daybook fork branch --position 100 -q && daybook diff --store \"$DAYBOOK_STORE\" "
              "--store branch -n 5 || echo they differ",
              "what happened after position 100"},
             {"daybook fork other --position 100 -q && daybook diff --store \"$DAYBOOK_STORE\" "
              "--store other --rows agent_metrics || echo they differ",
              "what became of a view by it"}},
        .uses_two_stores = true,
        .uses_projections = true,
        .run = diff_stores};
}

}  // namespace daybook::cli
