// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/backup.hpp>

#include "backup_target.hpp"
#include "keyspace_rows.hpp"
#include "log_files.hpp"
#include "schema_registry.hpp"
#include "settings.hpp"
#include "subscription_backup.hpp"
#include "text.hpp"
#include "workshop.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace daybook {
namespace {

namespace fs = std::filesystem;

/// A file of the log ends when it has so many events or bytes of records; then it is never written
/// again. Until then each backup adds a piece.
constexpr std::uint64_t file_events = 8 * limits::segment_events;
constexpr std::uint64_t file_bytes = 256U << 20U;
/// So many pieces are written as one again.
constexpr std::size_t pieces_max = 32;

bool complete(const backup_file& file) {
    return file.end.value - file.first.value >= file_events || file.record_bytes >= file_bytes;
}

/// The part of `files` that a backup of a log up to `end` takes over; the rest is written anew.
void drop_pieces(std::vector<backup_file>& files, position end) {
    const auto first = std::find_if_not(files.begin(), files.end(), complete);
    if (first == files.end()) return;
    std::uint64_t bytes = 0;
    for (auto piece = first; piece != files.end(); ++piece) bytes += piece->record_bytes;
    const auto pieces = static_cast<std::size_t>(files.end() - first);
    if (end.value - first->first.value >= file_events || bytes >= file_bytes ||
        pieces >= pieces_max) {
        files.erase(first, files.end());
    }
}

/// Files of earlier backups that hold a part of this log: all events up to the end of the last of
/// them are the same. (A power cut may have taken events from the store that a backup has.)
result<std::vector<backup_file>> shared_files(database& db, position end,
                                              const backup_target& target,
                                              const std::vector<backup_list>& lists) {
    const auto usable = [](const auto& list) { return !list.info.problem; };
    const auto latest = std::find_if(lists.rbegin(), lists.rend(), usable);
    if (latest == lists.rend()) return std::vector<backup_file>{};
    auto files = latest->files;
    const auto is_there = [&](const backup_file& file) {
        std::error_code ec;
        return fs::file_size(target.path(file.name), ec) == file.bytes && !ec;
    };
    files.erase(std::find_if_not(files.begin(), files.end(), is_there), files.end());
    while (!files.empty()) {
        const auto same = files.back().end <= end
                              ? log_files::ends_with(db, files.back().end, files.back().last_id)
                              : result<bool>{false};
        if (!same) return same.error();
        if (*same) break;
        files.pop_back();
    }
    return files;
}

/// Where a new file goes when its content, and with it its name, is known.
result<void> put_in_place(const backup_target& target, backup_file& file) {
    const auto written = target.path(file.name);
    auto hash = hash_of_file(written);
    if (!hash) return hash.error();
    file.hash = std::move(*hash);
    file.name = cat("log-", file.first, "-", file.end, "-", file.hash.substr(0, 16), ".sst");
    std::error_code ec;
    fs::rename(written, target.path(file.name), ec);
    if (ec) return fail(errc::io, cat("rename ", written.string(), ": ", ec.message()));
    return {};
}

result<std::vector<backup_file>> copy_log(database& db, const backup_target& target, position from,
                                          position end, const progress_callback& progress) {
    log_files::writer files{db, target.directory(), file_events, file_bytes};
    const auto copied = log_files::for_each_frame(db, from, end, [&](const log_files::frame& one) {
        if (progress) progress(one.first.value, end.value);
        return files.add(one);
    });
    if (!copied) return copied.error();
    auto written = files.finish();
    if (!written) return written.error();
    for (auto& file : *written) {
        if (auto ok = put_in_place(target, file); !ok) return ok.error();
    }
    if (progress) progress(end.value, end.value);
    return written;
}

timestamp now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

/// What is backed up, as of one moment.
struct source {
    subscription_backup::taken subscriptions;
    std::string schemas;  ///< Rows of their keyspace.
    std::shared_ptr<database> db;
    position end;
    event_id store_id;
    std::vector<std::string> indexed_fields;
};

result<source> source_of(store& from) {
    // Before the log, so that no cursor is beyond its end.
    auto subscriptions = subscription_backup::take(from);
    if (!subscriptions) return subscriptions.error();
    auto schemas = keyspace_rows::take(from, schema_registry::keyspace_name);
    if (!schemas) return schemas.error();
    auto& e = engine_access::of(from);
    const std::shared_lock reading{e.index_mutex};
    return source{std::move(*subscriptions), std::move(*schemas), e.db, e.end(), e.store_id,
                  e.rules.indexed_fields};
}

/// Keeps `rows` as a file, if there are any. `which`: of the list that a backup is.
result<void> add_rows(std::string_view rows, rows_file_of which, backup_target& target,
                      const std::vector<backup_list>& lists, backup_list& into) {
    if (rows.empty()) return {};
    auto kept = target.keep_rows(rows, which);
    if (!kept) return kept.error();
    const bool known = std::any_of(lists.begin(), lists.end(), [&](const auto& list) {
        return list.rows(which) && list.rows(which)->name == kept->name;
    });
    if (!known) into.info.bytes_new += kept->bytes;
    into.info.bytes += kept->bytes;
    into.rows(which) = std::move(*kept);
    return {};
}

/// A backup of `from` in `target`, on the disk.
result<backup_list> make_next(const source& from, backup_target& target,
                              const backup_options& options) {
    const auto lists = target.lists();
    if (!lists) return lists.error();
    auto files = shared_files(*from.db, from.end, target, *lists);
    if (!files) return files.error();
    drop_pieces(*files, from.end);
    const auto start = files->empty() ? position{} : files->back().end;
    auto added = copy_log(*from.db, target, start, from.end, options.progress);
    if (!added) return added.error();
    backup_list made;
    made.info.subscriptions = from.subscriptions.cursors;
    if (auto ok =
            add_rows(from.subscriptions.rows, rows_file_of::subscriptions, target, *lists, made);
        !ok) {
        return ok.error();
    }
    if (auto ok = add_rows(from.schemas, rows_file_of::schemas, target, *lists, made); !ok) {
        return ok.error();
    }
    if (auto ok = sync_names_in(target.directory()); !ok) return ok.error();

    made.info.number = lists->empty() ? 1 : lists->back().info.number + 1;
    made.info.made_at = now();
    made.info.store_id = from.store_id;
    made.info.format = settings::format_version;
    made.info.indexed_fields = from.indexed_fields;
    made.info.events = from.end.value;
    for (const auto& file : *added) made.info.bytes_new += file.bytes;
    made.files = std::move(*files);
    made.files.insert(made.files.end(), added->begin(), added->end());
    for (const auto& file : made.files) made.info.bytes += file.bytes;
    if (!made.files.empty()) made.info.last_recorded_at = made.files.back().last_recorded;
    if (auto ok = target.add(made); !ok) return ok.error();
    return made;
}

result<std::vector<std::uint32_t>> prune(backup_target& target, std::uint32_t keep) {
    const auto lists = target.lists();
    if (!lists) return lists.error();
    // A damaged one is worth nothing: it must not push out a sound one.
    auto first_kept = lists->end();
    for (std::uint32_t kept = 0; kept < keep && first_kept != lists->begin();) {
        if (!(--first_kept)->info.problem) ++kept;
    }
    std::vector<std::uint32_t> removed;
    for (auto list = lists->begin(); list != first_kept; ++list) {
        removed.push_back(list->info.number);
        if (auto ok = target.remove(removed.back()); !ok) return ok.error();
    }
    if (auto ok = target.remove_leftovers(); !ok) return ok.error();
    return removed;
}

/// Backup `number`, or the latest that can be used. Fails with `not_found`, `corrupt`.
result<backup_list> choose(const backup_target& target, std::optional<std::uint32_t> number) {
    auto lists = target.lists();
    if (!lists) return lists.error();
    const auto where = cat("backups in ", target.directory().string(), ": ");
    for (auto list = lists->rbegin(); list != lists->rend(); ++list) {
        if (number ? list->info.number != *number : list->info.problem.has_value()) continue;
        if (!list->info.problem) return std::move(*list);
        return fail(errc::corrupt, cat(where, "number ", *number, ": ", *list->info.problem));
    }
    return fail(errc::not_found, number ? cat(where, "there is no number ", *number)
                                        : cat(where, "there is none that can be used"));
}

// Verifying --------------------------------------------------------------------------------------

/// What is wrong with a file, if anything.
std::optional<std::string> look_at(const backup_target& target, const backup_file& file) {
    std::error_code ec;
    const auto size = fs::file_size(target.path(file.name), ec);
    if (ec) return ec.message();
    if (size != file.bytes) {
        return cat("it has ", size, " bytes and had ", file.bytes, " when it was written");
    }
    const auto hash = hash_of_file(target.path(file.name));
    if (!hash) return hash.error().message;
    if (*hash != file.hash) return "its bytes are not those that were written";
    const auto read = log_files::check(target.path(file.name), file);
    if (!read) return read.error().message;
    return std::nullopt;
}

std::optional<std::string> gap_in(const backup_list& list) {
    position next;
    for (const auto& file : list.files) {
        if (file.first != next || file.end <= file.first) {
            return cat("its list has a gap at position ", next);
        }
        next = file.end;
    }
    return std::nullopt;
}

/// The rows of keyspaces, each file once.
void verify_rows(const backup_target& target, const std::vector<backup_list>& lists,
                 backup_report& report) {
    std::map<std::string, std::pair<rows_file, std::vector<std::uint32_t>>> files;
    for (const auto& list : lists) {
        for (const auto& file : list.rows_files) {
            if (!file) continue;
            auto& [known, needed_by] = files[file->name];
            known = *file;
            needed_by.push_back(list.info.number);
        }
    }
    for (const auto& [name, one] : files) {
        const auto rows = target.read_rows(one.first);
        if (!rows) report.problems.push_back({name, rows.error().message, one.second});
        ++report.files;
        report.bytes += one.first.bytes;
    }
}

// Restoring --------------------------------------------------------------------------------------

/// Where the restored log ends.
result<position> end_of(const backup_target& target, const backup_list& list,
                        const restore_options& options) {
    const auto where = cat("backup ", list.info.number, " in ", target.directory().string());
    if (options.position) {
        if (options.position->value >= list.info.events) {
            return fail(errc::not_found, cat("restore to position ", *options.position, ": ", where,
                                             " ends before position ", list.info.events));
        }
        return log_files::commit_end_before(target.directory(), list.files,
                                            {options.position->value + 1});
    }
    if (options.time) {
        if (*options.time > list.info.made_at) {
            return fail(errc::not_found, cat("restore to ", *options.time, ": ", where,
                                             " was made at ", list.info.made_at));
        }
        return log_files::recorded_end(target.directory(), list.files, *options.time);
    }
    return position{list.info.events};
}

/// Makes the log of a store in `directory`: files before `end` as they are, the one across it cut.
result<void> build_log(const backup_target& target, const backup_list& list, position end,
                       const fs::path& directory, const fs::path& scratch) {
    auto db = database::open(directory, {});
    if (!db) return db.error();
    std::vector<std::string> tables;
    for (const auto& file : list.files) {
        if (file.first >= end) break;
        if (file.end <= end) {
            tables.push_back(target.path(file.name).string());
            continue;
        }
        auto cut = log_files::cut(**db, target.path(file.name), file, end, scratch);
        if (!cut) return cut.error();
        tables.push_back(std::move(*cut));
    }
    if (auto ok = log_files::ingest(**db, tables); !ok) return ok;
    return settings::write_new(**db, list.info.store_id, list.info.indexed_fields);
}

/// What a backup has beside the log.
struct kept_rows {
    std::string subscriptions;
    std::string schemas;
};

result<kept_rows> read_rows(const backup_target& target, const backup_list& list) {
    kept_rows all;
    for (const auto which : {rows_file_of::subscriptions, rows_file_of::schemas}) {
        const auto& file = list.rows(which);
        if (!file) continue;
        auto rows = target.read_rows(*file);
        if (!rows) return rows.error();
        (which == rows_file_of::subscriptions ? all.subscriptions : all.schemas) = std::move(*rows);
    }
    return all;
}

/// Opens what was built, which builds the indexes, and looks whether it is what it has to be.
result<store_status> finish(const fs::path& directory, position end, const kept_rows& rows,
                            const restore_options& options) {
    auto opened = store::open(directory, {.create_if_missing = false});
    if (!opened) return opened.error();
    if (opened->watermark() != end) {
        return fail(errc::corrupt, cat("restore: the log ends at ", opened->watermark(),
                                       " instead of ", end, "; run `daybook backup verify`"));
    }
    if (auto ok = opened->finish_background_work(); !ok) return ok.error();
    if (options.check) {
        if (auto ok = opened->check(options.progress); !ok) return ok.error();
    }
    if (auto ok = subscription_backup::put(*opened, rows.subscriptions); !ok) return ok.error();
    const auto schemas = keyspace_rows::put(*opened, schema_registry::keyspace_name, rows.schemas);
    if (!schemas) return schemas.error();
    if (auto ok = opened->sync(); !ok) return ok.error();
    return opened->status();
}

}  // namespace

