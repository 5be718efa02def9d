// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/verdict.hpp>
#include <daybook/detail/state_loader.hpp>
#include <daybook/projections/any_projection.hpp>
#include <daybook/store.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

/// Is what was made from the log, and is read in its place, still what the log makes?
///
/// Snapshots, views and their checkpoints are not signed: whoever can write files can write them
/// with checksums that fit. So they are made again from the log and compared to the byte, by the
/// code that makes them: what that is not known for cannot be told.
///
///     auto all = book.verify().value();                                     // the log itself
///     const std::array states{known_state::of<sprint>()};
///     const std::array views{projections::any_projection::of<workload>()};
///     add_findings(all, check_snapshots(log, states).value().findings);
///     add_findings(all, check_views(log, views).value().findings);
///
/// What the log says is believed here; open its ledger first, so that events are looked at as they
/// are read. Nothing is written. May run beside writers and runners.
namespace daybook::compliance {

/// What makes the state that snapshots keep. A value; cheap to copy.
struct known_state {
    const daybook::detail::state_kind* kind = nullptr;  ///< Outlives it. Never null.
    /// Those of the repository that kept the snapshots.
    std::shared_ptr<const daybook::upcasters> upcasters{};

    template <aggregate A>
    static known_state of(std::shared_ptr<const daybook::upcasters> by = {}) {
        return {&daybook::detail::state_kind_of<A>(), std::move(by)};
    }
};

/// What was looked at, and what was found.
struct derived_check {
    std::uint64_t looked_at = 0;  ///< Snapshots; or views and checkpoints of views.
    std::vector<finding> findings{};
};

/// Every snapshot in the store. Findings are of kind "snapshot": *tampered* if the bytes, the
/// events behind it or the state are not what they should be (or `apply` changed, and `version` did
/// not); *unverifiable* if nothing in `states` makes such a state, or events cannot be read.
///
/// Cost: events of streams that have snapshots are read up to three times. Fails with `io`.
result<derived_check> check_snapshots(store& log, std::span<const known_state> states);

/// What readers get of every view in the store: rows, secondary keys, and checkpoints for reading
/// the past. Findings are of kind "view": *tampered* if they are not what the log makes (or the
/// projection changed, and its version did not); *unverifiable* if nothing in `views` is the
/// projection, if events are parked in a view that differs, or it moved all the time. Generations
/// that are being built or kept for switching back are looked at when they serve.
///
/// `progress` is told how many were looked at, of how many. Cost: each view and each checkpoint is
/// folded from the first event on; memory as an `as_of_view`, and a count for each secondary key.
/// Fails with `io`.
result<derived_check> check_views(store& log, std::span<const projections::any_projection> views,
                                  const progress_callback& progress = {});

/// Puts `more` where they belong by position.
void add_findings(verification& to, std::vector<finding> more);

}  // namespace daybook::compliance
