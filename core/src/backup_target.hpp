// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// A directory of backups: its marker, its lock, the lists of its backups, and its files.
// The layout is in core/docs/backup.md.

#include <daybook/backup.hpp>

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

/// A file of frames: a part of the log, as a RocksDB table whose keys are those of the log.
struct backup_file {
    std::string name;
    position first;
    position end;  ///< Not including.
    std::uint64_t bytes = 0;
    std::uint64_t record_bytes = 0;  ///< Not compressed.
    std::string hash;                ///< XXH3, 128 bits, of the whole file.
    event_id last_id;                ///< Tells whether a store still has these events.
    timestamp last_recorded;
};

/// A file of the rows of a keyspace; see `keyspace_rows`.
struct rows_file {
    std::string name;
    std::uint64_t bytes = 0;
    std::string hash;
};

/// Whose rows they are.
enum class rows_file_of { subscriptions, schemas };

/// What is written down about one backup.
struct backup_list {
    backup_info info;
    std::vector<backup_file> files;                        ///< In order of positions, without gaps.
    std::array<std::optional<rows_file>, 2> rows_files{};  ///< Each that there is.

    std::optional<rows_file>& rows(rows_file_of which) {
        return rows_files[static_cast<std::size_t>(which)];
    }
    const std::optional<rows_file>& rows(rows_file_of which) const {
        return rows_files[static_cast<std::size_t>(which)];
    }
};

class backup_target {
public:
    enum class use { reading, writing };

    /// Opens a target. Fails with `not_found` or `locked`.
    static result<backup_target> open(const std::filesystem::path& directory, use how);
    /// Opens one to back up the store `id`, or makes it. Fails with `refused`, `locked` or `io`.
    static result<backup_target> open_or_make(const std::filesystem::path& directory,
                                              const event_id& id);

    backup_target(backup_target&& from) noexcept;
    backup_target& operator=(backup_target&&) = delete;
    ~backup_target();

    std::filesystem::path path(std::string_view name) const { return directory_ / name; }
    const std::filesystem::path& directory() const noexcept { return directory_; }

    /// Every backup, oldest first, also those that cannot be used (`problem`).
    result<std::vector<backup_list>> lists() const;
    /// Writes `rows` to a file, unless an earlier backup has just these.
    result<rows_file> keep_rows(std::string_view rows, rows_file_of which);
    /// Fails with `corrupt` if they are not those that were kept.
    result<std::string> read_rows(const rows_file& kept) const;

    /// Writes the list of a backup: with that it is there.
    result<void> add(const backup_list& made);
    result<void> remove(std::uint32_t number);
    /// Files that no backup needs.
    result<std::vector<std::string>> leftovers() const;
    result<void> remove_leftovers();

private:
    explicit backup_target(std::filesystem::path directory) : directory_{std::move(directory)} {}
    result<void> lock(use how);

    std::filesystem::path directory_;
    int lock_ = -1;
};

/// The hash of a whole file, as 32 hexadecimal digits. Fails with `io`.
result<std::string> hash_of_file(const std::filesystem::path& file);

/// Syncs a directory, so that the names in it are on the disk. Fails with `io`.
result<void> sync_names_in(const std::filesystem::path& directory);

}  // namespace daybook