result<backup_info> create_backup(store& from, const fs::path& target_directory,
                                  const backup_options& options) {
    auto& e = engine_access::of(from);
    const auto ready = e.options.read_only ? from.refresh() : result<position>{e.end()};
    if (!ready) return ready.error();
    auto target = backup_target::open_or_make(target_directory, e.store_id);
    if (!target) return target.error();
    if (auto ok = target->remove_leftovers(); !ok) return ok.error();
    if (!e.options.read_only) {
        if (auto ok = from.sync(); !ok) return ok.error();
    }
    const auto source = source_of(from);
    if (!source) return source.error();
    const auto made = make_next(*source, *target, options);
    if (!made) return made.error();
    if (options.keep > 0) {
        const auto removed = prune(*target, options.keep);
        if (!removed) return removed.error();
    }
    return made->info;
}

result<std::vector<backup_info>> list_backups(const fs::path& target_directory) {
    const auto target = backup_target::open(target_directory, backup_target::use::reading);
    if (!target) return target.error();
    const auto lists = target->lists();
    if (!lists) return lists.error();
    std::vector<backup_info> infos;
    for (const auto& list : *lists) infos.push_back(list.info);
    return infos;
}

result<backup_report> verify_backups(const fs::path& target_directory,
                                     std::optional<std::uint32_t> number,
                                     const progress_callback& progress) {
    const auto target = backup_target::open(target_directory, backup_target::use::reading);
    if (!target) return target.error();
    auto lists = target->lists();
    if (!lists) return lists.error();
    const auto left = target->leftovers();
    if (!left) return left.error();
    if (number) {
        std::erase_if(*lists, [&](const auto& list) { return list.info.number != *number; });
        if (lists->empty()) return choose(*target, number).error();
    }
    backup_report report{.backups = lists->size(), .leftovers = left->size()};
    std::map<std::string, std::pair<backup_file, std::vector<std::uint32_t>>> files;
    std::uint64_t events = 0;
    for (const auto& list : *lists) {
        const auto problem = list.info.problem ? list.info.problem : gap_in(list);
        if (problem) report.problems.push_back({"", *problem, {list.info.number}});
        for (const auto& file : list.files) {
            auto& [known, needed_by] = files[file.name];
            if (needed_by.empty()) events += file.end.value - file.first.value;
            known = file;
            needed_by.push_back(list.info.number);
        }
    }
    for (const auto& [name, one] : files) {
        const auto& [file, needed_by] = one;
        if (auto wrong = look_at(*target, file)) {
            report.problems.push_back({name, std::move(*wrong), needed_by});
        }
        ++report.files;
        report.bytes += file.bytes;
        report.events += file.end.value - file.first.value;
        if (progress) progress(report.events, events);
    }
    verify_rows(*target, *lists, report);
    return report;
}

