// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "golden_files.hpp"

#include <daybook/output_file.hpp>
#include <daybook/raw_json.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace daybook::replay {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::uint64_t format_now = 1;
constexpr std::size_t file_bytes_max = 256U << 20U;
constexpr std::size_t tables_max = 1000;

/// Closes what it opened.
class open_file {
public:
    explicit open_file(const fs::path& file)
        : descriptor_{::open(file.c_str(), O_RDONLY | O_CLOEXEC)} {}
    ~open_file() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    open_file(const open_file&) = delete;
    open_file& operator=(const open_file&) = delete;
    int get() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

error in_file(const fs::path& file, const std::string& what, errc code = errc::invalid_argument) {
    return fail(code, "golden history: " + file.string() + ": " + what);
}

error in_line(const fs::path& file, std::size_t line, const std::string& what) {
    return in_file(file, "line " + std::to_string(line) + ": " + what);
}

result<std::string> read_file(const fs::path& file) {
    const open_file from{file};
    const auto failed = [&] {
        const auto code = errno == ENOENT ? errc::not_found : errc::io;
        return in_file(file, std::strerror(errno), code);
    };
    if (from.get() < 0) return failed();
    std::string text;
    char block[65'536];
    while (true) {
        const auto count = ::read(from.get(), block, sizeof block);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failed();
        if (count == 0) return text;
        text.append(block, static_cast<std::size_t>(count));
        if (text.size() > file_bytes_max) {
            return in_file(file, "more than " + std::to_string(file_bytes_max) + " bytes",
                           errc::too_large);
        }
    }
}

/// The file is there whole, or as it was.
result<void> write_file(const fs::path& file, std::string_view text) {
    const auto partial = fs::path{file}.concat(".new");
    std::error_code failed;
    fs::remove(partial, failed);
    auto to = output_file::create(partial, partial.string());
    if (!to) return to.error();
    if (auto written = (*to)->write(text); !written) return written;
    if (auto closed = (*to)->close(); !closed) return closed;
    fs::rename(partial, file, failed);
    if (failed) return in_file(file, failed.message(), errc::io);
    (*to)->keep();
    sync_directory(file.parent_path());
    return {};
}

/// Calls `take` for each line with its number, until it fails.
template <class Take>
result<void> for_each_line(std::string_view text, const Take& take) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        if (auto taken = take(text.substr(0, end), number); !taken) return taken;
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return {};
}

std::optional<std::uint64_t> number_of(const json::object& from, std::string_view name) {
    const auto* found = from.if_contains(name);
    if (found == nullptr || !(found->is_int64() || found->is_uint64())) return std::nullopt;
    if (found->is_uint64()) return found->get_uint64();
    if (found->get_int64() < 0) return std::nullopt;
    return static_cast<std::uint64_t>(found->get_int64());
}

std::optional<std::string> text_of(const json::object& from, std::string_view name) {
    const auto* found = from.if_contains(name);
    if (found == nullptr || !found->is_string()) return std::nullopt;
    return std::string{std::string_view{found->get_string()}};
}

std::optional<golden_table> table_of(const json::value& from) {
    if (!from.is_object()) return std::nullopt;
    const auto& members = from.get_object();
    const auto kind = text_of(members, "kind");
    const auto name = text_of(members, "name");
    const auto version = number_of(members, "version");
    const auto rows = number_of(members, "rows");
    const auto digest = text_of(members, "digest");
    if (!kind || !name || name->empty() || !version || *version > 0xFFFF'FFFFU || !rows || !digest)
        return std::nullopt;
    if (*kind != "view" && *kind != "aggregate") return std::nullopt;
    return golden_table{*kind == "view" ? golden_kind::view : golden_kind::aggregate, *name,
                        static_cast<std::uint32_t>(*version), *rows, *digest};
}

std::string line_of(const golden_table& of) {
    return json::serialize(json::object{{"kind", to_string(of.kind)},
                                        {"name", of.name},
                                        {"version", of.version},
                                        {"rows", of.rows},
                                        {"digest", of.digest}});
}

result<std::pair<std::string, std::string>> row_of(std::string_view line) {
    std::optional<std::string> key;
    std::optional<std::string> row;
    raw_members members{line};
    while (true) {
        const auto more = members.next();
        if (!more) return more.error();
        if (!*more) break;
        if (members.key() == "key" && !key) {
            auto text = unescape_json_string(members.value());
            if (!text) return text.error();
            key = *std::move(text);
        } else if (members.key() == "row" && !row) {
            row = std::string{members.value()};
        } else {
            return fail(errc::invalid_argument, "unexpected member \"" +
                                                    std::string{members.key().substr(0, 64)} +
                                                    "\"; a row is {\"key\":\"...\",\"row\":...}");
        }
    }
    if (!key || !row) return fail(errc::invalid_argument, "a row is {\"key\":\"...\",\"row\":...}");
    return std::pair{*std::move(key), *std::move(row)};
}

}  // namespace

std::string_view to_string(golden_kind kind) noexcept {
    return kind == golden_kind::view ? "view" : "aggregate";
}

fs::path table_file(const fs::path& directory, golden_kind kind, std::string_view name) {
    return directory / (std::string{to_string(kind)} + '.' + std::string{name} + ".jsonl");
}

result<golden_manifest> read_manifest(const fs::path& directory) {
    const auto file = directory / "golden.json";
    const auto text = read_file(file);
    if (!text) return text.error();
    boost::system::error_code failed;
    const auto document = json::parse(*text, failed);
    if (failed || !document.is_object()) return in_file(file, "this is no JSON object");
    const auto& members = document.get_object();
    const auto format = number_of(members, "format");
    if (!format) return in_file(file, "\"format\" is missing or no whole number");
    if (*format != format_now) {
        return in_file(file,
                       "format " + std::to_string(*format) + "; this daybook knows format " +
                           std::to_string(format_now),
                       errc::unsupported);
    }
    golden_manifest made;
    const auto events = number_of(members, "events");
    const auto* tables = members.if_contains("tables");
    if (!events) return in_file(file, "\"events\" is missing or no whole number");
    if (tables == nullptr || !tables->is_array()) return in_file(file, "\"tables\" is no list");
    if (tables->get_array().size() > tables_max)
        return in_file(file, "more than " + std::to_string(tables_max) + " tables",
                       errc::too_large);
    made.events = *events;
    for (const auto& one : tables->get_array()) {
        auto table = table_of(one);
        if (!table) {
            return in_file(file, "table " + std::to_string(made.tables.size() + 1) +
                                     " is not {\"kind\":\"view\" or \"aggregate\",\"name\":..,"
                                     "\"version\":..,\"rows\":..,\"digest\":..}");
        }
        made.tables.push_back(*std::move(table));
    }
    return made;
}

result<void> write_manifest(const fs::path& directory, const golden_manifest& what) {
    std::string text = "{\n  \"format\": " + std::to_string(format_now) +
                       ",\n  \"events\": " + std::to_string(what.events) + ",\n  \"tables\": [";
    for (std::size_t i = 0; i < what.tables.size(); ++i)
        text += (i == 0 ? "\n    " : ",\n    ") + line_of(what.tables[i]);
    text += what.tables.empty() ? "]\n}\n" : "\n  ]\n}\n";
    return write_file(directory / "golden.json", text);
}

result<std::vector<native_event>> read_events(const fs::path& directory) {
    const auto file = directory / "events.jsonl";
    const auto text = read_file(file);
    if (!text) return text.error();
    std::vector<native_event> events;
    const auto read =
        for_each_line(*text, [&](std::string_view line, std::size_t number) -> result<void> {
            if (number > golden_history::events_max) {
                return in_file(
                    file, "more than " + std::to_string(golden_history::events_max) + " events",
                    errc::too_large);
            }
            auto one = event_from_json(line);
            if (!one) return in_line(file, number, one.error().message);
            events.push_back(*std::move(one));
            return {};
        });
    if (!read) return read.error();
    return events;
}

result<void> write_events(const fs::path& directory, const std::vector<native_event>& events) {
    std::string text;
    for (const auto& one : events) {
        append_json(text, one.stream, one.event);
        text += '\n';
    }
    return write_file(directory / "events.jsonl", text);
}

result<golden_rows> read_rows(const fs::path& directory, const golden_table& of) {
    const auto file = table_file(directory, of.kind, of.name);
    const auto text = read_file(file);
    if (!text) return text.error();
    golden_rows rows;
    const auto read =
        for_each_line(*text, [&](std::string_view line, std::size_t number) -> result<void> {
            auto one = row_of(line);
            if (!one) return in_line(file, number, one.error().message);
            if (!rows.empty() && one->first <= rows.back().first)
                return in_line(file, number, "keys are not in order: \"" + one->first + "\"");
            rows.push_back(*std::move(one));
            return {};
        });
    if (!read) return read.error();
    if (rows.size() != of.rows) {
        return in_file(file, std::to_string(rows.size()) + " rows; golden.json says " +
                                 std::to_string(of.rows));
    }
    return rows;
}

result<void> write_rows(const fs::path& directory, const golden_table& of,
                        const golden_rows& rows) {
    const auto file = table_file(directory, of.kind, of.name);
    std::string text;
    for (const auto& [key, row] : rows) {
        std::string quoted;
        append_json_string(quoted, key);
        const auto same = unescape_json_string(quoted);
        if (!same || *same != key) return in_file(file, "a key is not UTF-8: " + quoted);
        text += "{\"key\":" + quoted + ",\"row\":" + row + "}\n";
    }
    return write_file(file, text);
}

}  // namespace daybook::replay
