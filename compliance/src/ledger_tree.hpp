// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// The tree over all positions: full tiles in the keyspace, the right edge in memory.

#include <daybook/compliance/merkle.hpp>
#include <daybook/compliance/tiles.hpp>
#include <daybook/keyspace.hpp>

#include "ledger_rows.hpp"

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace daybook::compliance {

/// Thread safe. `append` and `load` are for one thread at a time.
///
/// What it gives is what the edge in memory implies: each full tile is hashed up to the edge
/// before it is used, once while it is kept. Whether the edge is what was signed is for the
/// checkpoint to say; see `signed_log`.
class ledger_tree {
    struct kept_tile {
        std::vector<digest> hashes;
        std::vector<std::uint64_t> links;  ///< Of level 0.
    };

public:
    using linked_leaf = ledger_rows::linked_leaf;
    using tile_handle = std::shared_ptr<const kept_tile>;

    explicit ledger_tree(const keyspace& rows) : rows_{rows} {}

    /// Takes in what the keyspace holds. Fails with `corrupt` if rows are missing or not whole.
    result<void> load();

    /// Goes on with the full tiles that `before` keeps. Requires: this tree continues that one.
    void keep_tiles_of(const ledger_tree& before) { tiles_ = before.tiles_; }

    std::uint64_t size() const;
    tree_head head() const;

    /// Fails with `corrupt` if the tile is missing or not what its parent says, `invalid_argument`
    /// behind the end.
    result<linked_leaf> leaf(position at) const;
    /// The tile of level 0 that has its 256 leaves. Fails as `leaf`.
    result<tile_handle> full_leaves(std::uint64_t index) const { return full_tile(0, index); }
    static linked_leaf leaf_in(const kept_tile& full, std::size_t place) {
        return {full.hashes[place], full.links[place]};
    }

    /// The subtrees of the tree of `size` leaves, of which there are so many now.
    subtree_source subtrees(std::uint64_t size) const;

    /// Adds leaves and puts the rows that go with them into `writes`. They can be read at once.
    void append(const std::vector<linked_leaf>& leaves, keyspace_batch& writes);

private:
    struct level_edge {
        std::uint64_t full = 0;  ///< Tiles of the level.
        kept_tile partial;
    };
    /// Two generations: what is not used again goes.
    class cache {
    public:
        tile_handle find(unsigned level, std::uint64_t index);
        void put(unsigned level, std::uint64_t index, tile_handle made);

    private:
        static constexpr std::size_t tiles_max = 1024;  ///< Of a generation: 8 to 10 MiB.
        std::mutex mutex_;
        std::unordered_map<std::uint64_t, tile_handle> young_;
        std::unordered_map<std::uint64_t, tile_handle> old_;
    };

    result<tile_handle> full_tile(unsigned level, std::uint64_t index) const;
    result<kept_tile> read_tile(unsigned level, std::uint64_t index) const;
    result<digest> entry(unsigned level, std::uint64_t index) const;
    result<std::vector<digest>> hashes_of(const tile& wanted) const;
    result<void> load_edge(unsigned level, std::uint64_t below);
    result<void> load_leaves();
    void close_leaves(keyspace_batch& writes);
    void raise(unsigned level, const digest& root, keyspace_batch& writes);

    const keyspace& rows_;
    mutable std::mutex mutex_;
    std::array<level_edge, tile_level_max + 1> edges_;
    tree_frontier frontier_;
    std::vector<std::uint64_t> leaf_rows_;  ///< Keys of the rows of leaves whose tile is not full.
    std::shared_ptr<cache> tiles_ = std::make_shared<cache>();
};

/// Reads leaves one after the other, and keeps the tiles that it read last. For one thread.
class leaf_cursor {
public:
    explicit leaf_cursor(std::shared_ptr<const ledger_tree> tree)
        : tree_{std::move(tree)}, full_{tree_->size() / tile_width} {}

    /// As `ledger_tree::leaf`.
    result<ledger_tree::linked_leaf> at(position where);

    const ledger_tree& tree() const noexcept { return *tree_; }

private:
    struct slot {
        std::uint64_t index = 0;
        ledger_tree::tile_handle tile;
    };
    std::shared_ptr<const ledger_tree> tree_;
    std::uint64_t full_;          ///< So many tiles are.
    std::array<slot, 16> slots_;  ///< By index: the events before in their streams are near.
};

}  // namespace daybook::compliance
