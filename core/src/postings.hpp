// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Postings: the offsets, within one segment, of the events that have a term. Written once when the
// segment is sealed, decoded into an `offset_set`. Layout in core/docs/index.md.

#include "offset_set.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace daybook::postings {

/// Appends the encoding of `offsets` (ascending, each once, at least one).
void encode(std::string& out, std::span<const std::uint16_t> offsets);

/// Adds the encoded offsets to `out`. False if the bytes are not sound.
bool decode(std::string_view encoded, offset_set& out) noexcept;

/// How many offsets are encoded, without decoding them; 0 if the bytes are not sound.
std::uint32_t count(std::string_view encoded) noexcept;

}  // namespace daybook::postings
