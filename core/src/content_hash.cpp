// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "content_hash.hpp"

#include <cstdint>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace daybook {

struct content_hash::state {
    XXH3_state_t xxh3;
};

content_hash::content_hash() : state_{new state} { XXH3_128bits_reset(&state_->xxh3); }
content_hash::content_hash(content_hash&&) noexcept = default;
content_hash& content_hash::operator=(content_hash&&) noexcept = default;
content_hash::~content_hash() = default;

void content_hash::add(std::string_view bytes) {
    XXH3_128bits_update(&state_->xxh3, bytes.data(), bytes.size());
}

std::string content_hash::hex() const {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto hash = XXH3_128bits_digest(&state_->xxh3);
    std::string text;
    for (const std::uint64_t half : {hash.high64, hash.low64}) {
        for (int shift = 60; shift >= 0; shift -= 4) {
            text.push_back(digits[(half >> static_cast<unsigned>(shift)) & 15U]);
        }
    }
    return text;
}

}  // namespace daybook
