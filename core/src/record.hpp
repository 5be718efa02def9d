// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// The bytes of one event: a fixed header, then the variable parts in a fixed order. Everything is
// little-endian and unaligned. Described with a worked example in core/docs/event_record.md;
// golden bytes in tests/golden.

#include <daybook/event.hpp>

#include "bytes.hpp"

#include <span>
#include <string>
#include <string_view>

namespace daybook::record {

inline constexpr std::uint8_t version = 1;

// Offsets in the header.
inline constexpr std::size_t at_version = 0;             // u8
inline constexpr std::size_t at_schema_size = 1;         // u8
inline constexpr std::size_t at_cause_count = 2;         // u8
inline constexpr std::size_t at_tag_count = 3;           // u8
inline constexpr std::size_t at_record_size = 4;         // u32
inline constexpr std::size_t at_position = 8;            // u64
inline constexpr std::size_t at_sequence = 16;           // u64
inline constexpr std::size_t at_occurred = 24;           // i64, microseconds since 1970
inline constexpr std::size_t at_recorded = 32;           // i64, microseconds since 1970
inline constexpr std::size_t at_id = 40;                 // 16 bytes
inline constexpr std::size_t at_stream_size = 56;        // u16
inline constexpr std::size_t at_type_size = 58;          // u16
inline constexpr std::size_t at_correlation_size = 60;   // u16
inline constexpr std::size_t at_actor_id_size = 62;      // u16
inline constexpr std::size_t at_actor_type_size = 64;    // u8
inline constexpr std::size_t at_actor_model_size = 65;   // u8
inline constexpr std::size_t at_content_type_size = 66;  // u8; 0 means application/json
inline constexpr std::size_t at_flags = 67;              // u8; see below
inline constexpr std::size_t at_tags_size = 68;          // u32
inline constexpr std::size_t at_extensions_size = 72;    // u32
inline constexpr std::size_t at_payload_size = 76;       // u32
inline constexpr std::size_t header_size = 80;
// Then: causes (16 bytes each), stream, type, schema, correlation, actor type, actor id, actor
// model, content type, tags (u16 size and bytes, each), extensions, payload.

/// Flag: the payload was deleted. In its place stand its digest (32 bytes) and its size (u32).
inline constexpr std::uint8_t flag_deleted = 1;
inline constexpr std::size_t digest_size = 32;
inline constexpr std::size_t tombstone_size = digest_size + 4;

/// The record with a tombstone in the place of its payload. Requires: `whole` has a payload still,
/// and `digest` is `digest_size` long.
std::string with_tombstone(event_view whole, std::string_view digest);

/// An event about to be encoded: everything but its place in the log.
struct draft {
    std::string_view stream;
    std::string_view type;
    std::string_view schema;
    std::string_view correlation;
    actor_view actor;
    std::string_view content_type;
    std::string_view extensions;
    std::string_view payload;
    std::span<const event_id> causes;
    std::span<const std::string> tags;
    std::string_view session_tag;  ///< One tag more, from the ambient context; may be empty.
    std::string_view replay_tag;   ///< The same.
    event_id id;
    timestamp occurred_at;
};

/// How many tags the record will have.
inline std::size_t tag_count(const draft& event) noexcept {
    return event.tags.size() + (event.session_tag.empty() ? 0 : 1) +
           (event.replay_tag.empty() ? 0 : 1);
}

/// Appends the record to `out`, with position, sequence and recorded time still zero.
/// Requires: every size is within <daybook/limits.hpp>.
void encode(std::string& out, const draft& event);

/// Writes the place into an encoded record.
inline void place(char* record, position at, sequence in_stream, timestamp recorded) noexcept {
    bytes::store(record + at_position, at.value);
    bytes::store(record + at_sequence, in_stream.value);
    bytes::store(record + at_recorded, recorded.time_since_epoch().count());
}

/// Do two records say the same, wherever and whenever they were stored? `compare_times` is false
/// when the occurred time of the second was not given by the caller. The trace is not compared.
bool same_content(event_view stored, event_view offered, bool compare_times);

}  // namespace daybook::record

namespace daybook {

/// Views of bytes that this process encoded or checked already.
struct record_access {
    static event_view trusted(std::string_view record) noexcept { return event_view{record}; }
};

}  // namespace daybook
