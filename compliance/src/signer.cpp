// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/signer.hpp>

#include "openssl.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <utility>

namespace daybook::compliance {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t ed25519_size = 32;
constexpr std::size_t p256_secret_size = 32;

// SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes.
constexpr auto ed25519_prefix = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"sv;

// SubjectPublicKeyInfo of a P-256 key up to its two coordinates: named curve, uncompressed point.
constexpr auto p256_prefix =
    "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
    "\x03\x42\x00\x04"sv;
constexpr std::size_t p256_spki_size = p256_prefix.size() + 64;

// The points of order 1, 2, 4 and 8 without the bit of their sign, lowest byte first. OpenSSL takes
// them, and under them a signature can be made for most messages without any secret.
constexpr std::array small_order{
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"sv,
    "\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"sv,
    "\xec\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"sv,
    "\x26\xe8\x95\x8f\xc2\xb2\x27\xb0\x45\xc3\xf4\x89\xf2\xef\x98\xf0"
    "\xd5\xdf\xac\x05\xd3\xc6\x33\x39\xb1\x38\x02\x88\x6d\x53\xfc\x05"sv,
    "\xc7\x17\x6a\x70\x3d\x4d\xd8\x4f\xba\x3c\x0b\x76\x0d\x10\x67\x0f"
    "\x2a\x20\x53\xfa\x2c\x39\xcc\xc6\x4e\xc7\xfd\x77\x92\xac\x03\x7a"sv};

/// Whether the number is 2^255 - 19 or more, so that a smaller one names the same point.
bool is_not_canonical(std::string_view y) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(y[i]); };
    if (at(31) != 0x7f || at(0) < 0xed) return false;
    return std::all_of(y.begin() + 1, y.begin() + 31, [](char byte) { return byte == '\xff'; });
}

const char* problem_of_ed25519(std::string_view bytes) {
    if (bytes.size() != ed25519_size) return "it must have 32 bytes";
    std::string y{bytes};
    y[31] = static_cast<char>(static_cast<unsigned char>(y[31]) & 0x7fU);
    if (is_not_canonical(y)) return "its encoding is not canonical";
    if (std::find(small_order.begin(), small_order.end(), y) != small_order.end()) {
        return "it is a point of small order, for which anybody can make signatures";
    }
    return nullptr;
}

const char* problem_of_p256(std::string_view bytes) {
    if (bytes.size() != p256_spki_size || bytes.substr(0, p256_prefix.size()) != p256_prefix) {
        return "it must be a SubjectPublicKeyInfo of P-256 (named curve, uncompressed), 91 bytes";
    }
    return nullptr;
}

pkey_ptr import_public(key_type type, std::string_view bytes) {
    if (type == key_type::ed25519) {
        return pkey_ptr{EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, as_bytes(bytes),
                                                       bytes.size())};
    }
    const auto* from = as_bytes(bytes);
    return pkey_ptr{d2i_PUBKEY(nullptr, &from, static_cast<long>(bytes.size()))};
}

std::string exported_public(key_type type, const EVP_PKEY& key) {
    if (type == key_type::ed25519) {
        std::string bytes(ed25519_size, '\0');
        std::size_t size = bytes.size();
        auto* const to = reinterpret_cast<unsigned char*>(bytes.data());
        if (EVP_PKEY_get_raw_public_key(&key, to, &size) != 1) return {};
        return bytes;
    }
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(&key, &der);
    if (size <= 0) return {};
    std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return bytes;
}

const EVP_MD* digest_of(key_type type) {
    return type == key_type::ed25519 ? nullptr : EVP_sha256();
}

std::string prefix_of(key_type type) {
    return "The " + std::string{to_string(type)} + " public key cannot be used: ";
}

class pkey_signer final : public signer {
public:
    pkey_signer(key_type type, pkey_ptr key, std::string public_bytes)
        : type_{type}, key_{std::move(key)}, public_{std::move(public_bytes)} {}

    key_type type() const noexcept override { return type_; }
    std::string_view public_key() const noexcept override { return public_; }
    result<std::string> sign(std::string_view message) const override {
        const std::unique_ptr<EVP_MD_CTX, openssl_free> context{EVP_MD_CTX_new()};
        std::size_t size = 0;
        std::string signature;
        bool done =
            context != nullptr &&
            EVP_DigestSignInit(context.get(), nullptr, digest_of(type_), nullptr, key_.get()) ==
                1 &&
            EVP_DigestSign(context.get(), nullptr, &size, as_bytes(message), message.size()) == 1;
        if (done) {
            signature.resize(size);
            done = EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                                  &size, as_bytes(message), message.size()) == 1;
        }
        if (!done) {
            return fail(errc::io, "Signing with the " + std::string{to_string(type_)} +
                                      " key failed: " + openssl_reason() + ".");
        }
        signature.resize(size);
        return signature;
    }

