// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/detail/compound_codec.hpp>
#include <daybook/result.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// How the rows of views and the states of aggregates become bytes, and JSON for people.
///
/// A value is a struct described with Boost.Describe, or a plain one. Its fields may be bool,
/// integers, floating point numbers, described enumerations, std::string, daybook::timestamp,
/// std::chrono durations, position, sequence, event_id, other described structs, and optional,
/// vector, set, map, pair and variant (also with std::monostate) of these. The bytes are compact
/// and the same on every machine: integers as varints (signed ones zigzag), doubles as 8 bytes
/// little-endian, strings and containers with a length before them, struct members in order
/// without names.
namespace daybook {

/// A type that can be kept.
template <class T>
concept stored_value = detail::codable<T> && std::default_initializable<T> && std::movable<T>;

/// Appends the bytes of `value` to `to`.
template <stored_value T>
void encode_value(const T& value, std::string& to) {
    detail::codec<T>::put(to, value);
}

/// Reads what `encode_value` wrote. Fails with `corrupt` if bytes are missing, left over or
/// senseless.
template <stored_value T>
result<T> decode_value(std::string_view bytes) {
    detail::byte_source from{bytes};
    T value{};
    if (!detail::codec<T>::get(from, value) || !from.left.empty()) {
        return fail(errc::corrupt, "value of " + std::to_string(bytes.size()) +
                                       " bytes: not of the shape that is written here");
    }
    return value;
}

/// `value` as JSON on one line: members by name, times as RFC 3339, enumerators by name, durations
/// as their count.
template <class T>
requires detail::codable<T> std::string value_to_json(const T& value) {
    std::string text;
    detail::codec<T>::json(text, value);
    return text;
}

/// A fingerprint of the names and kinds of a value's fields: bytes of those with the same
/// fingerprint can be read as each other.
template <stored_value T>
std::uint64_t value_fingerprint() {
    std::string shape;
    detail::codec<T>::shape(shape);
    return detail::hash_shape(shape);
}

}  // namespace daybook
