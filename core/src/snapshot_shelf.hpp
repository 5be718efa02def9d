// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/keyspace.hpp>
#include <daybook/snapshot.hpp>
#include <daybook/store.hpp>

#include <boost/describe.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Where snapshots lie: an area of the store, a key per stream, state, version and sequence. The
// bytes are described in core/docs/aggregates.md.
namespace daybook::snapshots {

inline constexpr std::string_view keyspace_name = "daybook.snapshots";
inline constexpr std::uint32_t record_format = 1;

/// A digest of a stream's records, from the first on, in order.
struct past_digest {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend bool operator==(const past_digest&, const past_digest&) = default;

    /// Goes on with the next record.
    void add(std::string_view record);
};
BOOST_DESCRIBE_STRUCT(past_digest, (), (high, low))

/// Whose state, and of which events.
struct snapshot_key {
    std::string stream;
    std::string state;
    std::uint32_t version = 0;
    sequence last;
};
std::string encode_key(const snapshot_key& key);
/// Of all snapshots of this state and version of the stream.
std::string key_prefix(std::string_view stream, std::string_view state, std::uint32_t version);
/// Nothing if the bytes are no key.
std::optional<snapshot_key> decode_key(std::string_view bytes);

struct snapshot_record {
    std::uint32_t format = record_format;
    std::uint64_t fingerprint = 0;  ///< Of the state's shape.
    position at;                    ///< Of the last event.
    std::uint64_t last_record = 0;  ///< Hash of that event's record.
    past_digest past;               ///< Of all events up to it.
    timestamp taken_at{};
    std::string state;
};
BOOST_DESCRIBE_STRUCT(snapshot_record, (),
                      (format, fingerprint, at, last_record, past, taken_at, state))

std::uint64_t hash_of(std::string_view record) noexcept;

std::string encode_record(const snapshot_record& of);
/// Fails with `corrupt` (a checksum, a length) or `unsupported`.
result<snapshot_record> decode_record(std::string_view bytes);

snapshot_info info_of(const snapshot_key& key, const snapshot_record& record);

/// The area, if there is one yet. Fails with `io`.
result<std::optional<keyspace>> open_existing(store& log);

struct stored_snapshot {
    snapshot_key key;
    result<snapshot_record> record;
};

/// Those of `stream` ("": of all), newest first within stream, state and version.
result<std::vector<stored_snapshot>> read_all(const keyspace& from, std::string_view stream);

}  // namespace daybook::snapshots
