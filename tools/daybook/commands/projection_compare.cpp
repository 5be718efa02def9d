// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/generations.hpp>

#include "cli/known_projections.hpp"
#include "cli/open_store.hpp"
#include "cli/points.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "cli/view_comparison.hpp"
#include "cli/views.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

using projections::built_view;
using projections::view_comparison;

result<std::pair<built_view, built_view>> pair_of(store& log, const std::string& name,
                                                  const arguments& given) {
    if (!given.operand(1)) return projections::generations_to_compare(log, name);
    if (!given.operand(2)) return fail(errc::invalid_argument, "compare takes two generations");
    std::vector<built_view> both;
    for (const std::size_t i : {1U, 2U}) {
        const auto number = parse_generation(*given.operand(i));
        if (!number) return number.error();
        auto found = projections::find_generation(log, name, *number);
        if (!found) return found.error();
        both.push_back(*std::move(found));
    }
    return std::pair{both[0], both[1]};
}

void tell_caution(const view_comparison& found, console& at) {
    if (found.cursor_before != found.cursor_after) {
        at.say("they are not at the same position: rows may differ for what came in between");
    }
    if (found.rows_of_other_type) {
        at.say("they were built by projections with different row types: all bytes differ");
    }
}

result<answer> run_generations(const invocation& call, const std::string& name,
                               const std::vector<known_projection>& known,
                               const projections::compare_options& options) {
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto pair = pair_of(*log, name, call.given);
    if (!pair) return pair.error();
    const auto found = projections::compare_generations(*log, pair->first, pair->second, options);
    if (!found) return found.error();
    const auto different = tell_comparison(call, {pair->first, pair->second, *found, known});
    tell_caution(*found, call.at);
    return different;
}

/// The moments of --from and --to. Without --to: all that the log has.
result<std::pair<projections::as_of, projections::as_of>> moments_of(const store& log,
                                                                     const arguments& given) {
    const auto from = given.value("from");
    if (!from || given.operand(1)) {
        return fail(errc::invalid_argument,
                    from ? "--from and --to compare moments; leave out the generations"
                         : "--to needs --from: from which moment on");
    }
    const auto first = parse_moment("--from", *from);
    if (!first) return first.error();
    const auto to = given.value("to");
    if (!to) return std::pair{*first, projections::as_of::before(log.watermark())};
    const auto last = parse_moment("--to", *to);
    if (!last) return last.error();
    return std::pair{*first, *last};
}

result<answer> run_moments(const invocation& call, const std::string& name,
                           const std::vector<known_projection>& known,
                           const projections::compare_options& options) {
    const auto which = projections_named(known, {&name, 1});
    if (!which) return which.error();
    const auto& of = which->front();
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto moments = moments_of(*log, call.given);
    if (!moments) return moments.error();
    const auto before = open_as_of(*log, of, moments->first, call.at);
    if (!before) return before.error();
    const auto after = open_as_of(*log, of, moments->second, call.at);
    if (!after) return after.error();
    const auto found = projections::compare_rows(**before, **after, options);
    if (!found) return found.error();
    built_view rows;
    rows.name = name;
    rows.version = of.version();
    rows.row_fingerprint = of.row_fingerprint();
    return tell_comparison(call, {rows, rows, *found, known});
}

result<answer> run(invocation& call) {
    const auto name = *call.given.operand(0);
    projections::compare_options options;
    if (const auto text = call.given.value("examples")) {
        const auto number = parse_number("--examples", *text);
        if (!number) return number.error();
        options.examples_max = static_cast<std::size_t>(*number);
    }
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    const bool of_moments = call.given.has("from") || call.given.has("to");
    return of_moments ? run_moments(call, name, *known, options)
                      : run_generations(call, name, *known, options);
}

}  // namespace

command projection_compare_command() {
    return {
        .name = "projection compare",
        .topic = topic::views,
        .summary = "tell how generations or moments of a view differ",
        .about =
            "Without generations: what readers get and what is being built or, if nothing is, "
            "the newest that is kept. 'projection status' tells their numbers. Exit 1 if rows "
            "differ.\n"
            "With --from: the rows as they stood at two moments. Writes nothing, and needs no rows "
            "that were built.",
        .operands =
            {{.name = "NAME", .help = "The view."},
             {.name = "BEFORE", .help = "A generation.", .how_many = operand::count::optional},
             {.name = "AFTER", .help = "The other one.", .how_many = operand::count::optional}},
        .options = {{.name = "from",
                     .value = "MOMENT",
                     .help = "Compare moments, from this one on: a position of the log, "
                             "inclusive, or a time: RFC 3339, a date, or an age such as 2h."},
                    {.name = "to",
                     .value = "MOMENT",
                     .help = "With --from: the later moment. Default: all that the log has."},
                    {.name = "examples",
                     .letter = 'n',
                     .value = "N",
                     .help = "Show N rows of each kind of difference. Default: 10."}},
        .examples =
            {{"daybook projection rebuild timeline --stay && daybook projection compare timeline",
              "what a new build would change"},
             {"daybook projection compare agent_metrics --from 100 --to 200 || echo they differ",
              "what a hundred events changed"}},
        .uses_projections = true,
        .run = run};
}

}  // namespace daybook::cli
