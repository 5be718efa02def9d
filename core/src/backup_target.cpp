// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "backup_target.hpp"

#include <daybook/detail/descriptor.hpp>

#include "content_hash.hpp"
#include "text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <set>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace daybook {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view marker_name = "DAYBOOK_BACKUPS";
constexpr std::string_view marker_line = "daybook backups 1\n";
constexpr std::string_view lock_name = "LOCK";
constexpr std::string_view list_prefix = "backup-";
constexpr std::string_view list_suffix = ".json";
/// Members of a list, and what the names of the files begin with.
constexpr auto rows_names = std::to_array<std::string_view>({"subscriptions", "schemas"});

bool is_rows_file(std::string_view name) {
    return std::any_of(rows_names.begin(), rows_names.end(), [&](auto prefix) {
        return name.starts_with(prefix) && name.substr(prefix.size()).starts_with('-');
    });
}

error failed(std::string_view doing, const fs::path& what) {
    return fail(errc::io, cat(doing, " ", what.string(), ": ", std::strerror(errno)));
}

result<std::string> read_file(const fs::path& path) {
    const detail::descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file.ok()) return failed("read", path);
    std::string text;
    char buffer[65'536];
    for (;;) {
        const auto size = ::read(file.number(), buffer, sizeof buffer);
        if (size < 0) return failed("read", path);
        if (size == 0) return text;
        text.append(buffer, static_cast<std::size_t>(size));
    }
}

