// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/keyspace.hpp>
#include <daybook/projections/any_projection.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What lies where in the keyspace of a view. The page is projections/docs/view_layout.md.
namespace daybook::projections::layout {

/// Rows lie under 'r' and their key; what the engine keeps for itself under 'm' and a name.
inline constexpr char row_prefix = 'r';
inline constexpr std::string_view cursor_key = "mcursor";
inline constexpr std::uint32_t cursor_format = 1;

/// How far a view is, and what it was built by.
struct cursor_record {
    std::uint32_t format = cursor_format;
    daybook::position next;  ///< All events before it are in the rows.
    std::uint64_t events_applied = 0;
    std::uint64_t query_fingerprint = 0;
    std::uint64_t row_fingerprint = 0;
    friend bool operator==(const cursor_record&, const cursor_record&) = default;
};
BOOST_DESCRIBE_STRUCT(cursor_record, (),
                      (format, next, events_applied, query_fingerprint, row_fingerprint))

std::string row_key(std::string_view key);
std::string encode_cursor(const cursor_record& record);

/// The cursor of a view, or nothing if none was written yet. Fails with `corrupt`, `unsupported`
/// (a newer format) or `io`.
result<std::optional<cursor_record>> read_cursor(const keyspace& rows);

/// Nothing if `record` was written by a projection like `of`; else `invalid_argument` that says
/// what changed.
std::optional<error> check_cursor(const cursor_record& record, const any_projection& of);

struct view_generation {
    std::string name;
    std::uint32_t version = 0;
    std::uint32_t generation = 1;
};

/// What the names of the keyspaces of a version start with: "view.NAME.vN".
std::string keyspace_stem(std::string_view view, std::uint32_t version);

/// Whose rows lie in the keyspace of this name; nothing if it is not a view's.
std::optional<view_generation> parse_keyspace_name(std::string_view keyspace_name);

/// A checkpoint of the rows of a generation: the keyspace's name, ".c" and when it was made.
struct checkpoint_name {
    view_generation of;
    timestamp made_at;
};

std::string checkpoint_keyspace(std::string_view generation_keyspace, timestamp made_at);

/// Nothing if the keyspace of this name is not a checkpoint's.
std::optional<checkpoint_name> parse_checkpoint_name(std::string_view keyspace_name);

/// Of a checkpoint: what is known of it besides its cursor, which is written with it.
inline constexpr std::string_view checkpoint_key = "mcheckpoint";
inline constexpr std::uint32_t checkpoint_format = 1;

struct checkpoint_record {
    std::uint32_t format = checkpoint_format;
    std::uint64_t rows = 0;
    event_id last_event{};  ///< The one before the cursor.
};
BOOST_DESCRIBE_STRUCT(checkpoint_record, (), (format, rows, last_event))

}  // namespace daybook::projections::layout