result<store_status> restore_backup(const fs::path& target_directory, const fs::path& directory,
                                    const restore_options& options) {
    if (options.position && options.time) {
        return fail(errc::invalid_argument, "restore: a position and a time are given; give one");
    }
    const auto target = backup_target::open(target_directory, backup_target::use::reading);
    if (!target) return target.error();
    const auto list = choose(*target, options.number);
    if (!list) return list.error();
    if (list->info.format > settings::format_version) {
        return fail(errc::unsupported,
                    cat("backup ", list->info.number, " is of a store of format ",
                        list->info.format, ", this daybook knows ", settings::format_version));
    }
    const auto place = workshop::place_for(directory, "restore");
    if (!place) return place.error();
    const auto end = end_of(*target, *list, options);
    if (!end) return end.error();

    const auto work = workshop::make(*place, "restoring");
    if (!work) return work.error();
    const auto built = *work / "store";
    if (auto ok = build_log(*target, *list, *end, built, work->path()); !ok) return ok.error();
    const auto rows = read_rows(*target, *list);
    if (!rows) return rows.error();
    auto status = finish(built, *end, *rows, options);
    if (!status) return status.error();
    if (auto ok = work->hand_over("store", *place); !ok) return ok.error();
    status->directory = *place;
    return status;
}

result<std::vector<std::uint32_t>> prune_backups(const fs::path& target_directory,
                                                 std::uint32_t keep) {
    if (keep == 0) return fail(errc::invalid_argument, "prune backups: keep at least one");
    auto target = backup_target::open(target_directory, backup_target::use::writing);
    if (!target) return target.error();
    return prune(*target, keep);
}

}  // namespace daybook
