// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "log_files.hpp"

#include "log_reader.hpp"
#include "text.hpp"

#include <rocksdb/sst_file_reader.h>
#include <rocksdb/sst_file_writer.h>

#include <algorithm>

namespace daybook::log_files {
namespace {

namespace fs = std::filesystem;

error damaged(position at, std::string_view what) {
    return fail(errc::corrupt, cat("frame at position ", at, ": ", what));
}

/// The frame an iterator stands on, with all its records looked at.
result<frame> frame_at(rocksdb::Iterator& frames, position wanted) {
    if (!frames.Valid()) {
        if (!frames.status().ok()) return to_error(frames.status(), cat("read from ", wanted));
        return damaged(wanted, "it is missing");
    }
    if (frames.key().size() != 8 || position_of_key(to_view(frames.key())) != wanted) {
        return damaged(wanted, "it is missing");
    }
    frame found;
    found.first = wanted;
    found.bytes = to_view(frames.value());
    const auto view = frame_view::parse(found.bytes);
    if (!view) return damaged(wanted, view.error().message);
    found.view = *view;
    for (std::uint32_t i = 0; i < view->events(); ++i) {
        const auto event = event_view::parse(view->record(i));
        if (!event) return damaged(wanted, event.error().message);
        if (event->position().value != wanted.value + i) {
            return damaged(wanted, cat("a record says it is at ", event->position()));
        }
        found.last_id = event->id();
        found.last_recorded = event->recorded_at();
    }
    return found;
}

result<void> walk(rocksdb::Iterator& frames, position from, position end,
                  const frame_visitor& visit) {
    if (from == end) return {};
    frames.Seek(log_key(from));
    for (auto next = from; next < end; frames.Next()) {
        const auto one = frame_at(frames, next);
        if (!one) return one.error();
        if (auto ok = visit(*one); !ok) return ok;
        next = one->end();
        if (next > end) return damaged(one->first, cat("it ends beyond ", end));
    }
    return {};
}

rocksdb::ReadOptions once() {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.readahead_size = 1U << 20U;
    return options;
}

/// A file that is open for reading.
class table {
public:
    explicit table(const fs::path& path) : reader_{rocksdb::Options{}} {
        status_ = reader_.Open(path.string());
        if (status_.ok()) frames_.reset(reader_.NewIterator(once()));
    }
    result<rocksdb::Iterator*> frames() const {
        if (!status_.ok()) return to_error(status_, "open it");
        return frames_.get();
    }

private:
    rocksdb::SstFileReader reader_;
    rocksdb::Status status_;
    std::unique_ptr<rocksdb::Iterator> frames_;
};

result<void> walk_file(const fs::path& path, position from, position end,
                       const frame_visitor& visit) {
    const table opened{path};
    const auto frames = opened.frames();
    if (!frames) return fail(frames.error().code, cat(path.string(), ": ", frames.error().message));
    auto walked = walk(**frames, from, end, visit);
    if (!walked) return fail(walked.error().code, cat(path.string(), ": ", walked.error().message));
    return {};
}

/// `limit`, or the start of the commit across it; `one` has the event before `limit`.
position commit_end_in(const frame& one, position limit) {
    for (std::uint16_t i = 0; i < one.view.commits(); ++i) {
        const auto commit = one.view.commit(i);
        const auto commit_end = commit.first.value + commit.events;
        if (commit.first < limit && limit.value < commit_end) return commit.first;
    }
    return limit;
}

/// Visits the frames of the file that holds `at` from its start to the frame that holds `at`.
result<void> walk_to(const fs::path& directory, const std::vector<backup_file>& files, position at,
                     const frame_visitor& visit) {
    const auto file =
        std::find_if(files.begin(), files.end(), [&](const auto& one) { return at < one.end; });
    if (file == files.end()) return damaged(at, "no file of the backup has it");
    bool found = false;
    return walk_file(directory / file->name, file->first, file->end,
                     [&](const frame& one) -> result<void> {
                         if (found || one.end() <= at) return {};
                         found = true;
                         return visit(one);
                     });
}

}  // namespace

result<void> for_each_frame(database& db, position from, position end, const frame_visitor& visit) {
    frame_cursor frames{db, once()};
    for (auto next = from; next < end;) {
        auto there = next == from ? frames.seek(next) : frames.step(next, false);
        if (!there) return there;
        const auto one = frame_at(*frames, next);
        if (!one) return one.error();
        if (auto ok = visit(*one); !ok) return ok;
        next = one->end();
        if (next > end) return damaged(one->first, cat("it ends beyond ", end));
    }
    return {};
}

namespace {

/// The frame that has the event at `at`, if the log has it.
result<std::optional<frame>> frame_with(frame_cursor& frames, position at) {
    if (auto there = frames.seek(at); !there) return there.error();
    if (!frames->Valid() && frames->status().ok()) return std::optional<frame>{};
    const auto first = frames->Valid() ? position_of_key(to_view(frames->key())) : position{};
    const auto found = frame_at(*frames, first);
    if (!found) return found.error();
    return found->end() > at ? std::optional{*found} : std::nullopt;
}

}  // namespace

result<bool> ends_with(database& db, position end, const event_id& last_id) {
    if (end.value == 0) return false;
    frame_cursor frames{db, once()};
    const auto last = frame_with(frames, {end.value - 1});
    if (!last) return last.error();
    return *last && (*last)->end() == end && (*last)->last_id == last_id;
}

result<position> commit_end_before(database& db, position limit) {
    if (limit.value == 0) return limit;
    frame_cursor frames{db, once()};
    const position last{limit.value - 1};
    const auto found = frame_with(frames, last);
    if (!found) return found.error();
    if (!*found) return damaged(last, "it is missing");
    return commit_end_in(**found, limit);
}

result<position> frame_end_after(database& db, position last) {
    frame_cursor frames{db, once()};
    const auto found = frame_with(frames, last);
    if (!found) return found.error();
    if (!*found) return damaged(last, "it is missing");
    return (*found)->end();
}

std::string front_of(const frame& whole, position end) {
    frame_builder head;
    for (std::uint16_t i = 0; i < whole.view.commits(); ++i) {
        const auto commit = whole.view.commit(i);
        if (commit.first < end) head.add_commit(commit);
    }
    const auto events = static_cast<std::uint32_t>(end.value - whole.first.value);
    for (std::uint32_t i = 0; i < events; ++i) head.add_record(whole.view.record(i).size());
    std::string bytes;
    head.append_head(bytes);
    for (std::uint32_t i = 0; i < events; ++i) bytes.append(whole.view.record(i));
    return bytes;
}

struct writer::open_file {
    explicit open_file(const rocksdb::Options& options) : table{rocksdb::EnvOptions{}, options} {}
    rocksdb::SstFileWriter table;
    backup_file known;
};

writer::writer(database& db, fs::path directory, std::uint64_t events_max, std::uint64_t bytes_max)
    : db_{db}, directory_{std::move(directory)}, events_max_{events_max}, bytes_max_{bytes_max} {}
writer::~writer() = default;

result<void> writer::begin(position first) {
    open_ = std::make_unique<open_file>(db_.log_options());
    open_->known.name = cat("log-new-", done_.size(), ".tmp");
    open_->known.first = first;
    const auto path = directory_ / open_->known.name;
    const auto status = open_->table.Open(path.string());
    return status.ok() ? result<void>{} : to_error(status, cat("write ", path.string()));
}

result<void> writer::add(const frame& next) {
    if (!open_) {
        if (auto ok = begin(next.first); !ok) return ok;
    }
    auto& known = open_->known;
    const auto status = open_->table.Put(log_key(next.first), to_slice(next.bytes));
    if (!status.ok()) return to_error(status, cat("write ", known.name));
    known.end = next.end();
    known.record_bytes += next.bytes.size();
    known.last_id = next.last_id;
    known.last_recorded = next.last_recorded;
    const bool full =
        known.end.value - known.first.value >= events_max_ || known.record_bytes >= bytes_max_;
    return full ? end_file() : result<void>{};
}

result<void> writer::end_file() {
    if (!open_) return {};
    rocksdb::ExternalSstFileInfo info;
    const auto status = open_->table.Finish(&info);
    if (!status.ok()) return to_error(status, cat("write ", open_->known.name));
    open_->known.bytes = info.file_size;
    done_.push_back(std::move(open_->known));
    open_.reset();
    return {};
}

result<std::vector<backup_file>> writer::finish() {
    if (auto ok = end_file(); !ok) return ok.error();
    return std::move(done_);
}

result<void> for_each_frame(rocksdb::Iterator& frames, position from, position end,
                            const frame_visitor& visit) {
    return walk(frames, from, end, visit);
}

result<void> check(const fs::path& path, const backup_file& known) {
    event_id last_id;
    auto walked = walk_file(path, known.first, known.end, [&](const frame& one) -> result<void> {
        last_id = one.last_id;
        return {};
    });
    if (walked && last_id != known.last_id) {
        return fail(errc::corrupt, cat(path.string(), ": its last event is not the one it had"));
    }
    return walked;
}

result<position> commit_end_before(const fs::path& directory, const std::vector<backup_file>& files,
                                   position limit) {
    if (limit.value == 0) return limit;
    const position last{limit.value - 1};
    auto end = limit;
    auto walked = walk_to(directory, files, last, [&](const frame& one) -> result<void> {
        end = commit_end_in(one, limit);
        return {};
    });
    if (!walked) return walked.error();
    return end;
}

result<position> recorded_end(const fs::path& directory, const std::vector<backup_file>& files,
                              timestamp time) {
    const auto file = std::find_if(files.begin(), files.end(),
                                   [&](const auto& one) { return one.last_recorded > time; });
    if (file == files.end()) return files.empty() ? position{} : files.back().end;
    std::optional<position> limit;
    auto walked = walk_file(directory / file->name, file->first, file->end,
                            [&](const frame& one) -> result<void> {
                                if (limit || one.last_recorded <= time) return {};
                                for (std::uint32_t i = 0; !limit; ++i) {
                                    const auto event = event_view::parse(one.view.record(i));
                                    if (!event) return event.error();
                                    if (event->recorded_at() > time) limit = event->position();
                                }
                                return {};
                            });
    if (!walked) return walked.error();
    if (!limit) return damaged(file->first, "its events are older than the backup says");
    return commit_end_before(directory, files, *limit);
}

result<std::string> cut(database& db, const fs::path& path, const backup_file& known, position end,
                        const fs::path& into) {
    writer files{db, into, ~std::uint64_t{0}, ~std::uint64_t{0}};
    auto walked = walk_file(path, known.first, known.end, [&](const frame& one) -> result<void> {
        if (one.first >= end) return {};
        if (one.end() <= end) return files.add(one);
        const auto bytes = front_of(one, end);
        const auto view = frame_view::parse(bytes);
        if (!view) return view.error();
        auto front = one;
        front.bytes = bytes;
        front.view = *view;
        return files.add(front);
    });
    if (!walked) return walked.error();
    const auto written = files.finish();
    if (!written) return written.error();
    return (into / written->front().name).string();
}

result<void> ingest(database& db, const std::vector<std::string>& paths) {
    if (paths.empty()) return {};
    rocksdb::IngestExternalFileOptions options;
    options.verify_checksums_before_ingest = true;
    options.write_global_seqno = false;
    const auto status = db.db().IngestExternalFile(db.log(), paths, options);
    return status.ok() ? result<void>{} : to_error(status, "restore the log");
}

}  // namespace daybook::log_files
