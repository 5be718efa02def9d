// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What is counted of a commit on its caller's thread.

#include "committer.hpp"

namespace daybook {

/// Counts an append that stored nothing because of `why`.
void count_failure(meters& into, const error& why);

/// Counts a commit that had its turn, and tells the slow log if it took long. `work` still holds
/// what was asked; nothing may be locked.
void account_for(engine& e, const commit_work& work, const result<commit_receipt>& outcome,
                 latency_recorder::clock::time_point began);

}  // namespace daybook
