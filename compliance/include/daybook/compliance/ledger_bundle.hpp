// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/bundle.hpp>
#include <daybook/compliance/ledger.hpp>
#include <daybook/store.hpp>

#include <memory>

namespace daybook::compliance {

/// The ledger `from`, over `log`, as what a bundle is made from.
///
///     write_bundle(*bundle_source_of(book, log), *key, {.created = now}, write).value();
///
/// Payloads are read as the ledger reads them: one that was tampered with fails the bundle unless
/// the checks of reading are off. One that was deleted is left out. Both arguments must outlive
/// what is returned. Any thread. Cost of each statement and payload: a read of the event.
std::unique_ptr<bundle_source> bundle_source_of(const ledger& from, const store& log);

}  // namespace daybook::compliance
