// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Puts what is counted, what RocksDB counts and what the file system says into one struct.

#include "metrics_collector.hpp"

#include <rocksdb/statistics.h>

#include <algorithm>
#include <system_error>

namespace daybook {
namespace {

using properties = rocksdb::DB::Properties;

std::uint64_t number(database& db, rocksdb::ColumnFamilyHandle* family,
                     const std::string& property) {
    std::uint64_t value = 0;
    db.db().GetIntProperty(family, property, &value);
    return value;
}

void read_counts(const engine& e, store_metrics& into) {
    const auto& written = e.meters.of_leader;
    const auto& unwritten = e.meters.of_callers;
    auto& count = into.count;
    count.commits = written.commits.get();
    count.events = written.events.get();
    count.bytes = written.bytes.get();
    count.groups = written.groups.get();
    count.stalls = written.stalls.get();
    count.stalled = std::chrono::nanoseconds{written.stalled_ns.get()};
    count.repeated = unwritten.repeated.get();
    count.conflicts = unwritten.conflicts.get();
    count.rejected = unwritten.rejected.get();
    count.refused = unwritten.refused.get();
    count.failed = unwritten.failed.get();
    count.schema_misfits = unwritten.schema_misfits.get();
    count.events_read = e.meters.events_read.get();
}

void read_latencies(const meters& from, store_metrics& into) {
    into.took = {.append = from.append.read(),
                 .sync = from.sync.read(),
                 .read = from.read.read(),
                 .load = from.load.read(),
                 .query = from.query.read(),
                 .page = from.page.read(),
                 .lookup = from.lookup.read(),
                 .count = from.count.read(),
                 .walk = from.walk.read(),
                 .seal = from.seal.read()};
}

void add_family(database& db, rocksdb::ColumnFamilyHandle* family, std::uint64_t& disk,
                store_metrics& into) {
    disk += number(db, family, properties::kLiveSstFilesSize);
    into.held.memtables += number(db, family, properties::kSizeAllMemTables);
}

void read_families(engine& e, database& db, store_metrics& into) {
    std::uint64_t settings = 0;
    add_family(db, db.log(), into.disk.log, into);
    add_family(db, db.meta(), settings, into);
    for (const auto& view : db.view_families()) {
        add_family(db, view->handle.get(), into.disk.views, into);
    }
    into.held.block_cache = number(db, db.log(), properties::kBlockCacheUsage);
    // A reindex replaces these families while it holds the mutex; a look must not wait for it.
    const std::shared_lock reading{e.index_mutex, std::try_to_lock};
    if (!reading.owns_lock()) return;
    add_family(db, db.index(), into.disk.index, into);
    add_family(db, db.streams(), into.disk.streams, into);
}

void read_statistics(const rocksdb::Statistics& from, store_metrics& into) {
    into.blocks = store_metrics::cache{from.getTickerCount(rocksdb::BLOCK_CACHE_HIT),
                                       from.getTickerCount(rocksdb::BLOCK_CACHE_MISS)};
    into.engine_stalled = std::chrono::microseconds{from.getTickerCount(rocksdb::STALL_MICROS)};
}

std::uint64_t wal_bytes(const std::filesystem::path& directory) {
    std::uint64_t bytes = 0;
    std::error_code problem;
    for (auto file = std::filesystem::directory_iterator{directory, problem};
         !problem && file != std::filesystem::directory_iterator{}; file.increment(problem)) {
        if (file->path().extension() != ".log") continue;
        std::error_code gone;  // A file may be removed meanwhile.
        const auto size = file->file_size(gone);
        if (!gone) bytes += size;
    }
    return bytes;
}

/// Linux tells the files of this process; elsewhere the number is not known.
std::optional<std::uint64_t> open_files_below(const std::filesystem::path& directory) {
    std::error_code problem;
    const auto home = std::filesystem::canonical(directory, problem).string() + '/';
    if (problem) return std::nullopt;
    auto file = std::filesystem::directory_iterator{"/proc/self/fd", problem};
    if (problem) return std::nullopt;
    std::uint64_t open = 0;
    while (!problem && file != std::filesystem::directory_iterator{}) {
        std::error_code closed;  // Meanwhile, perhaps.
        const auto target = std::filesystem::read_symlink(file->path(), closed);
        if (!closed && target.native().starts_with(home)) ++open;
        file.increment(problem);
    }
    return open;
}

void read_segments(const engine& e, store_metrics& into) {
    const auto list = e.all.current();
    into.segments_sealed = list->sealed.size();
    for (const auto& segment : list->tail) {
        const std::shared_lock lock{segment->mutex};
        into.held.tail += segment->memory_bytes();
        into.hot_segment_events = segment->summary().events;
    }
}

}  // namespace

store_metrics collect_metrics(engine& e, const committer& commits) {
    store_metrics made;
    const auto db = e.database_now();
    made.directory = db->directory();
    made.open_for = std::chrono::steady_clock::now() - e.meters.opened_at;
    made.events = e.end().value;
    made.queue_depth = commits.queue_depth();
    made.refuses_writes = commits.refuses().has_value();
    read_counts(e, made);
    read_latencies(e.meters, made);
    read_families(e, *db, made);
    if (const auto engine = db->db().GetDBOptions().statistics) read_statistics(*engine, made);
    read_segments(e, made);
    const auto frames = e.log.frame_cache();
    made.frames = {frames.hits, frames.misses};
    made.held.frame_cache = frames.cost;
    made.disk.wal = wal_bytes(made.directory);
    made.open_files = open_files_below(made.directory);
    return made;
}

}  // namespace daybook
