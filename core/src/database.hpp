// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// RocksDB as daybook uses it: the column families, their options, and statuses as errors.

#include <daybook/options.hpp>
#include <daybook/read_check.hpp>
#include <daybook/result.hpp>
#include <daybook/types.hpp>

#include <rocksdb/db.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

namespace daybook {

inline rocksdb::Slice to_slice(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view to_view(const rocksdb::Slice& slice) {
    return {slice.data(), slice.size()};
}

/// A RocksDB status as an error; `doing` says what was attempted, on what.
error to_error(const rocksdb::Status& status, std::string_view doing);

/// The column family of a view. Writing to a dropped one would fail the whole database, so writers
/// hold `mutex` shared and look at `dropped` first.
struct view_family {
    std::shared_ptr<rocksdb::ColumnFamilyHandle> handle;
    mutable std::shared_mutex mutex;
    bool dropped = false;
    bool in_commits = false;  ///< Commits write into it: it must not be dropped.
};

class archives;
class database;
class room_watch;

struct opening {
    /// The database of a reader so far: its blocks, statistics and notes are kept.
    const database* before = nullptr;
    /// With damaged tables too, whose rows then cannot be read.
    bool leniently = false;
};

/// Whatever reads through it for longer than a call keeps it alive: the database of a reader is
/// replaced when the writer has written; see `follower`.
class database : public std::enable_shared_from_this<database> {
public:
    /// Opens or creates the column families. The directory must exist or be creatable. With
    /// `read_only` it sees what there is now, also beside one that writes, and changes nothing. A
    /// reader fails with `io` if the writer changes files under it for two seconds on end.
    static result<std::shared_ptr<database>> open(const std::filesystem::path& directory,
                                                  const store_options& options,
                                                  const opening& how = {});
    ~database();
    database(const database&) = delete;
    database& operator=(const database&) = delete;

    rocksdb::DB& db() noexcept { return *db_; }
    rocksdb::ColumnFamilyHandle* log() const noexcept { return log_; }
    rocksdb::ColumnFamilyHandle* meta() const noexcept { return meta_; }
    rocksdb::ColumnFamilyHandle* index() const noexcept { return index_; }
    rocksdb::ColumnFamilyHandle* streams() const noexcept { return streams_; }
    bool read_only() const noexcept { return read_only_; }
    const std::filesystem::path& directory() const noexcept { return directory_; }

    /// Only of a reader: nothing was written since it was opened. Else a new database sees more.
    bool is_current() const;

    /// Which segments are in files outside of it.
    daybook::archives& archives() const noexcept { return *archives_; }

    /// Options for SST files of the log, of the index and of the streams.
    const rocksdb::Options& log_options() const noexcept { return log_options_; }
    const rocksdb::Options& index_options() const noexcept { return index_options_; }
    const rocksdb::Options& streams_options() const noexcept { return streams_options_; }

    /// Everything below was synced, as far as is known from before this open.
    position synced_before() const noexcept { return synced_before_; }

    /// Which indexes or views were dropped at opening, because of damaged tables; empty if none.
    const std::string& dropped() const noexcept { return dropped_; }

    /// Hands what was written to the operating system, and with `sync` to the disk: also what an
    /// earlier process wrote and did not sync, for it comes first.
    rocksdb::Status flush_log(bool sync);

    /// Leaves word of it for the next open.
    void mark_synced(position synced) noexcept;

    /// The system may take for stored what could not be stored. The next open in this directory
    /// writes everything again that it reads from the write-ahead files.
    void note_failed_sync() noexcept;

    /// A write failed for want of room, and `resume_writes` did not succeed since.
    bool is_full() const noexcept;

    /// After a full disk: fails unless there is room again, and else brings everything written so
    /// far to the disk without the log that could not be written.
    result<void> resume_writes();

    /// Drops the index and the streams and makes them new and empty. On failure what was there can
    /// still be read, and not be written.
    result<void> reset_indexes();

    /// Who looks at what is read of the log; null if nobody does.
    std::shared_ptr<const read_check> checks_reads() const;
    void check_reads(std::shared_ptr<const read_check> check);

    /// Column families of views. They live as long as their users; see `keyspace`.
    result<std::shared_ptr<view_family>> view(std::string_view name);
    std::shared_ptr<view_family> find_view(std::string_view name) const;  ///< Null if missing.
    std::vector<std::string> views() const;
    std::vector<std::shared_ptr<view_family>> view_families() const;
    result<void> drop_view(std::string_view name);

private:
    database();
    static result<std::shared_ptr<database>> try_open(const std::filesystem::path& directory,
                                                      const store_options& options, bool known,
                                                      const opening& how);
    static result<std::shared_ptr<database>> open_beside(const std::filesystem::path& directory,
                                                         const store_options& options,
                                                         const opening& how);

    struct files {
        std::map<std::string, std::uintmax_t> manifest;  ///< Name and size.
        std::map<std::string, std::uintmax_t> logs;
        friend bool operator==(const files&, const files&) = default;
    };
    static files files_of(const std::filesystem::path& directory);
    std::vector<rocksdb::ColumnFamilyDescriptor> families(const std::vector<std::string>& existing);
    void take_handles(const std::vector<rocksdb::ColumnFamilyHandle*>& handles);
    std::shared_ptr<rocksdb::ColumnFamilyHandle> shared(rocksdb::ColumnFamilyHandle* raw);
    std::shared_ptr<view_family> make_view(rocksdb::ColumnFamilyHandle* raw);

    rocksdb::Options choose_options(const store_options& options, const opening& how);
    result<void> open_sound(rocksdb::Options shared, const std::vector<std::string>& existing,
                            bool known);
    rocksdb::Status open_files(const rocksdb::Options& shared,
                               const std::vector<std::string>& existing);
    result<bool> open_damaged(const rocksdb::Options& shared, std::vector<std::string> existing);
    result<void> look_at_logs(rocksdb::Env& env);
    rocksdb::Status sync_old_logs();
    rocksdb::Status try_to_resume();

    std::filesystem::path directory_;
    position synced_before_;
    std::string dropped_;
    std::shared_ptr<room_watch> room_;
    std::mutex old_logs_mutex_;
    std::vector<std::filesystem::path> old_logs_;  ///< Of earlier processes, perhaps not synced.
    bool read_only_ = false;
    files files_at_open_;  ///< Of a reader.
    std::shared_ptr<rocksdb::Cache> cache_;
    std::unique_ptr<rocksdb::DB> db_;
    rocksdb::ColumnFamilyHandle* default_ = nullptr;
    rocksdb::ColumnFamilyHandle* log_ = nullptr;
    rocksdb::ColumnFamilyHandle* meta_ = nullptr;
    rocksdb::ColumnFamilyHandle* index_ = nullptr;
    rocksdb::ColumnFamilyHandle* streams_ = nullptr;
    rocksdb::Options log_options_;
    rocksdb::Options index_options_;
    rocksdb::Options streams_options_;
    rocksdb::Options view_options_;
    std::unique_ptr<daybook::archives> archives_;
    std::vector<std::shared_ptr<rocksdb::ColumnFamilyHandle>> others_;  ///< Of newer formats.
    mutable std::mutex views_mutex_;
    std::map<std::string, std::shared_ptr<view_family>, std::less<>> views_;
    mutable std::mutex read_check_mutex_;
    std::shared_ptr<const read_check> read_check_;
};

}  // namespace daybook
