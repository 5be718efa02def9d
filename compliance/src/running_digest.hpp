// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/digest.hpp>

#include "openssl.hpp"

#include <memory>
#include <string_view>

namespace daybook::compliance {

/// The SHA-256 of bytes that come in pieces.
class running_digest {
public:
    running_digest() : context_{EVP_MD_CTX_new()} {
        works_ =
            context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
    }
    void add(std::string_view bytes) {
        works_ = works_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
    }
    /// All zeros, which is nobody's hash, if OpenSSL ran out of memory.
    digest finish() {
        digest made;
        if (!works_ || EVP_DigestFinal_ex(context_.get(), made.bytes.data(), nullptr) != 1) {
            return digest{};
        }
        return made;
    }

private:
    std::unique_ptr<EVP_MD_CTX, openssl_free> context_;
    bool works_ = false;
};

}  // namespace daybook::compliance
