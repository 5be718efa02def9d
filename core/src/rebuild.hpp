// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Indexes from the log: what the tail needs at every open, everything when asked for.

#include <daybook/options.hpp>

#include "engine.hpp"

namespace daybook {

/// Loads the summaries of the sealed segments, from the first on without a gap.
result<std::vector<segment_summary>> load_summaries(database& db);

/// Where the log ends.
struct log_end {
    position next;
    timestamp last_recorded{timestamp_min};
};
result<log_end> find_log_end(database& db);

/// Reads the log from the first segment that is not sealed to `end` and indexes it: full segments
/// are sealed on the way while more than `kept_full` of them are in memory, the last one stays.
result<void> rebuild_tail(engine& e, position end, std::size_t kept_full,
                          const progress_callback& progress);

/// Reads everything and compares; see `store::check`.
result<void> check_log(engine& e, const progress_callback& progress);

}  // namespace daybook
