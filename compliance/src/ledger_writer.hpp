// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Compliance mode in the commit path: a leaf for each event, one signed checkpoint for all commits
// that are stored together, in the batch that stores them.

#include <daybook/commit_participant.hpp>
#include <daybook/compliance/signer.hpp>
#include <daybook/store.hpp>

#include "signed_log.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace daybook::compliance {

/// The newest event of a stream, and its leaf.
struct stream_tip {
    position at;
    digest leaf;
};

struct text_hash : std::hash<std::string_view> {
    using is_transparent = void;
};
using stream_tips = std::unordered_map<std::string, stream_tip, text_hash, std::equal_to<>>;

/// Tips of the streams that were written last. Two generations: what is not written again goes.
class recent_tips {
public:
    const stream_tip* find(std::string_view stream);
    void put(std::string_view stream, const stream_tip& tip);
    void clear();

private:
    static constexpr std::size_t tips_max = 1U << 16U;  ///< Of a generation: about 10 MiB.
    stream_tips young_;
    stream_tips old_;
};

/// Thread safe as a participant is: one call at a time. `offer`, `settled` and `key` any time.
class ledger_writer final : public commit_participant {
public:
    ledger_writer(const store& log, std::shared_ptr<signed_log> signed_side,
                  std::shared_ptr<const signer> key)
        : log_{log},
          signed_{std::move(signed_side)},
          tree_{signed_->tree()},
          signers_{std::move(key)} {}

    result<void> begin(position next) override;
    result<void> take(std::span<const event_view> events, keyspace_batch& writes) override;
    void undo() noexcept override;
    result<void> finish(keyspace_batch& writes) override;
    void settle(bool stored) noexcept override;

    /// How far what is stored goes.
    std::uint64_t settled() const noexcept { return settled_.load(std::memory_order_acquire); }

    /// Signs from the event on that makes `key` the key of the log.
    void offer(std::shared_ptr<const signer> key);
    void withdraw(const signer& key);
    /// What signs now.
    std::shared_ptr<const signer> key() const;

private:
    /// What a commit did to a tip, to be undone.
    struct change {
        stream_tips::value_type* tip;
        std::optional<stream_tip> before;
    };
    result<void> stage(const event_view& event);
    result<std::optional<stream_tip>> tip_before(const event_view& event);
    void remember(const event_view& event, const digest& leaf);
    result<void> follow_keys(const event_view& event);
    /// Of those at hand, the one that may sign for `at`; nothing if none may.
    std::shared_ptr<const signer> signer_at(const key_history& keys, position at) const;
    result<void> load_again();

    const store& log_;
    const std::shared_ptr<signed_log> signed_;
    std::shared_ptr<ledger_tree> tree_;
    mutable std::mutex signers_mutex_;
    std::vector<std::shared_ptr<const signer>> signers_;  ///< What signs now, then what waits.
    recent_tips tips_;
    std::vector<ledger_tree::linked_leaf> staged_;  ///< In this group, not in the tree yet.
    stream_tips staged_tips_;
    std::vector<change> changes_;  ///< By the last commit.
    std::size_t taken_at_ = 0;     ///< Where in `staged_` it begins.
    /// The keys after what is staged, if that changes them, and where; by the last commit: before.
    std::shared_ptr<const key_history> staged_keys_;
    std::vector<position> staged_about_keys_;
    std::optional<std::pair<std::shared_ptr<const key_history>, std::size_t>> keys_before_;
    std::uint64_t first_ = 0;  ///< Position of the first staged one.
    bool lost_ = false;        ///< The tree has what is perhaps not stored.
    std::string text_;
    std::atomic<std::uint64_t> settled_{0};
};

/// The checkpoint of the tree as it is, signed.
result<std::string> sign_head(const ledger_tree& tree, const std::string& origin,
                              const signer& key);

/// Is `key` the private half of `known`?
bool is_key_of(const signer& key, const verifier_key& known) noexcept;

}  // namespace daybook::compliance