private:
    key_type type_;
    pkey_ptr key_;
    std::string public_;
};

class asking_signer final : public signer {
public:
    asking_signer(compliance::public_key key, sign_callback sign)
        : key_{std::move(key)}, sign_{std::move(sign)} {}

    key_type type() const noexcept override { return key_.type(); }
    std::string_view public_key() const noexcept override { return key_.bytes(); }
    result<std::string> sign(std::string_view message) const override {
        auto signature = asked(message);
        if (!signature || key_.verifies(message, *signature)) return signature;
        return fail(errc::refused,
                    "The signer's callback gave something that is not a signature of its key over "
                    "what it was given; check that it holds the key it was made with.");
    }

private:
    result<std::string> asked(std::string_view message) const {
        try {
            return sign_(message);
        } catch (const std::exception& thrown) {
            return fail(errc::refused,
                        std::string{"The signer's callback threw: "} + thrown.what());
        } catch (...) {
            return fail(errc::refused, "The signer's callback threw something unknown.");
        }
    }

    compliance::public_key key_;
    sign_callback sign_;
};

struct free_number {
    void operator()(BIGNUM* used) const noexcept { BN_clear_free(used); }
    void operator()(EC_GROUP* used) const noexcept { EC_GROUP_free(used); }
    void operator()(EC_POINT* used) const noexcept { EC_POINT_free(used); }
    void operator()(OSSL_PARAM_BLD* used) const noexcept { OSSL_PARAM_BLD_free(used); }
    void operator()(OSSL_PARAM* used) const noexcept { OSSL_PARAM_free(used); }
};

/// The uncompressed point that belongs to a secret; empty if the secret is out of range.
std::string p256_point(const BIGNUM& secret) {
    const std::unique_ptr<EC_GROUP, free_number> curve{
        EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)};
    if (curve == nullptr || BN_is_zero(&secret) != 0 ||
        BN_cmp(&secret, EC_GROUP_get0_order(curve.get())) >= 0) {
        return {};
    }
    const std::unique_ptr<EC_POINT, free_number> point{EC_POINT_new(curve.get())};
    std::string bytes(65, '\0');
    if (point == nullptr ||
        EC_POINT_mul(curve.get(), point.get(), &secret, nullptr, nullptr, nullptr) != 1 ||
        EC_POINT_point2oct(curve.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                           reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                           nullptr) != bytes.size()) {
        return {};
    }
    return bytes;
}

pkey_ptr p256_key(const BIGNUM& secret, const std::string& point) {
    const std::unique_ptr<OSSL_PARAM_BLD, free_number> built{OSSL_PARAM_BLD_new()};
    if (built == nullptr ||
        OSSL_PARAM_BLD_push_utf8_string(built.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) !=
            1 ||
        OSSL_PARAM_BLD_push_BN(built.get(), OSSL_PKEY_PARAM_PRIV_KEY, &secret) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(built.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1) {
        return nullptr;
    }
    const std::unique_ptr<OSSL_PARAM, free_number> parameters{OSSL_PARAM_BLD_to_param(built.get())};
    const std::unique_ptr<EVP_PKEY_CTX, openssl_free> context{
        EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
    EVP_PKEY* key = nullptr;
    if (parameters == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) != 1) {
        return nullptr;
    }
    return pkey_ptr{key};
}

}  // namespace

std::string_view to_string(key_type type) noexcept {
    return type == key_type::ed25519 ? "ed25519" : "ecdsa-p256";
}

struct public_key::parsed {
    key_type type;
    std::string bytes;
    pkey_ptr key;
};

