// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "archives.hpp"

#include "archive_file.hpp"
#include "archive_record.hpp"
#include "bytes.hpp"
#include "settings.hpp"

namespace daybook {

std::string archive_key(std::uint32_t segment) {
    std::string key{archive_prefix};
    bytes::append_big(key, segment);
    return key;
}

std::filesystem::path archive_table::directory_of(const archived_segment& segment) const {
    for (const auto& one : directories) {
        std::error_code ec;
        if (std::filesystem::exists(one / segment.file, ec)) return one;
    }
    return {};
}

archives::archives()
    : table_{std::make_shared<const archive_table>()}, files_{std::size_t{open_files}} {}
archives::~archives() = default;

void archives::publish(archive_table table) {
    auto next = std::make_shared<const archive_table>(std::move(table));
    const std::lock_guard lock{mutex_};
    table_.swap(next);
    // What was open may be deleted, and be read by nobody: then it must really go.
    files_.clear();
}

result<void> archives::load(database& db) {
    const auto doing = cat("open store ", db.directory().string(), ": its list of archives");
    archive_table found;
    const std::unique_ptr<rocksdb::Iterator> keys{db.db().NewIterator({}, db.meta())};
    for (keys->Seek(to_slice(archive_prefix)); keys->Valid(); keys->Next()) {
        if (!to_view(keys->key()).starts_with(archive_prefix)) break;
        auto segment = archive_record::decode(to_view(keys->value()));
        if (!segment) return fail(segment.error().code, cat(doing, ": ", segment.error().message));
        if (to_view(keys->key()) != archive_key(segment->segment)) {
            return fail(errc::corrupt, cat(doing, ": an entry is in the wrong place"));
        }
        found.segments.emplace(segment->segment, std::move(*segment));
    }
    if (!keys->status().ok()) return to_error(keys->status(), doing);
    const auto directories = settings::read(db, archive_directories_key);
    if (!directories) return directories.error();
    if (*directories) {
        for (auto& one : settings::split_fields(**directories)) {
            found.directories.emplace_back(std::move(one));
        }
    }
    const auto deletions = settings::read(db, deletions_key);
    if (!deletions) return deletions.error();
    if (*deletions && (*deletions)->size() == 8) {
        deletions_ = bytes::load<std::uint64_t>((*deletions)->data());
    }
    publish(std::move(found));
    return {};
}

result<std::shared_ptr<const archive_file>> archives::open(const archive_table& in,
                                                           const archived_segment& segment,
                                                           const rocksdb::Options& options) {
    if (auto known = files_.find(segment.file)) return std::move(*known);
    const auto directory = in.directory_of(segment);
    if (directory.empty()) {
        std::string searched;
        for (const auto& one : in.directories) {
            searched += searched.empty() ? "" : ", ";
            searched += one.string();
        }
        return fail(
            errc::not_found,
            cat("segment ", segment.segment, " (positions ", segment.first, " to ",
                segment.end.value - 1, ") is in the archive ", segment.file, ", which is not in ",
                searched, "; attach the directory that has it: `daybook archive attach DIR`"));
    }
    auto opened = archive_file::open(directory / segment.file, segment, options);
    if (!opened) return opened.error();
    // Whoever began to read before a change still may; nobody after him needs the file.
    const std::lock_guard lock{mutex_};
    const auto* now = table_->find(segment.segment);
    if (now != nullptr && now->file == segment.file) files_.put(segment.file, *opened, 1);
    return opened;
}

}  // namespace daybook
