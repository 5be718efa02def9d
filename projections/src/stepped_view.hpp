// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>

#include "park_ledger.hpp"
#include "view_layout.hpp"

#include <memory>
#include <optional>

namespace daybook::projections {

/// One view between batches: events in, writes out. No store, no clock, no thread.
///
///     offer ... offer, close -> writes, then written() or abandon()
///
/// If `offer` fails, nothing of the batch may be written: `abandon`, offer again what comes before
/// the failed event, and close there. Then, if `may_park`, `park` the event, offer it, and go on;
/// else `fail_at_cursor`.
class stepped_view {
public:
    /// A view that goes on from `start`; its stored rows are read through `rows`.
    stepped_view(any_projection of, layout::cursor_record start, row_source rows,
                 const fold_options& options, const parking_options& parking = {});
    stepped_view(const stepped_view&) = delete;
    stepped_view& operator=(const stepped_view&) = delete;

    /// Takes the event if it is not before the cursor and the projection wants it. Fails as
    /// `fold::apply`, and with `too_large` if no more may be held behind parked events.
    result<void> offer(const json_event& event);

    /// Does this failure of `offer` park the event?
    bool may_park(const error& why) const noexcept {
        return why.code == errc::projection_failed && !parks_.options().strict &&
               !projection_.strict();
    }
    /// What parking the event that `offer` just failed at would park: its key, or it alone.
    std::string lane_at_fault(position at);

    /// Parks an event, as a part of this batch: offer it then, for its other keys. Fails with
    /// `too_large`.
    result<void> park(const std::string& lane, const event_view& event, const error& why,
                      timestamp now);

    /// Ends the batch: all events before `reached` were offered. Hands rows and cursor to `sink`,
    /// as keyspace keys and values to be written in one batch, with what `parks().collect` gives.
    void close(position reached, const row_sink& sink);

    /// The writes of `close` are stored: the cursor moves.
    void written();

    /// Takes back what was offered since the last `written`; rows are read again when needed.
    void abandon();

    /// Applies an event that is behind the cursor; the gate says to which rows.
    result<bool> apply_again(const json_event& event) { return fold_->apply(event); }
    /// Counts events that came to a row only now.
    void count_applied(std::uint64_t events) { applied_in_batch_ += events; }

    /// Decoded rows in memory.
    std::size_t rows_cached() const noexcept { return fold_->rows_cached(); }

    park_ledger& parks() noexcept { return parks_; }
    const park_ledger& parks() const noexcept { return parks_; }

    /// The event at the cursor cannot be taken; the view is left out until `retry`.
    void fail_at_cursor(error why) { failure_ = std::move(why); }
    void retry() { failure_.reset(); }

    const any_projection& projection() const noexcept { return projection_; }
    position cursor() const noexcept { return stored_.next; }
    std::uint64_t events_applied() const noexcept { return stored_.events_applied; }
    const std::optional<error>& failure() const noexcept { return failure_; }

private:
    any_projection projection_;
    layout::cursor_record stored_;
    std::optional<layout::cursor_record> closing_;
    std::uint64_t applied_in_batch_ = 0;
    park_ledger parks_;  ///< The gate of `fold_`.
    std::unique_ptr<fold> fold_;
    std::optional<error> failure_;
};

}  // namespace daybook::projections
