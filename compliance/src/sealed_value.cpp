// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "sealed_value.hpp"

#include <daybook/base64.hpp>
#include <daybook/raw_json.hpp>

#include "hex.hpp"
#include "hmac.hpp"

#include <array>
#include <cstdint>

namespace daybook::compliance {
namespace {

constexpr std::size_t padded_to = 32;
constexpr std::size_t key_id_digits = 32;

void append_bound(std::string& out, std::string_view part) {
    const auto size = static_cast<std::uint32_t>(part.size());
    for (int shift = 24; shift >= 0; shift -= 8) {
        out += static_cast<char>(static_cast<unsigned char>(size >> static_cast<unsigned>(shift)));
    }
    out += part;
}

/// ISO/IEC 7816-4: the byte 80, then zeros.
std::string padded(std::string_view clear) {
    std::string text{clear};
    text += '\x80';
    text.resize((text.size() + padded_to - 1) / padded_to * padded_to, '\0');
    return text;
}

bool unpad(std::string& text) {
    const auto end = text.find_last_not_of('\0');
    if (end == text.npos || text[end] != '\x80' || text.size() % padded_to != 0) return false;
    text.resize(end);
    return true;
}

}  // namespace

bool looks_sealed(std::string_view value) noexcept { return value.starts_with(sealed_start); }

std::string sealed_value::text() const {
    std::string out{sealed_start};
    out += R"("alg":"A256GCM","key":")" + key_id;
    out += R"(","commitment":")" + to_hex(commitment);
    out += R"(","nonce":")" + to_hex(nonce);
    out += R"(","data":")";
    base64::append(out, data);
    return out + "\"}}";
}

std::optional<sealed_value> sealed_value::parse(std::string_view text) {
    if (!looks_sealed(text)) return std::nullopt;
    const auto inside = raw_member(text, "$encrypted");
    if (!inside || !*inside) return std::nullopt;
    const auto member = [&](std::string_view name) -> std::optional<std::string_view> {
        const auto raw = raw_member(**inside, name);
        if (!raw || !*raw || (*raw)->size() < 2 || kind_of(**raw) != json_kind::string) {
            return std::nullopt;
        }
        return (*raw)->substr(1, (*raw)->size() - 2);
    };
    const auto key = member("key");
    const auto commitment = member("commitment");
    const auto nonce = member("nonce");
    const auto data = member("data");
    if (!key || !commitment || !nonce || !data) return std::nullopt;
    auto commitment_bytes = from_hex(*commitment);
    auto nonce_bytes = from_hex(*nonce);
    auto data_bytes = base64::decode(*data);
    if (!commitment_bytes || !nonce_bytes || !data_bytes || !from_hex(*key) ||
        key->size() != key_id_digits || commitment_bytes->size() != secret_key_size ||
        nonce_bytes->size() != nonce_size || data_bytes->size() < seal_tag_size + padded_to) {
        return std::nullopt;
    }
    sealed_value made{std::string{*key}, std::move(*commitment_bytes), std::move(*nonce_bytes),
                      std::move(*data_bytes)};
    if (made.text() != text) return std::nullopt;
    return made;
}

std::string sealed_place::bound() const {
    std::string out;
    const std::string_view id_bytes{reinterpret_cast<const char*>(id.bytes.data()),
                                    id.bytes.size()};
    for (const auto part : {std::string_view{"daybook sealed value 1"}, origin, id_bytes, stream,
                            type, std::string_view{pointer}}) {
        append_bound(out, part);
    }
    return out;
}

sealed_value seal_value(const subject_key& key, const sealed_place& at, std::string_view clear) {
    const auto bound = at.bound();
    auto text = padded(clear);
    // Different for whatever differs, the same for what is repeated; see
    // compliance/docs/erasure.md.
    auto unique = bound;
    append_bound(unique, text);
    const auto made = hmac_sha256(key.nonces.view(), unique);
    wipe_bytes(unique);
    std::string nonce{made.view().substr(0, nonce_size)};
    auto data = seal_bytes(key.encryption, nonce, bound, text);
    wipe_bytes(text);
    return {key.id, std::string{key.commitment.view()}, std::move(nonce), std::move(data)};
}

std::optional<std::string> open_value(const subject_key& key, const sealed_place& at,
                                      const sealed_value& sealed) {
    // GCM alone opens under other keys than the one it was made with, for who chooses both.
    if (sealed.key_id != key.id || sealed.commitment != key.commitment.view()) return std::nullopt;
    auto clear = open_bytes(key.encryption, sealed.nonce, at.bound(), sealed.data);
    if (!clear || !unpad(*clear)) return std::nullopt;
    return clear;
}

}  // namespace daybook::compliance
