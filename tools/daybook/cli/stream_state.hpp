// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/orchestration_state.hpp>
#include <daybook/snapshot.hpp>
#include <daybook/store.hpp>

#include "cli/record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace daybook::cli {

/// Up to where a stream is folded: what is set must hold for an event to count.
struct moment {
    std::optional<timestamp> at;            ///< Occurred by then.
    std::optional<std::uint64_t> sequence;  ///< Up to this one.
    std::optional<std::uint64_t> position;  ///< Up to this one.

    bool has(const event_view& e) const {
        return (!at || e.occurred_at() <= *at) && (!sequence || e.sequence().value <= *sequence) &&
               (!position || e.position().value <= *position);
    }
};

struct stream_state {
    std::string stream;
    projections::orchestration_row row;
};

/// The orchestration state of a stream at a moment; `row.events` is 0 if there was nothing yet.
/// Cost: reads the stream once, or from the newest sound snapshot on if the moment is a sequence or
/// now.
result<stream_state> state_of(store& log, const std::string& stream, const moment& until);

/// Keeps a snapshot of the stream's state after event `last`, or of now, and of older ones one.
/// Fails as `repository::take_snapshot`.
result<snapshot_info> keep_state(store& log, const std::string& stream,
                                 std::optional<sequence> last);

/// What `verify_snapshots` finds, and of states that `keep_state` kept also whether the events
/// still make them. Of one stream, or of all ("").
result<std::vector<snapshot_finding>> verify_states(store& log, const std::string& stream);

/// How a state is told: its main members, and all of them in JSON.
rows<stream_state> state_rows(record_sink& to);

}  // namespace daybook::cli
