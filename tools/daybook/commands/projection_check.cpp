// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/check.hpp>

#include "cli/known_projections.hpp"
#include "cli/open_store.hpp"
#include "cli/progress.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <random>

namespace daybook::cli {
namespace {

using projections::check_difference;
using projections::check_outcome;
using projections::check_report;

/// One run of one view.
struct checked_run {
    const check_report& report;
    const check_outcome& outcome;

    const check_difference* difference() const {
        return outcome.difference ? &*outcome.difference : nullptr;
    }
};

tone tone_of_verdict(std::string_view text) {
    if (text == "same") return tone::good;
    return text == "differs" ? tone::bad : tone::faint;
}

cell json_cell(const std::optional<std::string>& row) {
    return row ? cell{json_text{*row}} : cell{};
}

template <auto Member>
cell of_difference(const checked_run& r) {
    const auto* found = r.difference();
    if (found == nullptr) return {};
    return text_cell((*found).*Member);
}

const field<checked_run> fields[] = {
    {{.name = "view", .colour = tone::accent},
     [](const checked_run& r) { return text_cell(r.report.view); }},
    {{.name = "version", .seen_in = seen_in::others},
     [](const checked_run& r) { return cell{std::uint64_t{r.report.version}}; }},
    {{.name = "run"},
     [](const checked_run& r) {
         return text_cell(boost::describe::enum_to_string(r.outcome.run, ""));
     }},
    {{.name = "verdict", .colour_of = tone_of_verdict},
     [](const checked_run& r) {
         return text_cell(boost::describe::enum_to_string(r.outcome.verdict, ""));
     }},
    {{.name = "cursor"},
     [](const checked_run& r) {
         return r.outcome.digest ? cell{r.outcome.digest->cursor.value} : cell{};
     }},
    {{.name = "rows"},
     [](const checked_run& r) { return r.outcome.digest ? cell{r.outcome.digest->rows} : cell{}; }},
    {{.name = "digest"},
     [](const checked_run& r) {
         return r.outcome.digest ? text_cell(r.outcome.digest->digest) : cell{};
     }},
    {{.name = "position", .seen_in = seen_in::others},
     [](const checked_run& r) {
         const auto* found = r.difference();
         return found != nullptr && found->at ? cell{found->at->value} : cell{};
     }},
    {{.name = "type", .seen_in = seen_in::others}, of_difference<&check_difference::type>},
    {{.name = "stream", .seen_in = seen_in::others}, of_difference<&check_difference::stream>},
    {{.name = "key", .seen_in = seen_in::others},
     [](const checked_run& r) {
         const auto* found = r.difference();
         return found != nullptr ? optional_cell(found->key) : cell{};
     }},
    {{.name = "plain_row", .seen_in = seen_in::others},
     [](const checked_run& r) {
         return r.difference() != nullptr ? json_cell(r.difference()->plain_row) : cell{};
     }},
    {{.name = "row", .seen_in = seen_in::others},
     [](const checked_run& r) {
         return r.difference() != nullptr ? json_cell(r.difference()->row) : cell{};
     }},
    {{.name = "why", .cut = cut::late},
     [](const checked_run& r) {
         return text_cell(r.difference() != nullptr ? r.difference()->what : r.outcome.reason);
     }},
};

result<std::optional<std::uint64_t>> number_given(const arguments& given, std::string_view option) {
    const auto text = given.value(option);
    if (!text) return std::optional<std::uint64_t>{};
    const auto number = parse_number("--" + std::string{option}, *text);
    if (!number) return number.error();
    return std::optional{*number};
}

result<projections::check_options> options_of(const arguments& given) {
    projections::check_options options;
    const auto at = number_given(given, "at");
    if (!at) return at.error();
    if (*at) options.at = position{**at};
    const auto from = number_given(given, "from");
    if (!from) return from.error();
    if (*from) options.from = position{**from};
    const auto seed = number_given(given, "seed");
    if (!seed) return seed.error();
    options.seed = seed->value_or(std::random_device{}());
    return options;
}

void tell_refused(const check_report& report, console& at) {
    if (report.events_refused == 0) return;
    at.say(report.view + ": " + grouped(report.events_refused) +
           " events are not taken, in any run alike; the first: " + report.first_refusal);
}

result<answer> run(invocation& call) {
    auto options = options_of(call.given);
    if (!options) return options.error();
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    const auto which = projections_named(*known, call.given.operands());
    if (!which) return which.error();
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto sink = call.sink();
    rows<checked_run> told{*sink, fields};
    auto passed = answer::yes;
    for (const auto& of : *which) {
        progress_bar bar{call.at, "checking " + of.name()};
        options->progress = [&](position reached, position end) {
            bar.update(reached.value - options->from.value, end.value - options->from.value);
        };
        const auto report = projections::check_projection(*log, of, *options);
        if (!report) return report.error();
        for (const auto& outcome : report->runs) told.add({*report, outcome});
        tell_refused(*report, call.at);
        if (!report->passed()) passed = answer::no;
    }
    sink->note("seed", cell{*options->seed},
               "to repeat what was left to chance: --seed " + std::to_string(*options->seed));
    sink->end();
    return passed;
}

}  // namespace

command projection_check_command() {
    return {
        .name = "projection check",
        .topic = topic::views,
        .summary = "find views whose rows are not a function of the log",
        .about =
            "Folds the log in several ways (twice, in batches of one and of odd sizes, "
            "interrupted, some keys apart) and tells the first event after which the rows differ. "
            "Then compares what is stored with what the log makes. Writes nothing. Exit 1 if "
            "anything differs.\n"
            "Two machines have the same rows if 'check NAME --at POSITION -o json' tells the same "
            "digest on both.",
        .operands = {{.name = "NAME",
                      .help = "Which projections; all of them if none is named.",
                      .how_many = operand::count::any}},
        .options = {{.name = "at",
                     .value = "POSITION",
                     .help = "Fold the events before this position. Default: all."},
                    {.name = "from",
                     .value = "POSITION",
                     .help = "Fold as if the log began here: faster, but says nothing of stored "
                             "rows."},
                    {.name = "seed",
                     .value = "N",
                     .help = "Repeat a check that told this seed. Default: a fresh one."}},
        .examples = {{"daybook projection check agent_metrics", "is it pure, are its rows right"},
                     {"daybook projection check timeline --at 40 -o json",
                      "digests for another machine"}},
        .uses_projections = true,
        .run = run};
}

}  // namespace daybook::cli
