// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Parts of a log as files outside of a store: RocksDB tables whose keys and values are those of
// the column family `log`, so that restoring takes them in as they are.

#include "backup_target.hpp"
#include "engine.hpp"
#include "frame.hpp"

#include <functional>
#include <memory>

namespace daybook::log_files {

/// A frame whose records were all looked at.
struct frame {
    position first;
    std::string_view bytes;
    frame_view view;
    event_id last_id;
    timestamp last_recorded;

    position end() const noexcept { return {first.value + view.events()}; }
};

/// Called with one frame after the other; a failure ends the walk.
using frame_visitor = std::function<result<void>(const frame&)>;

/// Walks over the log of `db`. `from` and `end` are where frames start. Fails with `corrupt` if a
/// record is not sound or missing.
result<void> for_each_frame(database& db, position from, position end, const frame_visitor& visit);

/// The same over the frames of one file.
result<void> for_each_frame(rocksdb::Iterator& frames, position from, position end,
                            const frame_visitor& visit);

/// Does the log have a frame that ends at `end`, with this event as its last?
result<bool> ends_with(database& db, position end, const event_id& last_id);

/// The end of the last commit in the log of `db` that ends at or before `limit`, which the log
/// reaches. Reads one frame.
result<position> commit_end_before(database& db, position limit);

/// The end of the frame that has the event at `last`.
result<position> frame_end_after(database& db, position last);

/// The bytes of a frame that has only the events of `whole` before `end`, where a commit ends.
std::string front_of(const frame& whole, position end);

/// Writes frames into files, one after the other, each until it has so many events or bytes.
class writer {
public:
    writer(database& db, std::filesystem::path directory, std::uint64_t events_max,
           std::uint64_t bytes_max);
    ~writer();
    result<void> add(const frame& next);
    /// The files written, synced, without their hashes. Their names begin with "log-new-".
    result<std::vector<backup_file>> finish();

private:
    struct open_file;
    result<void> begin(position first);
    result<void> end_file();

    database& db_;
    std::filesystem::path directory_;
    std::uint64_t events_max_;
    std::uint64_t bytes_max_;
    std::unique_ptr<open_file> open_;
    std::vector<backup_file> done_;
};

/// Reads all of a file and compares it with what is known about it. Fails with `corrupt` or `io`.
result<void> check(const std::filesystem::path& path, const backup_file& known);

/// The end of the last commit that ends at or before `limit`, which is inside the files.
result<position> commit_end_before(const std::filesystem::path& directory,
                                   const std::vector<backup_file>& files, position limit);
/// The end of what was recorded at or before `time`.
result<position> recorded_end(const std::filesystem::path& directory,
                              const std::vector<backup_file>& files, timestamp time);

/// Copies a file up to `end`, the end of a commit inside it, to a new one in `into`; its path.
result<std::string> cut(database& db, const std::filesystem::path& path, const backup_file& known,
                        position end, const std::filesystem::path& into);

/// Takes copies of the files into the log of `db`, which is empty.
result<void> ingest(database& db, const std::vector<std::string>& paths);

}  // namespace daybook::log_files
