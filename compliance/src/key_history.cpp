// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/dsse.hpp>
#include <daybook/compliance/key_history.hpp>

#include "json_members.hpp"
#include "text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace daybook::compliance {
namespace {

constexpr std::string_view rotation_type = "application/vnd.daybook.key-rotation+json";
constexpr std::array purposes{key_purpose::log, key_purpose::actor, key_purpose::timestamp,
                              key_purpose::subject};
constexpr std::array reasons{revocation_reason::retired, revocation_reason::lost,
                             revocation_reason::compromised};

error bad(const event_view& event, const std::string& why) {
    return fail(errc::corrupt, std::string{event.type()} + " at position " +
                                   std::to_string(event.position().value) + ": " + why + ".");
}

/// What both keys sign.
std::string rotation_text(std::string_view old_key, std::string_view new_key, key_purpose purpose) {
    std::string out = "{";
    append_member(out, "new", new_key);
    append_member(out, "old", old_key);
    append_member(out, "purpose", to_string(purpose));
    return dsse_message(rotation_type, out + "}");
}

new_event key_event(std::string_view type, std::string payload) {
    return {.type = std::string{type}, .payload = std::move(payload)};
}

/// The members of the payload, and the key that is named in one of them.
struct read_payload {
    json_members members;

    static result<read_payload> of(const event_view& event, std::size_t count) {
        auto members = json_members::read(event.payload());
        if (!members) return bad(event, members.error().message);
        if (members->size() != count) return bad(event, "it has other members than it should");
        return read_payload{*std::move(members)};
    }
    result<verifier_key> key(const event_view& event, std::string_view name) const {
        auto key = verifier_key::parse(members.text(name).value_or(""));
        if (!key) return bad(event, std::string{name} + ": " + key.error().message);
        return key;
    }
    result<key_purpose> purpose(const event_view& event) const {
        const auto named = key_purpose_named(members.text("purpose").value_or(""));
        if (!named) return bad(event, "it names no purpose of a key");
        return *named;
    }
};

/// A rotation that both keys signed.
struct read_rotation {
    verifier_key old_key;
    verifier_key new_key;
    key_purpose purpose;

    static result<read_rotation> of(const event_view& event) {
        const auto said = read_payload::of(event, 5);
        if (!said) return said.error();
        auto old_key = said->key(event, "old");
        if (!old_key) return old_key.error();
        auto new_key = said->key(event, "new");
        if (!new_key) return new_key.error();
        const auto purpose = said->purpose(event);
        if (!purpose) return purpose.error();
        const auto text = rotation_text(old_key->text(), new_key->text(), *purpose);
        if (!old_key->key().verifies(text, said->members.bytes("old_signature").value_or("")) ||
            !new_key->key().verifies(text, said->members.bytes("new_signature").value_or(""))) {
            return bad(event, "both keys must have signed the rotation, and they did not");
        }
        if (old_key->type() != new_key->type() || old_key->name() != new_key->name()) {
            return bad(event, "the new key has another type or name than the old one");
        }
        return read_rotation{*std::move(old_key), *std::move(new_key), *purpose};
    }
};

bool is_valid_at(const known_key& key, position at) {
    return at >= key.from && (!key.to || at < *key.to);
}

}  // namespace

std::string_view to_string(key_purpose purpose) noexcept {
    switch (purpose) {
        case key_purpose::log: return "log";
        case key_purpose::actor: return "actor";
        case key_purpose::timestamp: return "timestamp";
        case key_purpose::subject: return "subject";
    }
    return "log";
}

std::optional<key_purpose> key_purpose_named(std::string_view name) noexcept {
    for (const auto one : purposes) {
        if (to_string(one) == name) return one;
    }
    return std::nullopt;
}

std::string_view to_string(revocation_reason reason) noexcept {
    switch (reason) {
        case revocation_reason::retired: return "retired";
        case revocation_reason::lost: return "lost";
        case revocation_reason::compromised: return "compromised";
    }
    return "retired";
}

std::optional<revocation_reason> revocation_reason_named(std::string_view name) noexcept {
    for (const auto one : reasons) {
        if (to_string(one) == name) return one;
    }
    return std::nullopt;
}

