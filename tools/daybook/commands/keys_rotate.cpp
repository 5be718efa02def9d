// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/acting.hpp"
#include "cli/ledger_choices.hpp"
#include "cli/open_store.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

using namespace compliance;

struct rotated_key {
    position at;
    verifier_key key;
};

const field<rotated_key> fields[] = {
    {{.name = "position"}, [](const rotated_key& r) { return cell{r.at.value}; }},
    {{.name = "name"}, [](const rotated_key& r) { return text_cell(r.key.name()); }},
    {{.name = "type"}, [](const rotated_key& r) { return text_cell(to_string(r.key.type())); }},
    {{.name = "vkey"}, [](const rotated_key& r) { return text_cell(r.key.text()); }},
};

result<answer> run(invocation& call) {
    const auto by = acting(call.given);
    if (!by) return by.error();
    const auto next = signing_key(*call.given.operand(0));
    if (!next) return next.error();
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    if (!log.ledger()) {
        return fail(errc::not_found, "the store is not in compliance mode: no key signs it");
    }
    auto key = verifier_key::of(log.ledger()->origin(), **next);
    if (!key) return key.error();
    const auto done = log.ledger()->rotate_key(*next, *by);
    if (!done) return done.error();
    call.at.warn(
        "from now on DAYBOOK_LOG_KEY must name the new key; whoever verifies may go on "
        "with the old public key, or take the new one");
    const auto sink = call.sink();
    rows<rotated_key>{*sink, fields, shape::one}.add({done->first, *std::move(key)});
    sink->end();
    return answer::yes;
}

}  // namespace

command keys_rotate_command() {
    return {
        .name = "keys rotate",
        .topic = topic::upkeep,
        .summary = "let another key sign the log from here on",
        .about =
            "The key that signs now (DAYBOOK_LOG_KEY) and the new one both sign the event "
            "KeyRotated. What was signed before stays signed by the old key, and counts; what "
            "the old key signs from there on does not.",
        .operands = {{.name = "KEY",
                      .help = "The new key: a file or a URI, of the same type.",
                      .completes = completion::files}},
        .options = with_actor({}),
        .examples = {{"daybook keys rotate next.key --actor alice", "next.key signs from now on"}},
        .run = run};
}

}  // namespace daybook::cli
