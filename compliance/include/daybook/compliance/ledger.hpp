// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/anchor.hpp>
#include <daybook/compliance/checkpoint.hpp>
#include <daybook/compliance/key_history.hpp>
#include <daybook/compliance/merkle.hpp>
#include <daybook/compliance/note.hpp>
#include <daybook/compliance/signer.hpp>
#include <daybook/compliance/verdict.hpp>
#include <daybook/store.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::compliance {

/// How far what is read of the log is checked before anybody sees it.
enum class read_verification {
    off,  ///< Not at all.
    hash  ///< Each event against its leaf, each tile of leaves up to the signed root, once while it
          ///< is kept in memory.
};

struct ledger_options {
    /// The name of the log, e.g. "example.com/incidents". Needed to begin; afterwards it may be
    /// left out, and must be the same if it is not.
    std::string origin{};
    /// Signs the checkpoints. Without it nothing can be appended.
    std::shared_ptr<const signer> key{};
    /// Public keys of the log, known from elsewhere than the store: what is believed, with the keys
    /// that follow from them by rotations in the log. Default: that of `key`. Without either
    /// nothing can be verified but that the hashes fit together.
    std::vector<verifier_key> trusted{};
    read_verification reads = read_verification::hash;
    /// What remembers outside of the store how far the log had come, and how many of them must
    /// answer. Without any, a store that was put back to an older copy as a whole goes unnoticed.
    anchor_policy anchors{};
    /// How often they are told, in a thread of the ledger's, if there is anything new.
    std::chrono::milliseconds anchor_every{1000};
};

struct verify_options {
    position from{};
    std::optional<position> to{};  ///< Default: the end.
    unsigned threads = 0;          ///< 0: as many as there are cores.
    bool checkpoints = true;       ///< Every checkpoint that is kept, not only the newest.
    bool indexes = true;           ///< What `store::check` compares, too.
    progress_callback progress{};
};

/// How a log goes on that was put back to an older state.
struct recovery {
    std::string origin{};  ///< Its name from there on, another than before.
    std::string reason{};  ///< Why. Needed.
    actor by{};            ///< Who decided it. Needed.
};

/// The signed side of a store: compliance mode.
///
///     auto log = store::open("incidents").value();
///     auto key = std::shared_ptr{open_signer("file:incidents.key", passphrase).value()};
///     auto book = ledger::open(log, {.origin = "example.com/incidents", .key = key}).value();
///     log.append("task-42", expected::any(), events).value();  // Signed, from here on.
///     std::cout << book.newest_checkpoint().value();
///
/// Each event is a leaf of one hash tree over the whole log (its `statement`), and the commits that
/// are stored together get one signed checkpoint of that tree, in the same atomic write: whatever
/// is acknowledged is signed. It cannot be switched off: from the first `open` on, the store takes
/// appends only from a process that signs them. See compliance/docs/ledger.md.
///
/// Every member may be called from any thread. Must not outlive the store, which stays where it is
/// (is not moved) meanwhile. Memory: up to 20 MiB of tiles and, to append, 20 MiB of streams.
class ledger {
public:
    /// Opens the ledger of `log`, or begins one: then every event that is there gets its leaf
    /// first (about 1 us each; appends wait).
    ///
    /// Looks at the newest checkpoint, its signature, the right edge of the tree and the events
    /// under it, in milliseconds whatever the size. What it finds is in `opened`; unless that says
    /// verified, appends are refused with the reason, and the store can only be read.
    /// Fails with `not_found` (no ledger, and no origin and key to begin one, or open for reading),
    /// `invalid_argument` (an origin that is none, or is not that of this log), `io`.
    static result<ledger> open(store& log, const ledger_options& options);

    /// Goes on with a log that `open` finds rolled back, after a backup was restored: as a new
    /// incarnation, under another origin, so that nobody takes it for the log that the anchors
    /// remember. Every event gets its leaf anew (about 1 us each), and the first event that is
    /// appended, LogRecovered, names the old origin, what was left of it, and the anchored
    /// checkpoint that shows what was lost.
    ///
    /// `options` are those of the old log: its keys are believed once more, under the new name.
    /// The events that are left must be what the newest checkpoint in the store signed.
    /// Fails with `refused` unless the log is rolled back and nothing else, `invalid_argument` for
    /// what is missing or no name, `corrupt` if what is left is not what was signed, and as `open`.
    /// One that was interrupted is finished by calling it again with the same new origin.
    static result<ledger> recover(store& log, const ledger_options& options, const recovery& how);

    /// Whether appends to `log` must be signed.
    static bool is_required(const store& log);

    ledger(ledger&&) noexcept;
    ledger& operator=(ledger&&) noexcept;
    ~ledger();

    const std::string& origin() const noexcept;
    /// How many events are signed.
    std::uint64_t size() const;
    /// What was found when it was opened.
    const verification& opened() const noexcept;

    /// The newest checkpoint: a signed note. Fails with `not_found` or `io`.
    result<std::string> newest_checkpoint() const;
    /// The checkpoints that are kept, oldest first: the newest in each 256 events.
    result<std::vector<std::string>> checkpoints() const;

    /// The hash of the event's statement. Fails with `invalid_argument` behind the end, `corrupt`
    /// if the tree is damaged.
    result<digest> leaf(position at) const;
    /// The leaf that `event`, which may come from elsewhere (an archive, a backup), would have at
    /// its position in this log: that of `leaf`, if it is what was signed. Fails as `leaf`.
    result<digest> computed_leaf(const event_view& event) const;
    /// The statement of the event as it is stored; its hash is the leaf unless something was
    /// tampered with. Fails as `leaf`, and as reading the event does.
    result<std::string> statement(position at) const;

    /// Syncs the store and tells the anchors what is signed now; how many events they know. Fails
    /// as `anchor_policy::remember` does, and with `refused` if there are no anchors, or the store
    /// is open for reading.
    result<position> anchor_now();
    /// Why the anchors were not told the last time; nothing if they were.
    std::optional<error> anchor_failure() const;

    /// Which keys were valid when, by what is believed and the events about keys in the log.
    key_history keys() const;
    /// Makes `next` the key of the log: appends KeyRotated, which both keys sign, in the name of
    /// `who`. The first checkpoint that covers it is signed by `next`, and so is everything after.
    /// Fails with `invalid_argument` for the same key or one of another type, with `refused` where
    /// nothing can be signed, and as the signers and `store::append` do; then nothing has changed.
    result<append_receipt> rotate_key(std::shared_ptr<const signer> next, const actor& who);
    /// Appends KeyRevoked: what `key` signed at `from` or later does not count. Fails with
    /// `refused` for a key that is not known, a position behind the end, and the key that signs
    /// now: rotate it first.
    result<append_receipt> revoke_key(const verifier_key& key, revocation_reason reason,
                                      position from, const actor& who);

    result<digest> root(std::uint64_t size) const;
    /// That the event is in the tree of `size` leaves. Cost: at most two tiles a level.
    result<proof_path> inclusion(position at, std::uint64_t size) const;
    /// That the tree of `sizes.newer` leaves continues that of `sizes.older`.
    result<proof_path> consistency(const tree_sizes& sizes) const;

    /// Looks at everything: signatures, the tree, each event against its leaf, the order of each
    /// stream, and the indexes. In parallel; about 1 us for each event and thread, and 100 bytes of
    /// memory for each stream. Findings are cut after 1 000.
    /// Fails only where nothing could be looked at (`io`); damage is a finding.
    result<verification> verify(const verify_options& options = {}) const;

    struct impl;  ///< Private.

private:
    explicit ledger(std::unique_ptr<impl> opened);
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook::compliance
