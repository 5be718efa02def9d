// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// AES-256-GCM (NIST SP 800-38D) and what belongs to it.
namespace daybook::compliance {

inline constexpr std::size_t secret_key_size = 32;
inline constexpr std::size_t nonce_size = 12;
inline constexpr std::size_t seal_tag_size = 16;

/// 32 bytes that are wiped when they go.
class secret_key {
public:
    secret_key() = default;
    explicit secret_key(std::string_view bytes);  ///< Requires: 32 of them.
    static secret_key random();
    secret_key(const secret_key&) = default;
    secret_key& operator=(const secret_key&) = default;
    ~secret_key();
    std::string_view view() const noexcept {
        return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
    }
    /// HKDF (RFC 5869) with SHA-256, no salt, one block.
    secret_key derive(std::string_view info) const;

private:
    std::array<unsigned char, secret_key_size> bytes_{};
};

/// Of the system's generator.
std::string random_bytes(std::size_t count);

/// Ciphertext and tag.
std::string seal_bytes(const secret_key& key, std::string_view nonce, std::string_view bound,
                       std::string_view clear);
/// Nothing unless `sealed` is what `seal_bytes` made with the same key, nonce and `bound`.
std::optional<std::string> open_bytes(const secret_key& key, std::string_view nonce,
                                      std::string_view bound, std::string_view sealed);

void wipe_bytes(std::string& secret) noexcept;

}  // namespace daybook::compliance
