// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>
#include <daybook/types.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Snapshots: states of aggregates that are kept, so that loading one does not read its whole
/// stream. They are never needed: whatever is wrong with one, the events make the state again.
///
/// A snapshot is used if its bytes are whole, if it is of the same type, version and shape of
/// state, and if the event that it ends with is still the same to the bit. Any other is passed
/// over, counted, and can be found by `verify_snapshots`. Bytes: core/docs/aggregates.md.
namespace daybook {

/// A snapshot that is kept.
struct snapshot_info {
    std::string stream{};
    std::string state{};        ///< `name` of the aggregate.
    std::uint32_t version = 0;  ///< Of the aggregate.
    sequence last{};            ///< The state is what the stream makes up to this one.
    position at{};              ///< Of that event.
    timestamp taken_at{};
    std::uint64_t bytes = 0;  ///< Of the encoded state.
};

enum class snapshot_verdict {
    sound,
    damaged,      ///< Its bytes are not what was written.
    other_past,   ///< The events that it sums up are not those of this log.
    other_state,  ///< The events make another state: `apply` changed and `version` did not.
    stale         ///< Of another version or shape of state: never used.
};

struct snapshot_finding {
    snapshot_info which{};
    snapshot_verdict verdict{};
};

/// Snapshots of a stream, or of all streams (""), by stream, state and version, the newest first.
/// One whose bytes are damaged has only what its key tells. Fails with `io`.
result<std::vector<snapshot_info>> list_snapshots(store& log, std::string_view stream = {});

/// Compares snapshots with the events they sum up, without the code of their aggregates: `damaged`,
/// `other_past` or `sound`. Reads each of their streams once. Fails with `corrupt` or `io`.
result<std::vector<snapshot_finding>> verify_snapshots(store& log, std::string_view stream = {});

/// Drops snapshots of a stream, or of all streams (""); with `keep`, all but the newest so many of
/// each state and version. Returns how many. Fails with `io` or `refused`.
result<std::uint64_t> drop_snapshots(store& log, std::string_view stream = {},
                                     std::uint64_t keep = 0);

}  // namespace daybook
