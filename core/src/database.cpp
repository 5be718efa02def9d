// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "database.hpp"

#include "archives.hpp"
#include "damaged_tables.hpp"
#include "synced_mark.hpp"
#include "testing_hooks.hpp"
#include "text.hpp"
#include "wal_file.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/file_system.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/statistics.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace daybook {

/// Knows that the disk is full. RocksDB would look for room every five seconds and resume by
/// itself; the store must know when that happens, so it asks for it.
class room_watch : public rocksdb::EventListener {
public:
    void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* why) override {
        using rocksdb::BackgroundErrorReason;
        if (why->IsNoSpace()) {
            full = true;
            // Fatal to RocksDB is a write-ahead file that could not be made, for what was not yet
            // handed over of the one before; `resume_writes` writes all of that to tables.
            if (why->severity() > rocksdb::Status::kHardError) {
                *why = rocksdb::Status{*why, rocksdb::Status::kHardError};
            }
        }
        if (reason == BackgroundErrorReason::kWriteCallback ||
            reason == BackgroundErrorReason::kMemTable) {
            write_failed = true;
        }
    }
    void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status why,
                              bool* alone) override {
        if (why.IsNoSpace()) *alone = false;
    }
    std::atomic<bool> full{false};
    std::atomic<bool> write_failed{
        false};  ///< To a write-ahead file, which must be left alone now.
};

namespace {

constexpr std::string_view log_name = "log";
constexpr std::string_view meta_name = "meta";
constexpr std::string_view index_name = "index";
constexpr std::string_view streams_name = "streams";
constexpr std::string_view view_prefix = "view:";
constexpr std::chrono::seconds open_patience{2};
/// A file that says that a sync failed here.
constexpr std::string_view failed_sync_name = "SYNC_FAILED";

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
    if (auto* environment = testing_hooks::environment.load()) shared.env = environment;
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
           name == "MANIFEST-000001" || name.ends_with(".dbtmp");
}

/// What is only there once there was a `CURRENT` file.
bool is_of_a_store(std::string_view name) {
    if (name.starts_with("MANIFEST-") || name == "OWNER" || name == "SYNCED") return true;
    const auto digits = std::min(name.find_first_not_of("0123456789"), name.size());
    return digits > 0 && (name.substr(digits) == ".log" || name.substr(digits) == ".sst");
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
    std::string left;
    std::string other;
    for (const auto& file : files) {
        const auto name = file.path().filename().string();
        if (name == "CURRENT") return true;  // Another process has just made it.
        if (!is_being_made(name)) (is_of_a_store(name) ? left : other) = name;
    }
    const auto doing = cat("open store ", directory.string());
    if (!left.empty()) {
        return fail(errc::corrupt,
                    cat(doing, ": the file CURRENT is missing, ", left, " is there"));
    }
    if (!other.empty()) {
        return fail(errc::not_found, cat(doing, ": the directory holds ", other,
                                         " but no store; choose an empty or a new directory"));
    }
    return false;
}

/// A RocksDB directory that is somebody else's must not get our column families. One that holds
/// nothing at all is ours: a store whose making was interrupted.
result<void> check_ours(const rocksdb::Options& options, const std::filesystem::path& directory,
                        const std::vector<std::string>& families) {
    if (std::find(families.begin(), families.end(), log_name) != families.end()) return {};
    if (families.size() == 1) {
        rocksdb::DB* raw = nullptr;
        const auto status = rocksdb::DB::OpenForReadOnly(options, directory.string(), &raw);
        if (!status.ok()) return to_error(status, cat("open store ", directory.string()));
        const std::unique_ptr<rocksdb::DB> other{raw};
        const std::unique_ptr<rocksdb::Iterator> keys{other->NewIterator({})};
        keys->SeekToFirst();
        if (!keys->Valid() && keys->status().ok()) return {};
    }
    return fail(errc::not_found, cat("open store ", directory.string(),
                                     ": this RocksDB directory is not a daybook store"));
}

