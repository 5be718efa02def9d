// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/db.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

namespace daybook::bench {

/// The baseline: a log on plain RocksDB, one key (the position, 8 bytes big-endian) per record, and
/// nothing else. RocksDB's defaults, but for what a daybook store is opened with too: LZ4, 64 MiB
/// of memtable, and as much block cache as daybook's two caches have together.
///
/// Throws `std::runtime_error` when RocksDB fails. Every member may be called from any thread.
class bare_log {
public:
    explicit bare_log(const std::filesystem::path& directory);

    enum class durability { written, synced };

    /// One write batch: `records` at `first` and the following positions.
    void append(std::uint64_t first, std::span<const std::string_view> records, durability how);

    /// Calls `visit(record)` for `count` records from `first` on.
    template <class Visit>
    void for_each(std::uint64_t first, std::uint64_t count, Visit&& visit) const {
        const auto at = new_scan();
        for (seek(*at, first); at->Valid() && count > 0; at->Next(), --count) {
            visit(view(at->value()));
        }
        finish(*at, count);
    }

    /// Calls `visit(record)` from the last record down to the first, until it returns false.
    template <class Visit>
    void for_each_backwards(Visit&& visit) const {
        const auto at = new_scan();
        for (at->SeekToLast(); at->Valid() && visit(view(at->value())); at->Prev()) continue;
        finish(*at, 0);
    }

    /// The size of the record at `position`, read with a point lookup.
    std::uint64_t get(std::uint64_t position) const;

    /// Writes everything to files and waits until nothing is under way in the background.
    void settle();

    /// How many records there are, told by the last key.
    std::uint64_t size() const;

private:
    std::unique_ptr<rocksdb::Iterator> new_scan() const;
    static void seek(rocksdb::Iterator& at, std::uint64_t position);
    static void finish(const rocksdb::Iterator& at, std::uint64_t missing);
    static std::string_view view(const rocksdb::Slice& slice) {
        return {slice.data(), slice.size()};
    }

    std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace daybook::bench
