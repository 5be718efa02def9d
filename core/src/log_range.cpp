// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "log_range.hpp"

#include "archives.hpp"
#include "index_codec.hpp"
#include "log_reader.hpp"
#include "segments.hpp"
#include "store_cut.hpp"
#include "text.hpp"

#include <rocksdb/convenience.h>

namespace daybook::log_range {

result<void> remove(database& db, position first, position end) {
    const auto from = log_key(first);
    const auto to = log_key(end);
    const rocksdb::Slice begin{from};
    const rocksdb::Slice limit{to};
    auto status = rocksdb::DeleteFilesInRange(&db.db(), db.log(), &begin, &limit, false);
    if (status.ok()) status = db.db().DeleteRange({}, db.log(), begin, limit);
    return status.ok() ? result<void>{} : to_error(status, cat("remove from position ", first));
}

result<void> remove_archived(database& db) {
    const auto table = db.archives().current();
    if (table->segments.empty()) return {};
    const std::unique_ptr<rocksdb::Iterator> frames{db.db().NewIterator({}, db.log())};
    for (auto at = table->segments.begin(); at != table->segments.end();) {
        // Neighbours are looked at together.
        const auto first = at->second.first;
        auto end = first;
        for (; at != table->segments.end() && at->second.first == end; ++at) end = at->second.end;
        frames->Seek(log_key(first));
        if (!frames->status().ok()) return to_error(frames->status(), "open store: read log");
        const bool some =
            frames->Valid() && frames->key().compare(rocksdb::Slice{log_key(end)}) < 0;
        if (!some) continue;
        if (auto ok = remove(db, first, end); !ok) return ok;
    }
    return {};
}

result<void> purge(database& db, position first, position end) {
    // What is only in memory and in write-ahead files comes into tables, and those files go.
    if (auto ok = store_cut::flush(db); !ok) return ok;
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    const auto from = log_key(first);
    const auto to = log_key(end);
    const rocksdb::Slice log_begin{from};
    const rocksdb::Slice log_end{to};
    auto status = db.db().CompactRange(options, db.log(), &log_begin, &log_end);
    std::string group;
    std::string behind;
    bytes::append_big(group, segment_of(first) >> index_codec::group_bits);
    bytes::append_big(behind, (segment_of({end.value - 1}) >> index_codec::group_bits) + 1);
    const rocksdb::Slice index_begin{group};
    const rocksdb::Slice index_end{behind};
    if (status.ok()) status = db.db().CompactRange(options, db.index(), &index_begin, &index_end);
    return status.ok() ? result<void>{} : to_error(status, "purge what was deleted");
}

}  // namespace daybook::log_range
