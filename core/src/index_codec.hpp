// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Keys and values of the sealed index. Layout, sizes and reasons in core/docs/index.md.
//
//   key := group (u32 BE) field (u8) rest
//   rest := segment (u32 BE)                       for summary, frames, times
//           text 00 segment (u32 BE)               for keyed fields
//           bucket (u16 BE) segment (u32 BE)       for packed fields
//
// A group is 64 segments. Putting it first bounds what compaction ever merges together and lets a
// lookup of a term in 4.2 million events be one seek; putting the segment last keeps what one query
// walks through side by side.

#include "tail_segment.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace daybook::index_codec {

inline constexpr unsigned group_bits = 6;
inline constexpr std::uint32_t group_segments = 1U << group_bits;

/// What all segments of a group share of a term's keys; append the segment to have one key.
std::string key_prefix(std::uint32_t group, const term& wanted);
std::string key_prefix(std::uint32_t group, field in);
void append_segment(std::string& key, std::uint32_t segment);
/// The segment at the end of a key. Requires: the key is at least 4 bytes long.
std::uint32_t segment_of(std::string_view key) noexcept;

/// Adds the offsets with this hash in a packed value to `out`. False if the bytes are not sound.
bool load_packed(std::string_view value, std::uint64_t hash, offset_set& out) noexcept;
/// The same, appended ascending to a list.
bool load_packed(std::string_view value, std::uint64_t hash, std::vector<std::uint16_t>& out);

/// Visits the upper 44 bits of the hash of each term in a packed entry; stops at damage.
void for_each_print(std::string_view key, std::string_view value,
                    const std::function<void(std::uint64_t print)>& visit);

std::string encode_summary(const segment_summary& summary);
bool decode_summary(std::string_view value, segment_summary& out) noexcept;

/// Calls `visit(offset, microseconds)` for each event of the segment. False if not sound.
bool decode_times(std::string_view value, std::vector<std::int64_t>& out);

/// Every key and value of a full segment, in key order. The views are valid during the call.
void for_each_entry(const tail_segment& sealed,
                    const std::function<void(std::string_view key, std::string_view value)>& visit);

/// Keys of `streams`, in order: hash and first position (both u64 BE) of each new stream.
std::vector<std::string> stream_keys(const tail_segment& sealed);
std::string stream_key_prefix(std::uint64_t hash);

}  // namespace daybook::index_codec
