// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/bundle.hpp>
#include <daybook/compliance/key_history.hpp>
#include <daybook/compliance/ledger.hpp>
#include <daybook/compliance/note.hpp>
#include <daybook/result.hpp>
#include <daybook/store.hpp>

#include <memory>
#include <span>

namespace daybook::compliance {

/// The keys of the log in `log`: `pinned`, which are known from elsewhere, and what the events in
/// `compliance_stream` say follows from them. An event that says what cannot be is passed over, so
/// that nobody who may append can take the keys away. Cost: that stream is read once. Fails as
/// reading does.
result<key_history> keys_of(const store& log, std::span<const verifier_key> pinned);

/// The ledger `from`, over `log`, as what a bundle is made from.
///
///     auto source = bundle_source_of(book, log, pinned).value();
///     write_bundle(*source, *key, {.created = now}, write).value();
///
/// Payloads are read as the ledger reads them: one that was tampered with fails the bundle unless
/// the checks of reading are off. One that was deleted is left out. Both arguments must outlive
/// what is returned. Any thread. Cost of each statement and payload: a read of the event. Fails as
/// `keys_of`.
result<std::unique_ptr<bundle_source>> bundle_source_of(const ledger& from, const store& log,
                                                        std::span<const verifier_key> pinned);

}  // namespace daybook::compliance
