// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace daybook::compliance {

/// What a key is for: the type byte of a C2SP signed note. A key has one algorithm, never a choice.
enum class key_type : unsigned char {
    ed25519 = 1,    ///< RFC 8032, pure.
    ecdsa_p256 = 2  ///< FIPS 186-4 over P-256 with SHA-256; for places that must stay within FIPS.
};

/// "ed25519" or "ecdsa-p256".
std::string_view to_string(key_type type) noexcept;

/// Signs with a key that it does not give away: in memory, in a file, in a device, at a service.
/// Thread safe: `sign` may be called from any number of threads at once.
class signer {
public:
    virtual ~signer() = default;

    virtual key_type type() const noexcept = 0;
    /// Ed25519: the 32 bytes of RFC 8032. ECDSA: SubjectPublicKeyInfo in DER, 91 bytes.
    virtual std::string_view public_key() const noexcept = 0;
    /// Ed25519: 64 bytes. ECDSA: a DER sequence of two integers, 70 to 72 bytes as a rule.
    virtual result<std::string> sign(std::string_view message) const = 0;
};

/// The half of a key that everybody may know. Copies are cheap and share one parsed key. Thread
/// safe.
class public_key {
public:
    /// Takes `bytes` in the form of `signer::public_key`. Fails with `invalid_argument` for a key
    /// that must not be trusted with anything: a wrong length, another curve, a point not on the
    /// curve, and of Ed25519 the keys of small order, for which anybody can make signatures, and
    /// the encodings that are not canonical.
    static result<public_key> make(key_type type, std::string_view bytes);

    key_type type() const noexcept;
    std::string_view bytes() const noexcept;
    /// Whether `signature` is one of this key over `message`; also false for a signature of a
    /// wrong form. About 60 us for Ed25519 and 45 us for ECDSA.
    bool verifies(std::string_view message, std::string_view signature) const;

    friend bool operator==(const public_key& one, const public_key& other) noexcept {
        return one.type() == other.type() && one.bytes() == other.bytes();
    }

private:
    struct parsed;
    explicit public_key(std::shared_ptr<const parsed> key) : key_{std::move(key)} {}

    std::shared_ptr<const parsed> key_;
};

/// A signer that holds the 32 secret bytes of an Ed25519 key (RFC 8032, section 5.1.5) in memory,
/// wiped when it goes. Fails with `invalid_argument` unless there are 32.
result<std::unique_ptr<signer>> ed25519_signer(std::string_view seed);

/// A signer over the 32 secret bytes of a P-256 key: a number of 1 to the order less one, highest
/// byte first. Fails with `invalid_argument` for any other.
result<std::unique_ptr<signer>> ecdsa_p256_signer(std::string_view secret);

/// A signer with a new key of the system's randomness, which is nowhere else: for tests, and for
/// keys that live as long as a process.
result<std::unique_ptr<signer>> temporary_signer(key_type type);

/// A signer whose key is elsewhere: `sign` is asked for each signature, from any thread, and what
/// it answers is verified before it is passed on, so that no signature that nobody can check comes
/// into a log. What `sign` throws becomes an error. Fails with `invalid_argument` as
/// `public_key::make` does.
using sign_callback = std::function<result<std::string>(std::string_view message)>;
result<std::unique_ptr<signer>> callback_signer(key_type type, std::string_view public_key,
                                                sign_callback sign);

}  // namespace daybook::compliance
