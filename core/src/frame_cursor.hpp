// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Walks over the frames of a log, wherever each segment is: in the database or in an archive.

#include "archives.hpp"
#include "database.hpp"

#include <memory>

namespace daybook {

/// Not thread safe; must not outlive the database. Segments may be archived and restored meanwhile.
class frame_cursor {
public:
    frame_cursor(database& db, const rocksdb::ReadOptions& how);
    ~frame_cursor();

    /// Stands on the frame that begins at `wanted`, or else the last one before it; on none if
    /// there is none in the segment of `wanted`, or a frame of another. Fails with `not_found`,
    /// `corrupt` or `io` if it is archived and the file is not to be had.
    result<void> seek(position wanted);
    /// The same, for who stands on the frame beside the one with `wanted`.
    result<void> step(position wanted, bool backwards);

    /// Requires: `seek` went well.
    rocksdb::Iterator& operator*() const noexcept { return *at_; }
    rocksdb::Iterator* operator->() const noexcept { return at_; }

private:
    result<void> choose(std::uint32_t segment);
    bool is_in(std::uint32_t segment) const;
    bool take_newer_table();

    database& db_;
    rocksdb::ReadOptions how_;
    std::shared_ptr<const archive_table> table_;
    std::unique_ptr<rocksdb::Iterator> log_;
    std::shared_ptr<const archive_file> file_;
    std::unique_ptr<rocksdb::Iterator> in_file_;
    std::string file_name_;
    rocksdb::Iterator* at_ = nullptr;
    std::uint32_t segment_ = 0;
};

}  // namespace daybook
