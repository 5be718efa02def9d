// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// The steps that changes to archives are made of.

#include "archive_file.hpp"
#include "archives.hpp"
#include "engine.hpp"
#include "log_files.hpp"

#include <rocksdb/write_batch.h>

#include <functional>

namespace daybook::archive_change {

/// `e` with what was attempted before it.
error why(std::string_view doing, const error& e);

result<void> check_writable(const engine& e, std::string_view doing);

/// Adds it where it is not yet.
void add_directory(archive_table& table, const std::filesystem::path& directory);

/// Adds the records of a frame, as archives are hashed.
void add_records(content_hash& to, const log_files::frame& one);

/// Calls the visitor with one frame after the other.
using frame_source = std::function<result<void>(const log_files::frame_visitor& put)>;

/// Writes a file with the frames of a segment into `directory`, under its name, on the disk.
result<archived_segment> write_file(const engine& e, archived_segment about,
                                    const std::filesystem::path& directory,
                                    const frame_source& frames);

/// Removes a file that was written, unless it is kept.
class unfinished_file {
public:
    unfinished_file(const engine& e, const archived_segment& written);
    unfinished_file(const unfinished_file&) = delete;
    unfinished_file& operator=(const unfinished_file&) = delete;
    ~unfinished_file();
    void keep() noexcept { kept_ = true; }

private:
    const engine& e_;
    std::filesystem::path path_;
    bool kept_ = false;
};

/// What else is written with a table of archives, at once.
struct also {
    rocksdb::WriteBatch* batch = nullptr;
    bool of_tail = false;  ///< It changes the part of the log that is indexed in memory.
    /// Asked when nothing else is under way: does it still fit what is there?
    std::function<bool()> fits{};
};

/// Writes down what `table` says of the segments `changed` and of the directories, synced, and goes
/// by it from then on. False, and nothing is written, if it does not fit any more.
result<bool> note(const store& of, const also& more, archive_table table,
                  const std::vector<std::uint32_t>& changed);

/// Takes tables into the log, over what is there.
result<void> take_into_log(database& db, const std::vector<backup_file>& files);

/// Removes the file of a segment that is not archived in it any more, if this store wrote it.
result<void> remove_file(const engine& e, const archived_segment& archived);

}  // namespace daybook::archive_change
