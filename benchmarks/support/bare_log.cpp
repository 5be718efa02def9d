// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "support/bare_log.hpp"

#include <daybook/options.hpp>

#include <rocksdb/cache.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

namespace daybook::bench {
namespace {

using key = std::array<char, 8>;

key key_of(std::uint64_t position) {
    key bytes;
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(position >> (56 - 8 * i));
    return bytes;
}

rocksdb::Slice slice(const key& k) { return {k.data(), k.size()}; }
rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

void check(const rocksdb::Status& status, std::string_view doing) {
    if (status.ok()) return;
    throw std::runtime_error{"bare RocksDB, " + std::string{doing} + ": " + status.ToString()};
}

}  // namespace

bare_log::bare_log(const std::filesystem::path& directory) {
    const store_options same;
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kLZ4Compression;
    options.write_buffer_size = same.memtable_bytes;
    options.max_background_jobs = 2;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(same.block_cache_bytes + same.frame_cache_bytes);
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    rocksdb::DB* opened = nullptr;
    check(rocksdb::DB::Open(options, directory.string(), &opened), "open " + directory.string());
    db_.reset(opened);
}

void bare_log::append(std::uint64_t first, std::span<const std::string_view> records,
                      durability how) {
    static thread_local rocksdb::WriteBatch batch;
    batch.Clear();
    for (const auto record : records) {
        check(batch.Put(slice(key_of(first++)), slice(record)), "put");
    }
    rocksdb::WriteOptions options;
    options.sync = how == durability::synced;
    check(db_->Write(options, &batch), "write");
}

std::uint64_t bare_log::get(std::uint64_t position) const {
    rocksdb::PinnableSlice value;
    check(db_->Get({}, db_->DefaultColumnFamily(), slice(key_of(position)), &value), "get");
    return value.size();
}

void bare_log::settle() {
    check(db_->Flush({}), "flush");
    for (const auto* work : {"rocksdb.num-running-flushes", "rocksdb.compaction-pending",
                             "rocksdb.num-running-compactions"}) {
        std::uint64_t count = 1;
        while (db_->GetIntProperty(work, &count) && count > 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
    }
}

std::uint64_t bare_log::size() const {
    const std::unique_ptr<rocksdb::Iterator> at{db_->NewIterator({})};
    at->SeekToLast();
    check(at->status(), "seek to the end");
    if (!at->Valid()) return 0;
    std::uint64_t last = 0;
    for (const char byte : view(at->key())) last = last << 8U | static_cast<std::uint8_t>(byte);
    return last + 1;
}

std::unique_ptr<rocksdb::Iterator> bare_log::new_scan() const {
    // As daybook scans its log: far ahead, without pushing other blocks out of the cache.
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.readahead_size = 1U << 20U;
    return std::unique_ptr<rocksdb::Iterator>{db_->NewIterator(options)};
}

void bare_log::seek(rocksdb::Iterator& at, std::uint64_t position) {
    at.Seek(slice(key_of(position)));
}

void bare_log::finish(const rocksdb::Iterator& at, std::uint64_t missing) {
    check(at.status(), "scan");
    if (missing > 0) throw std::runtime_error{"bare RocksDB, scan: records are missing"};
}

}  // namespace daybook::bench
