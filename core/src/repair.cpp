// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Repair works on files, not on a database: whatever RocksDB says about the whole, each table and
// each write-ahead file is read by itself, and what is sound goes into a new store.

#include <daybook/repair.hpp>
#include <daybook/store.hpp>

#include "archive_file.hpp"
#include "archive_record.hpp"
#include "archives.hpp"
#include "database.hpp"
#include "frame.hpp"
#include "log_files.hpp"
#include "log_reader.hpp"
#include "lost_places.hpp"
#include "record.hpp"
#include "segments.hpp"
#include "settings.hpp"
#include "synced_mark.hpp"
#include "testing_hooks.hpp"
#include "text.hpp"
#include "wal_file.hpp"

#include <rocksdb/sst_file_reader.h>

#include <algorithm>
#include <map>

namespace daybook {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t probe_singly = 4096;
constexpr std::size_t batch_bytes = 4U << 20U;

/// A frame of which every record is sound and where it says it is.
bool is_frame(std::string_view key, std::string_view value) {
    if (key.size() != 8) return false;
    const auto frame = frame_view::parse(value);
    if (!frame) return false;
    const auto first = position_of_key(key);
    for (std::uint32_t i = 0; i < frame->events(); ++i) {
        const auto event = event_view::parse(frame->record(i));
        if (!event || event->position().value != first.value + i) return false;
    }
    return true;
}

/// What is read from meta, newest last.
struct found_settings {
    std::string store_id;
    std::optional<std::string> fields;
    std::map<std::string, std::string, std::less<>> archives;  ///< By key.
    std::string archive_directories;

    void take(std::string_view key, std::string_view value) {
        if (key == settings::store_id_key && value.size() == 16) store_id = value;
        if (key == settings::fields_key) fields = std::string{value};
        if (key.starts_with(archive_prefix)) archives.insert_or_assign(std::string{key}, value);
        if (key == archive_directories_key) archive_directories = value;
    }
};

class settings_in_batch : public rocksdb::WriteBatch::Handler {
public:
    explicit settings_in_batch(found_settings& into) : into_{into} {}
    rocksdb::Status PutCF(std::uint32_t family, const rocksdb::Slice& key,
                          const rocksdb::Slice& value) override {
        if (family == meta_family) into_.take(to_view(key), to_view(value));
        return rocksdb::Status::OK();
    }
    rocksdb::Status DeleteCF(std::uint32_t, const rocksdb::Slice&) override {
        return rocksdb::Status::OK();
    }
    void LogData(const rocksdb::Slice&) override {}

private:
    static constexpr std::uint32_t meta_family = 2;
    found_settings& into_;
};

/// Collects what is put into the repaired log.
class frame_writer {
public:
    explicit frame_writer(database& into) : into_{into} {}
    result<void> put(std::string_view key, std::string_view frame) {
        (void)batch_.Put(into_.log(), to_slice(key), to_slice(frame));
        return batch_.GetDataSize() < batch_bytes ? result<void>{} : finish();
    }
    result<void> finish() {
        auto status = into_.db().Write({}, &batch_);
        if (status.ok()) status = into_.flush_log(false);
        batch_.Clear();
        return status.ok() ? result<void>{} : to_error(status, "write the repaired log");
    }

private:
    database& into_;
    rocksdb::WriteBatch batch_;
};

class repairer {
public:
    repairer(fs::path damaged, fs::path into, const progress_callback& progress)
        : damaged_{std::move(damaged)}, into_{std::move(into)}, progress_{progress} {
        if (auto* environment = testing_hooks::environment.load()) options_.env = environment;
    }

    result<repair_report> run() {
        if (auto ok = look_at_directories(); !ok) return ok.error();
        read_settings();
        if (auto ok = make_store(); !ok) return ok.error();
        auto opened = database::open(into_, store_options{});
        if (!opened) return opened.error();
        auto& db = **opened;
        if (auto ok = take_over(db); !ok) return ok.error();
        if (auto ok = fill_gaps(db); !ok) return ok.error();
        copy_keyspaces(db);
        const auto status = db.flush_log(true);
        if (!status.ok()) return to_error(status, cat("write ", into_.string()));
        opened->reset();
        // The indexes are made as after a crash, and whatever still is wrong is found.
        auto made = store::open(into_);
        if (!made) return made.error();
        if (auto sound = made->check(progress_); !sound) return sound.error();
        report_.end = made->watermark();
        return std::move(report_);
    }

private:
    void found(const fs::path& file, std::string_view what) {
        report_.findings.push_back(cat(file.filename().string(), ": ", what));
    }

