// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Backups of a store in a directory of their own, and stores from backups.
//
//     create_backup(store, "/backups/work").value();                 // as often as you like
//     verify_backups("/backups/work").value();                       // reads every byte
//     restore_backup("/backups/work", "/var/lib/restored").value();  // a new store
//
// A backup holds the log up to a position, and how far durable subscriptions and consumer groups
// are. It shares files with the backups before it, so what is new is all that is written.
// Everything else in a store is derived from the log: a restored store builds its indexes at once
// and its views when they are next run; areas of other kinds (`store::open_keyspace`) are not in
// it. Layout and reasons are in core/docs/backup.md. These functions may be called from any thread
// and process: a target that is being changed refuses others with `locked`.

#include <daybook/store.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace daybook {

struct backup_info {
    std::uint32_t number = 0;  ///< 1, 2, 3 ... in its target; never used twice.
    timestamp made_at{};
    event_id store_id{};
    std::uint32_t format = 0;
    std::uint64_t events = 0;  ///< It holds positions 0 to events - 1.
    std::optional<timestamp> last_recorded_at{};
    std::uint64_t subscriptions = 0;  ///< Durable ones and groups; it holds where they were.
    std::vector<std::string> indexed_fields{};
    std::uint64_t bytes = 0;      ///< On disk, of all files that it needs.
    std::uint64_t bytes_new = 0;  ///< Of these, in files that no earlier backup had.
    /// Why it cannot be used, if it cannot; then only `number` is sure.
    std::optional<std::string> problem{};
};

struct backup_options {
    /// Afterwards remove all but so many of the latest backups; 0 keeps all.
    std::uint32_t keep = 0;
    progress_callback progress{};
};

/// Makes the next backup of `from` in the directory `target`, which is made if it is missing.
///
/// Holds everything acknowledged before the call: a store open for writing is synced first and may
/// be written to meanwhile; one open for reading is refreshed first, and has what its writer handed
/// to the operating system. Every record is checked as it is read, every file synced and read back.
/// Interrupted, it leaves files that the next call removes, and no backup.
/// Fails with `refused` (`target` holds backups of another store, or something else), `locked`
/// (another process works in it), `corrupt` (the log of `from` is), `io`.
/// Cost: reading the new part of the log, plus up to half a million events of the part before it.
result<backup_info> create_backup(store& from, const std::filesystem::path& target,
                                  const backup_options& options = {});

/// The backups in `target`, oldest first. Fails with `not_found` (no backups were ever made there)
/// or `io`.
result<std::vector<backup_info>> list_backups(const std::filesystem::path& target);

struct backup_problem {
    std::string file{};
    std::string what{};
    std::vector<std::uint32_t> backups{};  ///< Those that need the file.
};

struct backup_report {
    std::uint64_t backups = 0;  ///< Looked at.
    std::uint64_t files = 0;
    std::uint64_t events = 0;  ///< Read; events that backups share count once.
    std::uint64_t bytes = 0;
    std::uint64_t leftovers = 0;  ///< Files of backups that were interrupted. Harmless.
    std::vector<backup_problem> problems{};
};

/// Reads every file of the backups in `target`, or of backup `number` alone: sizes, hashes, every
/// record, positions without gaps. What is wrong is in the report.
/// Fails with `not_found`, `locked`, `io`.
result<backup_report> verify_backups(const std::filesystem::path& target,
                                     std::optional<std::uint32_t> number = {},
                                     const progress_callback& progress = {});

/// Where a restored log ends: with the backup or, if any is given, with the last commit that lies
/// wholly at or before `position`, or was recorded at or before `time`.
struct restore_options {
    std::optional<std::uint32_t> number{};  ///< Default: the latest backup.
    std::optional<daybook::position> position{};
    std::optional<timestamp> time{};
    /// Run `store::check` before the store appears under its name.
    bool check = true;
    progress_callback progress{};  ///< Of the check.
};

/// Makes a store in `directory`, which must be missing or empty, from a backup in `target`. Returns
/// what the store has. The directory appears when all is done and synced; what an interrupted call
/// leaves lies beside it under another name that begins with a dot.
///
/// The store has the id of the one that was backed up: cursors stay valid, and one of the two
/// should write, not both. Durable subscriptions and groups go on where they were when the backup
/// was made, or at the end of the restored log if that is before; views are built when next run.
/// Fails with `not_found` (no such backup, or `position` or `time` after its end), `refused`
/// (`directory` is not empty), `invalid_argument` (`position` and `time` both), `locked`,
/// `corrupt`, `unsupported`, `io`.
result<store_status> restore_backup(const std::filesystem::path& target,
                                    const std::filesystem::path& directory,
                                    const restore_options& options = {});

/// Removes all but the `keep` latest backups (at least 1) and every file that no other needs.
/// Returns the numbers of the removed. Fails with `not_found`, `locked`, `invalid_argument`, `io`.
result<std::vector<std::uint32_t>> prune_backups(const std::filesystem::path& target,
                                                 std::uint32_t keep);

}  // namespace daybook
