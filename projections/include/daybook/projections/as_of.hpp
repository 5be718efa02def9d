// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/generations.hpp>
#include <daybook/projections/row_reader.hpp>
#include <daybook/store.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Views as they stood at a moment in the past.
///
///     auto before = view<open_orders>::open(store, as_of::recorded_by(noon)).value();
///     auto open_cents = before.get("order-7");
namespace daybook::projections {

/// A moment in the past of a log: which events a view is read as of.
class as_of {
public:
    /// Up to this position, inclusive.
    static as_of at(position last) { return as_of{last_event{last}}; }
    /// All events before this position, as a view has them whose cursor stands there.
    static as_of before(position next) { return as_of{next}; }
    /// What the store had recorded by then: every event with `recorded_at` <= `time`.
    static as_of recorded_by(timestamp time) { return as_of{time}; }

    /// The cursor of a view that stands at this moment. Fails with `invalid_argument` if the log
    /// does not reach so far, or the time lies in the future: what is recorded until then is not
    /// known yet.
    result<position> cursor_in(const store& log) const;

private:
    struct last_event {
        position at;
    };
    using value = std::variant<last_event, position, timestamp>;
    explicit as_of(value when) : value_{when} {}
    value value_;
};

struct as_of_options {
    /// Go on from a kept checkpoint (see checkpoints.hpp) where there is one that fits; else always
    /// from the first event.
    bool from_checkpoints = true;
    /// Bytes of rows kept in memory, those of the checkpoint not counted. With more, they go to a
    /// store in a scratch directory, which is removed with the view, but not if the process is
    /// killed.
    std::size_t rows_bytes_max = 64U << 20U;
    /// As `parking_options::strict` of the runner: an event that cannot be taken is not parked.
    bool strict = false;
    /// Where scratch directories are made; empty: the system's temporary directory.
    std::filesystem::path scratch{};
};

/// The rows of a view as they stood at a moment: the same as those of a view that was stopped
/// there. Nothing is stored, no runner is needed, and what is appended meanwhile changes nothing.
///
/// - `get` folds this one row, from the events of its stream if the projection is
///   `keyed_by_stream`, else from those of the projection's query after the checkpoint (if it has
///   `kinds`, rows that others are made from are kept in memory too).
/// - The first `scan` folds all rows and keeps those that are not the checkpoint's; from then on
///   every reading is a look-up. See `load`.
///
/// What a runner parks is parked (see park.hpp): the row stays as it was before the event. What had
/// been skipped by then is left out; a skip that came later is not known yet. Where nothing is
/// parked (strict views, those with `kinds`), readings fail with `projection_failed` if an event
/// before the moment cannot be taken: no view stood there.
///
/// Readings fail too with `too_large` (more keys to be parked than `parking_options` allows),
/// `not_found` (the checkpoint was dropped by another process), `corrupt` or `io`; once it has
/// failed, the first `scan` tries again. Every member may be called from any thread, beside a
/// runner and appends; the first `scan` holds up others. Must not outlive its store.
class as_of_view final : public row_reader {
public:
    /// Fails with `invalid_argument` as `as_of::cursor_in`, with `corrupt` or `io`.
    static result<as_of_view> open(store& log, any_projection of, as_of when,
                                   const as_of_options& options = {});

    result<std::optional<std::string>> get(std::string_view key) const override;
    result<void> scan(const row_range& range, const row_visitor& visit) const override;
    result<void> scan_by(std::string_view index, std::string_view value,
                         const row_visitor& visit) const override;
    /// Where a view stands whose rows these are.
    result<position> cursor() const override;
    /// Does not wait. Fails with `timed_out` if the event came after the moment.
    result<void> wait_for(at_least wanted, std::chrono::milliseconds patience) const override;

    /// Folds all rows now, for many readings.
    result<void> load() const;

    /// Which event is the first that is read, and why not a later one: a line for each checkpoint
    /// nearer to the moment that does not fit what is there now.
    position starts_at() const noexcept;
    const std::vector<std::string>& checkpoints_ignored() const noexcept;

private:
    struct state;
    explicit as_of_view(std::shared_ptr<state> opened) : state_{std::move(opened)} {}
    std::shared_ptr<state> state_;
};

/// How the rows of one reader differ from those of another: of two moments, of a moment and now, or
/// of two ways to make the same rows. Both must stand still meanwhile.
/// Cost: one scan of both; memory for two pages of rows. Fails as their `scan`.
result<view_comparison> compare_rows(const row_reader& before, const row_reader& after,
                                     const compare_options& options = {});

/// The digest of these rows, which must stand still meanwhile. Cost: one scan. Fails as `scan`.
result<view_digest> digest_of(const row_reader& rows);

}  // namespace daybook::projections
