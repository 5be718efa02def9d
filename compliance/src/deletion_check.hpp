// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything that is missing from a log, against what was written down about it.

#include "retention_history.hpp"

namespace daybook::compliance {

/// SHA-256 of the leaves of these events, one behind the other: what a SegmentDeleted says went.
result<digest> hash_of_leaves(const ledger& book, const std::vector<position_range>& ranges);

struct deletion_scope {
    position from{};
    position to{};
    /// Who has verified every event already, and told what is wrong with them; null if nobody.
    const ledger* book = nullptr;
    progress_callback progress{};
};

result<retention_check> check_deletions(const store& log, const retention_history& known,
                                        const deletion_scope& scope);

}  // namespace daybook::compliance
