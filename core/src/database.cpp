// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "database.hpp"

#include "text.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/statistics.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace daybook {
namespace {

constexpr std::string_view log_name = "log";
constexpr std::string_view meta_name = "meta";
constexpr std::string_view index_name = "index";
constexpr std::string_view streams_name = "streams";
constexpr std::string_view view_prefix = "view:";
constexpr std::chrono::seconds open_patience{2};

rocksdb::CompressionType to_rocks(compression c) {
    switch (c) {
        case compression::none: return rocksdb::kNoCompression;
        case compression::lz4: return rocksdb::kLZ4Compression;
        case compression::zstd: return rocksdb::kZSTD;
    }
    return rocksdb::kNoCompression;
}

rocksdb::BlockBasedTableOptions table_options(const std::shared_ptr<rocksdb::Cache>& cache) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = cache;
    table.block_size = 16U << 10U;
    table.format_version = 5;
    return table;
}

rocksdb::Options shared_options(const store_options& options) {
    rocksdb::Options shared;
    shared.create_if_missing = options.create_if_missing;
    shared.create_missing_column_families = true;
    shared.manual_wal_flush = true;  // `buffered` appends stay in the log's buffer.
    shared.max_background_jobs = 2;
    shared.keep_log_file_num = 4;
    // Below this level every flush of the log would be told, which costs more than the flush.
    shared.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
    shared.max_open_files = 512;
    shared.max_total_wal_size = 2 * options.memtable_bytes;
    // What recovery reads back stays in the memtable: no file has to be written to open a store.
    shared.avoid_flush_during_recovery = true;
    shared.write_buffer_size = options.memtable_bytes;
    if (options.engine_statistics) {
        // Counts only (see metrics_collector.cpp): its timers and histograms would cost more.
        shared.statistics = rocksdb::CreateDBStatistics();
        shared.statistics->set_stats_level(rocksdb::StatsLevel::kExceptHistogramOrTimers);
    }
    return shared;
}

/// Positions only grow, so files never overlap: compaction moves them and rewrites nothing.
rocksdb::Options make_log_options(const store_options& options, rocksdb::Options from,
                                  const std::shared_ptr<rocksdb::Cache>& cache) {
    from.compression = to_rocks(options.log_compression);
    from.target_file_size_base = 256U << 20U;
    auto table = table_options(cache);
    table.block_size = 4U << 10U;
    from.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return from;
}

/// Filled by ingested files only, one per segment; merged within a group of 64 segments.
rocksdb::Options make_index_options(rocksdb::Options from,
                                    const std::shared_ptr<rocksdb::Cache>& cache) {
    from.compression = rocksdb::kLZ4Compression;
    from.write_buffer_size = 1U << 20U;
    from.level0_file_num_compaction_trigger = 8;
    from.level0_slowdown_writes_trigger = 1 << 20;  // Nothing is written through its memtable.
    from.level0_stop_writes_trigger = 1 << 20;
    from.level_compaction_dynamic_level_bytes = true;
    from.max_bytes_for_level_base = 512U << 20U;
    auto table = table_options(cache);
    table.block_size = 8U << 10U;
    from.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return from;
}

/// A filter by the hash answers "this stream is new" without reading a block.
rocksdb::Options make_streams_options(rocksdb::Options from,
                                      const std::shared_ptr<rocksdb::Cache>& cache) {
    from = make_index_options(std::move(from), cache);
    from.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(8));
    auto table = table_options(cache);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.whole_key_filtering = false;
    table.block_size = 4U << 10U;
    from.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return from;
}

rocksdb::Options make_view_options(rocksdb::Options from,
                                   const std::shared_ptr<rocksdb::Cache>& cache) {
    from.compression = rocksdb::kLZ4Compression;
    from.write_buffer_size = 16U << 20U;
    auto table = table_options(cache);
    table.block_size = 8U << 10U;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    from.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return from;
}

/// What RocksDB writes before its `CURRENT` file: a store that another process makes right now, or
/// whose making was interrupted.
bool is_being_made(std::string_view name) {
    return name == "LOCK" || name == "IDENTITY" || name.starts_with("LOG") ||
           name.starts_with("MANIFEST-") || name.ends_with(".dbtmp") || name.ends_with(".log");
}

