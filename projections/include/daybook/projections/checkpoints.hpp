// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/store.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Checkpoints of views: copies of all rows as they stood at a position, from which the rows of
/// later moments (see as_of.hpp) are folded instead of from the first event.
///
/// A checkpoint belongs to one generation of a view and is dropped with it. It counts from the
/// moment when it is whole: what a crash leaves of one is never read, and dropped by the next.
namespace daybook::projections {

struct view_checkpoint {
    std::string view;
    std::uint32_t version = 0;
    std::uint32_t generation = 0;  ///< Whose rows were copied.
    std::string keyspace;
    position cursor;  ///< The rows are those that the events before it make.
    std::uint64_t rows = 0;
    timestamp made_at{};
    event_id last_event{};  ///< The one before the cursor: tells one history from another.
    std::uint64_t query_fingerprint = 0;
    std::uint64_t row_fingerprint = 0;
};

/// Every whole checkpoint in this store, by view, version, generation and cursor.
/// Fails with `corrupt`, `unsupported` or `io`.
result<std::vector<view_checkpoint>> view_checkpoints(store& log);

/// Copies the rows that serve of this view, as of one moment, also while a runner or appends change
/// them; that is what the checkpoint's cursor says. One that stands there already is returned.
///
/// Cost: a scan of the rows and a write of each; memory for a page of them. Fails with `not_found`
/// if the view was never built; `invalid_argument` if it has read nothing yet, or was built by a
/// projection with another query or row; `locked` if one of it is being made; `refused` if events
/// are parked in it (see park.hpp) or the store is read-only; `corrupt` or `io`.
result<view_checkpoint> keep_checkpoint(store& log, const any_projection& of);

/// Drops the oldest checkpoints of each generation of the view but `keep`. Fails with `io`.
result<void> prune_checkpoints(store& log, std::string_view view, std::size_t keep);

/// Fails with `not_found`, `corrupt` or `io`.
result<void> drop_checkpoint(store& log, const view_checkpoint& which);

}  // namespace daybook::projections
