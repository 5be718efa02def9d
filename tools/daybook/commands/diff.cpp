// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/past_reading.hpp"
#include "cli/points.hpp"
#include "commands/commands.hpp"
#include "commands/diff_instants.hpp"
#include "commands/diff_stores.hpp"

namespace daybook::cli {
namespace {

constexpr std::string_view of_instants[] = {"from", "to", "projection"};
constexpr std::string_view of_stores[] = {"stream", "correlation", "key", "rows", "all", "limit"};

/// Two stores, or two moments of one: what is for the one does not go with the other.
result<answer> run(invocation& call) {
    const bool stores = call.given.values("store").size() > 1;
    const auto strange = [&](std::string_view option) { return call.given.has(option); };
    if (stores) {
        if (call.given.operand(0)) {
            return fail(errc::invalid_argument,
                        "two stores are compared as a whole: give --stream or --rows, no STREAM");
        }
        for (const auto option : of_instants) {
            if (strange(option)) {
                return fail(errc::invalid_argument,
                            "--" + std::string{option} + " goes with one store, not with two");
            }
        }
        return diff_stores(call);
    }
    if (!call.given.operand(0)) {
        return fail(
            errc::invalid_argument,
            "of what? give --store twice, first for A, then for B, or a STREAM with --from");
    }
    for (const auto option : of_stores) {
        if (strange(option)) {
            return fail(errc::invalid_argument,
                        "--" + std::string{option} + " goes with two stores: give --store twice");
        }
    }
    return diff_instants(call);
}

std::vector<option> all_options() {
    return with_projection(
        {{.name = "from", .value = "POINT", .help = "The first of two moments."},
         {.name = "to", .value = "POINT", .help = "The second. Default: now."},
         {.name = "stream",
          .value = "NAME",
          .help = "Two stores: only events of this stream; twice: of one in A, of another in B.",
          .repeats = true},
         {.name = "correlation",
          .value = "ID",
          .help = "Two stores: only events of this correlation; twice as with --stream.",
          .repeats = true},
         {.name = "key",
          .value = "POINTER",
          .help = "Two stores: events are for the same thing only if this payload field is the "
                  "same."},
         {.name = "rows",
          .value = "VIEW",
          .help = "Two stores: compare the rows of a view instead, at the end of both."},
         {.name = "all", .help = "Two stores: show events that are the same, too."},
         {.name = "limit",
          .letter = 'n',
          .value = "N",
          .help = "Two stores: show N steps at most. Default: 1000."}});
}

}  // namespace

command diff_command() {
    static const std::string about =
        "Of a stream, or a row of a projection: a line for each change between --from and --to; "
        "as JSON, the items are a JSON Patch (RFC 6902) that makes the first state into the "
        "second.\n" +
        std::string{point_help} +
        "\nOf two stores (a store and its fork, two forks, two runs of the same thing): events are "
        "aligned by type and stream, and by a field of the payload with --key; what both have from "
        "the beginning is only counted. Two runs have other names for their streams or "
        "correlations: give --stream or --correlation twice, the first for A.\n"
        "Exit 1 if they differ.";
    return {
        .name = "diff",
        .topic = topic::views,
        .summary = "how a stream differs between two moments, or how two stores do",
        .about = about,
        .operands = {{.name = "STREAM",
                      .help = "The stream, such as issue-SHOP-102; with --projection the KEY of a "
                              "row.",
                      .how_many = operand::count::optional}},
        .options = all_options(),
        .examples =
            {{"daybook diff issue-SHOP-102 --from sequence:10 --to sequence:20 || echo they differ",
              "what ten events changed"},
             {"daybook diff security-engineer --projection agent_metrics --from 100 || echo they "
              "differ",
              "what an agent did since position 100"},
             {"daybook fork branch --position 100 -q && daybook diff --store \"$DAYBOOK_STORE\" "
              "--store branch -n 5 || echo they differ",
              "what happened after position 100"},
             {"daybook fork other --position 100 -q && daybook diff --store \"$DAYBOOK_STORE\" "
              "--store other --rows agent_metrics || echo they differ",
              "what became of a view by it"}},
        .uses_two_stores = true,
        .uses_projections = true,
        .run = run};
}

}  // namespace daybook::cli
