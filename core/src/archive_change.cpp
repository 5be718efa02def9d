// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "archive_change.hpp"

#include "archive_record.hpp"
#include "settings.hpp"

#include <algorithm>

namespace daybook::archive_change {

namespace fs = std::filesystem;

error why(std::string_view doing, const error& e) {
    return fail(e.code, cat(doing, ": ", e.message));
}

result<void> check_writable(const engine& e, std::string_view doing) {
    if (!e.options.read_only) return {};
    return fail(errc::refused, cat(doing, ": the store is open read-only"));
}

void add_directory(archive_table& table, const fs::path& directory) {
    auto& all = table.directories;
    if (std::find(all.begin(), all.end(), directory) == all.end()) all.push_back(directory);
}

void add_records(content_hash& to, const log_files::frame& one) {
    for (std::uint32_t i = 0; i < one.view.events(); ++i) to.add(one.view.record(i));
}

namespace {

rocksdb::Status sync_names_in(rocksdb::Env& env, const fs::path& directory) {
    std::unique_ptr<rocksdb::Directory> opened;
    auto status = env.NewDirectory(directory.string(), &opened);
    if (status.ok()) status = opened->Fsync();
    return status;
}

}  // namespace

result<archived_segment> write_file(const engine& e, archived_segment about,
                                    const fs::path& directory, const frame_source& frames) {
    auto& env = *e.db->db().GetEnv();
    const auto unfinished =
        directory / cat("segment-", about.segment, "-", to_string(about.store_id), ".tmp");
    (void)env.DeleteFile(unfinished.string()).ok();
    archive_writer into{*e.db, unfinished};
    if (auto ok = frames([&](const log_files::frame& one) { return into.add(one); }); !ok) {
        (void)env.DeleteFile(unfinished.string()).ok();
        return ok.error();
    }
    const auto finished = into.finish(std::move(about));
    if (!finished) {
        (void)env.DeleteFile(unfinished.string()).ok();
        return finished.error();
    }
    auto found = archive_file::describe(unfinished, e.db->log_options());
    if (!found) return found.error();
    if (!archive_record::same_content(*found, *finished)) {
        return fail(errc::corrupt,
                    cat("archive ", unfinished.string(), " does not read back as it was written"));
    }
    found->file = archive_record::file_name(*found);
    found->directory = directory;
    auto status = env.RenameFile(unfinished.string(), (directory / found->file).string());
    if (status.ok()) status = sync_names_in(env, directory);
    if (!status.ok()) return to_error(status, cat("write ", (directory / found->file).string()));
    return found;
}

unfinished_file::unfinished_file(const engine& e, const archived_segment& written)
    : e_{e}, path_{written.directory / written.file} {}
unfinished_file::~unfinished_file() {
    if (!kept_) (void)e_.db->db().GetEnv()->DeleteFile(path_.string()).ok();
}

result<bool> note(const store& of, const also& more, archive_table table,
                  const std::vector<std::uint32_t>& changed) {
    auto& e = engine_access::of(of);
    rocksdb::WriteBatch own;
    auto& batch = more.batch != nullptr ? *more.batch : own;
    for (const auto segment : changed) {
        const auto* known = table.find(segment);
        if (known != nullptr) {
            (void)batch.Put(e.db->meta(), archive_key(segment), archive_record::encode(*known));
        } else {
            (void)batch.Delete(e.db->meta(), archive_key(segment));
        }
    }
    std::vector<std::string> directories;
    for (const auto& one : table.directories) directories.push_back(one.string());
    (void)batch.Put(e.db->meta(), to_slice(archive_directories_key),
                    settings::join_fields(directories));
    for (auto& [number, one] : table.segments) one.directory.clear();
    bool fits = true;
    auto written = engine_access::alone(of, [&]() -> result<bool> {
        fits = !more.fits || more.fits();
        if (!fits) return false;
        if (auto ok = settings::write(*e.db, batch); !ok) return ok.error();
        e.db->archives().publish(std::move(table));
        if (more.batch != nullptr) {
            e.db->archives().set_deletions(e.db->archives().deletions() + 1);
        }
        return more.of_tail;
    });
    if (!written) return written.error();
    return fits;
}

result<void> take_into_log(database& db, const std::vector<backup_file>& files) {
    std::vector<std::string> paths;
    for (const auto& one : files) paths.push_back((db.directory() / one.name).string());
    rocksdb::IngestExternalFileOptions how;
    how.move_files = true;
    how.write_global_seqno = false;
    const auto status = db.db().IngestExternalFile(db.log(), paths, how);
    return status.ok() ? result<void>{} : to_error(status, "take it into the log");
}

result<void> remove_file(const engine& e, const archived_segment& archived) {
    if (archived.directory.empty() || archived.store_id != e.store_id) return {};
    auto& env = *e.db->db().GetEnv();
    auto status = env.DeleteFile((archived.directory / archived.file).string());
    if (status.ok() || status.IsNotFound()) status = sync_names_in(env, archived.directory);
    if (status.ok()) return {};
    return to_error(status,
                    cat("it is done, but the file ", (archived.directory / archived.file).string(),
                        " could not be removed; remove it"));
}

}  // namespace daybook::archive_change
