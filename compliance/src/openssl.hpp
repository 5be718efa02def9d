// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/signer.hpp>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

/// What the sources of this component share about OpenSSL.
namespace daybook::compliance {

struct openssl_free {
    void operator()(EVP_PKEY* used) const noexcept { EVP_PKEY_free(used); }
    void operator()(EVP_MD_CTX* used) const noexcept { EVP_MD_CTX_free(used); }
    void operator()(EVP_PKEY_CTX* used) const noexcept { EVP_PKEY_CTX_free(used); }
    void operator()(BIO* used) const noexcept { BIO_free_all(used); }
};

using pkey_ptr = std::unique_ptr<EVP_PKEY, openssl_free>;
using bio_ptr = std::unique_ptr<BIO, openssl_free>;

inline const unsigned char* as_bytes(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// What OpenSSL says about the last thing that failed in this thread, without file names, or "no
/// reason given". Empties its queue of errors.
std::string openssl_reason();

/// Wipes what a string holds, up to its capacity.
void wipe(std::string& secret) noexcept;

/// A signer over a key that OpenSSL holds. Fails with `unsupported` for a key that is neither
/// Ed25519 nor on P-256.
result<std::unique_ptr<signer>> signer_of(pkey_ptr key);

/// A new key of the system's randomness.
result<pkey_ptr> new_key(key_type type);

/// The key as SubjectPublicKeyInfo in DER, whatever its type.
std::string subject_public_key(const public_key& key);

/// What a key is, for messages: "RSA", "ED25519", "EC on secp384r1".
std::string kind_of(const EVP_PKEY& key);

}  // namespace daybook::compliance
