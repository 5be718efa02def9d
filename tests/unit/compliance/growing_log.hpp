// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/anchor.hpp>
#include <daybook/compliance/checkpoint.hpp>

#include "textbook_tree.hpp"

#include <array>
#include <memory>
#include <string>
#include <utility>

namespace daybook::compliance::test {

/// A log with a key of its own, and its checkpoint at each size.
class growing_log {
public:
    /// `history` tells apart logs of one name and key that are not the same.
    explicit growing_log(std::string origin, char history = 'a')
        : origin_{std::move(origin)},
          signer_{ed25519_signer(std::string(32, 's')).value()},
          tree_{leaves_of(history)} {}

    const std::string& origin() const { return origin_; }
    verifier_key key() const { return verifier_key::of(origin_, *signer_).value(); }
    std::array<verifier_key, 1> keys() const { return {key()}; }

    std::string note(std::size_t size) {
        return sign_checkpoint({origin_, size, tree_.root(size), {}}, *signer_).value();
    }
    verified_checkpoint at(std::size_t size) {
        return verified_checkpoint::verify(note(size), origin_, keys()).value();
    }
    proof_path proof(std::size_t older, std::size_t newer) {
        return tree_.consistency(older, newer);
    }
    consistency_source prove() {
        return [this](tree_sizes sizes) -> result<proof_path> {
            return consistency_path(sizes, tree_.source());
        };
    }

private:
    static std::vector<digest> leaves_of(char history) {
        std::vector<digest> leaves;
        for (int i = 0; i < 64; ++i) leaves.push_back(leaf_hash(history + std::to_string(i)));
        return leaves;
    }

    std::string origin_;
    std::unique_ptr<signer> signer_;
    textbook_tree tree_;
};

}  // namespace daybook::compliance::test
