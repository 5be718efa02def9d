// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "openssl.hpp"

#include <openssl/err.h>

#include <array>

namespace daybook::compliance {

std::string openssl_reason() {
    // The first error is the cause; those after it are what the callers made of it.
    const auto code = ERR_get_error();
    ERR_clear_error();
    const char* const reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : "no reason given";
}

void wipe(std::string& secret) noexcept {
    OPENSSL_cleanse(secret.data(), secret.capacity());
    secret.clear();
}

std::string kind_of(const EVP_PKEY& key) {
    const char* const name = EVP_PKEY_get0_type_name(&key);
    std::string kind = name != nullptr ? name : "a key of an unknown kind";
    std::array<char, 64> group{};
    if (EVP_PKEY_is_a(&key, "EC") == 1 &&
        EVP_PKEY_get_group_name(&key, group.data(), group.size(), nullptr) == 1) {
        kind += " on ";
        kind += group.data();
    }
    return kind;
}

}  // namespace daybook::compliance
