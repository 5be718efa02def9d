// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/detail/state_loader.hpp>
#include <daybook/projections/orchestration_state.hpp>
#include <daybook/snapshot.hpp>
#include <daybook/store.hpp>

#include <optional>
#include <string>
#include <vector>

namespace daybook::cli {

/// How snapshots of orchestration states are made and read.
const daybook::detail::state_kind& kept_kind();

/// The orchestration state of a stream now, from its newest sound snapshot on; `events` is 0 if the
/// stream does not exist. Cost: the events after that snapshot; all of them without one.
result<projections::orchestration_row> state_now(store& log, const std::string& stream);

/// Keeps a snapshot of the stream's state after event `last`, or of now, and of older ones one.
/// Fails as `repository::take_snapshot`.
result<snapshot_info> keep_state(store& log, const std::string& stream,
                                 std::optional<sequence> last);

/// What `verify_snapshots` finds, and of states that `keep_state` kept also whether the events
/// still make them. Of one stream, or of all ("").
result<std::vector<snapshot_finding>> verify_states(store& log, const std::string& stream);

}  // namespace daybook::cli
