// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/base64.hpp>
#include <daybook/compliance/digest.hpp>
#include <daybook/compliance/note.hpp>
#include <daybook/utf8.hpp>

#include "hex.hpp"
#include "text.hpp"

#include <algorithm>
#include <utility>

namespace daybook::compliance {
namespace {

constexpr std::string_view dash = "\xE2\x80\x94 ";  // U+2014
constexpr std::size_t id_bytes = 4;
constexpr std::size_t time_bytes = 8;

std::string big_endian(std::uint64_t value, std::size_t bytes) {
    std::string out(bytes, '\0');
    for (std::size_t i = bytes; i-- > 0; value >>= 8U) {
        out[i] = static_cast<char>(static_cast<unsigned char>(value & 0xFFU));
    }
    return out;
}

std::uint64_t read_big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) value = value << 8U | static_cast<unsigned char>(c);
    return value;
}

std::string in_base64(std::string_view bytes) {
    std::string text;
    base64::append(text, bytes);
    return text;
}

key_type type_of_key(signature_type type) {
    return type == signature_type::ecdsa_p256 ? key_type::ecdsa_p256 : key_type::ed25519;
}

std::uint32_t id_of(std::string_view name, signature_type type, std::string_view key) {
    std::string hashed;
    if (type != signature_type::ecdsa_p256) {
        hashed.append(name).append({'\n', static_cast<char>(type)});
    }
    hashed += key;
    return static_cast<std::uint32_t>(read_big_endian(sha256(hashed).view().substr(0, id_bytes)));
}

/// What a witness signs. (c2sp.org/tlog-cosignature, "Ed25519 signed message")
std::string cosigned(std::string_view text, std::uint64_t time) {
    return "cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string{text};
}

error bad_vkey(std::string_view vkey, std::string_view why) {
    return fail(errc::invalid_argument, "key " + in_quotes(vkey) + ": " + std::string{why});
}

error bad_note(std::string_view why) {
    return fail(errc::invalid_argument, "signed note: " + std::string{why});
}

/// Nothing if `line` is not from `key`.
std::optional<verified_signature> verify(const verifier_key& key, const note_signature& line,
                                         std::string_view text) {
    if (key.type() != signature_type::cosignature) {
        if (!key.key().verifies(text, line.bytes)) return std::nullopt;
        return verified_signature{};
    }
    if (line.bytes.size() <= time_bytes) return std::nullopt;
    const auto time = read_big_endian(std::string_view{line.bytes}.substr(0, time_bytes));
    const auto signature = std::string_view{line.bytes}.substr(time_bytes);
    if (time > INT64_MAX || !key.key().verifies(cosigned(text, time), signature)) {
        return std::nullopt;
    }
    return verified_signature{
        0, std::chrono::sys_seconds{std::chrono::seconds{static_cast<std::int64_t>(time)}}};
}

result<void> check_signable(std::string_view text, std::string_view name) {
    if (!text.ends_with('\n') || !is_note_text(text)) {
        return bad_note("the text " + in_quotes(text) +
                        " is not lines of UTF-8 without control characters");
    }
    if (!is_key_name(name)) return bad_note(in_quotes(name) + " is no name for a key");
    return {};
}

signature_type type_of(const signer& signer) noexcept {
    return signer.type() == key_type::ed25519 ? signature_type::ed25519
                                              : signature_type::ecdsa_p256;
}

}  // namespace

std::string_view to_string(signature_type type) noexcept {
    switch (type) {
        case signature_type::ed25519: return "ed25519";
        case signature_type::ecdsa_p256: return "ecdsa-p256";
        case signature_type::cosignature: return "cosignature";
    }
    return "unknown";
}

bool is_key_name(std::string_view name) noexcept {
    const auto unfit = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '+'; };
    return !name.empty() && std::none_of(name.begin(), name.end(), unfit) && utf8::valid(name) &&
           !has_space(name);
}

// Keys -------------------------------------------------------------------------------------------

verifier_key::verifier_key(std::string_view name, signature_type type, public_key key)
    : name_{name}, type_{type}, id_{id_of(name, type, key.bytes())}, key_{std::move(key)} {}

