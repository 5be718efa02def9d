// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What the column family `meta` holds: what a store is.

#include <daybook/types.hpp>

#include "database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::settings {

/// Raised when stores written before can no longer be read as they are.
inline constexpr std::uint32_t format_version = 1;

inline constexpr std::string_view format_key = "format";
inline constexpr std::string_view store_id_key = "store_id";
inline constexpr std::string_view fields_key = "indexed_fields";  // Pointers, each followed by 00.
inline constexpr std::string_view reindex_key = "reindex";  // Present while indexes are not valid.

/// The keyspace that has to be written with every commit, if any.
inline constexpr std::string_view required_key = "required_participant";

std::string join_fields(const std::vector<std::string>& fields);
std::vector<std::string> split_fields(std::string_view joined);

/// The value of a setting, or nothing.
result<std::optional<std::string>> read(database& db, std::string_view key);

/// Writes `batch` and syncs.
result<void> write(database& db, rocksdb::WriteBatch& batch);

/// Makes a new, empty database a store.
result<void> write_new(database& db, const event_id& store_id,
                       const std::vector<std::string>& indexed_fields);

/// The payload fields that the index has now; nothing while it is being reset.
result<std::optional<std::vector<std::string>>> indexed_fields(database& db);

}  // namespace daybook::settings
