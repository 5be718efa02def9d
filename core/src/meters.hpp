// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What an open store counts about itself. See <daybook/metrics.hpp> for what each one means.
//
// Nothing here is touched per event: a commit adds to its group's tallies and to one recorder, a
// read to one recorder and one tally when it ends.

#include "latency_recorder.hpp"

namespace daybook {

struct meters {
    const std::chrono::steady_clock::time_point opened_at = std::chrono::steady_clock::now();

    /// Of the leader of a commit group.
    struct written {
        owned_tally groups;
        owned_tally commits;
        owned_tally events;
        owned_tally bytes;
        owned_tally stalls;
        owned_tally stalled_ns;
    };
    written of_leader;

    /// Appends that stored nothing. They are rare, so they may share a cache line.
    struct unwritten {
        shared_tally repeated;
        shared_tally conflicts;
        shared_tally rejected;
        shared_tally refused;
        shared_tally failed;
        shared_tally schema_misfits;  ///< Stored all the same.
    };
    unwritten of_callers;

    shared_tally events_read;

    latency_recorder append;
    latency_recorder sync;
    latency_recorder read;
    latency_recorder load;
    latency_recorder query;
    latency_recorder page;
    latency_recorder lookup;
    latency_recorder count;
    latency_recorder walk;
    latency_recorder seal;
};

}  // namespace daybook
