// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// RocksDB's write-ahead files, read by ourselves: to know how far the log was synced, and to get
// out what lies behind damage. Their layout: blocks of 32 KiB, in them pieces of records, each with
// a checksum; a record is a write batch.

#include <daybook/result.hpp>
#include <daybook/types.hpp>

#include <rocksdb/env.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::wal {

/// What a commit adds to its batch: everything below `synced` was on the disk before. RocksDB keeps
/// it in the write-ahead file and nowhere else.
std::string synced_note(position synced);

/// The write-ahead files of a store, oldest first.
result<std::vector<std::filesystem::path>> files(rocksdb::Env& env,
                                                 const std::filesystem::path& directory);

/// The last note in these files, from the end backwards: what lies behind damage counts too.
result<std::optional<position>> last_synced(rocksdb::Env& env,
                                            const std::vector<std::filesystem::path>& logs);

struct record {
    std::uint64_t sequence = 0;  ///< RocksDB's, of the first entry.
    std::string_view batch;      ///< As RocksDB represents a write batch.
    std::uint64_t at = 0;        ///< Offset in the file.
};
/// A part of a file that holds no whole, sound record.
struct damage {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
};

/// Visits every sound record of a file. Returns what was skipped; what is skipped at the very end
/// may have been on its way when the process died.
result<std::vector<damage>> read(rocksdb::Env& env, const std::filesystem::path& log,
                                 const std::function<void(const record&)>& visit);

/// Renames the first file that holds a frame at `from` or later, and all after it, so that the log
/// ends before: to "<name>.unsynced".
result<void> set_aside(rocksdb::Env& env, const std::filesystem::path& directory, position from);

/// The positions of the frames of the log in a batch, with their bytes.
using frame_visitor = std::function<void(std::string_view key, std::string_view frame)>;
void for_each_frame(std::string_view batch, const frame_visitor& visit);

}  // namespace daybook::wal
