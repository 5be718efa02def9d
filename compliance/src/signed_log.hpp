// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What is believed of a log, and why.

#include <daybook/compliance/anchor.hpp>
#include <daybook/compliance/key_history.hpp>
#include <daybook/compliance/verdict.hpp>
#include <daybook/store.hpp>

#include "leaf_check.hpp"
#include "ledger_tree.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace daybook::compliance {

/// A tree, the keys that may sign it, and the newest checkpoint when it was loaded, if there was
/// one. The tree of one who appends grows in place.
struct signed_edge {
    std::shared_ptr<ledger_tree> tree;
    std::shared_ptr<const key_history> keys;
    std::optional<std::string> note{};
};

/// The signed side of a store. Shared by the ledger, those who append, and those who read and are
/// verified, who may outlive the ledger, but not the store. Thread safe.
class signed_log {
public:
    /// `log` stays where it is.
    signed_log(const store& log, keyspace area, std::string origin,
               std::vector<verifier_key> pinned);

    const std::string& origin() const noexcept { return origin_; }

    signed_edge now() const;
    std::shared_ptr<ledger_tree> tree() const;
    /// Every key that signs the log or did.
    std::vector<verifier_key> log_keys() const;
    void believe(signed_edge checked);
    void believe(std::shared_ptr<const key_history> keys);

    /// What the store has now, as of one commit, and what is wrong with it: its newest checkpoint,
    /// its signature, the tree below it, the events about keys. If rows of the tree are missing it
    /// is an empty one. Fails with `io`.
    result<signed_edge> look(std::vector<finding>& wrong) const;
    /// The same, and whether the log has as many events as were signed.
    result<signed_edge> look_at_extent(std::vector<finding>& wrong) const;
    /// Takes in what was signed since, if a key that is believed signed it and it continues what
    /// was believed before. Else fails with `corrupt`, and what was believed stays.
    result<void> refresh();
    /// As `refresh`, whatever was believed before: it was perhaps never stored.
    result<void> start_again();
    /// Begins a tree without leaves.
    void start_empty();

    /// Fails with `not_found` or `io`.
    result<std::string> newest_note() const;
    /// A checkpoint, and how the key that signed it stood there.
    struct signed_checkpoint {
        verified_checkpoint contents;
        key_standing standing;
    };
    /// Fails as `verified_checkpoint::verify`: with `not_found` if no key of the log signed it.
    result<signed_checkpoint> read(std::string_view note, const key_history& keys) const;
    /// As `read`, and with `corrupt` unless the key was valid.
    result<verified_checkpoint> verify(std::string_view note, const key_history& keys) const;
    /// The newest checkpoint, after everything that it signs is on the disk.
    result<verified_checkpoint> durable_checkpoint(store& of) const;

    /// What is wrong by what the anchors remember; how far they do goes into `anchored_to`.
    std::vector<finding> check_anchors(const signed_edge& edge, const anchor_policy& anchors,
                                       std::optional<position>& anchored_to) const;

    /// The keys after these events, which are in the log; what is wrong with one goes into `wrong`.
    std::shared_ptr<const key_history> keys_after(const std::vector<event>& about_keys,
                                                  std::optional<finding>& wrong) const;

    /// Where rows say that events about keys are, of those from `from` up to, not including, `to`.
    result<std::vector<position>> places_about_keys(position from, position to) const;

    keyspace rows;

private:
    result<signed_edge> load_checked() const;
    result<signed_edge> load(std::optional<finding>& wrong) const;
    result<signed_edge> load_once(std::optional<finding>& wrong) const;
    std::vector<finding> check_head(const signed_edge& edge) const;
    std::optional<finding> check_extent(const signed_edge& edge) const;
    result<std::vector<event>> events_about_keys(const std::shared_ptr<ledger_tree>& tree,
                                                 std::optional<finding>& wrong) const;

    const std::string origin_;
    const store& log_;
    const std::vector<verifier_key> pinned_;  ///< Known from elsewhere than the store.
    mutable std::mutex mutex_;
    signed_edge now_;
    std::mutex refreshing_;
};

/// Is it one of those that change who may sign?
bool is_about_keys(const event_view& event) noexcept;

}  // namespace daybook::compliance
