// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/purge.hpp>

#include "engine.hpp"
#include "settings.hpp"
#include "text.hpp"

#include <algorithm>
#include <fstream>
#include <mutex>

namespace daybook {
namespace {

constexpr std::string_view purge_key = "purged";
constexpr std::size_t piece_bytes = std::size_t{1} << 20U;

class text_finder {
public:
    explicit text_finder(std::span<const std::string> texts) : texts_{texts} {
        for (const auto& one : texts) longest_ = std::max(longest_, one.size());
    }

    std::size_t overlap() const { return longest_ == 0 ? 0 : longest_ - 1; }

    /// Tells each text that is in `bytes` and was not told in this place.
    template <class Where>
    void look(std::string_view bytes, std::vector<bool>& told, text_search& in,
              const Where& where) const {
        for (std::size_t i = 0; i < texts_.size(); ++i) {
            if (told[i]) continue;
            const auto at = bytes.find(texts_[i]);
            if (at == bytes.npos) continue;
            told[i] = true;
            in.found.push_back({i, where(at)});
        }
    }
    std::vector<bool> none_told() const { return std::vector<bool>(texts_.size(), false); }

private:
    std::span<const std::string> texts_;
    std::size_t longest_ = 0;
};

result<void> check_texts(std::span<const std::string> texts) {
    for (const auto& one : texts) {
        if (one.empty()) return fail(errc::invalid_argument, "find a text: it is empty");
    }
    return {};
}

result<void> look_in_file(const std::filesystem::path& file, const std::string& name,
                          const text_finder& finder, text_search& in) {
    std::ifstream opened{file, std::ios::binary};
    // RocksDB may have removed it meanwhile; then there is nothing to find.
    if (!opened) return {};
    auto told = finder.none_told();
    std::string bytes;
    std::uint64_t before = 0;  // Of the file, before `bytes`.
    ++in.files;
    while (opened) {
        const auto kept = bytes.size();
        bytes.resize(kept + piece_bytes);
        opened.read(bytes.data() + kept, static_cast<std::streamsize>(piece_bytes));
        const auto got = static_cast<std::size_t>(opened.gcount());
        bytes.resize(kept + got);
        in.bytes += got;
        finder.look(bytes, told, in,
                    [&](std::size_t at) { return cat("file ", name, ", byte ", before + at); });
        const auto keep = std::min(bytes.size(), finder.overlap());
        before += bytes.size() - keep;
        bytes.erase(0, bytes.size() - keep);
    }
    if (opened.bad()) return fail(errc::io, cat("find a text: cannot read ", file.string()));
    return {};
}

result<void> look_below(const std::filesystem::path& directory, const text_finder& finder,
                        text_search& in) {
    std::error_code wrong;
    for (std::filesystem::recursive_directory_iterator at{directory, wrong}, end;
         !wrong && at != end; at.increment(wrong)) {
        std::error_code gone;
        if (!at->is_regular_file(gone)) continue;
        const auto name = std::filesystem::relative(at->path(), directory, gone).string();
        if (auto ok = look_in_file(at->path(), name, finder, in); !ok) return ok;
    }
    if (!wrong || wrong == std::errc::no_such_file_or_directory) return {};
    return fail(errc::io, cat("find a text: list ", directory.string(), ": ", wrong.message()));
}

result<void> look_in_rows(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family,
                          const std::string& name, const text_finder& finder, text_search& in) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> rows{db.NewIterator(options, family)};
    auto told = finder.none_told();
    const auto where = [&](std::size_t) { return cat("a row of ", name); };
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
        ++in.rows;
        finder.look(to_view(rows->key()), told, in, where);
        finder.look(to_view(rows->value()), told, in, where);
    }
    if (rows->status().ok()) return {};
    return to_error(rows->status(), cat("find a text: read ", name));
}

}  // namespace

result<void> purge_store(store& of) {
    auto& e = engine_access::of(of);
    if (e.options.read_only) return fail(errc::refused, "purge: the store is open read-only");
    if (auto synced = of.sync(); !synced) return synced;
    const std::shared_lock no_reindex{e.index_mutex};
    auto& db = e.db->db();
    // With something to flush, RocksDB begins another write-ahead file, and drops the ones before
    // when no area needs them any more.
    rocksdb::WriteBatch mark;
    (void)mark.Put(e.db->meta(), to_slice(purge_key), "1");
    if (auto ok = settings::write(*e.db, mark); !ok) return ok;
    const auto views = e.db->view_families();
    std::vector<std::shared_lock<std::shared_mutex>> held;
    std::vector<rocksdb::ColumnFamilyHandle*> areas{e.db->meta()};
    for (const auto& one : views) {
        held.emplace_back(one->mutex);  // So that none is dropped meanwhile.
        if (!one->dropped) areas.push_back(one->handle.get());
    }
    auto all = areas;
    for (auto* family : {e.db->log(), e.db->index(), e.db->streams()}) all.push_back(family);
    rocksdb::FlushOptions flush;
    flush.allow_write_stall = true;
    if (const auto done = db.Flush(flush, all); !done.ok()) return to_error(done, "purge: flush");
    rocksdb::CompactRangeOptions rewrite;
    rewrite.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    for (auto* family : areas) {
        const auto done = db.CompactRange(rewrite, family, nullptr, nullptr);
        if (!done.ok()) return to_error(done, "purge: rewrite an area");
    }
    return {};
}

result<text_search> find_in_store(const store& of, std::span<const std::string> texts) {
    if (auto ok = check_texts(texts); !ok) return ok.error();
    const text_finder finder{texts};
    text_search in;
    if (texts.empty()) return in;
    auto& e = engine_access::of(of);
    const std::shared_lock no_reindex{e.index_mutex};
    const auto db = e.database_now();
    if (auto ok = look_below(db->directory(), finder, in); !ok) return ok.error();
    const std::pair<rocksdb::ColumnFamilyHandle*, const char*> parts[] = {
        {db->log(), "the log"},
        {db->meta(), "the settings"},
        {db->index(), "the index"},
        {db->streams(), "the list of streams"}};
    for (const auto& [family, name] : parts) {
        if (auto ok = look_in_rows(db->db(), family, name, finder, in); !ok) return ok.error();
    }
    for (const auto& name : db->views()) {
        const auto view = db->find_view(name);
        if (!view) continue;
        const std::shared_lock held{view->mutex};
        if (view->dropped) continue;
        if (auto ok = look_in_rows(db->db(), view->handle.get(), name, finder, in); !ok) {
            return ok.error();
        }
    }
    return in;
}

result<text_search> find_in_files(const std::filesystem::path& directory,
                                  std::span<const std::string> texts) {
    if (auto ok = check_texts(texts); !ok) return ok.error();
    std::error_code wrong;
    text_search in;
    const text_finder finder{texts};
    if (std::filesystem::is_regular_file(directory, wrong)) {
        auto ok = look_in_file(directory, directory.filename().string(), finder, in);
        return ok ? result<text_search>{std::move(in)} : result<text_search>{ok.error()};
    }
    if (!std::filesystem::is_directory(directory, wrong)) {
        return fail(errc::not_found, cat("find a text: there is no ", directory.string()));
    }
    if (auto ok = look_below(directory, finder, in); !ok) return ok.error();
    return in;
}

}  // namespace daybook
