// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "sealed_bytes.hpp"

#include "hmac.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstring>
#include <memory>
#include <new>

namespace daybook::compliance {
namespace {

struct free_cipher {
    void operator()(EVP_CIPHER_CTX* used) const noexcept { EVP_CIPHER_CTX_free(used); }
};

/// Nothing here fails but for want of memory; then no byte may leave in the clear.
void need(bool worked) {
    if (!worked) throw std::bad_alloc{};
}

const unsigned char* as_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* as_bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

/// One per thread, for making one costs more than sealing a short text.
EVP_CIPHER_CTX* cipher_context() {
    thread_local const std::unique_ptr<EVP_CIPHER_CTX, free_cipher> kept{EVP_CIPHER_CTX_new()};
    need(kept != nullptr);
    return kept.get();
}

const EVP_CIPHER* cipher() {
    static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    return fetched;
}

}  // namespace

secret_key::secret_key(std::string_view bytes) {
    need(bytes.size() == bytes_.size());
    std::memcpy(bytes_.data(), bytes.data(), bytes_.size());
}

secret_key::~secret_key() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

secret_key secret_key::random() {
    secret_key made;
    need(RAND_priv_bytes(made.bytes_.data(), static_cast<int>(made.bytes_.size())) == 1);
    return made;
}

secret_key secret_key::derive(std::string_view info) const {
    const std::string no_salt(secret_key_size, '\0');
    const secret_key extracted{hmac_sha256(no_salt, view()).view()};
    return secret_key{hmac_sha256(extracted.view(), std::string{info} + '\1').view()};
}

std::string random_bytes(std::size_t count) {
    std::string made(count, '\0');
    need(RAND_bytes(as_bytes(made), static_cast<int>(count)) == 1);
    return made;
}

std::string seal_bytes(const secret_key& key, std::string_view nonce, std::string_view bound,
                       std::string_view clear) {
    need(nonce.size() == nonce_size);
    auto* context = cipher_context();
    std::string sealed(clear.size() + seal_tag_size, '\0');
    int size = 0;
    need(EVP_EncryptInit_ex2(context, cipher(), as_bytes(key.view()), as_bytes(nonce), nullptr) ==
         1);
    need(EVP_EncryptUpdate(context, nullptr, &size, as_bytes(bound),
                           static_cast<int>(bound.size())) == 1);
    need(EVP_EncryptUpdate(context, as_bytes(sealed), &size, as_bytes(clear),
                           static_cast<int>(clear.size())) == 1);
    int rest = 0;
    need(EVP_EncryptFinal_ex(context, as_bytes(sealed) + size, &rest) == 1);
    need(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, seal_tag_size,
                             sealed.data() + clear.size()) == 1);
    (void)EVP_CIPHER_CTX_reset(context);  // Keeps no key.
    return sealed;
}

std::optional<std::string> open_bytes(const secret_key& key, std::string_view nonce,
                                      std::string_view bound, std::string_view sealed) {
    if (nonce.size() != nonce_size || sealed.size() < seal_tag_size) return std::nullopt;
    auto* context = cipher_context();
    const auto body = sealed.substr(0, sealed.size() - seal_tag_size);
    std::string tag{sealed.substr(body.size())};
    std::string clear(body.size(), '\0');
    int size = 0;
    need(EVP_DecryptInit_ex2(context, cipher(), as_bytes(key.view()), as_bytes(nonce), nullptr) ==
         1);
    need(EVP_DecryptUpdate(context, nullptr, &size, as_bytes(bound),
                           static_cast<int>(bound.size())) == 1);
    need(EVP_DecryptUpdate(context, as_bytes(clear), &size, as_bytes(body),
                           static_cast<int>(body.size())) == 1);
    need(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, seal_tag_size, tag.data()) == 1);
    int rest = 0;
    const bool sound = EVP_DecryptFinal_ex(context, as_bytes(clear) + size, &rest) == 1;
    (void)EVP_CIPHER_CTX_reset(context);
    if (sound) return clear;
    wipe_bytes(clear);
    return std::nullopt;
}

void wipe_bytes(std::string& secret) noexcept { OPENSSL_cleanse(secret.data(), secret.size()); }

}  // namespace daybook::compliance