/// The file has all of `text`, synced, or does not appear.
result<void> write_file(const fs::path& path, std::string_view text) {
    const auto unfinished = path.string() + ".tmp";
    {
        const detail::descriptor file{
            ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
        if (!file.ok()) return failed("write", unfinished);
        while (!text.empty()) {
            const auto size = ::write(file.number(), text.data(), text.size());
            if (size < 0) return failed("write", unfinished);
            text.remove_prefix(static_cast<std::size_t>(size));
        }
        if (::fsync(file.number()) != 0) return failed("sync", unfinished);
    }
    if (std::rename(unfinished.c_str(), path.c_str()) != 0) return failed("rename", unfinished);
    return sync_names_in(path.parent_path());
}

std::string hash_of(std::string_view text) {
    content_hash hash;
    hash.add(text);
    return hash.hex();
}

std::string list_name(std::uint32_t number) {
    auto digits = std::to_string(number);
    digits.insert(0, 6 - std::min<std::size_t>(6, digits.size()), '0');
    return cat(list_prefix, digits, list_suffix);
}

/// The number of the backup whose list has this name, or 0.
std::uint32_t number_of(std::string_view name) {
    if (!name.starts_with(list_prefix) || !name.ends_with(list_suffix)) return 0;
    name.remove_prefix(list_prefix.size());
    name.remove_suffix(list_suffix.size());
    std::uint32_t number = 0;
    const auto* end = name.data() + name.size();
    const auto [at, problem] = std::from_chars(name.data(), end, number);
    return problem == std::errc{} && at == end ? number : 0;
}

std::int64_t micros(timestamp time) { return time.time_since_epoch().count(); }

// A list is one line of JSON and a line with its hash. -------------------------------------------

json::object to_object(const backup_file& file) {
    return {{"name", file.name},
            {"first", file.first.value},
            {"end", file.end.value},
            {"bytes", file.bytes},
            {"record_bytes", file.record_bytes},
            {"xxh3", file.hash},
            {"last_id", to_string(file.last_id)},
            {"last_recorded_at", micros(file.last_recorded)}};
}

std::string encode(const backup_list& list) {
    json::array fields;
    for (const auto& one : list.info.indexed_fields) fields.emplace_back(one);
    json::array files;
    for (const auto& one : list.files) files.push_back(to_object(one));
    json::object all{{"backup", list.info.number},
                     {"made_at", micros(list.info.made_at)},
                     {"store_id", to_string(list.info.store_id)},
                     {"format", list.info.format},
                     {"indexed_fields", std::move(fields)},
                     {"bytes_new", list.info.bytes_new},
                     {"files", std::move(files)}};
    for (std::size_t i = 0; i < rows_names.size(); ++i) {
        const auto& rows = list.rows_files[i];
        if (!rows) continue;
        json::object file{{"name", rows->name}, {"bytes", rows->bytes}, {"xxh3", rows->hash}};
        if (i == 0) file["cursors"] = list.info.subscriptions;
        all[{rows_names[i].data(), rows_names[i].size()}] = std::move(file);
    }
    const auto line = json::serialize(all);
    return cat(line, "\nxxh3 ", hash_of(line), "\n");
}

std::uint64_t number_at(const json::object& in, std::string_view name) {
    return in.at(name).to_number<std::uint64_t>();
}
timestamp time_at(const json::object& in, std::string_view name) {
    return timestamp{std::chrono::microseconds{in.at(name).to_number<std::int64_t>()}};
}
event_id id_at(const json::object& in, std::string_view name) {
    return parse_event_id(std::string_view{in.at(name).as_string()}).value();
}

backup_file file_of(const json::object& in) {
    backup_file file{.name = std::string{in.at("name").as_string()},
                     .first = {number_at(in, "first")},
                     .end = {number_at(in, "end")},
                     .bytes = number_at(in, "bytes"),
                     .record_bytes = number_at(in, "record_bytes"),
                     .hash = std::string{in.at("xxh3").as_string()},
                     .last_id = id_at(in, "last_id"),
                     .last_recorded = time_at(in, "last_recorded_at")};
    return file;
}

/// Throws if anything is missing: the hash was right, so somebody else wrote it.
backup_list list_of(const json::object& in) {
    backup_list list;
    list.info.number = in.at("backup").to_number<std::uint32_t>();
    list.info.made_at = time_at(in, "made_at");
    list.info.store_id = id_at(in, "store_id");
    list.info.format = in.at("format").to_number<std::uint32_t>();
    list.info.bytes_new = number_at(in, "bytes_new");
    for (const auto& one : in.at("indexed_fields").as_array()) {
        list.info.indexed_fields.emplace_back(one.as_string());
    }
    for (const auto& one : in.at("files").as_array()) {
        list.files.push_back(file_of(one.as_object()));
        list.info.bytes += list.files.back().bytes;
    }
    for (std::size_t i = 0; i < rows_names.size(); ++i) {
        const auto* rows = in.if_contains({rows_names[i].data(), rows_names[i].size()});
        if (rows == nullptr) continue;
        const auto& file = rows->as_object();
        list.rows_files[i] = {.name = std::string{file.at("name").as_string()},
                              .bytes = number_at(file, "bytes"),
                              .hash = std::string{file.at("xxh3").as_string()}};
        if (i == 0) list.info.subscriptions = number_at(file, "cursors");
        list.info.bytes += list.rows_files[i]->bytes;
    }
    if (!list.files.empty()) {
        list.info.events = list.files.back().end.value;
        list.info.last_recorded_at = list.files.back().last_recorded;
    }
    return list;
}

backup_list unusable(std::uint32_t number, std::string why) {
    backup_list list;
    list.info.number = number;
    list.info.problem = std::move(why);
    return list;
}

backup_list decode(std::uint32_t number, const std::string& text) {
    const auto end = text.find('\n');
    const auto line = std::string_view{text}.substr(0, end);
    if (end == text.npos || text.substr(end) != cat("\nxxh3 ", hash_of(line), "\n")) {
        return unusable(number, "its list is damaged");
    }
    try {
        auto list = list_of(json::parse(json::string_view{line.data(), line.size()}).as_object());
        if (list.info.number != number) return unusable(number, "its list is of another backup");
        return list;
    } catch (const std::exception&) {
        return unusable(number, "its list is of another kind; use a newer daybook");
    }
}

result<std::vector<std::string>> names_in(const fs::path& directory) {
    std::error_code ec;
    std::vector<std::string> names;
    for (auto at = fs::directory_iterator{directory, ec}; !ec && at != fs::directory_iterator{};
         at.increment(ec)) {
        names.push_back(at->path().filename().string());
    }
    if (ec) return fail(errc::io, cat("list ", directory.string(), ": ", ec.message()));
    std::sort(names.begin(), names.end());
    return names;
}

/// The marker of a target, or nothing if there is none.
result<std::optional<std::string>> read_marker(const fs::path& directory) {
    std::error_code ec;
    if (!fs::exists(directory / marker_name, ec)) return std::optional<std::string>{};
    auto text = read_file(directory / marker_name);
    if (!text) return text.error();
    if (!text->starts_with(marker_line)) {
        return fail(errc::unsupported, cat("backups in ", directory.string(),
                                           ": of another kind than this daybook knows"));
    }
    return std::optional{std::move(*text)};
}

std::string marker_of(const event_id& id) { return cat(marker_line, "store ", id, "\n"); }

/// A new target: nobody else's files may be in it.
result<void> make(const fs::path& directory, const event_id& id) {
    std::error_code ec;
    fs::create_directories(directory, ec);
    if (ec) return fail(errc::io, cat("make ", directory.string(), ": ", ec.message()));
    const auto names = names_in(directory);
    if (!names) return names.error();
    for (const auto& name : *names) {
        if (name == lock_name || name == cat(marker_name, ".tmp")) continue;
        return fail(errc::refused, cat("back up to ", directory.string(), ": it holds ", name,
                                       " and no backups; name a new or an empty directory"));
    }
    return write_file(directory / marker_name, marker_of(id));
}

}  // namespace

result<std::string> hash_of_file(const fs::path& path) {
    const detail::descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file.ok()) return failed("read", path);
    content_hash hash;
    std::vector<char> buffer(1U << 20U);
    for (;;) {
        const auto size = ::read(file.number(), buffer.data(), buffer.size());
        if (size < 0) return failed("read", path);
        if (size == 0) return hash.hex();
        hash.add({buffer.data(), static_cast<std::size_t>(size)});
    }
}