result<verifier_key> verifier_key::make(std::string_view name, signature_type type,
                                        std::string_view public_key) {
    if (!is_key_name(name)) {
        return fail(errc::invalid_argument, "key " + in_quotes(name) +
                                                ": a name has characters, none of them a space, "
                                                "a '+' or a control character");
    }
    auto key = compliance::public_key::make(type_of_key(type), public_key);
    if (!key) return fail(key.error().code, "key " + in_quotes(name) + ": " + key.error().message);
    return verifier_key{name, type, std::move(*key)};
}

result<verifier_key> verifier_key::of(std::string_view name, const signer& signer) {
    return make(name, type_of(signer), signer.public_key());
}

result<verifier_key> verifier_key::parse(std::string_view vkey) {
    constexpr std::size_t vkey_bytes_max = 4096;
    if (vkey.size() > vkey_bytes_max) return bad_vkey(vkey, "longer than any key");
    const auto name_end = vkey.find('+');
    const auto id_end =
        name_end == std::string_view::npos ? name_end : vkey.find('+', name_end + 1);
    if (id_end == std::string_view::npos) return bad_vkey(vkey, "it is not NAME+ID+KEY");
    const auto material = base64::decode(vkey.substr(id_end + 1));
    if (!material || material->empty()) return bad_vkey(vkey, "the key is not in base64");
    const auto type = static_cast<signature_type>(material->front());
    if (to_string(type) == "unknown") {
        return fail(errc::unsupported,
                    "key " + in_quotes(vkey) + ": type " +
                        std::to_string(static_cast<unsigned char>(material->front())) +
                        " is not one of 1 (Ed25519), 2 (ECDSA P-256) and 4 (cosignature)");
    }
    auto key = make(vkey.substr(0, name_end), type, std::string_view{*material}.substr(1));
    if (!key) return key.error();
    if (key->text() != vkey) {
        return bad_vkey(vkey, "the id of this key is " + to_hex(key->id()) + ", not " +
                                  in_quotes(vkey.substr(name_end + 1, id_end - name_end - 1)));
    }
    return key;
}

std::string verifier_key::text() const {
    const std::string type(1, static_cast<char>(type_));
    return name_ + "+" + to_hex(id_) + "+" + in_base64(type + std::string{key_.bytes()});
}

result<verifier_key> verifier_key::as_witness() const {
    if (type_ == signature_type::ecdsa_p256) {
        return fail(errc::invalid_argument,
                    "key " + in_quotes(name_) + ": a witness signs with Ed25519, not ECDSA");
    }
    return verifier_key{name_, signature_type::cosignature, key_};
}

// Lines ------------------------------------------------------------------------------------------

std::string note_signature::line() const {
    return std::string{dash} + name + " " + in_base64(big_endian(key_id, id_bytes) + bytes) + "\n";
}

result<note_signature> note_signature::parse(std::string_view line) {
    const auto wrong = [&](std::string_view why) {
        return fail(errc::invalid_argument,
                    "signature line " + in_quotes(line) + ": " + std::string{why});
    };
    if (!line.starts_with(dash)) return wrong("it does not begin with U+2014 and a space");
    auto rest = line.substr(dash.size());
    const auto name = take_word(rest);
    if (!is_key_name(name)) return wrong("no name of a key");
    const auto blob = base64::decode(rest);
    if (!blob) return wrong("the signature is not in base64");
    if (blob->size() <= id_bytes) return wrong("too short for a key's id and a signature");
    const auto bytes = std::string_view{*blob};
    return note_signature{std::string{name},
                          static_cast<std::uint32_t>(read_big_endian(bytes.substr(0, id_bytes))),
                          std::string{bytes.substr(id_bytes)}};
}

// Notes ------------------------------------------------------------------------------------------

