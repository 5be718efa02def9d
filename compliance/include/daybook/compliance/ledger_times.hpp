// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/anchor_evidence.hpp>
#include <daybook/compliance/ledger.hpp>
#include <daybook/compliance/time_check.hpp>
#include <daybook/compliance/verdict.hpp>
#include <daybook/result.hpp>
#include <daybook/store.hpp>

#include <span>

namespace daybook::compliance {

/// What is held against a store by `verify_times`.
struct time_inquiry {
    std::span<const anchor_evidence> evidence{};  ///< What anchors gave, see `evidence_folder::of`.
    time_trust trust{};
    time_limits limits{};
    progress_callback progress{};
};

/// Looks whether the ledger `book`, over `log`, with the keys that it believes, continues every
/// checkpoint of the evidence (another history is *tampered*, more events are *rolled back*), how
/// old the newest word about it is, and whether every event is from when it says. The signatures
/// and hashes of the log itself are for `ledger::verify` to look at, before. Findings are cut after
/// 1 000. Cost: the log is read once, about 1 us an event. Fails as reading does.
result<verification> verify_times(const store& log, const ledger& book, const time_inquiry& what);

}  // namespace daybook::compliance
