// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/open_store.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

using compliance::checkpoint;

struct told_checkpoint {
    checkpoint contents;
    std::string note;
};

const field<told_checkpoint> fields[] = {
    {{.name = "origin"}, [](const told_checkpoint& c) { return text_cell(c.contents.origin); }},
    {{.name = "size"}, [](const told_checkpoint& c) { return cell{c.contents.size}; }},
    {{.name = "root"}, [](const told_checkpoint& c) { return cell{c.contents.root.hex()}; }},
    {{.name = "note", .seen_in = seen_in::others},
     [](const told_checkpoint& c) { return text_cell(c.note); }},
};

result<told_checkpoint> told(std::string note) {
    const auto parsed = compliance::signed_note::parse(note);
    if (!parsed) return fail(errc::corrupt, "the checkpoint: " + parsed.error().message);
    auto contents = checkpoint::parse(parsed->text());
    if (!contents) return fail(errc::corrupt, "the checkpoint: " + contents.error().message);
    return told_checkpoint{*std::move(contents), std::move(note)};
}

result<answer> run(invocation& call) {
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    if (!log.ledger()) {
        return fail(errc::not_found, "the store is not in compliance mode: it has no checkpoints");
    }
    std::vector<std::string> notes;
    if (call.given.has("all")) {
        auto all = log.ledger()->checkpoints();
        if (!all) return all.error();
        notes = *std::move(all);
    } else {
        auto newest = log.ledger()->newest_checkpoint();
        if (!newest) return newest.error();
        if (call.given.has("note")) {
            call.at.out.write(*newest);
            return answer::yes;
        }
        notes.push_back(*std::move(newest));
    }
    const auto sink = call.sink();
    rows<told_checkpoint> shown{*sink, fields, call.given.has("all") ? shape::list : shape::one};
    for (auto& note : notes) {
        const auto one = told(std::move(note));
        if (!one) return one.error();
        shown.add(*one);
    }
    sink->end();
    return answer::yes;
}

}  // namespace

command checkpoint_command() {
    return {
        .name = "checkpoint",
        .topic = topic::upkeep,
        .summary = "show the newest signed checkpoint of the log",
        .about =
            "A checkpoint says how many events there are and the root of the tree of all "
            "of them, signed with the key of the log. Whoever keeps one can hold the log "
            "to it for ever. It is a C2SP signed note, which other tools read too.",
        .options = {{.name = "note", .help = "Print the note alone, to be kept or sent."},
                    {.name = "all", .help = "All that are kept: the newest in each 256 events."}},
        .examples = {{"daybook checkpoint --note > kept.checkpoint", "keep what is signed now"}},
        .run = run};
}

}  // namespace daybook::cli
