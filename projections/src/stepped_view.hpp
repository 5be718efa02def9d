// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>

#include "divided_fold.hpp"
#include "park_ledger.hpp"
#include "view_layout.hpp"

#include <cstddef>
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
    result<void> offer(const json_event& event) { return offer(0, event, offered_in_batch_++); }

    /// Divides the keys of the view, between two batches: see `divided_fold::divide`. With
    /// something parked it stays whole, for keys are held back one event after the other.
    void divide(std::size_t shares) { fold_.divide(parks_.watches() ? 1 : shares); }
    std::size_t shares() const noexcept { return fold_.shares(); }
    /// `offer` for one share: see `divided_fold::apply`. While the view is divided, this alone.
    result<void> offer(std::size_t share, const json_event& event, std::size_t index);
    /// See `divided_fold::gather`.
    void gather(std::size_t share) { fold_.gather(share); }

    /// Fails with `projection_failed` if a row that changed since the last `written` is larger than
    /// `row_bytes_max`; names `at` as the event that made it so, and its key as the one at fault.
    result<void> check_row_sizes(const event_view& at);

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

    /// Takes back what was offered since the last `written`; rows are read again when needed. The
    /// view is whole again.
    void abandon();

    /// Applies an event that is behind the cursor; the gate says to which rows.
    result<bool> apply_again(const json_event& event) { return fold_.whole().apply(event); }
    /// Counts events that came to a row only now.
    void count_applied(std::uint64_t events) { applied_late_ += events; }

    /// Decoded rows in memory.
    std::size_t rows_cached() const noexcept { return fold_.rows_cached(); }

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
    std::size_t offered_in_batch_ = 0;
    std::uint64_t applied_late_ = 0;  ///< See `count_applied`.
    park_ledger parks_;               ///< The gate of `fold_`.
    divided_fold fold_;
    std::optional<error> failure_;
};

}  // namespace daybook::projections
