// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/digest.hpp>
#include <daybook/compliance/dsse.hpp>
#include <daybook/raw_json.hpp>

#include "json_members.hpp"
#include "openssl.hpp"

#include <algorithm>

namespace daybook::compliance {
namespace {

error bad(const std::string& what) {
    return fail(errc::invalid_argument, "This is no DSSE envelope: " + what + ".");
}

result<dsse_signature> signature_in(std::string_view object) {
    const auto members = json_members::read(object);
    if (!members) return bad("a signature: " + members.error().message);
    auto bytes = members->bytes("sig");
    if (!bytes || bytes->empty()) return bad("a signature has no \"sig\" in standard base64");
    if (members->has("keyid") && !members->text("keyid")) return bad("a \"keyid\" is no text");
    return dsse_signature{.key_id = members->text("keyid").value_or(""),
                          .bytes = *std::move(bytes)};
}

result<std::vector<dsse_signature>> signatures_in(std::string_view array) {
    std::vector<dsse_signature> signatures;
    raw_elements walk{array};
    for (;;) {
        const auto more = walk.next();
        if (!more) return bad("\"signatures\": " + more.error().message);
        if (!*more) break;
        if (signatures.size() == dsse_signatures_max) {
            return fail(errc::too_large, "A DSSE envelope has at most " +
                                             std::to_string(dsse_signatures_max) + " signatures.");
        }
        auto one = signature_in(walk.value());
        if (!one) return one.error();
        signatures.push_back(*std::move(one));
    }
    if (signatures.empty()) return bad("nobody signed it");
    return signatures;
}

}  // namespace

std::string dsse_message(std::string_view type, std::string_view body) {
    std::string message = "DSSEv1 " + std::to_string(type.size()) + " ";
    message.append(type).append(" " + std::to_string(body.size()) + " ").append(body);
    return message;
}

std::string dsse_envelope::text() const {
    std::string out = "{";
    append_bytes_member(out, "payload", body);
    append_member(out, "payloadType", type);
    out += ",\"signatures\":[";
    for (const auto& one : signatures) {
        if (!out.ends_with('[')) out += ',';
        out += '{';
        if (!one.key_id.empty()) append_member(out, "keyid", one.key_id);
        append_bytes_member(out, "sig", one.bytes);
        out += '}';
    }
    return out + "]}";
}

result<dsse_envelope> dsse_envelope::parse(std::string_view text) {
    if (text.size() > dsse_bytes_max) {
        return fail(errc::too_large,
                    "A DSSE envelope has at most " + std::to_string(dsse_bytes_max) + " bytes.");
    }
    const auto members = json_members::read(text);
    if (!members) return bad(members.error().message);
    auto type = members->text("payloadType");
    if (!type || type->empty()) return bad("there is no \"payloadType\", or it is empty");
    auto body = members->bytes("payload");
    if (!body) return bad("there is no \"payload\" in standard base64");
    const auto array = members->raw("signatures");
    if (!array) return bad("there are no \"signatures\"");
    auto signatures = signatures_in(*array);
    if (!signatures) return signatures.error();
    return dsse_envelope{*std::move(type), *std::move(body), *std::move(signatures)};
}

std::size_t dsse_envelope::verified_by(std::span<const public_key> keys) const {
    const auto message = dsse_message(type, body);
    std::size_t count = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto before = keys.first(i);
        if (std::find(before.begin(), before.end(), keys[i]) != before.end()) continue;
        const bool did = std::any_of(signatures.begin(), signatures.end(), [&](const auto& one) {
            return keys[i].verifies(message, one.bytes);
        });
        count += did ? 1U : 0U;
    }
    return count;
}

result<dsse_envelope> sign_dsse(std::string_view type, std::string_view body, const signer& key) {
    if (type.empty()) return bad("what is signed needs a type");
    auto bytes = key.sign(dsse_message(type, body));
    if (!bytes) return bytes.error();
    const auto known = public_key::make(key.type(), key.public_key());
    if (!known) return known.error();
    return dsse_envelope{
        std::string{type}, std::string{body}, {{fingerprint(*known), *std::move(bytes)}}};
}

std::string fingerprint(const public_key& key) {
    return "sha256:" + sha256(subject_public_key(key)).hex();
}

}  // namespace daybook::compliance
