// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/keyspace.hpp>
#include <daybook/projections/fold.hpp>
#include <daybook/types.hpp>
#include <daybook/value_codec.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// What a view keeps about parked events in its keyspace, beside its rows. The page is
/// projections/docs/parking.md.
///
/// A *lane* is what waits together: the events of one key, or one event whose key is not known.
namespace daybook::projections::layout {

/// Takes what is to be written: a value, or nothing for a key that is to be erased.
using write_sink = row_sink;

inline constexpr std::string_view lane_heads = "ph";
inline constexpr std::string_view lane_queues = "pq";
inline constexpr std::string_view park_notes = "pn";
inline constexpr std::uint32_t park_format = 1;

std::string lane_of_key(std::string_view key);
std::string lane_of_event(position at);
/// The key of a lane; nothing if it is that of an event without one.
std::optional<std::string_view> key_of_lane(std::string_view lane) noexcept;

/// The event at the head of a lane.
struct park_record {
    std::uint32_t format = park_format;
    position at;
    std::uint32_t attempts = 0;  ///< 0: it is its turn, and it was not tried yet.
    timestamp first_failed_at{};
    timestamp last_failed_at{};
    std::optional<timestamp> next_try;
    std::uint64_t held = 0;  ///< Events behind it.
    std::string stream;
    std::string reason;
    friend bool operator==(const park_record&, const park_record&) = default;
};
BOOST_DESCRIBE_STRUCT(park_record, (),
                      (format, at, attempts, first_failed_at, last_failed_at, next_try, held,
                       stream, reason))

/// An event that is to be told in the park stream, with the id that makes telling it twice
/// harmless.
struct park_note {
    std::string type;
    event_id id;
    event_id cause;
    std::string correlation;
    std::string session;
    timestamp at{};
    std::string payload;
    friend bool operator==(const park_note&, const park_note&) = default;
};
BOOST_DESCRIBE_STRUCT(park_note, (), (type, id, cause, correlation, session, at, payload))

std::string head_key(std::string_view lane);
/// What the queue keys of a lane start with.
std::string queue_prefix(std::string_view lane);
std::string queue_key(std::string_view lane, position at);
std::string note_key(std::uint64_t number);

std::string encode(const park_record& record);
std::string encode(const park_note& note);

/// Reads what is kept under a key that starts with `lane_heads`, ...; `visit` returns false to end.
/// Fail with `corrupt`, `unsupported` (a newer format) or `io`.
result<void> visit_heads(
    const keyspace& rows,
    const std::function<bool(std::string_view lane, const park_record& head)>& visit);
result<void> visit_queue(const keyspace& rows, std::string_view lane, position from,
                         const std::function<bool(position at)>& visit);
result<void> visit_notes(
    const keyspace& rows,
    const std::function<bool(std::uint64_t number, const park_note& note)>& visit);

}  // namespace daybook::projections::layout
