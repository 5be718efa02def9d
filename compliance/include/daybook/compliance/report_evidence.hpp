// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/audit_report.hpp>
#include <daybook/compliance/ledger.hpp>
#include <daybook/compliance/note.hpp>

#include <optional>

namespace daybook::compliance {

/// What a ledger knows about signatures, for a report about its store: its newest checkpoint, the
/// leaves, and the keys that are believed.
///
///     auto checked = book.verify().value();
///     auto report = make_audit_report(log, {}, evidence_of(book, checked)).value();
///
/// `checked` is what `ledger::verify` said; none if nobody looked. What is returned reads `from`,
/// which must outlive it. Fails with `io` or `corrupt` as reading the checkpoint does; a log that
/// has none yet has an empty one.
result<report_evidence> evidence_of(const ledger& from, std::optional<verification> checked = {});

}  // namespace daybook::compliance
