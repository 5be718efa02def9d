// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/types.hpp>

#include "subject_key_shelf.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace daybook::compliance {

/// What stands in a payload in place of a value. Written in exactly one way:
/// {"$encrypted":{"alg":"A256GCM","key":ID,"commitment":HEX,"nonce":HEX,"data":BASE64}}
struct sealed_value {
    std::string key_id;      ///< 32 hexadecimal digits.
    std::string commitment;  ///< 32 bytes.
    std::string nonce;       ///< 12 bytes.
    std::string data;        ///< Ciphertext and tag.

    std::string text() const;
    /// Nothing unless `text` is what `text()` writes for some value.
    static std::optional<sealed_value> parse(std::string_view text);
};

/// What every one begins with.
inline constexpr std::string_view sealed_start = R"({"$encrypted":{)";

/// Does a value begin as one does? Others are the caller's own, whatever they hold.
bool looks_sealed(std::string_view value) noexcept;

/// Where a value stands. What it is bound to.
struct sealed_place {
    std::string_view origin;
    event_id id;
    std::string_view stream;
    std::string_view type;
    std::string pointer;

    std::string bound() const;
};

sealed_value seal_value(const subject_key& key, const sealed_place& at, std::string_view clear);
/// Nothing unless it was sealed by this key at this place.
std::optional<std::string> open_value(const subject_key& key, const sealed_place& at,
                                      const sealed_value& sealed);

}  // namespace daybook::compliance
