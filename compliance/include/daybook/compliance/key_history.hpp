// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/audit_trail.hpp>
#include <daybook/compliance/bundle.hpp>
#include <daybook/compliance/note.hpp>
#include <daybook/compliance/signer.hpp>
#include <daybook/event.hpp>
#include <daybook/result.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Which key was valid for what, and when: a function of the key events in the log. Time is counted
/// in positions, which nobody can set back. What the log says about keys is believed only as far as
/// it follows from keys that are pinned outside of it.
namespace daybook::compliance {

/// A key has one purpose, and is never used for another.
enum class key_purpose {
    log,        ///< Signs checkpoints.
    actor,      ///< Signs events for whoever holds it.
    timestamp,  ///< Signs times.
    subject     ///< Encrypts what concerns a person.
};

/// "log", "actor", "timestamp" or "subject".
std::string_view to_string(key_purpose purpose) noexcept;
std::optional<key_purpose> key_purpose_named(std::string_view name) noexcept;

enum class revocation_reason {
    retired,     ///< No longer used.
    lost,        ///< Nobody has it any more.
    compromised  ///< Somebody else may have it.
};

/// "retired", "lost" or "compromised".
std::string_view to_string(revocation_reason reason) noexcept;
std::optional<revocation_reason> revocation_reason_named(std::string_view name) noexcept;

/// KeyAdded: from this event on, `key` speaks for `holder`. To be appended to `compliance_stream`.
new_event key_added(const verifier_key& key, key_purpose purpose, std::string_view holder);

/// KeyRotated: from this event on, the new key takes the place of the old one, which says so
/// itself, as the new one does. Fails with `invalid_argument` if the two are of different types or
/// the same key, and as the signers do.
struct rotation {
    std::string_view name;  ///< Of both keys; for the key of a log, its origin.
    const signer& old_key;
    const signer& new_key;
    key_purpose purpose = key_purpose::log;
};
result<new_event> key_rotated(const rotation& what);

/// KeyRevoked: what `key` signed at `from` or later does not count; `from` may lie before the event
/// itself, for a theft is noticed late.
new_event key_revoked(const verifier_key& key, revocation_reason reason, position from);

enum class key_standing {
    valid,
    unknown,  ///< No such key, or not for that purpose.
    not_yet,  ///< Added or rotated in later.
    rotated,  ///< Another had taken its place.
    revoked
};

/// "valid", "unknown", "not yet valid", "rotated" or "revoked".
std::string_view to_string(key_standing standing) noexcept;

/// A key and the positions for which it speaks: from `from` up to, not including, `to`.
struct known_key {
    verifier_key key;
    key_purpose purpose = key_purpose::log;
    std::string holder{};
    position from{};
    std::optional<position> to{};
    bool is_pinned = false;                      ///< Known from outside of the log.
    std::optional<revocation_reason> revoked{};  ///< Then `to` is where that began.
};

/// `pinned`, and the keys of the log that they took the place of by what `about_keys` say, in order
/// of positions: a rotation is signed by both, so who believes the later key believes the earlier.
std::vector<verifier_key> with_predecessors(std::span<const verifier_key> pinned,
                                            std::span<const daybook::event> about_keys);

/// Folds the events about keys. A value: copy it to keep a state. Not thread safe while it changes.
class key_history {
public:
    /// Of a log whose keys `pinned` are known from elsewhere; they are valid from the beginning.
    explicit key_history(std::span<const verifier_key> pinned);

    /// Takes the next event, in order of positions. Events that are not about keys change nothing,
    /// nor do rotations and revocations of keys under a name that no key here has: those are of the
    /// time before the log was recovered under another name (`ledger::recover`).
    /// Fails with `corrupt`, and stays as it was, for one that says what cannot be: a key that is
    /// known already, a log key that is neither pinned nor rotated in, a rotation that both keys
    /// did not sign, or whose old key is not valid there, a revocation from later on than itself.
    result<void> take(const event_view& event);

    /// How the key stands for what is at `at`. A checkpoint of size n stands at position n - 1, the
    /// last that it covers: the first checkpoint that covers a rotation is signed by the new key.
    key_standing standing(const verifier_key& key, key_purpose purpose, position at) const;

    /// The keys that are valid for something at `at`.
    std::vector<verifier_key> valid_at(key_purpose purpose, position at) const;
    /// In the order in which they became known.
    const std::vector<known_key>& keys() const noexcept { return keys_; }
    /// The lines of a bundle's keys.txt.
    std::vector<key_validity> validity() const;

private:
    result<void> take_added(const event_view& event);
    result<void> take_rotated(const event_view& event);
    result<void> take_revoked(const event_view& event);
    known_key* find(const verifier_key& key);
    bool is_named_here(const verifier_key& key) const;

    std::vector<known_key> keys_;
};

}  // namespace daybook::compliance
