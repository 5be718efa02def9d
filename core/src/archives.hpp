// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Which segments are archived, and their files. One key of `meta` for each segment says so: while
// it is there, the segment is read from the file, whatever the log has.

#include <daybook/archive.hpp>

#include "database.hpp"
#include "generation_cache.hpp"
#include "text.hpp"

#include <map>
#include <memory>
#include <mutex>

namespace daybook {

class archive_file;

/// At one moment. Does not change once published.
struct archive_table {
    std::map<std::uint32_t, archived_segment> segments;  ///< Without `directory`.
    std::vector<std::filesystem::path> directories;

    const archived_segment* find(std::uint32_t segment) const {
        const auto at = segments.find(segment);
        return at == segments.end() ? nullptr : &at->second;
    }
    /// Where its file is; empty if nowhere.
    std::filesystem::path directory_of(const archived_segment& segment) const;
};

/// Thread safe. One for each database.
class archives {
public:
    archives();
    ~archives();
    archives(const archives&) = delete;
    archives& operator=(const archives&) = delete;

    std::shared_ptr<const archive_table> current() const {
        const std::lock_guard lock{mutex_};
        return table_;
    }
    /// Reads what `db` knows.
    result<void> load(database& db);
    void publish(archive_table table);

    /// The file of an archived segment, checked when it is first opened. Fails with `not_found` if
    /// it is not attached, `corrupt` or `io`.
    result<std::shared_ptr<const archive_file>> open(const archive_table& in,
                                                     const archived_segment& segment,
                                                     const rocksdb::Options& options);

    /// Grows when payloads are deleted: what was kept in memory of events may be outdated.
    std::uint64_t deletions() const noexcept { return deletions_; }
    void set_deletions(std::uint64_t count) noexcept { deletions_ = count; }

    /// Held by whoever changes what is archived, from beginning to end.
    std::mutex changing;

private:
    static constexpr std::size_t open_files = 64;

    mutable std::mutex mutex_;
    std::shared_ptr<const archive_table> table_;
    generation_cache<std::string, std::shared_ptr<const archive_file>, text_hash> files_;
    std::atomic<std::uint64_t> deletions_{0};
};

// The keys in `meta`.
std::string archive_key(std::uint32_t segment);
inline constexpr std::string_view archive_prefix = "archive/";
inline constexpr std::string_view archive_directories_key = "archive_directories";
inline constexpr std::string_view deletions_key = "deletions";

}  // namespace daybook