/// A reader leaves no trace: its instance of RocksDB has nowhere to write its own log.
class no_info_log : public rocksdb::Logger {
public:
    using rocksdb::Logger::Logv;
    void Logv(const char*, va_list) override {}
};

rocksdb::Options reader_options(rocksdb::Options shared) {
    shared.create_if_missing = false;
    shared.create_missing_column_families = false;
    // The writer deletes files when it has merged them; one that is open can still be read.
    shared.max_open_files = -1;
    shared.info_log = std::make_shared<no_info_log>();
    return shared;
}

result<bool> looks_like_a_store(const std::filesystem::path& directory) {
    std::error_code ec;
    if (!std::filesystem::exists(directory, ec)) {
        if (ec) return fail(errc::io, cat("open store ", directory.string(), ": ", ec.message()));
        return false;
    }
    if (!std::filesystem::is_directory(directory, ec)) {
        return fail(errc::not_found, cat("open store ", directory.string(), ": not a directory"));
    }
    if (std::filesystem::exists(directory / "CURRENT", ec)) return true;
    if (ec) return fail(errc::io, cat("open store ", directory.string(), ": ", ec.message()));
    auto files = std::filesystem::directory_iterator{directory, ec};
    if (ec) return fail(errc::io, cat("open store ", directory.string(), ": ", ec.message()));
    for (const auto& file : files) {
        const auto name = file.path().filename().string();
        if (name == "CURRENT") return true;  // Another process has just made it.
        if (is_being_made(name)) continue;
        return fail(errc::not_found,
                    cat("open store ", directory.string(), ": the directory holds ", name,
                        " but no store; choose an empty or a new directory"));
    }
    return false;
}

/// A RocksDB directory that is somebody else's must not get our column families. One that holds
/// nothing at all is ours: a store whose making was interrupted.
result<void> check_ours(const std::filesystem::path& directory,
                        const std::vector<std::string>& families) {
    if (std::find(families.begin(), families.end(), log_name) != families.end()) return {};
    if (families.size() == 1) {
        rocksdb::DB* raw = nullptr;
        const auto status = rocksdb::DB::OpenForReadOnly({}, directory.string(), &raw);
        if (!status.ok()) return to_error(status, cat("open store ", directory.string()));
        const std::unique_ptr<rocksdb::DB> other{raw};
        const std::unique_ptr<rocksdb::Iterator> keys{other->NewIterator({})};
        keys->SeekToFirst();
        if (!keys->Valid() && keys->status().ok()) return {};
    }
    return fail(errc::not_found, cat("open store ", directory.string(),
                                     ": this RocksDB directory is not a daybook store"));
}

}  // namespace

/// Everything that a writer has written shows here: in the list of its tables or in its log files.
database::files database::files_of(const std::filesystem::path& directory) {
    files found;
    std::error_code ec;
    for (auto at = std::filesystem::directory_iterator{directory, ec};
         !ec && at != std::filesystem::directory_iterator{}; at.increment(ec)) {
        const auto name = at->path().filename().string();
        std::error_code gone;
        if (name.starts_with("MANIFEST-")) {
            found.manifest[name] = at->file_size(gone);
        } else if (name.ends_with(".log")) {
            found.logs[name] = at->file_size(gone);
        }
    }
    return found;
}

error to_error(const rocksdb::Status& status, std::string_view doing) {
    auto code = errc::io;
    if (status.IsCorruption()) code = errc::corrupt;
    if (status.IsNotFound()) code = errc::not_found;
    if (status.IsNotSupported()) code = errc::unsupported;
    auto why = status.ToString();
    // Some of RocksDB's texts end with a line break, or have one inside.
    while (!why.empty() && why.back() == '\n') why.pop_back();
    std::replace(why.begin(), why.end(), '\n', ' ');
    return fail(code, cat(doing, ": ", why));
}

