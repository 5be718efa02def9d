// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/audit_trail.hpp>
#include <daybook/compliance/note.hpp>

#include "cli/acting.hpp"
#include "cli/ledger_choices.hpp"
#include "cli/open_store.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

struct recovered_log {
    std::string origin;
    std::string before;
    std::uint64_t restored = 0;
    std::uint64_t lost = 0;
    std::string vkey;
};

const field<recovered_log> fields[] = {
    {{.name = "origin"}, [](const recovered_log& r) { return text_cell(r.origin); }},
    {{.name = "before"}, [](const recovered_log& r) { return text_cell(r.before); }},
    {{.name = "restored"}, [](const recovered_log& r) { return cell{r.restored}; }},
    {{.name = "lost"}, [](const recovered_log& r) { return cell{r.lost}; }},
    {{.name = "vkey"}, [](const recovered_log& r) { return text_cell(r.vkey); }},
};

/// What the newest LogRecovered says.
result<compliance::log_recovered> recorded(const store& log) {
    auto events = log.read(query::types({"LogRecovered"}), {.direction = direction::backwards});
    if (!events) return events.error();
    const auto more = events->next();
    if (!more) return more.error();
    if (!*more) return fail(errc::corrupt, "the recovery is not recorded");
    return event_as<compliance::log_recovered>(**events);
}

result<answer> run(invocation& call) {
    const auto by = acting(call.given);
    if (!by) return by.error();
    const auto origin = call.given.value("origin");
    if (!origin) return fail(errc::invalid_argument, "--origin is missing: its name from here on");
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    const auto options = ledger_choices(call, false);
    if (!options) return options.error();
    auto book = compliance::ledger::recover(
        *log, *options,
        {.origin = *origin, .reason = call.given.value_or("reason", ""), .by = *by});
    if (!book) return book.error();
    log.ledger().emplace(*std::move(book));
    const auto said = recorded(*log);
    if (!said) return said.error();
    const auto vkey = compliance::verifier_key::of(*origin, *options->key);
    if (!vkey) return vkey.error();
    call.at.warn(
        "whoever verifies needs the public key under the new name; anchors that are told "
        "of logs by name need to be told of this one");
    const auto sink = call.sink();
    rows<recovered_log>{*sink, fields, shape::one}.add(
        {*origin, said->origin, said->restored, said->lost, vkey->text()});
    sink->end();
    return answer::yes;
}

}  // namespace

command recover_command() {
    return {.name = "recover",
            .topic = topic::upkeep,
            .summary = "go on with a log that was put back to an older state",
            .about =
                "After a backup was restored, the anchors (DAYBOOK_ANCHORS) remember more than the "
                "store has, and the log takes no appends. This goes on with it under another name, "
                "so that nobody takes it for the log that went further, and records what was "
                "lost: the event LogRecovered names the old log and the anchored checkpoint. What "
                "is left must be what was signed. Needs DAYBOOK_LOG_KEY.",
            .options = with_actor({{.name = "origin",
                                    .value = "NAME",
                                    .help = "The name from here on, another than before. Needed."},
                                   {.name = "reason", .value = "TEXT", .help = "Why. Needed."}}),
            .examples = {{"daybook recover --origin example.com/incidents-2 --reason 'disk lost, "
                          "backup of Friday' --actor alice",
                          "a new incarnation after a restore"}},
            .run = run};
}

}  // namespace daybook::cli
