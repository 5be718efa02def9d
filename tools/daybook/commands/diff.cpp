// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/past_reading.hpp"
#include "cli/points.hpp"
#include "commands/commands.hpp"
#include "commands/diff_instants.hpp"

namespace daybook::cli {

command diff_command() {
    static const std::string about =
        "A line for each change; as JSON, the items are a JSON Patch (RFC 6902) that makes the "
        "first state into the second. Exit 1 if they differ.\n" +
        std::string{point_help};
    return {
        .name = "diff",
        .topic = topic::views,
        .summary = "how the states of a stream at two moments differ",
        .about = about,
        .operands = {{.name = "STREAM",
                      .help = "The stream, such as issue-SHOP-102; with --projection the KEY of "
                              "a row."}},
        .options = with_projection(
            {{.name = "from", .value = "POINT", .help = "The first of the two. Needed."},
             {.name = "to", .value = "POINT", .help = "The second. Default: now."}}),
        .examples = {{"daybook diff issue-SHOP-102 --from sequence:10 --to sequence:20 || echo "
                      "they differ",
                      "what ten events changed"},
                     {"daybook diff security-engineer --projection agent_metrics --from 100 || "
                      "echo they differ",
                      "what an agent did since position 100"}},
        .uses_projections = true,
        .run = diff_instants};
}

}  // namespace daybook::cli
