// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/checkpoint.hpp>
#include <daybook/result.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What remembers, outside of a store, how far a log had come. Signatures cannot show that a store
/// was put back to an older state, which is signed as well; that somebody else saw a newer one can.
/// What each kind shows, and what it does not: compliance/docs/anchors.md.
namespace daybook::compliance {

/// Gives the proof that the log at `sizes.newer` continues the log at `sizes.older`.
using consistency_source = std::function<result<proof_path>(tree_sizes sizes)>;

/// Something that remembers checkpoints. An implementation is safe to use from any thread.
class anchor {
public:
    virtual ~anchor() = default;

    /// What messages call it: "anchor file /mnt/anchors", "witness example.com/w1".
    virtual std::string name() const = 0;

    /// Remembers `seen`, lastingly on success, and gives the signatures that a log may add to its
    /// note for it: none, but for witnesses. `prove` is asked for how `seen` continues what the
    /// anchor has. The same checkpoint may come again. Fails with `rejected` if the anchor has a
    /// larger one, with `corrupt` if it has another history or is damaged itself, and otherwise as
    /// the implementation says.
    virtual result<std::vector<note_signature>> remember(const verified_checkpoint& seen,
                                                         const consistency_source& prove) = 0;

    /// The signed note of the largest checkpoint that it has of the log; nothing if it has none,
    /// which is not the same as to have lost it. Not verified: whoever holds the anchor may answer
    /// what he likes. Fails with `not_found` if the anchor itself is not there, with `corrupt` if
    /// it is damaged, and otherwise as the implementation says.
    virtual result<std::optional<std::string>> newest(std::string_view origin) = 0;
};

/// The largest file that is read.
inline constexpr std::uint64_t anchor_file_bytes_max = 256U << 20U;

/// A file that only grows, and to which several logs and processes may write. It belongs on another
/// volume or machine than the store. Each entry carries a digest over all before it, so damage is
/// told from absence: an entry that was never finished, because of a crash, is passed over;
/// anything else that is not an entry is `corrupt`, as is a file that was emptied or became shorter
/// while it was in use. Entries cut off cleanly while nobody looked cannot be told from a file that
/// never had them.
///
/// `remember` makes the file if it is not there, and syncs before it returns: about 300 bytes and
/// one sync. The first use reads the whole file, later ones what was added. `remember` fails with
/// `too_large` when the file reaches `anchor_file_bytes_max`, with `refused` after a sync failed,
/// until the file is opened anew, and with `io`.
std::unique_ptr<anchor> anchor_file(std::filesystem::path path);

/// Memory somewhere else: an object store with retention, a ticket, a mail. What the functions
/// throw becomes an error. They are called by one thread at a time.
struct anchor_callbacks {
    std::string name{};
    std::function<result<void>(const verified_checkpoint& seen)> remember{};
    std::function<result<std::optional<std::string>>(std::string_view origin)> newest{};
};
/// Requires: both functions are set.
std::unique_ptr<anchor> callback_anchor(anchor_callbacks callbacks);

/// Several anchors, of which some are enough. Thread safe.
class anchor_policy {
public:
    /// Nothing to remember with, and nothing needed.
    anchor_policy() = default;
    /// Fails with `invalid_argument` unless `needed` is at most as many as there are.
    static result<anchor_policy> make(std::vector<std::shared_ptr<anchor>> anchors,
                                      std::size_t needed);

    std::size_t needed() const noexcept { return needed_; }
    std::span<const std::shared_ptr<anchor>> anchors() const noexcept { return anchors_; }

    struct remembered {
        std::size_t count = 0;                       ///< By how many.
        std::vector<note_signature> cosignatures{};  ///< Of witnesses.
        std::vector<error> failures{};               ///< Of the others.
    };
    /// Tells every anchor. Fails with what is the gravest of their errors if one of them says
    /// `rejected` or `corrupt`, however many others are content, and with `timed_out` or `io` if
    /// fewer than `needed` remember it.
    result<remembered> remember(const verified_checkpoint& seen,
                                const consistency_source& prove) const;

    struct recalled {
        std::optional<verified_checkpoint> newest{};  ///< The largest. Nothing: nobody has any.
        std::string anchor{};                         ///< Who has it.
        std::vector<error> failures{};                ///< Of those that could not tell.
    };
    /// Asks every anchor. Notes that none of `log_keys` signed do not count: they are failures.
    /// Fails with `corrupt` if two have the same size with another root, with two notes that are
    /// both signed, which proves that the log forked; and with `io` if fewer than `needed` answer.
    result<recalled> newest(std::string_view origin, std::span<const verifier_key> log_keys) const;

private:
    std::vector<std::shared_ptr<anchor>> anchors_;
    std::size_t needed_ = 0;
};

}  // namespace daybook::compliance
