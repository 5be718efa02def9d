// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/signer.hpp>
#include <daybook/event.hpp>
#include <daybook/result.hpp>

#include <optional>
#include <string>
#include <string_view>

/// Signatures of those who act: a person, an agent or a service signs one event, with its name, the
/// time and what the signature means (as 21 CFR 11.50 and 11.70 have it). It is part of the event,
/// member "signature" of its extensions, and so covered by the log's own signature.
namespace daybook::compliance {

/// What the signer says beside the event.
struct signing {
    std::string name{};             ///< Printed name: "Ada Lovelace". Not empty.
    std::string meaning{};          ///< "approval", "review", "authorship" ... Not empty.
    std::optional<timestamp> at{};  ///< Default: now.
};

/// A signature as an event carries it.
struct actor_signature {
    std::string name{};
    std::string meaning{};
    timestamp at{};
    std::string key_id{};  ///< `fingerprint` of the key, as a hint.
    std::string bytes{};   ///< DSSE signature.
};

/// Signs `event`, which is to be appended to `stream`, and puts the signature into its extensions.
/// An id and a time (that of the signature) are given to it unless it has them. Signed is
/// everything that the caller decides: stream, type, schema, actor, times, tags, correlation,
/// causes, content type, the payload's hash and the other extensions. So append it as it is, under
/// `context_scope{{}, outer_context::hidden}` where there is an ambient context: what the store
/// adds by itself, or redacts or encrypts, would not be what was signed.
///
/// Fails with `invalid_argument` without actor, name or meaning, for extensions that are no JSON
/// object or have a signature, and as the signer does.
result<void> sign_event(new_event& event, std::string_view stream, const signer& key,
                        const signing& as);

/// The signature that the event carries, not verified. Nothing if it has none. Fails with
/// `corrupt` for one that cannot be read.
result<std::optional<actor_signature>> signature_of(const event_view& event);

/// Verifies that `key` signed the event as it is stored. Whose the key is, and whether it was
/// valid then, says the `key_history`. Fails with `not_found` if the event is not signed,
/// `corrupt` if the signature cannot be read or is not this key's over this event.
result<actor_signature> verify_signature(const event_view& event, const public_key& key);

}  // namespace daybook::compliance
