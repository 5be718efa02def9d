// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/checkpoints.hpp>

#include "cli/known_projections.hpp"
#include "cli/open_store.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "cli/views.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

using projections::view_checkpoint;

const field<view_checkpoint> fields[] = {
    {{.name = "view", .colour = tone::accent},
     [](const view_checkpoint& c) { return text_cell(c.view); }},
    {{.name = "version"}, [](const view_checkpoint& c) { return cell{std::uint64_t{c.version}}; }},
    {{.name = "generation"},
     [](const view_checkpoint& c) { return cell{std::uint64_t{c.generation}}; }},
    {{.name = "cursor"}, [](const view_checkpoint& c) { return cell{c.cursor.value}; }},
    {{.name = "rows"}, [](const view_checkpoint& c) { return cell{c.rows}; }},
    {{.name = "made_at", .colour = tone::faint},
     [](const view_checkpoint& c) { return cell{c.made_at}; }},
    {{.name = "keyspace", .seen_in = seen_in::others},
     [](const view_checkpoint& c) { return text_cell(c.keyspace); }},
};

result<answer> tell_checkpoints(const invocation& call, store& log, std::string_view view) {
    const auto all = projections::view_checkpoints(log);
    if (!all) return all.error();
    const auto sink = call.sink();
    rows<view_checkpoint> told{*sink, fields};
    for (const auto& one : *all) {
        if (one.view == view) told.add(one);
    }
    sink->end();
    return answer::yes;
}

/// How many are to be left.
result<std::optional<std::size_t>> limit_of(const arguments& given) {
    std::optional<std::size_t> keep;
    const auto text = given.value("keep");
    if (!text) return keep;
    if (given.has("list"))
        return fail(errc::invalid_argument, "--list changes nothing; leave out --keep");
    const auto number = parse_number("--keep", *text);
    if (!number) return number.error();
    keep = static_cast<std::size_t>(*number);
    return keep;
}

result<answer> run(invocation& call) {
    const std::string name = *call.given.operand(0);
    const auto keep = limit_of(call.given);
    if (!keep) return keep.error();
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    const auto which = projections_named(*known, {&name, 1});
    if (!which) return which.error();
    const bool only_list = call.given.has("list");
    auto log = open_store(call, only_list ? access::read : access::write);
    if (!log) return log.error();
    if (only_list) return tell_checkpoints(call, *log, name);
    // None is to be left: none needs to be made.
    if (*keep != std::size_t{0}) {
        if (auto done = catch_up(*log, *which, call.at); !done) return done.error();
        const auto kept = projections::keep_checkpoint(*log, which->front());
        if (!kept) return kept.error();
    }
    if (*keep) {
        auto pruned = projections::prune_checkpoints(*log, name, **keep);
        if (!pruned) return pruned.error();
    }
    return tell_checkpoints(call, *log, name);
}

}  // namespace

command projection_checkpoint_command() {
    return {.name = "projection checkpoint",
            .topic = topic::views,
            .summary = "keep rows as they stand, to go on from later",
            .about =
                "Brings the view up to date and copies its rows. Asked for a later moment, 'show "
                "--at' and 'compare --from' go on from there instead of from the first event. "
                "Tells the checkpoints that there are. A rebuild makes those before it useless.",
            .operands = {{.name = "NAME", .help = "The projection."}},
            .options = {{.name = "keep",
                         .value = "N",
                         .help = "Then drop the oldest but N of each generation; 0 drops all and "
                                 "makes none."},
                        {.name = "list", .help = "Only tell which there are."}},
            .examples = {{"daybook projection checkpoint timeline --keep 5",
                          "one more, and four of before"},
                         {"daybook projection checkpoint timeline --list", "which there are"}},
            .uses_projections = true,
            .run = run};
}

}  // namespace daybook::cli