result<signed_note> signed_note::parse(std::string_view note) {
    if (note.size() > note_bytes_max) {
        return fail(errc::too_large, "signed note: " + std::to_string(note.size()) +
                                         " bytes, at most " + std::to_string(note_bytes_max));
    }
    if (!is_note_text(note)) return bad_note("not UTF-8, or it has control characters");
    if (!note.ends_with('\n')) return bad_note("it does not end with a line feed");
    const auto blank = note.rfind("\n\n");
    if (blank == std::string_view::npos) return bad_note("no blank line above the signatures");
    signed_note read;
    read.text_ = note.substr(0, blank + 1);
    auto lines = note.substr(blank + 2);
    while (const auto line = take_line(lines)) {
        if (read.signatures_.size() == note_signatures_max) {
            return fail(errc::too_large, "signed note: more than " +
                                             std::to_string(note_signatures_max) + " signatures");
        }
        auto signature = note_signature::parse(*line);
        if (!signature) return signature.error();
        read.signatures_.push_back(std::move(*signature));
    }
    if (read.signatures_.empty()) return bad_note("no signature below the text");
    return read;
}

std::string signed_note::str() const {
    auto whole = text_ + "\n";
    for (const auto& signature : signatures_) whole += signature.line();
    return whole;
}

result<void> signed_note::add(note_signature signature) {
    if (std::find(signatures_.begin(), signatures_.end(), signature) != signatures_.end()) {
        return {};
    }
    if (signatures_.size() == note_signatures_max ||
        str().size() + signature.line().size() > note_bytes_max) {
        return fail(errc::too_large, "signed note: no room for another signature");
    }
    signatures_.push_back(std::move(signature));
    return {};
}

result<std::vector<verified_signature>> signed_note::verified_by(
    std::span<const verifier_key> keys) const {
    std::vector<verified_signature> good;
    for (const auto& line : signatures_) {
        const auto made_by = [&](const verifier_key& key) {
            return key.id() == line.key_id && key.name() == line.name;
        };
        const auto key = std::find_if(keys.begin(), keys.end(), made_by);
        if (key == keys.end()) continue;
        const auto other = std::find_if(key + 1, keys.end(), made_by);
        if (other != keys.end() && !(*other == *key)) {
            return bad_note("two keys are called " + in_quotes(line.name) + " with the id " +
                            to_hex(line.key_id));
        }
        auto signature = verify(*key, line, text_);
        if (!signature) {
            return fail(errc::corrupt, "signed note: the signature of " + in_quotes(line.name) +
                                           " with key " + to_hex(line.key_id) +
                                           " is not one over this text");
        }
        signature->key = static_cast<std::size_t>(key - keys.begin());
        const auto same = [&](const auto& had) { return had.key == signature->key; };
        if (std::none_of(good.begin(), good.end(), same)) good.push_back(*signature);
    }
    if (good.empty()) {
        return fail(errc::not_found, "signed note: none of the " + std::to_string(keys.size()) +
                                         " keys given has signed it");
    }
    return good;
}

result<std::string> sign_note(std::string_view text, std::string_view name, const signer& signer) {
    if (auto fit = check_signable(text, name); !fit) return fit.error();
    auto signature = signer.sign(text);
    if (!signature) return signature.error();
    const auto id = id_of(name, type_of(signer), signer.public_key());
    auto note = std::string{text} + "\n" +
                note_signature{std::string{name}, id, std::move(*signature)}.line();
    if (note.size() > note_bytes_max) {
        return fail(errc::too_large, "signed note: " + std::to_string(note.size()) +
                                         " bytes, at most " + std::to_string(note_bytes_max));
    }
    return note;
}

result<note_signature> cosign(std::string_view text, std::string_view name, const signer& signer,
                              std::chrono::sys_seconds time) {
    if (auto fit = check_signable(text, name); !fit) return fit.error();
    const auto key = verifier_key::of(name, signer);
    if (!key) return key.error();
    const auto witness = key->as_witness();
    if (!witness) return witness.error();
    const auto seconds = time.time_since_epoch().count();
    if (seconds < 0) return bad_note("a witness does not sign before 1970");
    const auto stamp = static_cast<std::uint64_t>(seconds);
    const auto signature = signer.sign(cosigned(text, stamp));
    if (!signature) return signature.error();
    return note_signature{witness->name(), witness->id(),
                          big_endian(stamp, time_bytes) + *signature};
}

verdict verdict_of(const error& why) noexcept {
    switch (why.code) {
        case errc::invalid_argument:
        case errc::too_large: return verdict::malformed;
        case errc::corrupt: return verdict::tampered;
        default: return verdict::unverifiable;
    }
}

}  // namespace daybook::compliance
