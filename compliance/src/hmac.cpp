// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "hmac.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <new>

namespace daybook::compliance {

digest hmac_sha256(std::string_view key, std::string_view text) {
    digest made;
    unsigned int size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    const auto* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes,
                            text.size(), made.bytes.data(), &size);
    // It fails only for want of memory. A wrong hash must not leave.
    if (done == nullptr || size != digest::size) throw std::bad_alloc{};
    return made;
}

}  // namespace daybook::compliance
