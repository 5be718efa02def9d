// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// The file of an archived segment: a RocksDB table with the keys and values of the log, compressed
// by zstd, each block with its own hash, and the manifest among its properties.

#include <daybook/archive.hpp>

#include "content_hash.hpp"
#include "log_files.hpp"

#include <memory>
#include <string>

namespace daybook {

/// Writes the frames of one segment, in order, to a file under another name than it will have.
class archive_writer {
public:
    archive_writer(const database& db, std::filesystem::path path);
    ~archive_writer();

    result<void> add(const log_files::frame& next);
    /// Closes and syncs the file. `about` has what only the caller knows: segment, store and notes;
    /// the rest is added. Without name and hash of the file.
    result<archived_segment> finish(archived_segment about);

private:
    struct table;
    std::filesystem::path path_;
    std::unique_ptr<table> table_;
    archived_segment written_;
    content_hash content_;
};

/// A finished file, open for reading. Thread safe.
class archive_file {
public:
    /// Opens it and compares the whole file and its manifest with what is known. Fails with
    /// `corrupt` or `io`.
    static result<std::shared_ptr<const archive_file>> open(const std::filesystem::path& path,
                                                            const archived_segment& known,
                                                            const rocksdb::Options& options);
    /// What a file says about itself, with its name, size and hash.
    static result<archived_segment> describe(const std::filesystem::path& path,
                                             const rocksdb::Options& options);
    ~archive_file();

    /// Must not outlive the file.
    std::unique_ptr<rocksdb::Iterator> frames(const rocksdb::ReadOptions& how) const;

private:
    archive_file();
    struct table;
    std::unique_ptr<table> table_;
};

}  // namespace daybook