result<void> sync_names_in(const fs::path& directory) {
    const detail::descriptor opened{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened.ok() || ::fsync(opened.number()) != 0) return failed("sync", directory);
    return {};
}

backup_target::backup_target(backup_target&& from) noexcept
    : directory_{std::move(from.directory_)}, lock_{std::exchange(from.lock_, -1)} {}

backup_target::~backup_target() {
    if (lock_ >= 0) ::close(lock_);
}

result<void> backup_target::lock(use how) {
    const auto path = directory_ / lock_name;
    // A target on a medium that cannot be written to needs no lock file to be read.
    lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock_ < 0 && how == use::reading) lock_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (lock_ < 0) return how == use::reading ? result<void>{} : failed("lock", path);
    if (::flock(lock_, (how == use::writing ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0) return {};
    return fail(errc::locked, cat("backups in ", directory_.string(),
                                  ": another process makes, removes or reads some; try again "
                                  "when it is done"));
}

result<backup_target> backup_target::open(const fs::path& directory, use how) {
    const auto marker = read_marker(directory);
    if (!marker) return marker.error();
    if (!*marker) {
        return fail(errc::not_found, cat("backups in ", directory.string(), ": there are none"));
    }
    backup_target opened{directory};
    if (auto ok = opened.lock(how); !ok) return ok.error();
    return opened;
}

result<backup_target> backup_target::open_or_make(const fs::path& directory, const event_id& id) {
    auto marker = read_marker(directory);
    if (!marker) return marker.error();
    if (!*marker) {
        if (auto ok = make(directory, id); !ok) return ok.error();
        marker = read_marker(directory);
        if (!marker) return marker.error();
    }
    if (**marker != marker_of(id)) {
        auto other = (*marker)->substr(marker_line.size());
        while (other.ends_with('\n')) other.pop_back();
        return fail(errc::refused,
                    cat("back up to ", directory.string(), ": it has backups of ", other,
                        ", this is store ", id, "; give each store a directory of its own"));
    }
    backup_target opened{directory};
    if (auto ok = opened.lock(use::writing); !ok) return ok.error();
    return opened;
}

result<std::vector<backup_list>> backup_target::lists() const {
    const auto names = names_in(directory_);
    if (!names) return names.error();
    std::vector<backup_list> all;
    for (const auto& name : *names) {
        const auto number = number_of(name);
        if (number == 0) continue;
        const auto text = read_file(path(name));
        all.push_back(text ? decode(number, *text) : unusable(number, text.error().message));
    }
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.info.number < b.info.number; });
    return all;
}

result<rows_file> backup_target::keep_rows(std::string_view rows, rows_file_of which) {
    rows_file kept{.bytes = rows.size(), .hash = hash_of(rows)};
    kept.name = cat(rows_names[static_cast<std::size_t>(which)], '-', kept.hash, ".rows");
    const auto there = read_rows(kept);
    if (there) return kept;
    if (auto ok = write_file(path(kept.name), rows); !ok) return ok.error();
    return kept;
}

result<std::string> backup_target::read_rows(const rows_file& kept) const {
    auto rows = read_file(path(kept.name));
    if (!rows) return rows;
    if (hash_of(*rows) == kept.hash) return rows;
    return fail(errc::corrupt,
                cat(path(kept.name).string(), ": its bytes are not those that were written"));
}

result<void> backup_target::add(const backup_list& made) {
    return write_file(path(list_name(made.info.number)), encode(made));
}

result<void> backup_target::remove(std::uint32_t number) {
    const auto list = path(list_name(number));
    if (::unlink(list.c_str()) != 0) return failed("remove", list);
    return sync_names_in(directory_);
}

result<std::vector<std::string>> backup_target::leftovers() const {
    const auto all = lists();
    if (!all) return all.error();
    std::set<std::string> needed{std::string{marker_name}, std::string{lock_name}};
    for (const auto& list : *all) {
        // What a damaged list needs is not known: then nothing is left over for sure.
        if (list.info.problem) return std::vector<std::string>{};
        needed.insert(list_name(list.info.number));
        for (const auto& file : list.files) needed.insert(file.name);
        for (const auto& rows : list.rows_files) {
            if (rows) needed.insert(rows->name);
        }
    }
    auto names = names_in(directory_);
    if (!names) return names.error();
    std::erase_if(*names, [&](const auto& name) {
        const bool ours =
            name.starts_with("log-") || name.starts_with(list_prefix) || is_rows_file(name);
        return !ours || needed.contains(name);
    });
    return names;
}

result<void> backup_target::remove_leftovers() {
    const auto names = leftovers();
    if (!names) return names.error();
    for (const auto& name : *names) {
        if (::unlink(path(name).c_str()) != 0) return failed("remove", path(name));
    }
    return {};
}

}  // namespace daybook