    result<void> look_at_directories() {
        std::error_code problem;
        for (const auto& file : fs::directory_iterator{damaged_, problem}) {
            if (file.path().extension() == ".sst") tables_.push_back(file.path());
        }
        if (problem) {
            return fail(errc::not_found,
                        cat("repair ", damaged_.string(), ": ", problem.message()));
        }
        std::sort(tables_.begin(), tables_.end());
        auto logs = wal::files(*options_.env, damaged_);
        if (!logs) return logs.error();
        logs_ = std::move(*logs);
        if (tables_.empty() && logs_.empty()) {
            return fail(errc::not_found, cat("repair ", damaged_.string(),
                                             ": no tables (*.sst) and no logs (*.log) are there"));
        }
        if (fs::exists(into_, problem) && !fs::is_empty(into_, problem)) {
            return fail(errc::invalid_argument, cat("repair into ", into_.string(),
                                                    ": it is not empty; name a new directory"));
        }
        for (const auto* name : {"CURRENT", "LOCK"}) {
            if (!fs::exists(damaged_ / name, problem)) found(name, "missing");
        }
        return look_at_lock();
    }

    result<void> look_at_lock() const {
        const auto name = (damaged_ / "LOCK").string();
        std::error_code ignored;
        if (!fs::exists(name, ignored)) return {};
        rocksdb::FileLock* lock = nullptr;
        if (!options_.env->LockFile(name, &lock).ok()) {
            return fail(errc::locked, cat("repair ", damaged_.string(),
                                          ": in use by another process or handle; close it first"));
        }
        (void)options_.env->UnlockFile(lock).ok();
        return {};
    }

    void read_settings() {
        for (const auto& table : tables_) {
            rocksdb::SstFileReader reader{options_};
            if (!reader.Open(table.string()).ok()) continue;
            if (reader.GetTableProperties()->column_family_name != "meta") continue;
            const std::unique_ptr<rocksdb::Iterator> rows{reader.NewIterator({})};
            for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
                settings_.take(to_view(rows->key()), to_view(rows->value()));
            }
        }
        for (const auto& log : logs_) {
            settings_in_batch handler{settings_};
            // What is damaged in it is told when its events are read.
            (void)wal::read(*options_.env, log, [&](const wal::record& one) {
                (void)rocksdb::WriteBatch{std::string{one.batch}}.Iterate(&handler);
            });
        }
        if (settings_.store_id.empty()) {
            report_.findings.emplace_back("the store's settings are lost; it gets a new id");
        }
    }

    /// An empty store with the old one's settings.
    result<void> make_store() {
        store_options options;
        if (settings_.fields) options.indexed_fields = settings::split_fields(*settings_.fields);
        {
            auto made = store::open(into_, options);
            if (!made) return made.error();
        }
        if (settings_.store_id.empty()) return {};
        auto opened = database::open(into_, store_options{});
        if (!opened) return opened.error();
        auto& db = **opened;
        rocksdb::WriteBatch batch;
        (void)batch.Put(db.meta(), to_slice(settings::store_id_key), settings_.store_id);
        return settings::write(db, batch);
    }

    /// Tables last: where both have a position, a table is never the older one.
    result<void> take_over(database& db) {
        frame_writer writer{db};
        if (auto ok = take_logs(writer); !ok) return ok;
        for (const auto& table : tables_) {
            if (auto ok = take_table(table, writer); !ok) return ok;
        }
        if (auto ok = writer.finish(); !ok) return ok;
        return take_archives(db);
    }

    /// Archived segments come back into the log; their files stay.
    result<void> take_archives(database& db) {
        archive_table table;
        for (auto& one : settings::split_fields(settings_.archive_directories)) {
            table.directories.emplace_back(std::move(one));
        }
        frame_writer writer{db};
        for (const auto& [key, value] : settings_.archives) {
            auto archived = archive_record::decode(value);
            if (!archived) {
                report_.findings.push_back(cat("a note of an archive: ", archived.error().message));
                continue;
            }
            std::string first;
            const auto in_log = db.db().Get({}, db.log(), log_key(archived->first), &first);
            if (in_log.ok()) continue;  // It was restored since.
            archives files;
            const auto file = files.open(table, *archived, options_);
            if (!file) return file.error();
            const auto frames = (*file)->frames({});
            auto taken = log_files::for_each_frame(
                *frames, archived->first, archived->end, [&](const log_files::frame& one) {
                    return writer.put(log_key(one.first), one.bytes);
                });
            if (!taken) return taken;
        }
        return writer.finish();
    }

