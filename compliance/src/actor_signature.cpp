// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/actor_signature.hpp>
#include <daybook/compliance/digest.hpp>
#include <daybook/compliance/dsse.hpp>
#include <daybook/raw_json.hpp>

#include "json_members.hpp"

#include <chrono>
#include <utility>

namespace daybook::compliance {
namespace {

constexpr std::string_view signed_type = "application/vnd.daybook.signed-event+json";
constexpr std::string_view member_name = "signature";

/// What of an event is signed, of one that is to be stored and of one that is.
struct signed_event {
    actor_view actor{};
    std::span<const event_id> causes{};
    std::string_view content_type{};
    std::string_view correlation{};
    std::string_view extensions{};
    event_id id{};
    timestamp occurred_at{};
    std::string_view payload{};
    std::string_view schema{};
    std::string_view stream{};
    std::vector<std::string_view> tags{};
    std::string_view type{};
};

/// The extensions without the signature, as they are written; empty if nothing is left.
result<std::string> other_extensions(std::string_view extensions) {
    std::string others;
    if (extensions.empty()) return others;
    raw_members walk{extensions};
    for (;;) {
        const auto more = walk.next();
        if (!more) return more.error();
        if (!*more) return others;
        if (walk.key() == member_name) continue;
        append_json_string(others, walk.key());
        others.append(":").append(walk.value()).append("\n");
    }
}

template <class Texts>
void append_texts(std::string& out, std::string_view name, const Texts& texts) {
    append_json_string(out += ',', name);
    out += ":[";
    for (const auto& text : texts) {
        if (!out.ends_with('[')) out += ',';
        append_json_string(out, text);
    }
    out += ']';
}

/// The body that is signed: one line of JSON, the members sorted.
result<std::string> signed_text(const signed_event& event, const actor_signature& as) {
    const auto others = other_extensions(event.extensions);
    if (!others) return others.error();
    std::vector<std::string> causes;
    for (const auto& cause : event.causes) causes.push_back(daybook::to_string(cause));
    std::string out = "{";
    append_member(out, "actor_id", event.actor.id);
    append_member(out, "actor_model", event.actor.model);
    append_member(out, "actor_type", event.actor.type);
    append_member(out, "at", daybook::to_string(as.at));
    append_texts(out, "causes", causes);
    append_member(out, "content_type", event.content_type);
    append_member(out, "correlation", event.correlation);
    append_member(out, "extensions", others->empty() ? "" : "sha256:" + sha256(*others).hex());
    append_member(out, "id", daybook::to_string(event.id));
    append_member(out, "meaning", as.meaning);
    append_member(out, "name", as.name);
    append_member(out, "occurred_at", daybook::to_string(event.occurred_at));
    append_member(out, "payload", "sha256:" + sha256(event.payload).hex());
    append_member(out, "schema", event.schema);
    append_member(out, "stream", event.stream);
    append_texts(out, "tags", event.tags);
    append_member(out, "type", event.type);
    return out + "}";
}

signed_event parts_of(const new_event& event, std::string_view stream) {
    return {.actor = {event.actor.type, event.actor.id, event.actor.model},
            .causes = event.causes,
            .content_type = event.content_type,
            .correlation = event.correlation,
            .extensions = event.extensions,
            .id = *event.id,
            .occurred_at = *event.occurred_at,
            .payload = event.payload,
            .schema = event.schema,
            .stream = stream,
            .tags = {event.tags.begin(), event.tags.end()},
            .type = event.type};
}

signed_event parts_of(const event_view& event) {
    const auto tags = event.tags();
    return {.actor = event.actor(),
            .causes = event.causes(),
            .content_type = event.content_type(),
            .correlation = event.correlation(),
            .extensions = event.extensions(),
            .id = event.id(),
            .occurred_at = event.occurred_at(),
            .payload = event.payload(),
            .schema = event.schema(),
            .stream = event.stream(),
            .tags = {tags.begin(), tags.end()},
            .type = event.type()};
}

std::string member_of(const actor_signature& as) {
    std::string out = "{";
    append_member(out, "at", daybook::to_string(as.at));
    append_member(out, "keyid", as.key_id);
    append_member(out, "meaning", as.meaning);
    append_member(out, "name", as.name);
    append_bytes_member(out, "sig", as.bytes);
    return out + "}";
}

/// `extensions`, nothing or a JSON object, with one member more.
std::string with_member(std::string_view extensions, const std::string& value) {
    const auto inside = extensions.substr(0, extensions.rfind('}'));
    const auto last = inside.find_last_not_of(" \t\r\n");
    std::string out{last == inside.npos ? "{" : inside.substr(0, last + 1)};
    if (!out.ends_with('{')) out += ',';
    append_json_string(out, member_name);
    return out + ":" + value + "}";
}

result<void> check(const new_event& event, const signing& as) {
    const auto refuse = [](const char* what) {
        return fail(errc::invalid_argument, std::string{"An event cannot be signed "} + what + ".");
    };
    if (event.actor.id.empty()) return refuse("without an actor");
    if (as.name.empty() || as.meaning.empty()) {
        return refuse("without the name of who signs and what it means");
    }
    if (event.extensions.empty()) return {};
    const auto members = json_members::read(event.extensions);
    if (!members) return refuse("whose extensions are no JSON object");
    if (members->has(member_name)) return refuse("twice");
    return {};
}

timestamp now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

error unreadable(const event_view& event, const std::string& why) {
    return fail(errc::corrupt, "The signature of the event at position " +
                                   std::to_string(event.position().value) +
                                   " cannot be read: " + why + ".");
}

}  // namespace

result<void> sign_event(new_event& event, std::string_view stream, const signer& key,
                        const signing& as) {
    if (auto fits = check(event, as); !fits) return fits;
    const auto known = public_key::make(key.type(), key.public_key());
    if (!known) return known.error();
    actor_signature made{.name = as.name,
                         .meaning = as.meaning,
                         .at = as.at ? *as.at : now(),
                         .key_id = fingerprint(*known)};
    if (!event.id) event.id = event_id::make();
    if (!event.occurred_at) event.occurred_at = made.at;
    const auto text = signed_text(parts_of(event, stream), made);
    if (!text) return text.error();
    auto bytes = key.sign(dsse_message(signed_type, *text));
    if (!bytes) return bytes.error();
    made.bytes = *std::move(bytes);
    event.extensions = with_member(event.extensions, member_of(made));
    return {};
}

result<std::optional<actor_signature>> signature_of(const event_view& event) {
    if (event.extensions().empty()) return std::optional<actor_signature>{};
    const auto all = json_members::read(event.extensions());
    if (!all) return unreadable(event, all.error().message);
    const auto value = all->raw(member_name);
    if (!value) return std::optional<actor_signature>{};
    const auto members = json_members::read(*value);
    if (!members) return unreadable(event, members.error().message);
    actor_signature made{.name = members->text("name").value_or(""),
                         .meaning = members->text("meaning").value_or(""),
                         .key_id = members->text("keyid").value_or(""),
                         .bytes = members->bytes("sig").value_or("")};
    const auto at = parse_timestamp(members->text("at").value_or(""));
    if (made.name.empty() || made.meaning.empty() || made.bytes.empty() || !at) {
        return unreadable(event, "it needs name, meaning, at, keyid and sig");
    }
    made.at = *at;
    return std::optional{std::move(made)};
}

result<actor_signature> verify_signature(const event_view& event, const public_key& key) {
    auto made = signature_of(event);
    if (!made) return made.error();
    const auto where = "The event at position " + std::to_string(event.position().value);
    if (!*made) return fail(errc::not_found, where + " carries no signature.");
    const auto text = signed_text(parts_of(event), **made);
    if (!text) return unreadable(event, text.error().message);
    if (!key.verifies(dsse_message(signed_type, *text), (*made)->bytes)) {
        return fail(errc::corrupt, where + " is not what the key " + fingerprint(key) +
                                       " signed, or another key signed it.");
    }
    return **std::move(made);
}

}  // namespace daybook::compliance