std::string_view to_string(key_standing standing) noexcept {
    switch (standing) {
        case key_standing::valid: return "valid";
        case key_standing::unknown: return "unknown";
        case key_standing::not_yet: return "not yet valid";
        case key_standing::rotated: return "rotated";
        case key_standing::revoked: return "revoked";
    }
    return "unknown";
}

new_event key_added(const verifier_key& key, key_purpose purpose, std::string_view holder) {
    std::string out = "{";
    append_member(out, "holder", holder);
    append_member(out, "key", key.text());
    append_member(out, "purpose", to_string(purpose));
    return key_event("KeyAdded", out + "}");
}

result<new_event> key_rotated(const rotation& what) {
    const auto old_key = verifier_key::of(what.name, what.old_key);
    if (!old_key) return old_key.error();
    const auto new_key = verifier_key::of(what.name, what.new_key);
    if (!new_key) return new_key.error();
    if (old_key->type() != new_key->type() || *old_key == *new_key) {
        return fail(errc::invalid_argument,
                    "A key is rotated to another key of the same type; these are the same key, or "
                    "of two types.");
    }
    const auto text = rotation_text(old_key->text(), new_key->text(), what.purpose);
    const auto old_signature = what.old_key.sign(text);
    if (!old_signature) return old_signature.error();
    const auto new_signature = what.new_key.sign(text);
    if (!new_signature) return new_signature.error();
    std::string out = "{";
    append_member(out, "new", new_key->text());
    append_bytes_member(out, "new_signature", *new_signature);
    append_member(out, "old", old_key->text());
    append_bytes_member(out, "old_signature", *old_signature);
    append_member(out, "purpose", to_string(what.purpose));
    return key_event("KeyRotated", out + "}");
}

new_event key_revoked(const verifier_key& key, revocation_reason reason, position from) {
    std::string out = "{\"from\":" + std::to_string(from.value);
    append_member(out, "key", key.text());
    append_member(out, "reason", to_string(reason));
    return key_event("KeyRevoked", out + "}");
}

std::vector<verifier_key> with_predecessors(std::span<const verifier_key> pinned,
                                            std::span<const daybook::event> about_keys) {
    std::vector<verifier_key> all{pinned.begin(), pinned.end()};
    const auto has = [&](const verifier_key& key) {
        return std::find(all.begin(), all.end(), key) != all.end();
    };
    for (auto at = about_keys.rbegin(); at != about_keys.rend(); ++at) {
        const auto view = at->view();
        if (view.stream() != compliance_stream || view.type() != "KeyRotated") continue;
        auto said = read_rotation::of(view);
        if (said && said->purpose == key_purpose::log && has(said->new_key) &&
            !has(said->old_key)) {
            all.push_back(std::move(said->old_key));
        }
    }
    return all;
}

key_history::key_history(std::span<const verifier_key> pinned) {
    for (const auto& key : pinned) {
        if (find(key) == nullptr) {
            keys_.push_back({.key = key, .holder = key.name(), .is_pinned = true});
        }
    }
}

/// By what it is, not by its name: one key under two names would have two lives.
known_key* key_history::find(const verifier_key& key) {
    const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const known_key& one) {
        return one.key.key() == key.key();
    });
    return found == keys_.end() ? nullptr : &*found;
}

/// Keys of a log are named as it is, and after a recovery it is named otherwise than before: what
/// was said of keys under names that nobody has is of an incarnation that ended.
bool key_history::is_named_here(const verifier_key& key) const {
    return std::any_of(keys_.begin(), keys_.end(), [&](const known_key& one) {
        return one.key.name() == key.name();
    });
}

result<void> key_history::take(const event_view& event) {
    if (event.stream() != compliance_stream) return {};
    if (event.type() == "KeyAdded") return take_added(event);
    if (event.type() == "KeyRotated") return take_rotated(event);
    if (event.type() == "KeyRevoked") return take_revoked(event);
    return {};
}