    result<void> take_logs(frame_writer& writer) {
        // A file goes on where the one before was found to end; what is beyond in that one was
        // dropped by an earlier open.
        std::vector<std::uint64_t> starts(logs_.size() + 1, ~std::uint64_t{0});
        for (std::size_t i = logs_.size(); i-- > 0;) {
            starts[i] = starts[i + 1];
            bool first = true;
            (void)wal::read(*options_.env, logs_[i], [&](const wal::record& one) {
                // RocksDB begins a file with an empty batch after damage; that alone drops nothing.
                const bool empty = bytes::load<std::uint32_t>(one.batch.data() + 8) == 0;
                if (!empty && std::exchange(first, false)) starts[i] = one.sequence;
            });
        }
        auto written = result<void>{};
        for (std::size_t i = 0; i < logs_.size(); ++i) {
            const auto put = [&](std::string_view key, std::string_view frame) {
                if (written && is_frame(key, frame)) written = writer.put(key, frame);
            };
            const auto skipped = wal::read(*options_.env, logs_[i], [&](const wal::record& one) {
                if (one.sequence < starts[i + 1]) wal::for_each_frame(one.batch, put);
            });
            if (!written) return written;
            if (!skipped) {
                found(logs_[i], skipped.error().message);
                continue;
            }
            for (const auto& part : *skipped) {
                found(logs_[i], cat("bytes ", part.from, " to ", part.to, " are not sound"));
            }
        }
        const auto synced = wal::last_synced(*options_.env, logs_);
        if (synced && *synced) known_end_ = **synced;
        const auto mark = synced_mark::read(*options_.env, damaged_);
        if (mark) known_end_ = std::max(known_end_, *mark);
        return {};
    }

    result<void> take_table(const fs::path& table, frame_writer& writer) {
        rocksdb::SstFileReader reader{options_};
        const auto opened = reader.Open(table.string());
        if (!opened.ok()) {
            found(table, cat("cannot be read: ", to_error(opened, "open").message));
            return {};
        }
        const auto family = reader.GetTableProperties()->column_family_name;
        if (family != "log") {
            // Nothing of it is taken over from here: views are copied later, indexes made again.
            const auto sound = reader.VerifyChecksum();
            if (!sound.ok())
                found(table, cat("damaged, a table of ", family.empty() ? "an index" : family));
            return {};
        }
        const std::unique_ptr<rocksdb::Iterator> frames{reader.NewIterator({})};
        std::uint64_t next = 0;  // Where the last sound frame ended.
        frames->SeekToFirst();
        if (!frames->Valid() && !frames->status().ok()) next = skip_damage(table, *frames, next);
        while (frames->Valid()) {
            const auto key = to_view(frames->key());
            const auto value = to_view(frames->value());
            if (is_frame(key, value)) {
                if (auto ok = writer.put(key, value); !ok) return ok;
                next = position_of_key(key).value + frame_view::parse(value)->events();
            } else {
                found(table, cat("the frame at position ", position_of_key(key), " is not sound"));
            }
            frames->Next();
            if (!frames->Valid() && !frames->status().ok()) {
                next = skip_damage(table, *frames, next);
            }
        }
        return {};
    }

    /// Finds the first block after the damaged one by asking for later and later positions.
    std::uint64_t skip_damage(const fs::path& table, rocksdb::Iterator& frames,
                              std::uint64_t next) {
        const auto why = to_error(frames.status(), "read").message;
        std::uint64_t step = 1;
        auto at = next;
        do {
            at += step;
            if (at - next > probe_singly) step *= 2;
            frames.Seek(log_key({at}));
        } while (!frames.Valid() && !frames.status().ok() && step < (std::uint64_t{1} << 62U));
        found(table, frames.Valid() ? cat("damaged between positions ", next, " and ",
                                          position_of_key(to_view(frames.key())), ": ", why)
                                    : cat("damaged from position ", next, " to its end: ", why));
        return at;
    }

    result<void> fill_gaps(database& db) {
        lost_places places;
        std::vector<std::string> covered;  // Keys of frames whose positions others have.
        std::uint64_t next = 0;
        const std::unique_ptr<rocksdb::Iterator> frames{db.db().NewIterator({}, db.log())};
        for (frames->SeekToFirst(); frames->Valid(); frames->Next()) {
            const auto first = position_of_key(to_view(frames->key())).value;
            const auto frame = frame_view::parse(to_view(frames->value()));
            if (!frame) return frame.error();
            if (first < next) {
                covered.emplace_back(to_view(frames->key()));
                continue;
            }
            if (first > next) places.lost({next}, {first - 1});
            for (std::uint32_t i = 0; i < frame->events(); ++i) {
                const auto event = event_view::parse(frame->record(i));
                if (!event) return event.error();
                if (!places.saw(event->stream(), event->sequence(), event->position())) {
                    return fail(errc::corrupt,
                                cat("repair: ", event->stream(), " ", event->sequence(),
                                    " is there twice, at last at position ", event->position()));
                }
            }
            next = first + frame->events();
            report_.events_kept += frame->events();
        }
        if (!frames->status().ok()) return to_error(frames->status(), "repair: read");
        if (known_end_.value > next) places.lost({next}, {known_end_.value - 1});
        report_.lost = places.ranges();
        for (const auto& key : covered) (void)db.db().Delete({}, db.log(), key).ok();
        const auto lost = places.assign(report_);
        if (!lost) return lost.error();
        return write_lost(db, *lost);
    }

