// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/detail/compound_codec.hpp>
#include <daybook/result.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// How rows become bytes, and JSON for people.
///
/// A row is a struct described with Boost.Describe, or a plain value. Its fields may be bool,
/// integers, floating point numbers, described enumerations, std::string, daybook::timestamp,
/// std::chrono durations, position, sequence, event_id, other described structs, and optional,
/// vector, set, map, pair and variant (also with std::monostate) of these. The bytes are compact
/// and the same on every machine: integers as varints (signed ones zigzag), doubles as 8 bytes
/// little-endian, strings and containers with a length before them, struct members in order
/// without names.
namespace daybook::projections {

/// A type that a view can keep as its row.
template <class T>
concept row_value = detail::codable<T> && std::default_initializable<T> && std::movable<T>;

/// What a row may take at most, as it is stored. A larger one is a failure of the event that made
/// it so, as if `apply` had thrown. Rows are measured when they are written, at the end of a batch:
/// one that is larger within a batch alone goes unnoticed.
///
/// A row is written whole, once per batch that changed it. Up to 1 MiB that costs 1.2 ms per MiB;
/// at 4 MiB 7 ms, and 43 at worst; at 16 MiB 62 ms, at less than half the bytes per second.
inline constexpr std::size_t row_bytes_max = std::size_t{4} << 20U;

/// Appends the bytes of `row` to `to`.
template <row_value Row>
void encode_row(const Row& row, std::string& to) {
    detail::codec<Row>::put(to, row);
}

/// Reads what `encode_row` wrote. Fails with `corrupt` if bytes are missing, left over or
/// senseless.
template <row_value Row>
result<Row> decode_row(std::string_view bytes) {
    detail::byte_source from{bytes};
    Row row{};
    if (!detail::codec<Row>::get(from, row) || !from.left.empty()) {
        return fail(errc::corrupt, "row of " + std::to_string(bytes.size()) +
                                       " bytes: not of the shape that this view writes");
    }
    return row;
}

/// `row` as JSON on one line: members by name, times as RFC 3339, enumerators by name, durations as
/// their count.
template <class Row>
requires detail::codable<Row> std::string row_to_json(const Row& row) {
    std::string text;
    detail::codec<Row>::json(text, row);
    return text;
}

/// A fingerprint of the names and kinds of a row's fields: bytes of rows with the same fingerprint
/// can be read as each other.
template <row_value Row>
std::uint64_t row_fingerprint() {
    std::string shape;
    detail::codec<Row>::shape(shape);
    return detail::hash_shape(shape);
}

}  // namespace daybook::projections
