// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/bundle.hpp>
#include <daybook/compliance/checkpoint.hpp>
#include <daybook/compliance/digest.hpp>

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace daybook::compliance::test {

/// A signed log in memory: two streams, order-0 and order-1, taking turns.
class made_log : public bundle_source {
public:
    /// Event i is from `first` and i minutes.
    explicit made_log(std::uint64_t events, std::shared_ptr<const signer> key, timestamp first = {})
        : key_{std::move(key)}, first_{first} {
        validity.push_back({.vkey = vkey()});
        for (std::uint64_t i = 0; i < events; ++i) add({i});
    }

    std::string origin() const override { return "example.com/log"; }
    result<std::string> newest_checkpoint() const override { return checkpoint_at(leaves_.size()); }
    result<std::vector<std::string>> older_checkpoints() const override {
        std::vector<std::string> notes;
        for (const auto size : kept) notes.push_back(checkpoint_at(size));
        return notes;
    }
    result<std::string> statement(position at) const override { return statements_[at.value]; }
    result<std::optional<std::string>> payload(position at) const override {
        return payloads_[at.value];
    }
    result<proof_path> inclusion(position at, std::uint64_t size) const override {
        return inclusion_path(at, size, subtrees());
    }
    result<proof_path> consistency(const tree_sizes& sizes) const override {
        return consistency_path(sizes, subtrees());
    }
    std::vector<key_validity> keys() const override { return validity; }

    std::string checkpoint_at(std::uint64_t size) const {
        const checkpoint made{
            .origin = origin(), .size = size, .root = tree_root(std::span{leaves_}.first(size))};
        return sign_checkpoint(made, *key_).value();
    }
    std::string vkey() const { return verifier_key::of(origin(), *key_).value().text(); }
    const signer& key() const { return *key_; }
    void withhold(position at) { payloads_[at.value].reset(); }
    const digest& leaf(position at) const { return leaves_[at.value]; }

    std::vector<std::uint64_t> kept{2, 3};
    std::vector<key_validity> validity{};

private:
    void add(position at) {
        payloads_.push_back("{\"n\":" + std::to_string(at.value) + "}");
        compliance::statement said;
        said.actor = {.type = "user", .id = "ada \"\\\xc3\xa9", .model = {}};
        said.content_type = "application/json";
        said.id = {{static_cast<std::uint8_t>(at.value + 1)}};
        said.origin = origin();
        said.recorded_at = first_ + std::chrono::minutes{at.value};
        said.occurred_at = said.recorded_at;
        said.payload = sha256(*payloads_.back());
        said.position = at;
        said.sequence = {at.value / 2 + 1};
        said.stream = "order-" + std::to_string(at.value % 2);
        said.tags = {"phase:CODE", "odd:\t\x01"};
        said.type = "OrderPlaced";
        if (at.value >= 2) said.previous = leaves_[at.value - 2];
        statements_.push_back(to_string(said));
        leaves_.push_back(leaf_hash(statements_.back()));
    }
    subtree_source subtrees() const {
        return [this](subtree tree) -> result<digest> {
            const auto size = std::uint64_t{1} << tree.level;
            return tree_root(std::span{leaves_}.subspan(tree.index * size, size));
        };
    }

    std::shared_ptr<const signer> key_;
    timestamp first_;
    std::vector<std::optional<std::string>> payloads_{};
    std::vector<std::string> statements_{};
    std::vector<digest> leaves_{};
};

}  // namespace daybook::compliance::test