result<public_key> public_key::make(key_type type, std::string_view bytes) {
    if (type != key_type::ed25519 && type != key_type::ecdsa_p256) {
        return fail(errc::invalid_argument,
                    "A key of type " + std::to_string(static_cast<int>(type)) +
                        " cannot be used: only 1 (Ed25519) and 2 (ECDSA on P-256) are known.");
    }
    const char* const problem =
        type == key_type::ed25519 ? problem_of_ed25519(bytes) : problem_of_p256(bytes);
    if (problem != nullptr) {
        return fail(errc::invalid_argument, prefix_of(type) + problem + "; found " +
                                                std::to_string(bytes.size()) + " bytes.");
    }
    auto key = import_public(type, bytes);
    if (key == nullptr) {
        return fail(errc::invalid_argument, prefix_of(type) + openssl_reason() + ".");
    }
    return public_key{
        std::shared_ptr<const parsed>{new parsed{type, std::string{bytes}, std::move(key)}}};
}

key_type public_key::type() const noexcept { return key_->type; }

std::string_view public_key::bytes() const noexcept { return key_->bytes; }

bool public_key::verifies(std::string_view message, std::string_view signature) const {
    const std::unique_ptr<EVP_MD_CTX, openssl_free> context{EVP_MD_CTX_new()};
    const bool holds = context != nullptr &&
                       EVP_DigestVerifyInit(context.get(), nullptr, digest_of(key_->type), nullptr,
                                            key_->key.get()) == 1 &&
                       EVP_DigestVerify(context.get(), as_bytes(signature), signature.size(),
                                        as_bytes(message), message.size()) == 1;
    if (!holds) ERR_clear_error();
    return holds;
}

std::string subject_public_key(const public_key& key) {
    std::string der{key.type() == key_type::ed25519 ? ed25519_prefix : std::string_view{}};
    return der.append(key.bytes());
}

result<std::unique_ptr<signer>> signer_of(pkey_ptr key) {
    std::array<char, 64> group{};
    const bool is_ed25519 = EVP_PKEY_is_a(key.get(), "ED25519") == 1;
    const bool is_p256 =
        EVP_PKEY_is_a(key.get(), "EC") == 1 &&
        EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), nullptr) == 1 &&
        std::string_view{group.data()} == "prime256v1";
    if (!is_ed25519 && !is_p256) {
        return fail(errc::unsupported, "A key of the kind " + kind_of(*key) +
                                           " cannot sign here; use Ed25519 or ECDSA on P-256.");
    }
    const auto type = is_ed25519 ? key_type::ed25519 : key_type::ecdsa_p256;
    auto bytes = exported_public(type, *key);
    if (const auto usable = public_key::make(type, bytes); !usable) return usable.error();
    return std::unique_ptr<signer>{new pkey_signer{type, std::move(key), std::move(bytes)}};
}

result<std::unique_ptr<signer>> ed25519_signer(std::string_view seed) {
    if (seed.size() != ed25519_size) {
        return fail(errc::invalid_argument, "The secret of an Ed25519 key has 32 bytes, not " +
                                                std::to_string(seed.size()) + ".");
    }
    pkey_ptr key{
        EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, as_bytes(seed), seed.size())};
    if (key == nullptr) return fail(errc::io, "OpenSSL took no key: " + openssl_reason() + ".");
    return signer_of(std::move(key));
}

result<std::unique_ptr<signer>> ecdsa_p256_signer(std::string_view secret) {
    const std::unique_ptr<BIGNUM, free_number> number{
        BN_bin2bn(as_bytes(secret), static_cast<int>(secret.size()), nullptr)};
    const auto point = secret.size() == p256_secret_size && number != nullptr ? p256_point(*number)
                                                                              : std::string{};
    if (point.empty()) {
        return fail(errc::invalid_argument,
                    "The secret of a P-256 key has 32 bytes and is a number of 1 to the order of "
                    "the curve less one; what was given is not.");
    }
    auto key = p256_key(*number, point);
    if (key == nullptr) return fail(errc::io, "OpenSSL took no key: " + openssl_reason() + ".");
    return signer_of(std::move(key));
}

result<std::unique_ptr<signer>> temporary_signer(key_type type) {
    auto key = new_key(type);
    if (!key) return key.error();
    return signer_of(std::move(*key));
}

result<pkey_ptr> new_key(key_type type) {
    pkey_ptr key{type == key_type::ed25519 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                           : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
    if (key == nullptr) return fail(errc::io, "OpenSSL made no key: " + openssl_reason() + ".");
    return key;
}

result<std::unique_ptr<signer>> callback_signer(key_type type, std::string_view public_bytes,
                                                sign_callback sign) {
    auto key = public_key::make(type, public_bytes);
    if (!key) return key.error();
    return std::unique_ptr<signer>{new asking_signer{*std::move(key), std::move(sign)}};
}

}  // namespace daybook::compliance