/// If the store could not be locked.
std::optional<error> lock_error(const rocksdb::Status& status,
                                const std::filesystem::path& directory) {
    const auto doing = cat("open store ", directory.string());
    const auto text = status.ToString();
    if (text.find("open a file for lock") != std::string::npos) {
        return fail(errc::io,
                    cat(doing, ": cannot lock it: ", to_error(status, "its file LOCK").message,
                        "; open it read-only, or put its permissions right"));
    }
    if (text.find("lock file") != std::string::npos ||
        text.find("lock hold") != std::string::npos) {
        return fail(errc::locked, cat(doing, ": it is in use"));
    }
    return std::nullopt;
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
                                                 const store_options& options, const opening& how) {
    const auto known = looks_like_a_store(directory);
    if (!known) return known.error();
    if (!*known && (!options.create_if_missing || options.read_only)) {
        return fail(errc::not_found, cat("open store ", directory.string(),
                                         ": there is none; create it with `daybook init`"));
    }
    if (options.read_only) return open_beside(directory, options, how);
    std::error_code ec;
    std::filesystem::create_directories(directory, ec);
    if (ec) return fail(errc::io, cat("create store ", directory.string(), ": ", ec.message()));
    return try_open(directory, options, *known, how);
}

/// RocksDB reads the list of tables first and then the log files. A log file that goes in between,
/// because a table has come in its place, would be a hole in what is seen: then neither success nor
/// failure means anything, and it is tried again.
result<std::shared_ptr<database>> database::open_beside(const std::filesystem::path& directory,
                                                        const store_options& options,
                                                        const opening& how) {
    using clock = std::chrono::steady_clock;
    const auto give_up = clock::now() + open_patience;
    for (;;) {
        const auto at_first = files_of(directory);
        auto made = try_open(directory, options, true, how);
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
                                                     const opening& how) {
    std::shared_ptr<database> made{new database};
    made->directory_ = directory;
    made->read_only_ = options.read_only;
    const auto shared = made->choose_options(options, how);
    std::vector<std::string> existing;
    if (known) {
        const auto listed = rocksdb::DB::ListColumnFamilies(shared, directory.string(), &existing);
        if (!listed.ok()) return to_error(listed, cat("open store ", directory.string()));
        if (auto ours = check_ours(shared, directory, existing); !ours) return ours.error();
    }
    if (how.before != nullptr) {
        made->synced_before_ = how.before->synced_before_;
        made->read_check_ = how.before->checks_reads();
    } else if (known) {
        if (auto ok = made->look_at_logs(*shared.env); !ok) return ok.error();
    }
    if (auto ok = made->open_sound(shared, existing, known); !ok) return ok.error();
    if (auto ok = made->archives_->load(*made); !ok) return ok.error();
    return made;
}

rocksdb::Options database::choose_options(const store_options& options, const opening& how) {
    auto shared = shared_options(options);
    if (read_only_) shared = reader_options(std::move(shared));
    if (how.before != nullptr) shared.statistics = how.before->db_->GetDBOptions().statistics;
    if (how.leniently) shared.paranoid_checks = false;
    room_ = std::make_shared<room_watch>();
    shared.listeners.push_back(room_);
    cache_ = how.before != nullptr ? how.before->cache_
                                   : rocksdb::NewLRUCache(options.block_cache_bytes);
    log_options_ = make_log_options(options, shared, cache_);
    index_options_ = make_index_options(shared, cache_);
    streams_options_ = make_streams_options(shared, cache_);
    view_options_ = make_view_options(shared, cache_);
    return shared;
}

/// Opens the files, without indexes and views that are damaged if it may write.
result<void> database::open_sound(rocksdb::Options shared, const std::vector<std::string>& existing,
                                  bool known) {
    const auto failed_sync = (directory_ / failed_sync_name).string();
    const bool write_again = !read_only_ && shared.env->FileExists(failed_sync).ok();
    if (write_again) shared.avoid_flush_during_recovery = false;
    const auto status = open_files(shared, existing);
    if (!status.ok()) {
        if (const auto why = lock_error(status, directory_)) return *why;
        const bool damaged = known && (status.IsCorruption() || status.IsIOError());
        const auto mended = damaged ? open_damaged(shared, existing) : result<bool>{false};
        if (!mended) return mended.error();
        if (!*mended) return to_error(status, cat("open store ", directory_.string()));
    }
    if (write_again) (void)shared.env->DeleteFile(failed_sync).ok();
    return {};
}

rocksdb::Status database::open_files(const rocksdb::Options& shared,
                                     const std::vector<std::string>& existing) {
    const auto wanted = families(existing);
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* raw = nullptr;
    auto status =
        read_only_
            ? rocksdb::DB::OpenForReadOnly(shared, directory_.string(), wanted, &handles, &raw)
            : rocksdb::DB::Open(shared, directory_.string(), wanted, &handles, &raw);
    if (!status.ok()) return status;
    db_.reset(raw);
    take_handles(handles);
    return status;
}

/// Whether it is open now: if no others than tables of indexes and views are damaged, these are
/// dropped.
result<bool> database::open_damaged(const rocksdb::Options& shared,
                                    std::vector<std::string> existing) {
    const auto tables = find_damaged_tables(directory_, shared, families(existing));
    if (tables.empty()) return false;
    const auto found = describe(tables);
    const auto doing = cat("open store ", directory_.string());
    const bool derived =
        std::all_of(tables.begin(), tables.end(), [](const auto& one) { return one.is_derived(); });
    if (!derived) {
        return fail(errc::corrupt, cat(doing, ": ", found));
    }
    if (read_only_) {
        return fail(errc::corrupt,
                    cat(doing, ": ", found, "; run `daybook reindex`, which makes them again"));
    }
    auto status = drop_families_of(tables, directory_, shared, families(existing));
    if (!status.ok()) return to_error(status, doing);
    dropped_ = found;
    existing.clear();
    status = rocksdb::DB::ListColumnFamilies(shared, directory_.string(), &existing);
    if (status.ok()) status = open_files(shared, existing);
    if (!status.ok()) return to_error(status, doing);
    return true;
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

database::database() : archives_{std::make_unique<daybook::archives>()} {}

database::~database() {
    views_.clear();
    others_.clear();
    for (auto* handle : {default_, log_, meta_, index_, streams_}) {
        if (handle != nullptr) db_->DestroyColumnFamilyHandle(handle);
    }
    if (db_) db_->Close();
}

bool database::is_current() const { return read_only_ && files_at_open_ == files_of(directory_); }

/// Before the database is opened: a writer that this one reads beside may sync more meanwhile.
result<void> database::look_at_logs(rocksdb::Env& env) {
    auto logs = wal::files(env, directory_);
    if (!logs) return logs.error();
    const auto synced = wal::last_synced(env, *logs);
    if (!synced) return synced.error();
    const auto mark = synced_mark::read(env, directory_);
    if (!mark) return mark.error();
    synced_before_ = std::max(synced->value_or(position{}), *mark);
    if (!read_only_) old_logs_ = std::move(*logs);
    return {};
}

rocksdb::Status database::flush_log(bool sync) {
    if (room_->write_failed) return rocksdb::Status::IOError("a write failed before");
    if (sync) {
        const std::lock_guard lock{old_logs_mutex_};
        if (const auto status = sync_old_logs(); !status.ok()) return status;
    }
    return db_->FlushWAL(sync);
}

rocksdb::Status database::sync_old_logs() {
    if (old_logs_.empty()) return rocksdb::Status::OK();
    auto* env = db_->GetEnv();
    for (const auto& log : old_logs_) {
        std::unique_ptr<rocksdb::RandomRWFile> file;
        auto status = env->NewRandomRWFile(log.string(), &file, {});
        if (status.ok()) status = file->Fsync();
        // A file whose events are in tables by now is gone.
        if (!status.ok() && !env->FileExists(log.string()).IsNotFound()) return status;
    }
    std::unique_ptr<rocksdb::Directory> directory;
    auto status = env->NewDirectory(directory_.string(), &directory);
    if (status.ok()) status = directory->Fsync();
    if (status.ok()) old_logs_.clear();
    return status;
}

void database::mark_synced(position synced) noexcept {
    if (synced > synced_before_) synced_mark::write(*db_->GetEnv(), directory_, synced);
}

void database::note_failed_sync() noexcept {
    // Only as long as the system keeps what it read does this matter: no need to sync it.
    const auto name = (directory_ / failed_sync_name).string();
    (void)rocksdb::WriteStringToFile(db_->GetEnv(), "a sync failed", name, false).ok();
}

bool database::is_full() const noexcept { return room_->full; }

rocksdb::Status database::try_to_resume() {
    // If making a keyspace failed at the manifest, Resume insists that files are not being deleted,
    // but only failed flushes have seen to it. It lets them be deleted again when it is done.
    (void)db_->DisableFileDeletions().ok();
    auto status = db_->Resume();
    (void)db_->EnableFileDeletions(false).ok();
    std::vector families{default_, log_, meta_, index_, streams_};
    // The log that could not be written may have a hole: nothing may depend on it any more.
    if (status.ok()) status = db_->Flush({}, families);
    return status;
}

result<void> database::resume_writes() {
    // What is in memory must be written, and something must be left for what comes next.
    constexpr std::uint64_t spare_bytes = 4U << 20U;
    std::uint64_t in_memory = 0;
    db_->GetAggregatedIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &in_memory);
    std::uint64_t free = 0;
    const auto known = db_->GetFileSystem()->GetFreeSpace(directory_.string(), {}, &free, nullptr);
    if (known.ok() && free < in_memory + spare_bytes) {
        return fail(errc::io, cat(free, " bytes are free, ", in_memory + spare_bytes, " needed"));
    }
    // A flush that began while the disk was full may fail only now.
    constexpr int tries = 3;
    auto status = try_to_resume();
    for (int left = tries; status.IsNoSpace() && left > 1; --left) status = try_to_resume();
    if (status.ok()) room_->full = room_->write_failed = false;
    return status.ok() ? result<void>{} : to_error(status, "go on after a full disk");
}

/// A family that was dropped can be read as long as its handle is there: if the new ones cannot be
/// made, the old ones stay.
result<void> database::reset_indexes() {
    struct {
        rocksdb::ColumnFamilyHandle*& used;
        const rocksdb::Options& options;
        rocksdb::ColumnFamilyHandle* made = nullptr;
    } both[] = {{index_, index_options_}, {streams_, streams_options_}};
    rocksdb::Status status;
    std::string doing;
    for (auto& one : both) {
        const auto name = one.used->GetName();
        doing = cat("drop ", name);
        status = db_->DropColumnFamily(one.used);
        if (!status.ok()) break;
        doing = cat("make ", name);
        status = db_->CreateColumnFamily(one.options, name, &one.made);
        if (!status.ok()) break;
    }
    for (auto& one : both) {
        if (status.ok()) std::swap(one.used, one.made);
        if (one.made != nullptr) db_->DestroyColumnFamilyHandle(one.made);
    }
    return status.ok() ? result<void>{} : to_error(status, doing);
}

std::shared_ptr<const read_check> database::checks_reads() const {
    const std::lock_guard lock{read_check_mutex_};
    return read_check_;
}

void database::check_reads(std::shared_ptr<const read_check> check) {
    const std::lock_guard lock{read_check_mutex_};
    read_check_ = std::move(check);
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
    if (known->second->in_commits) {
        return fail(errc::locked,
                    cat("drop keyspace ", name,
                        ": an inline view of this program writes it with every append"));
    }
    const auto status = db_->DropColumnFamily(known->second->handle.get());
    if (!status.ok()) return to_error(status, cat("drop keyspace ", name));
    known->second->dropped = true;
    views_.erase(known);
    return {};
}

}  // namespace daybook
