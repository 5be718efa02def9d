// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/generations.hpp>

#include "cli/known_projections.hpp"
#include "cli/open_store.hpp"
#include "cli/views.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

using projections::built_view;
using projections::generation_place;

/// The generation that was named; else the one of the pair to compare that readers do not get.
result<built_view> target_of(store& log, const std::string& name, const arguments& given) {
    if (const auto text = given.operand(1)) {
        const auto number = parse_generation(*text);
        if (!number) return number.error();
        return projections::find_generation(log, name, *number);
    }
    auto pair = projections::generations_to_compare(log, name);
    if (!pair) {
        return fail(pair.error().code, "view " + name + " has no other generation to switch to");
    }
    return pair->first.active ? pair->second : pair->first;
}

result<void> switch_to(store& log, const built_view& target,
                       std::span<const known_projection> known, console& at) {
    const auto code = projections_named(known, {&target.name, 1});
    if (code && code->front().version() == target.version) {
        auto views = projections::runner::open(log, *code);
        if (!views) return views.error();
        if (auto chosen = views->switch_to(target.name, target.generation); !chosen) return chosen;
        return catch_up(*views, "bringing the view up to date", at);
    }
    if (target.place == generation_place::serving)
        return projections::activate_version(log, target.name, target.version);
    return fail(errc::unsupported, "generation " + std::to_string(target.generation) +
                                       " is of version " + std::to_string(target.version) +
                                       ", whose code this program does not have");
}

result<answer> run(invocation& call) {
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    const auto target = target_of(*log, *call.given.operand(0), call.given);
    if (!target) return target.error();
    if (auto done = switch_to(*log, *target, *known, call.at); !done) return done.error();
    const auto views = view_progress_of(*log, *known);
    if (!views) return views.error();
    const auto sink = call.sink();
    tell_progress(*views, *sink);
    return answer::yes;
}

}  // namespace

command projection_switch_command() {
    return {
        .name = "projection switch",
        .topic = topic::views,
        .summary = "make readers get another generation of a view",
        .about =
            "To one that was built with 'projection rebuild --stay', or back to one that is "
            "kept. It is brought up to date first; then readers get it, all at once.",
        .operands = {{.name = "NAME", .help = "The view."},
                     {.name = "GENERATION",
                      .help = "See 'daybook projection status'. Without: the one that is being "
                              "built or, if none is, the newest that is kept.",
                      .how_many = operand::count::optional}},
        .examples = {{"daybook projection rebuild timeline && daybook projection switch timeline",
                      "build again, and back to what was before"}},
        .uses_projections = true,
        .run = run};
}

}  // namespace daybook::cli
