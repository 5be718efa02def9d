// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/merkle.hpp>

#include <algorithm>
#include <bit>
#include <string>

namespace daybook::compliance {
namespace {

/// Leaves [begin, end) of which a tree, or a part of one, is made. `begin` is a multiple of the
/// largest power of two that fits, as it is for whatever the recursion of RFC 6962 comes to.
struct leaf_range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;

    std::uint64_t size() const { return end - begin; }
    /// Where the recursion cuts: behind the largest power of two of leaves that is not all.
    std::uint64_t cut() const { return begin + std::bit_floor(size() - 1); }
};

digest folded(std::span<const digest> subtrees) {
    digest root = subtrees.back();
    for (auto at = subtrees.size() - 1; at-- > 0;) root = node_hash(subtrees[at], root);
    return root;
}

/// The full subtrees of a range that is not empty, from the left.
result<std::vector<digest>> subtrees_of(leaf_range range, const subtree_source& source) {
    std::vector<digest> found;
    while (range.begin < range.end) {
        const auto leaves = std::bit_floor(range.size());
        const auto level = static_cast<unsigned>(std::countr_zero(leaves));
        auto hash = source({level, range.begin >> level});
        if (!hash) return hash.error();
        found.push_back(*hash);
        range.begin += leaves;
    }
    return found;
}

result<digest> root_of(leaf_range range, const subtree_source& source) {
    const auto subtrees = subtrees_of(range, source);
    if (!subtrees) return subtrees.error();
    return folded(*subtrees);
}

error no_such_tree(std::uint64_t size) {
    return fail(errc::invalid_argument,
                "a tree of " + std::to_string(size) + " leaves: there are at most 2^63 - 1");
}

/// Walks the path of a proof, and with it two numbers up the tree: that of a node, and that of the
/// last node of its level.
class climb {
public:
    climb(std::uint64_t node, std::uint64_t last) : node_{node}, last_{last} {}

    bool at_root() const { return last_ == 0; }
    bool is_right() const { return node_ % 2 == 1 || node_ == last_; }
    /// One level up; from a last node without a sibling, to where it has one.
    void up() {
        if (node_ % 2 == 0 && node_ == last_) {
            while (node_ % 2 == 0 && node_ != 0) step();
        }
        step();
    }
    /// To the highest node whose subtree ends where that of the node does.
    void skip_right() {
        while (node_ % 2 == 1) step();
    }

private:
    void step() {
        node_ >>= 1U;
        last_ >>= 1U;
    }

    std::uint64_t node_;
    std::uint64_t last_;
};

}  // namespace

bool proves_inclusion(std::span<const digest> path, const digest& leaf, position at,
                      const tree_head& head) {
    if (at.value >= head.size || head.size > tree_size_max) return false;
    climb place{at.value, head.size - 1};
    digest root = leaf;
    for (const auto& sibling : path) {
        if (place.at_root()) return false;
        root = place.is_right() ? node_hash(sibling, root) : node_hash(root, sibling);
        place.up();
    }
    return place.at_root() && root == head.root;
}

bool proves_consistency(std::span<const digest> path, const tree_head& older,
                        const tree_head& newer) {
    if (older.size == 0 || older.size > newer.size || newer.size > tree_size_max) return false;
    if (older.size == newer.size) return path.empty() && older.root == newer.root;
    climb place{older.size - 1, newer.size - 1};
    place.skip_right();
    // A full tree is a node of the newer one, so its root is left out of the path.
    const bool full = std::has_single_bit(older.size);
    if (!full && path.empty()) return false;
    digest old_root = full ? older.root : path.front();
    digest new_root = old_root;
    for (const auto& sibling : path.subspan(full ? 0 : 1)) {
        if (place.at_root()) return false;
        if (place.is_right()) {
            old_root = node_hash(sibling, old_root);
            new_root = node_hash(sibling, new_root);
        } else {
            new_root = node_hash(new_root, sibling);
        }
        place.up();
    }
    return place.at_root() && old_root == older.root && new_root == newer.root;
}

digest tree_root(std::span<const digest> leaves) {
    tree_frontier edge;
    for (const auto& leaf : leaves) edge.append(leaf);
    return edge.root();
}

result<digest> tree_root(std::uint64_t size, const subtree_source& source) {
    if (size > tree_size_max) return no_such_tree(size);
    if (size == 0) return empty_root();
    return root_of({0, size}, source);
}

result<proof_path> inclusion_path(position at, std::uint64_t size, const subtree_source& source) {
    if (size > tree_size_max) return no_such_tree(size);
    if (at.value >= size) {
        return fail(errc::invalid_argument, "an inclusion proof of leaf " +
                                                std::to_string(at.value) + " in a tree of " +
                                                std::to_string(size) + " leaves: it has none");
    }
    proof_path path;
    for (leaf_range range{0, size}; range.size() > 1;) {
        const auto cut = range.cut();
        const bool left = at.value < cut;
        const auto sibling =
            root_of(left ? leaf_range{cut, range.end} : leaf_range{range.begin, cut}, source);
        if (!sibling) return sibling.error();
        path.push_back(*sibling);
        range = left ? leaf_range{range.begin, cut} : leaf_range{cut, range.end};
    }
    std::reverse(path.begin(), path.end());
    return path;
}

result<proof_path> consistency_path(tree_sizes sizes, const subtree_source& source) {
    if (sizes.newer > tree_size_max) return no_such_tree(sizes.newer);
    if (sizes.older == 0 || sizes.older > sizes.newer) {
        return fail(errc::invalid_argument,
                    "a consistency proof from " + std::to_string(sizes.older) + " to " +
                        std::to_string(sizes.newer) +
                        " leaves: the older tree has at least one and at most as many");
    }
    proof_path path;
    leaf_range range{0, sizes.newer};
    while (range.end != sizes.older) {
        const auto cut = range.cut();
        const bool left = sizes.older <= cut;
        const auto sibling =
            root_of(left ? leaf_range{cut, range.end} : leaf_range{range.begin, cut}, source);
        if (!sibling) return sibling.error();
        path.push_back(*sibling);
        range = left ? leaf_range{range.begin, cut} : leaf_range{cut, range.end};
    }
    if (range.begin != 0) {  // Else it is the older tree itself, whose root the verifier has.
        const auto start = root_of(range, source);
        if (!start) return start.error();
        path.push_back(*start);
    }
    std::reverse(path.begin(), path.end());
    return path;
}

result<tree_frontier> tree_frontier::at(std::uint64_t size, const subtree_source& source) {
    if (size > tree_size_max) return no_such_tree(size);
    auto subtrees = subtrees_of({0, size}, source);
    if (!subtrees) return subtrees.error();
    tree_frontier made;
    made.size_ = size;
    made.subtrees_ = std::move(*subtrees);
    return made;
}

digest tree_frontier::root() const { return empty() ? empty_root() : folded(subtrees_); }

}  // namespace daybook::compliance
