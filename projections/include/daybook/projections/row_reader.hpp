// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/reader.hpp>
#include <daybook/result.hpp>
#include <daybook/types.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace daybook::projections {

/// Which rows, and in which order. Keys compare as bytes; all bounds hold together.
///
/// The next page forwards is the one with `from` = the last key seen and one '\0' more; backwards,
/// the one with `before` = the last key seen.
struct row_range {
    std::string_view prefix{};  ///< Only keys that start with it.
    std::string_view from{};    ///< Only this key and those above it.
    std::string_view before{};  ///< Only keys below it; empty: no bound.
    std::size_t limit = std::numeric_limits<std::size_t>::max();
    direction dir = direction::forwards;
};

/// Takes a key and the bytes of its row, valid during the call; false ends the visit.
using row_visitor = std::function<bool(std::string_view key, std::string_view row)>;

/// What a reading waits for: that the view has this event. The `last` of an append's receipt makes
/// a reading see what was just written.
struct at_least {
    position event;
};

/// Where the rows of a view are read, as bytes: kept in a store (`stored_view`) or folded when they
/// are asked for (`live_view`).
///
/// Every member may be called from any thread, beside a runner that writes. Must not outlive the
/// store.
class row_reader {
public:
    virtual ~row_reader() = default;

    /// The bytes of a row, or nothing.
    virtual result<std::optional<std::string>> get(std::string_view key) const = 0;

    /// Visits the rows of `range`, as of one moment, until `visit` returns false.
    virtual result<void> scan(const row_range& range, const row_visitor& visit) const = 0;

    /// Visits the rows that have the secondary key `value` in `index`, in byte order of their own
    /// keys, until `visit` returns false. Fails with `invalid_argument` if the projection has none.
    virtual result<void> scan_by(std::string_view index, std::string_view value,
                                 const row_visitor& visit) const = 0;

    /// The next position that the view will read: all events before it are in the rows.
    virtual result<position> cursor() const = 0;

    /// Waits until the view has the event that `wanted` names. Fails with `timed_out` when
    /// `patience` is over (the message tells how far the view is), or as `cursor`.
    virtual result<void> wait_for(at_least wanted, std::chrono::milliseconds patience) const = 0;

protected:
    row_reader() = default;
    row_reader(row_reader&&) = default;
    row_reader& operator=(row_reader&&) = default;
};

}  // namespace daybook::projections
