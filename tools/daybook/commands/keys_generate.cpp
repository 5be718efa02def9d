// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/key_file.hpp>
#include <daybook/compliance/note.hpp>

#include "cli/ledger_choices.hpp"
#include "commands/commands.hpp"

#include <algorithm>

namespace daybook::cli {
namespace {

using namespace compliance;

struct made_key {
    std::string file;
    verifier_key key;
    bool is_encrypted = false;
};

const field<made_key> fields[] = {
    {{.name = "file"}, [](const made_key& m) { return text_cell(m.file); }},
    {{.name = "name"}, [](const made_key& m) { return text_cell(m.key.name()); }},
    {{.name = "type"}, [](const made_key& m) { return text_cell(to_string(m.key.type())); }},
    {{.name = "encrypted"}, [](const made_key& m) { return cell{m.is_encrypted}; }},
    {{.name = "vkey"}, [](const made_key& m) { return text_cell(m.key.text()); }},
};

constexpr std::string_view type_names[] = {"ed25519", "ecdsa-p256"};

result<answer> run(invocation& call) {
    const auto name = call.given.value("name");
    if (!name) return fail(errc::invalid_argument, "--name is missing: what the key signs under");
    if (!is_key_name(*name)) {
        return fail(errc::invalid_argument,
                    "--name: a name has no spaces, no '+' and no control characters");
    }
    const auto file = *call.given.operand(0);
    key_file_options options{.passphrase = passphrase().value_or("")};
    if (call.given.value("type") == type_names[1]) options.type = key_type::ecdsa_p256;
    if (call.given.has("fips")) options.protection = key_protection::pbkdf2;
    const auto made = generate_key_file(file, options);
    if (!made) return made.error();
    auto key = verifier_key::make(*name, static_cast<signature_type>(made->type()), made->bytes());
    if (!key) return key.error();
    if (options.passphrase.empty()) {
        call.at.warn(
            "the key is not encrypted: only the permissions of the file protect it; "
            "set DAYBOOK_PASSPHRASE to encrypt it");
    }
    const auto sink = call.sink();
    rows<made_key>{*sink, fields, shape::one}.add(
        {file, *std::move(key), !options.passphrase.empty()});
    sink->end();
    return answer::yes;
}

}  // namespace

command keys_generate_command() {
    return {.name = "keys generate",
            .topic = topic::upkeep,
            .summary = "make a key that signs a log",
            .about =
                "Writes a new secret key (PKCS#8, PEM) that only its owner can read, encrypted "
                "if DAYBOOK_PASSPHRASE is set, and tells the public half as a vkey: what goes "
                "to those who verify. Nothing is overwritten.",
            .operands = {{.name = "FILE",
                          .help = "Where the secret key goes.",
                          .completes = completion::files}},
            .options = {{.name = "name",
                         .value = "NAME",
                         .help = "What the key signs under: of a log, its origin."},
                        {.name = "type",
                         .value = "TYPE",
                         .help = "ed25519 (default) or ecdsa-p256.",
                         .choices = type_names},
                        {.name = "fips",
                         .help = "Derive the key that encrypts with PBKDF2 instead of scrypt."}},
            .examples = {{"daybook keys generate log.key --name example.com/incidents",
                          "then: daybook init --origin example.com/incidents --key log.key"}},
            .uses_store = false,
            .run = run};
}

}  // namespace daybook::cli
