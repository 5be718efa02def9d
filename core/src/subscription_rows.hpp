// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What durable subscriptions keep in the store. The layout is in core/docs/subscriptions.md.

#include <daybook/consumer_group.hpp>
#include <daybook/keyspace.hpp>

#include <functional>
#include <optional>

namespace daybook::subscription_rows {

inline constexpr std::string_view keyspace_name = "daybook.subscriptions";
inline constexpr std::size_t key_bytes_max = 512;

enum class holder : std::uint8_t { one = 1, group = 2 };

struct cursor {
    holder of{};
    std::uint64_t query = 0;  ///< Its fingerprint.
    position next{};
};

std::string cursor_key(std::string_view name);
std::string encode(const cursor& row);
/// Nothing if it was never written. Fails with `corrupt`, `unsupported` or `io`.
result<std::optional<cursor>> read_cursor(const keyspace& rows, std::string_view name);

/// What is to become of a row: it waits for somebody, or is to be tried when its turn comes.
enum class parked_state : std::uint8_t { held = 1, parked = 2, retried = 3 };

struct parked_row {
    std::string key;
    position at;
    parked_state state{};
    std::uint32_t attempts = 0;
    timestamp parked_at{};
    std::string reason;
};

std::string parked_key(std::string_view name, std::string_view key, position at);
std::string encode(const parked_row& row);
/// Rows of `name`, by key and position, until `visit` returns false; those of `key` only, if given.
result<void> visit_parked(const keyspace& rows, std::string_view name,
                          std::optional<std::string_view> key,
                          const std::function<bool(const parked_row&)>& visit);
/// The first row of `key`.
result<std::optional<parked_row>> first_parked(const keyspace& rows, std::string_view name,
                                               std::string_view key);

/// That an event behind the cursor, which was parked, is done.
std::string done_key(std::string_view name, position at);
result<void> visit_done(const keyspace& rows, std::string_view name,
                        const std::function<bool(position)>& visit);

/// Fails with `invalid_argument`.
result<void> check_name(std::string_view name);

}  // namespace daybook::subscription_rows