result<std::shared_ptr<database>> database::open(const std::filesystem::path& directory,
                                                 const store_options& options,
                                                 const database* before) {
    const auto known = looks_like_a_store(directory);
    if (!known) return known.error();
    if (!*known && (!options.create_if_missing || options.read_only)) {
        return fail(errc::not_found, cat("open store ", directory.string(),
                                         ": there is none; create it with `daybook init`"));
    }
    if (options.read_only) return open_beside(directory, options, before);
    std::error_code ec;
    std::filesystem::create_directories(directory, ec);
    if (ec) return fail(errc::io, cat("create store ", directory.string(), ": ", ec.message()));
    return try_open(directory, options, *known, before);
}

/// RocksDB reads the list of tables first and then the log files. A log file that goes in between,
/// because a table has come in its place, would be a hole in what is seen: then neither success nor
/// failure means anything, and it is tried again.
result<std::shared_ptr<database>> database::open_beside(const std::filesystem::path& directory,
                                                        const store_options& options,
                                                        const database* before) {
    using clock = std::chrono::steady_clock;
    const auto give_up = clock::now() + open_patience;
    for (;;) {
        const auto at_first = files_of(directory);
        auto made = try_open(directory, options, true, before);
        const auto at_last = files_of(directory);
        const bool same_tables = at_first.manifest == at_last.manifest;
        const bool logs_stayed = std::all_of(
            at_first.logs.begin(), at_first.logs.end(),
            [&](const auto& one) { return at_last.logs.find(one.first) != at_last.logs.end(); });
        if (made && (same_tables || logs_stayed)) {
            (*made)->files_at_open_ = at_first;
            return made;
        }
        if (!made && at_first == at_last) return made;
        if (clock::now() >= give_up) {
            const auto what = made ? std::string{} : cat(" (", made.error().message, ")");
            return fail(errc::io, cat("open store ", directory.string(),
                                      ": another process changes its files faster than they can "
                                      "be read; try again",
                                      what));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
}

result<std::shared_ptr<database>> database::try_open(const std::filesystem::path& directory,
                                                     const store_options& options, bool known,
                                                     const database* before) {
    std::shared_ptr<database> made{new database};
    made->directory_ = directory;
    made->read_only_ = options.read_only;
    auto shared =
        options.read_only ? reader_options(shared_options(options)) : shared_options(options);
    if (before != nullptr) shared.statistics = before->db_->GetDBOptions().statistics;
    const auto cache =
        before != nullptr ? before->cache_ : rocksdb::NewLRUCache(options.block_cache_bytes);
    made->cache_ = cache;
    made->log_options_ = make_log_options(options, shared, cache);
    made->index_options_ = make_index_options(shared, cache);
    made->streams_options_ = make_streams_options(shared, cache);
    made->view_options_ = make_view_options(shared, cache);

    std::vector<std::string> existing;
    if (known) {
        const auto listed = rocksdb::DB::ListColumnFamilies(shared, directory.string(), &existing);
        if (!listed.ok()) return to_error(listed, cat("open store ", directory.string()));
        if (auto ours = check_ours(directory, existing); !ours) return ours.error();
    }
    const auto wanted = made->families(existing);
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* raw = nullptr;
    const auto status =
        options.read_only
            ? rocksdb::DB::OpenForReadOnly(shared, directory.string(), wanted, &handles, &raw)
            : rocksdb::DB::Open(shared, directory.string(), wanted, &handles, &raw);
    const bool may_wait = !options.read_only && status.IsIOError();
    if (may_wait && status.ToString().find("lock") != std::string::npos) {
        return fail(errc::locked, cat("open store ", directory.string(), ": it is in use"));
    }
    if (!status.ok()) return to_error(status, cat("open store ", directory.string()));
    made->db_.reset(raw);
    made->take_handles(handles);
    return made;
}

std::vector<rocksdb::ColumnFamilyDescriptor> database::families(
    const std::vector<std::string>& existing) {
    std::vector<rocksdb::ColumnFamilyDescriptor> all{
        {rocksdb::kDefaultColumnFamilyName, view_options_},
        {std::string{log_name}, log_options_},
        {std::string{meta_name}, view_options_},
        {std::string{index_name}, index_options_},
        {std::string{streams_name}, streams_options_}};
    for (const auto& name : existing) {
        const auto known = std::any_of(all.begin(), all.begin() + 5,
                                       [&](const auto& one) { return one.name == name; });
        // Families of newer formats are opened too: the format is looked at afterwards.
        if (!known) all.emplace_back(name, view_options_);
    }
    return all;
}

void database::take_handles(const std::vector<rocksdb::ColumnFamilyHandle*>& handles) {
    default_ = handles[0];
    log_ = handles[1];
    meta_ = handles[2];
    index_ = handles[3];
    streams_ = handles[4];
    for (std::size_t i = 5; i < handles.size(); ++i) {
        const auto& name = handles[i]->GetName();
        const bool is_view = name.starts_with(view_prefix);
        if (is_view) {
            views_.emplace(name.substr(view_prefix.size()), make_view(handles[i]));
        } else {
            others_.push_back(shared(handles[i]));
        }
    }
}

std::shared_ptr<rocksdb::ColumnFamilyHandle> database::shared(rocksdb::ColumnFamilyHandle* raw) {
    return {raw, [db = db_.get()](auto* handle) { db->DestroyColumnFamilyHandle(handle); }};
}

std::shared_ptr<view_family> database::make_view(rocksdb::ColumnFamilyHandle* raw) {
    auto made = std::make_shared<view_family>();
    made->handle = shared(raw);
    return made;
}

database::~database() {
    views_.clear();
    others_.clear();
    for (auto* handle : {default_, log_, meta_, index_, streams_}) {
        if (handle != nullptr) db_->DestroyColumnFamilyHandle(handle);
    }
    if (db_) db_->Close();
}

bool database::is_current() const { return read_only_ && files_at_open_ == files_of(directory_); }

result<void> database::reset_indexes() {
    for (auto [handle, options] :
         {std::pair{&index_, &index_options_}, std::pair{&streams_, &streams_options_}}) {
        const auto name = (*handle)->GetName();
        auto status = db_->DropColumnFamily(*handle);
        if (!status.ok()) return to_error(status, cat("drop ", name));
        db_->DestroyColumnFamilyHandle(*handle);
        *handle = nullptr;
        status = db_->CreateColumnFamily(*options, name, handle);
        if (!status.ok()) return to_error(status, cat("make ", name));
    }
    return {};
}

result<std::shared_ptr<view_family>> database::view(std::string_view name) {
    const std::lock_guard lock{views_mutex_};
    if (const auto known = views_.find(name); known != views_.end()) return known->second;
    if (read_only_) {
        return fail(errc::refused, cat("make keyspace ", name, ": the store is open read-only"));
    }
    rocksdb::ColumnFamilyHandle* raw = nullptr;
    const auto status = db_->CreateColumnFamily(view_options_, cat(view_prefix, name), &raw);
    if (!status.ok()) return to_error(status, cat("make keyspace ", name));
    return views_.emplace(name, make_view(raw)).first->second;
}

std::shared_ptr<view_family> database::find_view(std::string_view name) const {
    const std::lock_guard lock{views_mutex_};
    const auto known = views_.find(name);
    return known == views_.end() ? nullptr : known->second;
}

std::vector<std::string> database::views() const {
    const std::lock_guard lock{views_mutex_};
    std::vector<std::string> names;
    for (const auto& [name, handle] : views_) names.push_back(name);
    return names;
}

std::vector<std::shared_ptr<view_family>> database::view_families() const {
    const std::lock_guard lock{views_mutex_};
    std::vector<std::shared_ptr<view_family>> families;
    for (const auto& [name, family] : views_) families.push_back(family);
    return families;
}

result<void> database::drop_view(std::string_view name) {
    const std::lock_guard lock{views_mutex_};
    const auto known = views_.find(name);
    if (known == views_.end()) {
        return fail(errc::not_found, cat("drop keyspace ", name, ": there is none of that name"));
    }
    if (read_only_) {
        return fail(errc::refused, cat("drop keyspace ", name, ": the store is open read-only"));
    }
    const std::unique_lock no_writes{known->second->mutex};
    const auto status = db_->DropColumnFamily(known->second->handle.get());
    if (!status.ok()) return to_error(status, cat("drop keyspace ", name));
    known->second->dropped = true;
    views_.erase(known);
    return {};
}

}  // namespace daybook
