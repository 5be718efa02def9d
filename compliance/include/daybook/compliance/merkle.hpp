// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/digest.hpp>
#include <daybook/result.hpp>
#include <daybook/types.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

/// The hash tree of RFC 6962 and RFC 9162 over SHA-256: roots, proofs, and the right edge of a tree
/// that grows.
///
/// A proof says nothing about the size of the tree: nearly every inclusion proof that holds for a
/// root and a size holds for the same root and the size beside it too. Size and root must both come
/// from one signed checkpoint, never from what carries the proof. `verified_checkpoint` sees to
/// that; the functions below are for where there is none yet, such as making one.
///
/// Functions and values here are as thread safe as int.
namespace daybook::compliance {

/// Sizes go up to 2^63 - 1, as in a checkpoint.
inline constexpr std::uint64_t tree_size_max = (std::uint64_t{1} << 63U) - 1;

/// A tree of one size: what a checkpoint signs.
struct tree_head {
    std::uint64_t size = 0;
    digest root{};

    friend bool operator==(const tree_head&, const tree_head&) = default;
};

/// Two sizes of one tree that only grows.
struct tree_sizes {
    std::uint64_t older = 0;
    std::uint64_t newer = 0;
};

/// The hashes of a proof, from the leaves towards the root; at most 63 for an inclusion and 64 for
/// a consistency.
using proof_path = std::vector<digest>;

/// Does `path` show that the leaf with hash `leaf` is at `at` in the tree `head`? (RFC 9162,
/// section 2.1.3.2.) False for a place behind the end and for each hash too many or too few. Cost:
/// a hash for each of the path.
bool proves_inclusion(std::span<const digest> path, const digest& leaf, position at,
                      const tree_head& head);

/// Does `path` show that the first `older.size` leaves of `newer` are those of `older`? (RFC 9162,
/// section 2.1.4.2.) The same tree needs an empty path. Never true if `older` has no leaves: that
/// there was nothing before shows nothing, so whoever asks has to tell that case apart. Cost: two
/// hashes for each of the path.
bool proves_consistency(std::span<const digest> path, const tree_head& older,
                        const tree_head& newer);

/// A subtree that is full: the leaves from index * 2^level on, 2^level of them.
struct subtree {
    unsigned level = 0;
    std::uint64_t index = 0;

    friend bool operator==(const subtree&, const subtree&) = default;
};

/// Gives the hash of a full subtree, or says why it cannot. Level 0 are the leaf hashes.
using subtree_source = std::function<result<digest>(subtree)>;

/// The root of the tree of these leaf hashes: `empty_root()` if there are none. Cost: one hash for
/// each leaf; 40 hashes of memory.
digest tree_root(std::span<const digest> leaves);

/// The root of the tree of `size` leaves. Asks for at most 63 subtrees, the large ones first. Fails
/// with `invalid_argument` above `tree_size_max`, and as `source` does.
result<digest> tree_root(std::uint64_t size, const subtree_source& source);

/// The proof that the leaf at `at` is in the tree of `size` leaves. Asks for at most 125 subtrees.
/// Fails with `invalid_argument` if there is no such leaf, and as `source` does.
result<proof_path> inclusion_path(position at, std::uint64_t size, const subtree_source& source);

/// The proof that the tree of `sizes.newer` leaves continues that of `sizes.older`: empty if they
/// are the same. Asks for at most 125 subtrees. Fails with `invalid_argument` unless
/// 0 < older <= newer <= `tree_size_max`, and as `source` does.
result<proof_path> consistency_path(tree_sizes sizes, const subtree_source& source);

/// The right edge of a tree: all that appending and the root need. A value: to be able to undo
/// appends, keep a copy. Holds one hash for each bit set in the size.
class tree_frontier {
public:
    /// Of the tree without leaves.
    tree_frontier() = default;

    /// Of the first `size` leaves. Asks for at most 63 subtrees. Fails as `tree_root` does.
    static result<tree_frontier> at(std::uint64_t size, const subtree_source& source);

    /// Adds a leaf by its hash. Cost: one hash on average, 63 at most. Requires: `size()` is below
    /// `tree_size_max`.
    void append(const digest& leaf) {
        append(leaf, [](subtree, const digest&) {});
    }

    /// The same, and tells `completed` of each subtree that this leaf makes full, the leaf first:
    /// `completed(subtree, const digest&)`.
    template <class Completed>
    void append(const digest& leaf, Completed&& completed);

    std::uint64_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    /// Cost: a hash for each bit set in the size but one.
    digest root() const;
    tree_head head() const { return {size_, root()}; }
    /// The full subtrees that make up the tree, the largest, which is the leftmost, first.
    std::span<const digest> subtrees() const noexcept { return subtrees_; }

    friend bool operator==(const tree_frontier&, const tree_frontier&) = default;

private:
    std::uint64_t size_ = 0;
    std::vector<digest> subtrees_;
};

template <class Completed>
void tree_frontier::append(const digest& leaf, Completed&& completed) {
    subtree grown{0, size_};
    digest hash = leaf;
    completed(grown, std::as_const(hash));
    while (grown.index % 2 == 1) {  // Then the last kept is its left sibling.
        hash = node_hash(subtrees_.back(), hash);
        subtrees_.pop_back();
        grown = {grown.level + 1, grown.index / 2};
        completed(grown, std::as_const(hash));
    }
    subtrees_.push_back(hash);
    ++size_;
}

}  // namespace daybook::compliance
