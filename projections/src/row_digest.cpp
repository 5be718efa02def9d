// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#define XXH_INLINE_ALL  // All of the library is in its header.
#include "row_digest.hpp"

#include <daybook/value_codec.hpp>

#include <xxhash.h>

namespace daybook::projections {

/// XXH3, 128 bits, of pieces that are told apart by their lengths.
struct row_digest::impl {
    XXH3_state_t* state = XXH3_createState();
};

row_digest::row_digest() : impl_{std::make_unique<impl>()} { XXH3_128bits_reset(impl_->state); }

row_digest::~row_digest() { XXH3_freeState(impl_->state); }

void row_digest::add(std::string_view key, std::string_view row) {
    add_piece(key);
    add_piece(row);
    ++rows_;
}

void row_digest::add_piece(std::string_view piece) {
    length_.clear();
    daybook::detail::append_varint(length_, piece.size());
    XXH3_128bits_update(impl_->state, length_.data(), length_.size());
    XXH3_128bits_update(impl_->state, piece.data(), piece.size());
}

std::string row_digest::hex() const {
    constexpr std::string_view digits = "0123456789abcdef";
    XXH128_canonical_t bytes;
    XXH128_canonicalFromHash(&bytes, XXH3_128bits_digest(impl_->state));
    std::string text;
    for (const unsigned char byte : bytes.digest) {
        text += digits[byte >> 4U];
        text += digits[byte & 0xFU];
    }
    return text;
}

}  // namespace daybook::projections
