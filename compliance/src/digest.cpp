// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/digest.hpp>

#include "hex.hpp"

#include <openssl/evp.h>

#include <cstring>
#include <memory>
#include <new>

namespace daybook::compliance {
namespace {

struct free_context {
    void operator()(EVP_MD_CTX* used) const noexcept { EVP_MD_CTX_free(used); }
};

/// Looked up once: a look-up by name costs as much as hashing a small leaf.
const EVP_MD* algorithm() {
    static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched;
}

/// One per thread, for allocating one costs as much as hashing a small leaf.
class hasher {
public:
    hasher() {
        thread_local const std::unique_ptr<EVP_MD_CTX, free_context> kept{EVP_MD_CTX_new()};
        context_ = kept.get();
        need(context_ != nullptr && EVP_DigestInit_ex2(context_, algorithm(), nullptr) == 1);
    }
    hasher& add(std::string_view bytes) {
        need(EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1);
        return *this;
    }
    digest finish() {
        digest made;
        need(EVP_DigestFinal_ex(context_, made.bytes.data(), nullptr) == 1);
        return made;
    }

private:
    /// SHA-256 fails only for want of memory. A wrong hash must not leave.
    static void need(bool worked) {
        if (!worked) throw std::bad_alloc{};
    }

    EVP_MD_CTX* context_;
};

}  // namespace

std::string digest::hex() const { return to_hex(view()); }

std::optional<digest> digest::from_hex(std::string_view text) {
    if (text.size() != 2 * size) return std::nullopt;
    const auto bytes = compliance::from_hex(text);
    return bytes ? from_bytes(*bytes) : std::nullopt;
}

std::optional<digest> digest::from_bytes(std::string_view bytes) {
    if (bytes.size() != size) return std::nullopt;
    digest made;
    std::memcpy(made.bytes.data(), bytes.data(), size);
    return made;
}

digest sha256(std::string_view bytes) { return hasher{}.add(bytes).finish(); }

digest sha256(std::string_view first, std::string_view second) {
    return hasher{}.add(first).add(second).finish();
}

digest leaf_hash(std::string_view data) { return sha256({"\0", 1}, data); }

digest node_hash(const digest& left, const digest& right) {
    std::array<char, 1 + 2 * digest::size> input;
    input[0] = 1;
    std::memcpy(input.data() + 1, left.bytes.data(), digest::size);
    std::memcpy(input.data() + 1 + digest::size, right.bytes.data(), digest::size);
    return sha256({input.data(), input.size()});
}

digest empty_root() { return sha256({}); }

}  // namespace daybook::compliance