    /// The time of the event before, for times never go back.
    static result<timestamp> time_before(database& db, position at) {
        const std::unique_ptr<rocksdb::Iterator> frames{db.db().NewIterator({}, db.log())};
        frames->SeekForPrev(log_key(at));
        const bool before = frames->Valid();
        if (!before) frames->SeekToFirst();
        if (!frames->Valid()) return timestamp{};
        const auto frame = frame_view::parse(to_view(frames->value()));
        if (!frame) return frame.error();
        const auto event = event_view::parse(frame->record(before ? frame->events() - 1 : 0));
        if (!event) return event.error();
        return event->recorded_at();
    }

    result<void> write_lost(database& db, const std::vector<lost_event>& lost) {
        frame_writer writer{db};
        for (std::size_t i = 0; i < lost.size();) {
            const auto first = lost[i].at;
            const auto recorded = time_before(db, first);
            if (!recorded) return recorded.error();
            frame_builder frame;
            std::string records;
            do {
                const auto size = append_lost(records, lost[i], *recorded);
                frame.add_record(size);
                ++i;
            } while (i < lost.size() && !frame.full() && offset_of(lost[i].at) != 0 &&
                     lost[i].at.value == lost[i - 1].at.value + 1);
            frame.add_commit({event_id::make(), first,
                              static_cast<std::uint32_t>(lost[i - 1].at.value - first.value + 1)});
            std::string bytes;
            frame.append_head(bytes);
            bytes += records;
            if (auto ok = writer.put(log_key(first), bytes); !ok) return ok;
        }
        return writer.finish();
    }

    static std::size_t append_lost(std::string& records, const lost_event& one,
                                   timestamp recorded) {
        const auto payload = cat("{\"lost\":", one.at, "}");
        const auto start = records.size();
        record::encode(records, {.stream = one.stream,
                                 .type = lost_event_type,
                                 .schema = {},
                                 .correlation = {},
                                 .actor = {},
                                 .content_type = json_content_type,
                                 .extensions = {},
                                 .payload = payload,
                                 .causes = {},
                                 .tags = {},
                                 .session_tag = {},
                                 .replay_tag = {},
                                 .id = event_id::make(),
                                 .occurred_at = recorded});
        record::place(records.data() + start, one.at, one.in_stream, recorded);
        return records.size() - start;
    }

    /// Areas that can be read to their end, if the damaged store opens at all.
    void copy_keyspaces(database& db) {
        store_options options;
        options.read_only = true;
        const auto old = database::open(damaged_, options, {.leniently = true});
        if (!old) {
            report_.findings.push_back(cat("keyspaces cannot be read: ", old.error().message));
            return;
        }
        for (const auto& name : (*old)->views()) {
            const bool copied = copy_keyspace(**old, db, name);
            (copied ? report_.keyspaces_kept : report_.keyspaces_lost).push_back(name);
            if (!copied) (void)db.drop_view(name).has_value();
        }
    }

    static bool copy_keyspace(database& from, database& into, const std::string& name) {
        const auto source = from.view(name);
        const auto target = into.view(name);
        if (!source || !target) return false;
        const std::unique_ptr<rocksdb::Iterator> rows{
            from.db().NewIterator({}, (*source)->handle.get())};
        rocksdb::WriteBatch batch;
        for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
            (void)batch.Put((*target)->handle.get(), rows->key(), rows->value());
            if (batch.GetDataSize() < batch_bytes) continue;
            if (!into.db().Write({}, &batch).ok()) return false;
            batch.Clear();
        }
        return rows->status().ok() && into.db().Write({}, &batch).ok();
    }

    fs::path damaged_;
    fs::path into_;
    const progress_callback& progress_;
    rocksdb::Options options_;
    std::vector<fs::path> tables_;
    std::vector<fs::path> logs_;
    found_settings settings_;
    position known_end_;
    repair_report report_;
};

}  // namespace

result<repair_report> repair_store(const fs::path& damaged, const fs::path& into,
                                   const progress_callback& progress) {
    auto done = repairer{damaged, into, progress}.run();
    if (!done && done.error().message.find("repair") == std::string::npos) {
        return fail(done.error().code, cat("repair ", damaged.string(), " into ", into.string(),
                                           ": ", done.error().message));
    }
    return done;
}

}  // namespace daybook
