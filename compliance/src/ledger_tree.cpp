// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "ledger_tree.hpp"

#include <daybook/detail/varint.hpp>

#include <utility>

namespace daybook::compliance {
namespace {

error damaged(const std::string& what) { return fail(errc::corrupt, "the ledger: " + what); }

std::string name_of(unsigned level, std::uint64_t index) {
    return "tile " + std::to_string(index) + " of level " + std::to_string(level);
}

}  // namespace

// Kept tiles ------------------------------------------------------------------------------------

ledger_tree::tile_handle ledger_tree::cache::find(unsigned level, std::uint64_t index) {
    const auto key = index << 3U | level;
    const std::lock_guard lock{mutex_};
    if (const auto known = young_.find(key); known != young_.end()) return known->second;
    const auto known = old_.find(key);
    if (known == old_.end()) return nullptr;
    auto found = known->second;
    young_.emplace(key, found);
    return found;
}

void ledger_tree::cache::put(unsigned level, std::uint64_t index, tile_handle made) {
    const std::lock_guard lock{mutex_};
    if (young_.size() >= tiles_max) {
        old_ = std::move(young_);
        young_.clear();
    }
    young_.insert_or_assign(index << 3U | level, std::move(made));
}

// Reading ---------------------------------------------------------------------------------------

std::uint64_t ledger_tree::size() const {
    const std::lock_guard lock{mutex_};
    return frontier_.size();
}

tree_head ledger_tree::head() const {
    const std::lock_guard lock{mutex_};
    return frontier_.head();
}

result<ledger_tree::kept_tile> ledger_tree::read_tile(unsigned level, std::uint64_t index) const {
    auto bytes = rows_.get(ledger_rows::tile_key(level, index));
    if (!bytes) return bytes.error();
    if (!*bytes) return damaged(name_of(level, index) + " is missing");
    auto hashes = ledger_rows::read_hashes(**bytes);
    if (!hashes) return damaged(name_of(level, index) + " is not whole");
    kept_tile made{std::move(*hashes), {}};
    if (level > 0) return made;
    auto row = rows_.get(ledger_rows::links_key(index));
    if (!row) return row.error();
    auto links = ledger_rows::read_links(row->value_or(""), tile_width);
    if (!links) return damaged("the links of " + name_of(level, index) + " are missing or damaged");
    made.links = std::move(*links);
    return made;
}

result<ledger_tree::tile_handle> ledger_tree::full_tile(unsigned level, std::uint64_t index) const {
    if (auto known = tiles_->find(level, index)) return known;
    auto read = read_tile(level, index);
    if (!read) return read.error();
    if (read->hashes.size() != tile_width) return damaged(name_of(level, index) + " is not full");
    const auto parent = entry(level + 1, index);
    if (!parent) return parent.error();
    if (tree_root(read->hashes) != *parent) {
        return damaged(name_of(level, index) + " is not the one that was signed");
    }
    auto made = std::make_shared<const kept_tile>(std::move(*read));
    tiles_->put(level, index, made);
    return made;
}

/// The hash of the subtree `index` of 256^level leaves.
result<digest> ledger_tree::entry(unsigned level, std::uint64_t index) const {
    const auto at = index / tile_width;
    const auto place = static_cast<std::size_t>(index % tile_width);
    if (level > tile_level_max) return damaged("the tree has no such tile");
    {
        const std::lock_guard lock{mutex_};
        const auto& edge = edges_[level];
        if (at == edge.full && place < edge.partial.hashes.size())
            return edge.partial.hashes[place];
        if (at >= edge.full) return damaged("the tree ends before " + name_of(level, at));
    }
    const auto full = full_tile(level, at);
    if (!full) return full.error();
    return (*full)->hashes[place];
}

result<ledger_tree::linked_leaf> ledger_tree::leaf(position at) const {
    const auto index = at.value / tile_width;
    const auto place = static_cast<std::size_t>(at.value % tile_width);
    {
        const std::lock_guard lock{mutex_};
        if (at.value >= frontier_.size()) {
            return fail(errc::invalid_argument, "the ledger ends at position " +
                                                    std::to_string(frontier_.size()) + ", before " +
                                                    std::to_string(at.value));
        }
        const auto& edge = edges_[0];
        if (index == edge.full)
            return linked_leaf{edge.partial.hashes[place], edge.partial.links[place]};
    }
    const auto full = full_tile(0, index);
    if (!full) return full.error();
    return linked_leaf{(*full)->hashes[place], (*full)->links[place]};
}

result<std::vector<digest>> ledger_tree::hashes_of(const tile& wanted) const {
    {
        const std::lock_guard lock{mutex_};
        const auto& edge = edges_[wanted.level];
        if (wanted.index == edge.full) {
            const auto& all = edge.partial.hashes;
            if (all.size() < wanted.width)
                return damaged("the tree ends before what was asked for");
            return std::vector<digest>{all.begin(), all.begin() + wanted.width};
        }
    }
    const auto full = full_tile(wanted.level, wanted.index);
    if (!full) return full.error();
    const auto& all = (*full)->hashes;
    return std::vector<digest>{all.begin(), all.begin() + wanted.width};
}

subtree_source ledger_tree::subtrees(std::uint64_t size) const {
    return subtrees_of_tiles(size, [this](const tile& wanted) { return hashes_of(wanted); });
}

result<ledger_tree::linked_leaf> leaf_cursor::at(position where) {
    const auto index = where.value / tile_width;
    if (index >= full_) return tree_->leaf(where);
    auto& kept = slots_[index % slots_.size()];
    if (!kept.tile || kept.index != index) {
        auto full = tree_->full_leaves(index);
        if (!full) return full.error();
        kept = {index, std::move(*full)};
    }
    return ledger_tree::leaf_in(*kept.tile, where.value % tile_width);
}

// Loading ---------------------------------------------------------------------------------------

/// Leaves of the tile that is not full, which begins at the end of the full ones.
result<void> ledger_tree::load_leaves() {
    auto& edge = edges_[0];
    auto next = edge.full * tile_width;
    std::string wrong;
    auto scanned = rows_.scan(
        ledger_rows::leaves_start, {}, [&](std::string_view key, std::string_view value) {
            const auto first = ledger_rows::index_of(key, ledger_rows::leaves_start);
            const auto leaves = ledger_rows::read_leaves(value);
            if (!first || !leaves || *first != next) {
                wrong = "the leaves from position " + std::to_string(next) + " on are damaged";
                return false;
            }
            leaf_rows_.push_back(*first);
            for (const auto& one : *leaves) {
                edge.partial.hashes.push_back(one.leaf);
                edge.partial.links.push_back(one.link);
            }
            next += leaves->size();
            return true;
        });
    if (!scanned) return scanned;
    if (!wrong.empty()) return damaged(wrong);
    if (edge.partial.hashes.size() >= tile_width) return damaged("a full tile is missing");
    return {};
}

/// The partial tile of a level above `below` full tiles.
result<void> ledger_tree::load_edge(unsigned level, std::uint64_t below) {
    auto& edge = edges_[level];
    edge.full = below / tile_width;
    const auto width = static_cast<std::size_t>(below % tile_width);
    if (width == 0) return {};
    auto read = read_tile(level, edge.full);
    if (!read) return read.error();
    if (read->hashes.size() != width) return damaged(name_of(level, edge.full) + " is not whole");
    edge.partial = std::move(*read);
    return {};
}

result<void> ledger_tree::load() {
    std::uint64_t full = 0;
    const auto of_leaves = ledger_rows::tiles_of_level(0);
    auto last = rows_.scan_back(of_leaves, {}, [&](std::string_view key, std::string_view) {
        full = ledger_rows::index_of(key, of_leaves).value_or(0) + 1;
        return false;
    });
    if (!last) return last;
    const std::unique_lock lock{mutex_};
    tiles_ = std::make_shared<cache>();
    edges_ = {};
    leaf_rows_.clear();
    edges_[0].full = full;
    if (auto ok = load_leaves(); !ok) return ok;
    auto below = full;
    for (unsigned level = 1; level <= tile_level_max; ++level) {
        if (auto ok = load_edge(level, below); !ok) return ok;
        below /= tile_width;
    }
    // Every subtree of the right edge lies in a partial tile.
    const auto size = full * tile_width + edges_[0].partial.hashes.size();
    const auto at_edge = [this](const tile& wanted) -> result<std::vector<digest>> {
        const auto& all = edges_[wanted.level].partial.hashes;
        if (wanted.index != edges_[wanted.level].full || all.size() < wanted.width) {
            return damaged("the right edge of the tree is not whole");
        }
        return std::vector<digest>{all.begin(), all.begin() + wanted.width};
    };
    auto frontier = tree_frontier::at(size, subtrees_of_tiles(size, at_edge));
    if (!frontier) return frontier.error();
    frontier_ = std::move(*frontier);
    return {};
}

// Appending -------------------------------------------------------------------------------------

/// A tile of level 0 is full.
void ledger_tree::close_leaves(keyspace_batch& writes) {
    auto& edge = edges_[0];
    std::string bytes;
    ledger_rows::append_hashes(bytes, edge.partial.hashes);
    writes.put(ledger_rows::tile_key(0, edge.full), bytes);
    bytes.clear();
    for (const auto link : edge.partial.links) detail::append_varint(bytes, link);
    writes.put(ledger_rows::links_key(edge.full), bytes);
    for (const auto first : leaf_rows_) writes.erase(ledger_rows::leaves_key(first));
    leaf_rows_.clear();
    tiles_->put(0, edge.full, std::make_shared<const kept_tile>(std::exchange(edge.partial, {})));
    ++edge.full;
}

/// The root of a tile of the level below goes into this level.
void ledger_tree::raise(unsigned level, const digest& root, keyspace_batch& writes) {
    auto& edge = edges_[level];
    edge.partial.hashes.push_back(root);
    std::string bytes;
    ledger_rows::append_hashes(bytes, edge.partial.hashes);
    writes.put(ledger_rows::tile_key(level, edge.full), bytes);
    if (edge.partial.hashes.size() < tile_width) return;
    tiles_->put(level, edge.full,
                std::make_shared<const kept_tile>(std::exchange(edge.partial, {})));
    ++edge.full;
}

void ledger_tree::append(const std::vector<linked_leaf>& leaves, keyspace_batch& writes) {
    const std::lock_guard lock{mutex_};
    auto& edge = edges_[0];
    std::string row;
    std::uint64_t row_first = frontier_.size();
    for (const auto& one : leaves) {
        edge.partial.hashes.push_back(one.leaf);
        edge.partial.links.push_back(one.link);
        ledger_rows::append_leaf(row, one);
        if (edge.partial.hashes.size() == tile_width) {
            close_leaves(writes);
            row.clear();
            row_first = frontier_.size() + 1;
        }
        frontier_.append(one.leaf, [&](subtree full, const digest& hash) {
            if (full.level > 0 && full.level % tile_height == 0) {
                raise(full.level / tile_height, hash, writes);
            }
        });
    }
    if (row.empty()) return;
    writes.put(ledger_rows::leaves_key(row_first), row);
    leaf_rows_.push_back(row_first);
}

}  // namespace daybook::compliance
