// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "owner_note.hpp"

#include "log_reader.hpp"
#include "text.hpp"

#include <rocksdb/env.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace daybook {
namespace {

constexpr std::string_view file_name = "OWNER";
constexpr std::string_view first_line = "daybook owner 1";

/// Number and time of making of a directory. Both stay when it is renamed; a copy has others.
std::string place_of(const std::filesystem::path& directory) {
    struct ::statx found {};
    constexpr unsigned wanted = STATX_INO | STATX_BTIME;
    if (::statx(AT_FDCWD, directory.c_str(), 0, wanted, &found) != 0) return {};
    auto text = cat(found.stx_ino);
    if ((found.stx_mask & STATX_BTIME) != 0) {
        text += cat(" ", found.stx_btime.tv_sec, ".", found.stx_btime.tv_nsec);
    }
    return text;
}

std::string host_name() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

timestamp now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

std::uint64_t number_of(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// Lines of a word and its value. Names come last: they may hold anything but a line break.
std::string encode(const owner_note& note) {
    const auto one_line = [](std::string text) {
        std::replace(text.begin(), text.end(), '\n', ' ');
        return text;
    };
    return cat(first_line, "\nstate ", note.open ? "open" : "closed", "\nevents ", note.events,
               "\nprocess ", note.process, "\nprogram ", one_line(note.program), "\nhost ",
               one_line(note.host), "\nsince ", note.since, "\ndirectory ",
               one_line(note.directory.string()), "\nplace ", note.place, "\nend\n");
}

void take(owner_note& note, std::string_view word, std::string_view value) {
    if (word == "state") note.open = value == "open";
    if (word == "events") note.events = number_of(value);
    if (word == "process") note.process = number_of(value);
    if (word == "program") note.program = value;
    if (word == "host") note.host = value;
    if (word == "since") {
        if (const auto time = parse_timestamp(value)) note.since = *time;
    }
    if (word == "directory") note.directory = value;
    if (word == "place") note.place = value;
}

result<void> write(database& db, owner_note note) {
    note.process = static_cast<std::uint64_t>(::getpid());
    note.program = program_invocation_short_name;
    note.host = host_name();
    note.since = now();
    std::error_code ignored;
    note.directory = std::filesystem::absolute(db.directory(), ignored);
    note.place = place_of(db.directory());
    auto* files = db.db().GetEnv();
    const auto path = (db.directory() / file_name).string();
    auto status = rocksdb::WriteStringToFile(files, encode(note), path + ".tmp");
    if (status.ok()) status = files->RenameFile(path + ".tmp", path);
    if (!status.ok()) return to_error(status, cat("write ", path));
    return {};
}

std::string copy_story(const owner_note& note) {
    return cat("this directory looks like a copy of ", note.directory.string(), ", taken while ",
               note.program, " (process ", note.process, " on ", note.host,
               ") had it open; copy a store when it is closed, or use `daybook backup create`");
}

/// Tables are whole or missing, which RocksDB finds; what comes after them is looked at here.
result<void> check_beyond_tables(database& db, position end) {
    rocksdb::ColumnFamilyMetaData tables;
    db.db().GetColumnFamilyMetaData(db.log(), &tables);
    position from;
    for (const auto& level : tables.levels) {
        for (const auto& file : level.files) {
            if (file.largestkey.size() == 8) {
                from = std::max(from, position_of_key(file.largestkey));
            }
        }
    }
    log_scanner scanner{db, from, end, false, true};
    for (;;) {
        const auto event = scanner.next();
        if (!event) return event.error();
        if (!*event) return {};
    }
}

}  // namespace

bool owner_note::is_copy(const std::filesystem::path& of) const {
    return open && !place.empty() && place != place_of(of);
}

std::optional<owner_note> owner_note::read(const std::filesystem::path& directory) {
    std::ifstream lines{directory / file_name};
    std::string line;
    if (!std::getline(lines, line) || line != first_line) return std::nullopt;
    owner_note note;
    while (std::getline(lines, line)) {
        if (line == "end") return note;
        const auto space = std::min(line.find(' '), line.size());
        take(note, std::string_view{line}.substr(0, space),
             std::string_view{line}.substr(std::min(space + 1, line.size())));
    }
    return std::nullopt;
}

result<void> owner_note::write_open(database& db) { return daybook::write(db, {.open = true}); }

result<void> owner_note::write_closed(database& db, position end) {
    return daybook::write(db, {.open = false, .events = end.value});
}

result<void> owner_note::check(database& db, position end) const {
    if (!open && events > end.value) {
        return fail(errc::corrupt, cat("open store ", db.directory().string(), ": it had ", events,
                                       " events when it was closed and has ", end,
                                       ": files are missing or were replaced"));
    }
    return is_copy(db.directory()) ? check_beyond_tables(db, end) : result<void>{};
}

error owner_note::explain(const std::filesystem::path& directory, error why) {
    const auto note = read(directory);
    if (why.code == errc::locked && note && note->open) {
        const bool here =
            note->process == static_cast<std::uint64_t>(::getpid()) && note->host == host_name();
        why.message += here ? cat(" by this process since ", note->since)
                            : cat(" by ", note->program, " (process ", note->process, " on ",
                                  note->host, ") since ", note->since);
        why.message += "; one process at a time can write, others can read beside it";
    }
    const bool unsound = why.code == errc::corrupt || why.code == errc::io;
    if (unsound && note && note->is_copy(directory)) {
        why.message += "; " + copy_story(*note);
    } else if (why.code == errc::corrupt && why.message.find("; run `") == std::string::npos) {
        why.message += "; run `daybook doctor --repair DIR`, or restore it from a backup";
    }
    return why;
}

}  // namespace daybook
