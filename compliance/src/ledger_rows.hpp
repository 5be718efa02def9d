// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What the keyspace of the ledger holds; see compliance/docs/ledger.md. Numbers in keys are
// big-endian, so that keys sort.
//
//   o                         the origin of the log
//   a                         present once an anchor was told
//   r                         what a recovery that is not finished has to record
//   t level(u8) index(u64)    the hashes of a tile; of level 1 and above also partial ones
//   l index(u64)              the links of the 256 events of a tile of level 0
//   p position(u64)           leaves and links of events from there on, whose tile is not full
//   c index(u64)              the newest checkpoint whose last event is in this tile of level 0
//   k position(u64)           empty: the event there is about keys

#include <daybook/compliance/digest.hpp>
#include <daybook/types.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::compliance::ledger_rows {

inline constexpr std::string_view keyspace_name = "daybook.ledger";
inline constexpr std::string_view origin_key = "o";
inline constexpr std::string_view anchored_key = "a";
inline constexpr std::string_view recovery_key = "r";

/// A leaf, and how many positions before it the event before in its stream is; 0 for the first.
struct linked_leaf {
    digest leaf;
    std::uint64_t link = 0;
};

std::string tile_key(unsigned level, std::uint64_t index);
std::string links_key(std::uint64_t index);
std::string leaves_key(std::uint64_t first);
std::string checkpoint_key(std::uint64_t index);
std::string about_keys_key(position at);
/// The number at the end of a key; nothing if it is not of that kind.
std::optional<std::uint64_t> index_of(std::string_view key, std::string_view start);

inline constexpr std::string_view tiles_start = "t";
inline constexpr std::string_view leaves_start = "p";
inline constexpr std::string_view checkpoints_start = "c";
inline constexpr std::string_view about_keys_start = "k";
std::string tiles_of_level(unsigned level);

void append_hashes(std::string& out, const std::vector<digest>& hashes);
/// Nothing unless the bytes are whole hashes.
std::optional<std::vector<digest>> read_hashes(std::string_view bytes);

/// Varints. Nothing unless there are exactly `count`.
std::optional<std::vector<std::uint64_t>> read_links(std::string_view bytes, std::size_t count);

void append_leaf(std::string& out, const linked_leaf& one);
std::optional<std::vector<linked_leaf>> read_leaves(std::string_view bytes);

}  // namespace daybook::compliance::ledger_rows
