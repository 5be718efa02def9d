// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/acting.hpp"
#include "cli/ledger_choices.hpp"
#include "cli/open_store.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

#include <algorithm>

namespace daybook::cli {
namespace {

using namespace compliance;

constexpr std::string_view reason_names[] = {"retired", "lost", "compromised"};

struct revoked_key {
    position at;
    position from;
    std::string vkey;
};

const field<revoked_key> fields[] = {
    {{.name = "position"}, [](const revoked_key& r) { return cell{r.at.value}; }},
    {{.name = "from"}, [](const revoked_key& r) { return cell{r.from.value}; }},
    {{.name = "vkey"}, [](const revoked_key& r) { return text_cell(r.vkey); }},
};

result<answer> run(invocation& call) {
    const auto by = acting(call.given);
    if (!by) return by.error();
    const auto key = verifier_key::parse(*call.given.operand(0));
    if (!key) return key.error();
    const auto named = call.given.value("reason");
    if (!named) return fail(errc::invalid_argument, "--reason is missing: why the key is revoked");
    const auto reason = revocation_reason_named(*named);
    std::optional<std::uint64_t> from;
    if (const auto text = call.given.value("from")) {
        const auto number = parse_number("--from", *text);
        if (!number) return number.error();
        from = *number;
    }
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    if (!log.ledger()) {
        return fail(errc::not_found, "the store is not in compliance mode: no key signs it");
    }
    const position since{from.value_or(log->watermark().value)};
    const auto done = log.ledger()->revoke_key(*key, *reason, since, *by);
    if (!done) return done.error();
    const auto sink = call.sink();
    rows<revoked_key>{*sink, fields, shape::one}.add({done->first, since, key->text()});
    sink->end();
    return answer::yes;
}

}  // namespace

command keys_revoke_command() {
    return {
        .name = "keys revoke",
        .topic = topic::upkeep,
        .summary = "say that what a key signs no longer counts",
        .about =
            "Appends KeyRevoked. The key that signs the log now is rotated first ('daybook "
            "keys rotate'). A theft is noticed late: --from says since when nothing of it "
            "counts. What the key signed before stays good.",
        .operands = {{.name = "VKEY", .help = "As 'daybook keys list -o json' has it."}},
        .options = with_actor(
            {{.name = "reason", .value = "REASON", .help = "Why. Needed.", .choices = reason_names},
             {.name = "from",
              .value = "N",
              .help = "From this position on. Default: from now on."}}),
        .examples = {{"daybook keys revoke \"$(cat old.vkey)\" --reason compromised --from 3 "
                      "--actor alice",
                      "a key that was stolen, which was noticed late"}},
        .run = run};
}

}  // namespace daybook::cli
