// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/generations.hpp>

#include "cli/known_projections.hpp"
#include "cli/open_store.hpp"
#include "cli/text.hpp"
#include "cli/views.hpp"
#include "commands/commands.hpp"

#include <algorithm>

namespace daybook::cli {
namespace {

using projections::built_view;
using projections::generation_place;

/// What the command line asks for, of the generations of a view.
result<std::vector<built_view>> chosen(std::vector<built_view> all, const arguments& given) {
    if (given.has("all")) return all;
    if (!given.operand(1)) {
        std::erase_if(all, [](const auto& v) { return v.place == generation_place::serving; });
        return all;
    }
    const auto number = parse_generation(*given.operand(1));
    if (!number) return number.error();
    std::erase_if(all, [&](const auto& v) { return v.generation != *number; });
    if (all.empty()) {
        return fail(errc::not_found, "view " + *given.operand(0) + " has no generation " +
                                         std::to_string(*number) +
                                         "; 'daybook projection status' lists them");
    }
    if (all.front().active) {
        return fail(errc::invalid_argument,
                    "generation " + std::to_string(*number) +
                        " is what readers get; switch to another one first, or drop --all");
    }
    return all;
}

/// A generation that serves goes with its version: without it nobody could read the others.
result<void> drop(store& log, const built_view& one) {
    if (one.place == generation_place::serving)
        return projections::drop_version(log, one.name, one.version);
    return projections::drop_generation(log, one.name, one.generation);
}

result<answer> run(invocation& call) {
    const auto name = *call.given.operand(0);
    if (call.given.has("all") && call.given.operand(1)) {
        return fail(errc::invalid_argument, "--all drops every generation; leave out the other");
    }
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    auto all = projections::built_views(*log);
    if (!all) return all.error();
    std::erase_if(*all, [&](const auto& v) { return v.name != name; });
    if (all->empty())
        return fail(errc::not_found, "no view '" + printable(name) + "' was built in this store");
    auto which = chosen(*std::move(all), call.given);
    if (!which) return which.error();
    // What serves last: its version takes the others along, which are then gone already.
    std::stable_partition(which->begin(), which->end(),
                          [](const auto& v) { return v.place != generation_place::serving; });
    for (const auto& one : *which) {
        if (auto dropped = drop(*log, one); !dropped) return dropped.error();
    }
    const auto views = view_progress_of(*log, *known);
    if (!views) return views.error();
    const auto sink = call.sink();
    tell_progress(*views, *sink);
    return answer::yes;
}

}  // namespace

command projection_drop_command() {
    return {.name = "projection drop",
            .topic = topic::views,
            .summary = "remove rows of a view that nobody needs any more",
            .about =
                "Without more: every generation that is kept or being built. Events are not "
                "touched: what is dropped can be built again.",
            .operands = {{.name = "NAME", .help = "The view."},
                         {.name = "GENERATION",
                          .help = "Only this one; one that readers get by name is refused.",
                          .how_many = operand::count::optional}},
            .options = {{.name = "all", .help = "The whole view, with what readers get."}},
            .examples = {{"daybook projection rebuild timeline && daybook projection drop timeline",
                          "build again, and keep nothing for going back"}},
            .uses_projections = true,
            .run = run};
}

}  // namespace daybook::cli
