// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What the index knows an event by. Keyed fields keep their text, so they can be listed and counted
// exactly; packed ones (nearly one term per event) keep 44 bits of a hash and are checked against
// the event when it is read.

#include <daybook/event.hpp>

#include "scalar.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

enum class field : std::uint8_t {
    // One entry per segment.
    summary = 0x01,
    frames = 0x02,
    times = 0x03,
    // Keyed.
    category = 0x10,
    type = 0x11,
    actor = 0x12,
    tag = 0x13,
    payload = 0x20,  ///< And the following: 0x20 + place in the store's indexed fields.
    // Packed.
    id = 0x80,
    correlation = 0x81,
    cause = 0x82,
    stream = 0x83
};

inline constexpr std::size_t packed_fields = 4;

constexpr bool is_packed(field f) noexcept { return (static_cast<unsigned>(f) & 0x80U) != 0; }
constexpr std::size_t packed_place(field f) noexcept { return static_cast<unsigned>(f) & 0x7FU; }
constexpr field payload_field(std::size_t place) noexcept {
    return static_cast<field>(static_cast<std::size_t>(field::payload) + place);
}

struct term {
    field in{};
    std::uint64_t hash = 0;
    std::string_view text;  ///< Borrowed; for ids the 16 bytes.
};

/// Hashes differ from store to store (`seed`), so that nobody can prepare colliding names.
std::uint64_t hash_term(field in, std::string_view text, std::uint64_t seed) noexcept;

inline std::string_view id_text(const event_id& id) noexcept {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

/// The term of text that is too long to be one, or has a zero byte: who asks must read the event.
inline constexpr std::string_view unspelled_text = "x";

/// How a scalar is spelled in the index: a letter for its kind, then the value, numbers in one
/// spelling however they were written. Nothing for arrays and objects.
std::optional<std::string> indexed_text(const scalar& value);

/// What is needed to name the terms of an event.
struct term_rules {
    std::uint64_t seed = 0;
    std::vector<std::string> indexed_fields;  ///< JSON Pointers.

    /// Appends the terms of `event`. Texts point into the record and into `texts`.
    void collect(event_view event, std::vector<term>& out, std::deque<std::string>& texts) const;

    term make(field in, std::string_view text) const noexcept {
        return {in, hash_term(in, text, seed), text};
    }
};

}  // namespace daybook
