// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace daybook::compliance {

/// Secrets that look like nothing else.
enum class secret_kind : std::uint8_t {
    private_key,
    aws_key,
    github_token,
    gitlab_token,
    slack_token,
    api_key,
    jwt,
    authorization,
    password,
    connection_string
};
inline constexpr std::size_t secret_kind_count = 10;

/// "private-key", "aws-key", ...
std::string_view to_string(secret_kind kind) noexcept;
std::optional<secret_kind> parse_secret_kind(std::string_view text) noexcept;

struct secret_range {
    std::size_t from = 0;
    std::size_t to = 0;
    secret_kind kind{};
};

/// Of `wanted` kinds (bit 1 << kind), where they are in `text`: from left to right, none
/// overlapping another. One pass; any bytes.
void find_secrets(std::string_view text, std::uint32_t wanted, std::vector<secret_range>& found);

/// Does what a member or a variable of this name holds have to be secret? "password",
/// "db_password", "clientSecret", "X-Api-Key"; compared without case and punctuation.
bool names_a_secret(std::string_view name) noexcept;

/// May what it holds be one? "token", "auth", "credential", "key" at the end.
bool may_name_a_secret(std::string_view name) noexcept;

/// Is `text` a run of at least 16 characters as random keys are made of?
bool looks_random(std::string_view text) noexcept;

}  // namespace daybook::compliance
