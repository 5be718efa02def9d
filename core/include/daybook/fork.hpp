// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// A branch of a store: another store that shares the past with it and goes its own way.
//
//     fork_store(store, "/var/lib/branch", {.end = position{1'000}}).value();  // events 0 to 999
//
// Files of the past are shared (hard links), so a fork costs little room until the two part. What
// becomes of indexes, views, subscriptions and snapshots is in core/docs/forks.md.

#include <daybook/store.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace daybook {

/// What a fork has from another store.
struct fork_origin {
    event_id store_id{};    ///< Of the other store.
    position end{};         ///< All events before it are shared.
    event_id last_event{};  ///< The one before `end`; zero if there is none.
    /// Hash of its stored bytes, so that the two pasts can be told apart.
    std::uint64_t last_record = 0;
    friend bool operator==(const fork_origin&, const fork_origin&) = default;
};

struct fork_options {
    /// Where the branch begins: it has the events before this position. If that is inside a commit,
    /// it begins before that commit, as nobody ever saw a part of one. Default: all there is, and
    /// then views, snapshots and every other area come along.
    std::optional<position> end{};
    /// Called with the fork before it appears under its name, for events that belong to it from
    /// the beginning. A failure is that of `fork_store`, which then leaves nothing.
    std::function<result<void>(store& made)> prepare{};
    /// Run `store::check` on it before it appears.
    bool check = false;
    progress_callback progress{};  ///< Of copying events and of the check.
};

struct fork_report {
    std::filesystem::path directory{};  ///< Absolute.
    event_id store_id{};                ///< Its own.
    fork_origin origin{};
    std::uint64_t bytes_shared = 0;  ///< In files that are links to those of the other store.
    std::uint64_t bytes_copied = 0;  ///< In files of its own.
    /// Areas (`store::open_keyspace`) that the other store has and the fork does not: they tell of
    /// later events, or may. Views are built when next run.
    std::vector<std::string> keyspaces_dropped{};
};

/// Makes a store in `directory`, which must be missing or empty, with the past of `from`.
///
/// `from` is not changed: it is synced first (a reader: refreshed), and takes appends meanwhile.
/// One that is open for writing shares its files; where hard links are not possible, on another
/// file system, they are copied. One that is open for reading has no files to share, for its writer
/// may take them away: its events are copied and indexed again. The directory appears when all is
/// done and synced; what an interrupted call leaves lies beside it under another name that begins
/// with a dot.
///
/// Durable subscriptions and consumer groups of the fork stand where they stood, or at its end if
/// that is before. Process managers begin again, unless the fork has all there is; that does
/// nothing twice. The fork has an id of its own, with the last eight bytes of the other's.
///
/// Fails with `not_found` (`end` is beyond the log), `refused` (`directory` is there and not empty,
/// or lies inside the store), `corrupt`, `io`, or as `prepare`. May be called from any thread.
/// Cost: a link for each file; if cut, rewriting the table of the log that has `end`, the index of
/// up to 64 segments, and the list of streams. Figures are in core/docs/forks.md.
result<fork_report> fork_store(store& from, const std::filesystem::path& directory,
                               const fork_options& options = {});

/// Where a store comes from; nothing if it is not a fork. Fails with `corrupt` or `io`.
result<std::optional<fork_origin>> origin_of(const store& of);

}  // namespace daybook
