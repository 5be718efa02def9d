// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/key_file.hpp>
#include <daybook/compliance/note.hpp>

#include "cli/ledger_choices.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

using namespace compliance;

result<answer> run(invocation& call) {
    const auto name = call.given.value("name");
    const bool pem = call.given.has("pem");
    if (name.has_value() == pem) {
        return fail(errc::invalid_argument,
                    "give --name, what the key signs under, for a vkey; or --pem");
    }
    const auto key = signing_key(*call.given.operand(0));
    if (!key) return key.error();
    if (pem) {
        const auto half = public_key::make((*key)->type(), (*key)->public_key());
        if (!half) return half.error();
        call.at.out.write(public_key_pem(*half));
        return answer::yes;
    }
    const auto vkey = verifier_key::of(*name, **key);
    if (!vkey) return vkey.error();
    call.at.out.write(vkey->text() + '\n');
    return answer::yes;
}

}  // namespace

command keys_export_command() {
    return {.name = "keys export",
            .topic = topic::upkeep,
            .summary = "print the public half of a key",
            .about =
                "As a vkey, as --trust takes it and other C2SP tools do; or as PEM, for openssl. "
                "The passphrase comes from DAYBOOK_PASSPHRASE.",
            .operands = {{.name = "KEY",
                          .help = "The secret key: a file, or pkcs11:... for one in a device.",
                          .completes = completion::files}},
            .options = {{.name = "name",
                         .value = "NAME",
                         .help = "What the key signs under: of a log, its origin."},
                        {.name = "pem", .help = "Print PEM instead, which has no name."}},
            .examples = {{"daybook keys export log.key --name example.com/incidents > log.vkey",
                          "for those who verify"},
                         {"daybook keys export log.key --pem", "for openssl"}},
            .uses_store = false,
            .has_formats = false,
            .run = run};
}

}  // namespace daybook::cli
