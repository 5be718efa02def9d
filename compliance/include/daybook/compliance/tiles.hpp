// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/merkle.hpp>
#include <daybook/result.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// How a tree and its leaves are cut into files that never change: c2sp.org/tlog-tiles.
///
/// A tile at level L holds 256 hashes in a row of subtrees of 256^L leaves. Tiles at the right edge
/// are partial: they hold fewer, and are not hashed into the level above. Bundles of entries hold
/// the data of the leaves that level 0 has the hashes of.
namespace daybook::compliance {

inline constexpr unsigned tile_width = 256;    ///< Hashes in a full tile.
inline constexpr unsigned tile_height = 8;     ///< Levels of the tree in it.
inline constexpr unsigned tile_level_max = 7;  ///< No tree of 2^63 - 1 leaves has a higher one.
inline constexpr std::size_t entry_bytes_max = 65'535;  ///< Of one leaf's data.

/// Which hashes: `width` of them from the index * 256-th subtree of 256^level leaves on.
struct tile {
    unsigned level = 0;  ///< 0 to `tile_level_max`.
    std::uint64_t index = 0;
    unsigned width = tile_width;  ///< 1 to 256, which is full.

    bool full() const noexcept { return width == tile_width; }
    /// The leaves below the tile: from here up to, not including, `end`.
    std::uint64_t begin() const noexcept;
    std::uint64_t end() const noexcept;

    friend bool operator==(const tile&, const tile&) = default;
};

/// How many hashes the partial tile of this level has in a tree of `size` leaves; 0 if there is
/// none, because all tiles of the level are full. Requires: `level` is at most `tile_level_max`.
unsigned partial_width(unsigned level, std::uint64_t size) noexcept;

/// The tile `index` of a level as it is in a tree of `size` leaves: full, partial, or nothing if
/// the tree does not reach it. Requires: `level` is at most `tile_level_max`.
std::optional<tile> tile_in(std::uint64_t size, unsigned level, std::uint64_t index) noexcept;

/// "tile/1/x001/x234/067", or "tile/1/x001/x234/067.p/17" if it is partial.
std::string tile_path(const tile& one);

/// "tile/entries/x001/x234/067", or with ".p/17": the bundle of the leaves of a tile of level 0.
std::string entries_path(const tile& one);

/// What a path below the prefix of a log names.
struct tile_name {
    tile which{};
    bool entries = false;  ///< The bundle, not the hashes. The level is 0.

    friend bool operator==(const tile_name&, const tile_name&) = default;
};

/// Reads exactly what the two functions above write for tiles that some tree of up to
/// `tree_size_max` leaves has. Fails with `invalid_argument`.
result<tile_name> parse_tile_path(std::string_view path);

/// 32 bytes for each hash. Fails with `invalid_argument` unless there are `one.width` of them.
result<std::vector<digest>> parse_tile(const tile& one, std::string_view bytes);
/// The bytes of a tile.
std::string tile_bytes(std::span<const digest> hashes);

/// Appends an entry to a bundle: its size in two bytes, the high one first, and then it. Fails with
/// `too_large` above `entry_bytes_max`; `bundle` is then as it was.
result<void> append_entry(std::string& bundle, std::string_view entry);

/// The entries in a bundle, which point into `bytes`. Fails with `invalid_argument` unless there
/// are exactly `one.width` of them and nothing behind.
result<std::vector<std::string_view>> parse_entries(const tile& one, std::string_view bytes);

/// Gives the hashes of a tile, `width` of them, or says why it cannot.
using tile_source = std::function<result<std::vector<digest>>(const tile&)>;

/// The subtrees of a tree of `size` leaves, from its tiles. One tile and at most 255 hashes for
/// each subtree, so a proof reads at most two tiles for each level of tiles if `tiles` caches, and
/// O(log n) in any case. What it gives fails with `invalid_argument` for a subtree that the tree
/// does not have in full, with `corrupt` if a tile does not hold as many hashes as it was asked
/// for, and as `tiles` does.
subtree_source subtrees_of_tiles(std::uint64_t size, tile_source tiles);

}  // namespace daybook::compliance
