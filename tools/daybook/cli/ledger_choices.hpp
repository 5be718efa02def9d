// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/ledger.hpp>

#include "cli/command.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

// What the command line knows of signing and believing, and from where:
//   DAYBOOK_LOG_KEY       the key that signs a log: a file or a URI, as `open_signer` takes it
//   DAYBOOK_PASSPHRASE    its passphrase, and that of a key that is made
//   DAYBOOK_TRUSTED_KEYS  a file of public keys (vkeys, one a line) that are believed; without one
//                         that of DAYBOOK_LOG_KEY is
//   DAYBOOK_READ_CHECKS   off or hash (default)
// What remembers it outside of the store: cli/anchor_choices.hpp.
namespace daybook::cli {

class opened_store;

/// The key at `uri`. Fails as `open_signer`.
result<std::shared_ptr<const compliance::signer>> signing_key(const std::string& uri);

/// The key that DAYBOOK_LOG_KEY names. Fails with `not_found` if it names none, and as
/// `signing_key`.
result<std::shared_ptr<const compliance::signer>> log_key();

/// Whether DAYBOOK_LOG_KEY names one.
bool has_log_key();

/// The passphrase in DAYBOOK_PASSPHRASE, if there is one.
std::optional<std::string> passphrase();

/// The keys in a file, one vkey a line; empty lines and those that begin with '#' do not count.
result<std::vector<compliance::verifier_key>> keys_in_file(const std::string& path);

/// The keys that are believed: those of --trust, or of DAYBOOK_TRUSTED_KEYS.
result<std::vector<compliance::verifier_key>> trusted_keys(const arguments& given);

/// --trust, for commands that verify.
option trust_option();

/// What a ledger is opened with. Whoever only reads needs no key.
result<compliance::ledger_options> ledger_choices(const invocation& call, bool reads_only);

/// Opens the ledger of `log`, if there is one, and begins to record what is done to it.
result<void> open_ledger(const invocation& call, opened_store& log);

}  // namespace daybook::cli
