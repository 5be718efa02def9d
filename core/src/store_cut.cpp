// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "store_cut.hpp"

#include "index_codec.hpp"
#include "log_files.hpp"
#include "text.hpp"

#include <rocksdb/convenience.h>
#include <rocksdb/sst_file_writer.h>

#include <functional>

namespace daybook::store_cut {
namespace {

/// Greater than every key: those of the log and of the streams are shorter, those of the index
/// begin with a group, and groups never come so far.
const std::string beyond(32, '\xFF');

rocksdb::ReadOptions once() {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.readahead_size = 1U << 20U;
    options.total_order_seek = true;
    return options;
}

/// Removes all keys from `start` on, whole tables first.
rocksdb::Status drop_from(database& db, rocksdb::ColumnFamilyHandle* in, const std::string& start) {
    const rocksdb::Slice from{start};
    const rocksdb::Slice to{beyond};
    auto status = rocksdb::DeleteFilesInRange(&db.db(), in, &from, &to);
    if (status.ok()) status = db.db().DeleteRange({}, in, from, to);
    return status;
}

/// Merges what was removed away, so that reading does not pass over it for ever.
rocksdb::Status settle(database& db, rocksdb::ColumnFamilyHandle* in, const std::string& start) {
    auto status = db.db().Flush({}, in);
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    const rocksdb::Slice from{start};
    if (status.ok()) status = db.db().CompactRange(options, in, &from, nullptr);
    return status;
}

result<void> cut_log(database& db, position end) {
    const auto doing = "cut the log";
    std::string front;
    auto first = end;
    if (end.value > 0) {
        const std::unique_ptr<rocksdb::Iterator> frames{db.db().NewIterator(once(), db.log())};
        frames->SeekForPrev(log_key({end.value - 1}));
        if (!frames->status().ok()) return to_error(frames->status(), doing);
        if (!frames->Valid()) return fail(errc::corrupt, cat(doing, ": it has no frame there"));
        first = position_of_key(to_view(frames->key()));
        const auto view = frame_view::parse(to_view(frames->value()));
        if (!view) return view.error();
        if (first.value + view->events() > end.value) {
            front = log_files::front_of({.first = first,
                                         .bytes = to_view(frames->value()),
                                         .view = *view,
                                         .last_id = {},
                                         .last_recorded = {}},
                                        end);
        }
    }
    auto status = drop_from(db, db.log(), log_key(end));
    if (status.ok() && !front.empty()) status = db.db().Put({}, db.log(), log_key(first), front);
    if (status.ok()) status = settle(db, db.log(), log_key(first));
    return status.ok() ? result<void>{} : to_error(status, doing);
}

struct part {
    rocksdb::ColumnFamilyHandle* family;
    const rocksdb::Options& options;
    std::string start;
    std::function<bool(std::string_view key)> keeps;
};

/// Of the keys from `start` on, leaves those that it keeps. They are written anew rather than the
/// others deleted one by one: of a hundred thousands of keys, each would have to be merged away.
result<void> cut_part(database& db, const part& of, const std::filesystem::path& scratch) {
    const auto name = of.family->GetName();
    const auto doing = cat("cut ", name);
    const auto path = (scratch / cat(name, "-kept.tmp")).string();
    rocksdb::SstFileWriter kept{rocksdb::EnvOptions{}, of.options};
    std::uint64_t kept_count = 0;
    std::uint64_t dropped = 0;
    auto status = kept.Open(path);
    {
        const std::unique_ptr<rocksdb::Iterator> all{db.db().NewIterator(once(), of.family)};
        for (all->Seek(of.start); status.ok() && all->Valid(); all->Next()) {
            if (!of.keeps(to_view(all->key()))) {
                ++dropped;
                continue;
            }
            status = kept.Put(all->key(), all->value());
            ++kept_count;
        }
        if (status.ok()) status = all->status();
    }
    if (status.ok() && dropped == 0) return {};
    if (status.ok()) status = drop_from(db, of.family, of.start);
    if (status.ok() && kept_count > 0) {
        status = kept.Finish();
        rocksdb::IngestExternalFileOptions how;
        how.move_files = true;
        if (status.ok()) status = db.db().IngestExternalFile(of.family, {path}, how);
    }
    if (status.ok()) status = settle(db, of.family, of.start);
    return status.ok() ? result<void>{} : to_error(status, doing);
}

}  // namespace

result<void> cut(database& db, position end, const std::filesystem::path& scratch) {
    // What is not a full segment is indexed in memory, when the store is opened.
    const auto sealed = segment_of(end);
    std::string group;
    bytes::append_big(group, sealed >> index_codec::group_bits);
    const part index{db.index(), db.index_options(), std::move(group), [&](std::string_view key) {
                         return key.size() >= 4 && index_codec::segment_of(key) < sealed;
                     }};
    if (auto ok = cut_part(db, index, scratch); !ok) return ok;
    const part streams{db.streams(), db.streams_options(), {}, [&](std::string_view key) {
                           return key.size() >= 8 && position_of_key(key.substr(key.size() - 8)) <
                                                         position_of(sealed, 0);
                       }};
    if (auto ok = cut_part(db, streams, scratch); !ok) return ok;
    return cut_log(db, end);
}

result<void> flush(database& db) {
    std::vector families{db.db().DefaultColumnFamily(), db.log(), db.meta(), db.index(),
                         db.streams()};
    const auto views = db.view_families();
    for (const auto& one : views) families.push_back(one->handle.get());
    const auto status = db.db().Flush({}, families);
    return status.ok() ? result<void>{} : to_error(status, "flush a fork");
}

}  // namespace daybook::store_cut
