// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/store.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace daybook::replay {

/// A point in the past: up to which events a state is folded.
///
/// What a point will show must be known: places that the log does not reach and times that have not
/// come are refused, with `invalid_argument` and where the end is, by what takes a point.
class point {
public:
    /// All events that are there.
    static point now() { return point{std::monostate{}}; }
    /// Before the first event.
    static point start() { return point{beginning{}}; }
    /// Up to this position of the log, inclusive.
    static point at(position last) { return point{last}; }
    /// Up to this sequence of the stream, inclusive.
    static point at(sequence last) { return point{last}; }
    /// What had happened by then: events whose own time (`occurred_at`) is not after `time`.
    static point occurred_by(timestamp time) { return point{occurred{time}}; }
    /// What was known by then: events that the store had recorded, `time` included.
    static point recorded_by(timestamp time) { return point{recorded{time}}; }

private:
    struct beginning {};
    struct occurred {
        timestamp time;
    };
    struct recorded {
        timestamp time;
    };
    using value = std::variant<std::monostate, beginning, position, sequence, occurred, recorded>;
    friend struct point_access;
    explicit point(value v) : value_{v} {}
    value value_;
};

/// The state of one key at a point: its row, and what it was folded from.
template <class Row>
struct state {
    std::optional<Row> row;        ///< Nothing if no event had made one by then, or it was removed.
    std::uint64_t events = 0;      ///< Applied.
    std::optional<position> last;  ///< The last one applied.
};

/// The stored bytes of the row, of a projection whose type is forgotten; see `state_at` below.
result<state<std::string>> state_bytes_at(const store& log, const projections::any_projection& of,
                                          std::string_view key, point when);

/// The row as JSON, of a projection whose type is forgotten; see `state_at` below.
result<state<std::string>> state_json_at(const store& log, const projections::any_projection& of,
                                         std::string_view key, point when);

/// The row that a view of `P` stopped at `when` would have for `key`. Nothing is written.
///
///     auto then = state_at<orchestration_state>(store, "issue-7", point::at(sequence{25}));
///
/// For `occurred_by`, the events that had happened by then are applied in the order of the log.
/// Cost: reads the stream if the projection is `keyed_by_stream`, else every event it wants up to
/// the point; `projections::as_of_view` goes on from checkpoints. Fails with `invalid_argument`
/// (the point, see there; or a sequence, and the projection is not keyed by stream),
/// `projection_failed`, `corrupt` or `io`.
template <projections::projection P>
result<state<projections::row_of<P>>> state_at(const store& log, std::string_view key, point when) {
    const auto bytes = state_bytes_at(log, projections::any_projection::of<P>(), key, when);
    if (!bytes) return bytes.error();
    state<projections::row_of<P>> typed{{}, bytes->events, bytes->last};
    if (!bytes->row) return typed;
    auto row = decode_value<projections::row_of<P>>(*bytes->row);
    if (!row) return row.error();
    typed.row = *std::move(row);
    return typed;
}

}  // namespace daybook::replay
