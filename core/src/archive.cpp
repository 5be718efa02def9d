// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Moving segments out of the log and back. The order of the steps, and what is left when it stops
// after each, is in core/docs/archive.md.

#include <daybook/archive.hpp>
#include <daybook/store.hpp>

#include "archive_change.hpp"
#include "archive_file.hpp"
#include "archive_record.hpp"
#include "frame_cursor.hpp"
#include "log_range.hpp"
#include "log_reader.hpp"
#include "record.hpp"

namespace daybook {
namespace {

namespace fs = std::filesystem;
using archive_change::why;

result<void> check_can_archive(const engine& e, std::uint32_t segment, std::string_view doing) {
    if (const auto* known = e.db->archives().current()->find(segment)) {
        return fail(errc::refused, cat(doing, ": it is archived already, in ", known->file));
    }
    // Where the log ends is read from the log, so the newest event stays there.
    if (position_of(segment + 1, 0) >= e.end()) {
        return fail(errc::invalid_argument,
                    cat(doing, ": only full segments can be, and the log ends at position ",
                        e.end(), "; the last one that can be archived ",
                        e.end().value <= limits::segment_events
                            ? std::string{"does not exist yet"}
                            : cat("is ", (e.end().value - 1) / limits::segment_events - 1)));
    }
    return {};
}

/// The directory, made and as an absolute path.
result<fs::path> prepare_directory(const engine& e, const fs::path& wanted,
                                   std::string_view doing) {
    if (wanted.empty()) return fail(errc::invalid_argument, cat(doing, ": no directory is given"));
    std::error_code ec;
    fs::create_directories(wanted, ec);
    const auto directory = ec ? fs::path{} : fs::canonical(wanted, ec);
    if (ec) return fail(errc::io, cat(doing, ": ", wanted.string(), ": ", ec.message()));
    const auto own = fs::canonical(e.db->directory(), ec);
    const auto inside = directory.lexically_relative(own);
    if (!ec && !inside.empty() && *inside.begin() != "..") {
        return fail(errc::invalid_argument, cat(doing, ": ", directory.string(),
                                                " is inside the store; name one outside of it"));
    }
    return directory;
}

/// Reads the file again and compares it with the log, frame by frame.
result<void> compare_with_log(const engine& e, const archived_segment& written) {
    const auto file =
        archive_file::open(written.directory / written.file, written, e.db->log_options());
    if (!file) return file.error();
    const auto frames = (*file)->frames({});
    frames->SeekToFirst();
    auto compared = log_files::for_each_frame(
        *e.db, written.first, written.end, [&](const log_files::frame& one) -> result<void> {
            const bool same = frames->Valid() && to_view(frames->key()) == log_key(one.first) &&
                              to_view(frames->value()) == one.bytes;
            if (!same) {
                return fail(errc::corrupt, cat("archive ", written.file,
                                               " differs from the log at "
                                               "position ",
                                               one.first, "; nothing was deleted"));
            }
            frames->Next();
            return {};
        });
    if (!compared) return compared;
    if (frames->Valid()) {
        return fail(errc::corrupt, cat("archive ", written.file, " has more than the log"));
    }
    return {};
}

}  // namespace

result<archived_segment> archive_segment(store& of, std::uint32_t segment,
                                         const archive_options& options) {
    auto& e = engine_access::of(of);
    const auto doing = cat("archive segment ", segment);
    if (auto ok = archive_change::check_writable(e, doing); !ok) return ok.error();
    const std::lock_guard alone{e.db->archives().changing};
    if (auto ok = of.finish_background_work(); !ok) return why(doing, ok.error());
    if (auto ok = check_can_archive(e, segment, doing); !ok) return ok.error();
    const auto directory = prepare_directory(e, options.directory, doing);
    if (!directory) return directory.error();

    const position first = position_of(segment, 0);
    const position end = position_of(segment + 1, 0);
    auto written = archive_change::write_file(
        e, {.segment = segment, .store_id = e.store_id, .notes = options.notes}, *directory,
        [&](const log_files::frame_visitor& put) {
            return log_files::for_each_frame(*e.db, first, end, [&](const log_files::frame& one) {
                if (options.progress)
                    options.progress(one.first.value - first.value, end.value - first.value);
                return put(one);
            });
        });
    if (!written) return why(doing, written.error());
    archive_change::unfinished_file unfinished{e, *written};
    if (auto ok = compare_with_log(e, *written); !ok) return why(doing, ok.error());
    if (options.before) {
        if (auto ok = options.before(*written); !ok) return ok.error();
    }

    auto table = *e.db->archives().current();
    archive_change::add_directory(table, *directory);
    table.segments[segment] = *written;
    unfinished.keep();  // It may be in use even if the next step fails.
    if (auto ok = archive_change::note(of, {}, std::move(table), {segment}); !ok) {
        return why(doing, ok.error());
    }
    if (auto ok = log_range::remove(*e.db, first, end); !ok) return why(doing, ok.error());
    if (auto ok = log_range::purge(*e.db, first, end); !ok) return why(doing, ok.error());
    return written;
}

result<archived_segment> restore_segment(store& of, std::uint32_t segment,
                                         const restore_segment_options& options) {
    auto& e = engine_access::of(of);
    const auto doing = cat("restore segment ", segment);
    if (auto ok = archive_change::check_writable(e, doing); !ok) return ok.error();
    const std::lock_guard alone{e.db->archives().changing};
    auto table = *e.db->archives().current();
    const auto* known = table.find(segment);
    if (known == nullptr) return fail(errc::not_found, cat(doing, ": it is not archived"));
    auto archived = *known;
    archived.directory = table.directory_of(archived);

    // An open file was compared with its hash when it was opened; now each record is looked at.
    log_files::writer into{*e.db, e.db->directory(), ~std::uint64_t{0}, ~std::uint64_t{0}};
    content_hash content;
    const auto check = e.db->checks_reads();
    const auto take = [&](const log_files::frame& one) -> result<void> {
        if (check) {
            if (auto ok = look_at(*check, one.view, one.first); !ok) return ok;
        }
        archive_change::add_records(content, one);
        return into.add(one);
    };
    const auto copied = log_files::for_each_frame(*e.db, archived.first, archived.end, take);
    if (!copied) return why(doing, copied.error());
    if (content.hex() != archived.content) {
        return fail(errc::corrupt, cat(doing, ": the records of ", archived.file,
                                       " are not those that were archived"));
    }
    const auto files = into.finish();
    if (!files) return why(doing, files.error());
    if (options.before) {
        if (auto ok = options.before(archived); !ok) return ok.error();
    }
    if (auto ok = archive_change::take_into_log(*e.db, *files); !ok) return why(doing, ok.error());
    table.segments.erase(segment);
    if (auto ok = archive_change::note(of, {}, std::move(table), {segment}); !ok) {
        return why(doing, ok.error());
    }
    if (!options.keep_file) {
        if (auto ok = archive_change::remove_file(e, archived); !ok) return why(doing, ok.error());
    }
    return archived;
}

result<std::vector<archived_segment>> archived_segments(const store& of) {
    const auto table = engine_access::of(of).database_now()->archives().current();
    std::vector<archived_segment> all;
    for (const auto& [number, one] : table->segments) {
        all.push_back(one);
        all.back().directory = table->directory_of(one);
    }
    return all;
}

std::vector<fs::path> archive_directories(const store& of) {
    return engine_access::of(of).database_now()->archives().current()->directories;
}

result<void> attach_archives(store& of, const fs::path& directory) {
    auto& e = engine_access::of(of);
    const auto doing = cat("attach ", directory.string());
    if (auto ok = archive_change::check_writable(e, doing); !ok) return ok;
    std::error_code ec;
    const auto full = fs::canonical(directory, ec);
    if (ec || !fs::is_directory(full, ec)) {
        return fail(errc::not_found, cat(doing, ": there is no such directory"));
    }
    const std::lock_guard alone{e.db->archives().changing};
    auto table = *e.db->archives().current();
    archive_change::add_directory(table, full);
    auto noted = archive_change::note(of, {}, std::move(table), {});
    return noted ? result<void>{} : noted.error();
}

result<void> detach_archives(store& of, const fs::path& directory) {
    auto& e = engine_access::of(of);
    const auto doing = cat("detach ", directory.string());
    if (auto ok = archive_change::check_writable(e, doing); !ok) return ok;
    std::error_code ec;
    const auto full = fs::weakly_canonical(directory, ec);
    const std::lock_guard alone{e.db->archives().changing};
    auto table = *e.db->archives().current();
    if (std::erase(table.directories, full) == 0) {
        return fail(errc::not_found, cat(doing, ": it is not attached"));
    }
    auto noted = archive_change::note(of, {}, std::move(table), {});
    return noted ? result<void>{} : noted.error();
}

result<archived_segment> verify_archive(const fs::path& file, const archive_visitor& look) {
    const rocksdb::Options options;
    auto found = archive_file::describe(file, options);
    if (!found) return found.error();
    const auto opened = archive_file::open(file, *found, options);
    if (!opened) return opened.error();
    content_hash content;
    std::vector<event_view> events;
    std::optional<error> stopped;
    const auto take = [&](const log_files::frame& one) -> result<void> {
        archive_change::add_records(content, one);
        if (!look) return {};
        events.clear();
        for (std::uint32_t i = 0; i < one.view.events(); ++i) {
            events.push_back(record_access::trusted(one.view.record(i)));
        }
        auto looked = look(events);
        if (!looked) stopped = looked.error();
        return looked;
    };
    const auto frames = (*opened)->frames({});
    const auto walked = log_files::for_each_frame(*frames, found->first, found->end, take);
    const auto doing = cat("archive ", file.string());
    if (stopped) return *stopped;
    if (!walked) return why(doing, walked.error());
    if (content.hex() != found->content) {
        return fail(errc::corrupt,
                    cat(doing, ": its records are not those that its manifest tells of"));
    }
    return found;
}

}  // namespace daybook
