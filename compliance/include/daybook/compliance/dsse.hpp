// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/signer.hpp>
#include <daybook/result.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// DSSE: signatures over bytes and what they are meant as, so that nothing signed as one thing can
/// pass for another. https://github.com/secure-systems-lab/dsse, protocol and envelope. Any thread.
namespace daybook::compliance {

inline constexpr std::size_t dsse_bytes_max = 1U << 20U;
inline constexpr std::size_t dsse_signatures_max = 64;

/// What is signed: "DSSEv1", the type and the body, each after its length.
std::string dsse_message(std::string_view type, std::string_view body);

struct dsse_signature {
    std::string key_id{};  ///< A hint that nobody signed: to find a key, never to believe one.
    std::string bytes{};

    friend bool operator==(const dsse_signature&, const dsse_signature&) = default;
};

/// A body with signatures. Reading one says nothing about who signed it.
struct dsse_envelope {
    std::string type{};  ///< "application/vnd.in-toto+json"; not empty.
    std::string body{};
    std::vector<dsse_signature> signatures{};

    /// The envelope as JSON.
    std::string text() const;
    /// Reads an envelope; members that the format does not know are passed over. Fails with
    /// `too_large`, and with `invalid_argument` for what is none: a member twice or missing, an
    /// empty type, no signature, base64 in another spelling than the standard one.
    static result<dsse_envelope> parse(std::string_view text);

    /// How many of the keys signed; each counts once, however often it is among them or signed.
    std::size_t verified_by(std::span<const public_key> keys) const;
};

/// An envelope with one signature. Fails with `invalid_argument` for an empty type, and as the
/// signer does.
result<dsse_envelope> sign_dsse(std::string_view type, std::string_view body, const signer& key);

/// "sha256:" and the hash of the key as SubjectPublicKeyInfo, in hexadecimal: what daybook writes
/// as key id.
std::string fingerprint(const public_key& key);

}  // namespace daybook::compliance