result<void> key_history::take_added(const event_view& event) {
    const auto said = read_payload::of(event, 3);
    if (!said) return said.error();
    auto key = said->key(event, "key");
    if (!key) return key.error();
    const auto purpose = said->purpose(event);
    if (!purpose) return purpose.error();
    auto holder = said->members.text("holder");
    if (!holder) return bad(event, "it names no holder");
    const auto* const known = find(*key);
    if (*purpose == key_purpose::log) {
        // The log may say which key it begins with; that it is believed comes from elsewhere.
        if (known != nullptr && known->is_pinned && known->purpose == *purpose) return {};
        return bad(event, "a key of a log is pinned or rotated in, never added by the log itself");
    }
    if (known != nullptr) return bad(event, "the key is known already, for a purpose of its own");
    keys_.push_back({.key = *std::move(key),
                     .purpose = *purpose,
                     .holder = *std::move(holder),
                     .from = event.position()});
    return {};
}

result<void> key_history::take_rotated(const event_view& event) {
    auto said = read_rotation::of(event);
    if (!said) return said.error();
    if (said->purpose == key_purpose::log && !is_named_here(said->old_key)) return {};
    auto* const old_one = find(said->old_key);
    if (old_one == nullptr || !(old_one->key == said->old_key) ||
        old_one->purpose != said->purpose || !is_valid_at(*old_one, event.position())) {
        return bad(event, "the old key is not one that is valid there for this purpose");
    }
    auto* const other = find(said->new_key);
    if (other == nullptr) {
        auto holder = old_one->holder;
        old_one->to = event.position();
        keys_.push_back({.key = std::move(said->new_key),
                         .purpose = said->purpose,
                         .holder = std::move(holder),
                         .from = event.position()});
        return {};
    }
    // Pinned as well, and not used yet: then it speaks from here on only. A key never comes back.
    const bool waits = other->is_pinned && other->purpose == said->purpose && other != old_one &&
                       other->from == position{} && !other->to;
    if (!waits) return bad(event, "the new key is known already");
    other->from = event.position();
    old_one->to = event.position();
    return {};
}

result<void> key_history::take_revoked(const event_view& event) {
    const auto said = read_payload::of(event, 3);
    if (!said) return said.error();
    const auto key = said->key(event, "key");
    if (!key) return key.error();
    const auto reason = revocation_reason_named(said->members.text("reason").value_or(""));
    const auto from = parse_decimal(said->members.raw("from").value_or(""));
    if (!reason || !from) return bad(event, "it needs a reason and a position");
    if (*from > event.position().value) {
        return bad(event, "a key cannot be revoked from later on than the event that says so");
    }
    if (!is_named_here(*key)) return {};
    auto* const known = find(*key);
    if (known == nullptr || !(known->key == *key)) return bad(event, "there is no such key");
    // Only ever earlier: a second revocation must not bring back what the first took away.
    if (known->to && *known->to <= position{*from}) {
        if (!known->revoked) known->revoked = *reason;
        return {};
    }
    known->to = position{*from};
    known->revoked = *reason;
    return {};
}

key_standing key_history::standing(const verifier_key& key, key_purpose purpose,
                                   position at) const {
    for (const auto& one : keys_) {
        if (!(one.key == key) || one.purpose != purpose) continue;
        if (is_valid_at(one, at)) return key_standing::valid;
        if (one.to && at >= *one.to) {
            return one.revoked ? key_standing::revoked : key_standing::rotated;
        }
        return key_standing::not_yet;
    }
    return key_standing::unknown;
}

std::vector<verifier_key> key_history::valid_at(key_purpose purpose, position at) const {
    std::vector<verifier_key> valid;
    for (const auto& one : keys_) {
        if (one.purpose == purpose && is_valid_at(one, at)) valid.push_back(one.key);
    }
    return valid;
}

std::vector<key_validity> key_history::validity() const {
    std::vector<key_validity> lines;
    for (const auto& one : keys_) {
        lines.push_back({.vkey = one.key.text(),
                         .purpose = std::string{to_string(one.purpose)},
                         .from = one.from,
                         .to = one.to});
    }
    return lines;
}

}  // namespace daybook::compliance
