// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace daybook {

/// Place of an event in the whole log: 0, 1, 2 ... without gaps, in commit order.
struct position {
    std::uint64_t value = 0;
    friend constexpr auto operator<=>(const position&, const position&) = default;
};

/// Place of an event in its stream: 1, 2, 3 ... without gaps. 0 means "before the first".
struct sequence {
    std::uint64_t value = 0;
    friend constexpr auto operator<=>(const sequence&, const sequence&) = default;
};

/// Microseconds since 1970-01-01T00:00:00Z, without leap seconds.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// The earliest and the latest time an event may carry: years 0001 to 9999.
inline constexpr timestamp timestamp_min{std::chrono::microseconds{-62'135'596'800'000'000}};
inline constexpr timestamp timestamp_max{std::chrono::microseconds{253'402'300'799'999'999}};

/// RFC 3339 in UTC: milliseconds, or microseconds where they are not zero
/// ("2025-12-22T10:30:00.123Z", "2025-12-22T10:30:00.123456Z").
std::string to_string(timestamp time);

/// Reads RFC 3339 ("2025-12-22T10:30:00.123+01:00"; seconds and their fraction may be left out) or
/// a date ("2025-12-22" is its midnight in UTC). Digits beyond microseconds must be zero.
/// Fails with `invalid_argument`.
result<timestamp> parse_timestamp(std::string_view text);

/// A 128-bit UUID (RFC 9562), in network byte order.
struct event_id {
    std::array<std::uint8_t, 16> bytes{};

    /// A new version 7 id: sorts by time of making. Thread safe; increasing within a process.
    static event_id make();

    friend constexpr auto operator<=>(const event_id&, const event_id&) = default;
};

/// The 36 characters of an id, lower case.
std::string to_string(const event_id& id);

/// Reads the 36-character form in either case; nothing if `text` is anything else.
std::optional<event_id> parse_event_id(std::string_view text) noexcept;

/// What comes before the first `-` of a stream's name: "task" of "task-42".
constexpr std::string_view category_of(std::string_view stream) noexcept {
    return stream.substr(0, stream.find('-'));
}

}  // namespace daybook
