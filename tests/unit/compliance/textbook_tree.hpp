// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/merkle.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace daybook::compliance::test {

/// The tree of RFC 6962, section 2.1, as its recursion says it, from all leaf hashes.
class textbook_tree {
public:
    explicit textbook_tree(std::vector<digest> leaves) : leaves_{std::move(leaves)} {}

    /// Leaf i has the single byte i as its data.
    static textbook_tree of_bytes(std::size_t count) {
        std::vector<digest> leaves;
        for (std::size_t i = 0; i < count; ++i) {
            leaves.push_back(leaf_hash(std::string(1, static_cast<char>(i))));
        }
        return textbook_tree{std::move(leaves)};
    }

    const std::vector<digest>& leaves() const { return leaves_; }
    digest root(std::size_t size) { return root(0, size); }
    tree_head head(std::size_t size) { return {size, root(size)}; }
    proof_path inclusion(std::size_t at, std::size_t size) { return inclusion(at, 0, size); }
    proof_path consistency(std::size_t older, std::size_t newer) {
        return consistency(older, 0, newer, true);
    }
    subtree_source source() {
        return [this](subtree wanted) -> result<digest> {
            const auto first = wanted.index << wanted.level;
            const auto size = std::uint64_t{1} << wanted.level;
            if (first + size > leaves_.size()) return fail(errc::not_found, "no such subtree");
            return root(first, first + size);
        };
    }

private:
    static std::size_t split(std::size_t size) {
        std::size_t power = 1;
        while (power * 2 < size) power *= 2;
        return power;
    }

    digest root(std::size_t begin, std::size_t end) {
        if (begin == end) return empty_root();
        if (end - begin == 1) return leaves_[begin];
        const auto known = roots_.find({begin, end});
        if (known != roots_.end()) return known->second;
        const auto middle = begin + split(end - begin);
        const auto made = node_hash(root(begin, middle), root(middle, end));
        return roots_[{begin, end}] = made;
    }

    proof_path inclusion(std::size_t at, std::size_t begin, std::size_t end) {
        if (end - begin == 1) return {};
        const auto middle = begin + split(end - begin);
        const bool left = at < middle;
        auto path = left ? inclusion(at, begin, middle) : inclusion(at, middle, end);
        path.push_back(left ? root(middle, end) : root(begin, middle));
        return path;
    }

    proof_path consistency(std::size_t older, std::size_t begin, std::size_t end, bool whole) {
        if (older == end) return whole ? proof_path{} : proof_path{root(begin, end)};
        const auto middle = begin + split(end - begin);
        const bool left = older <= middle;
        auto path = left ? consistency(older, begin, middle, whole)
                         : consistency(older, middle, end, false);
        path.push_back(left ? root(middle, end) : root(begin, middle));
        return path;
    }

    std::vector<digest> leaves_;
    std::map<std::pair<std::size_t, std::size_t>, digest> roots_;
};

}  // namespace daybook::compliance::test
