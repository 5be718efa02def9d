// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/output_file.hpp>
#include <daybook/replay/bookmark.hpp>

#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>
#include <variant>

namespace daybook::replay {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view keyspace_name = "daybook.replays";
constexpr std::size_t name_bytes_max = 200;
constexpr std::uintmax_t file_bytes_max = 1U << 20U;

struct kept_in_store {
    keyspace area;
    std::string key;
};

struct kept_in_file {
    fs::path path;
};

bool is_name(std::string_view text) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_.-";
    return !text.empty() && text.size() <= name_bytes_max &&
           text.find_first_not_of(letters) == std::string_view::npos;
}

result<std::optional<std::string>> read_file(const fs::path& path) {
    std::error_code code;
    const auto size = fs::file_size(path, code);
    if (code == std::errc::no_such_file_or_directory) return std::optional<std::string>{};
    if (code) return fail(errc::io, path.string() + ": cannot be read: " + code.message());
    if (size > file_bytes_max) {
        return fail(errc::too_large,
                    path.string() + ": has " + std::to_string(size) + " bytes; it is no bookmark");
    }
    std::ifstream file{path, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    if (!file) return fail(errc::io, path.string() + ": cannot be read");
    return std::optional{std::move(text)};
}

result<void> write_file(const fs::path& path, std::string_view text) {
    auto temporary = path;
    temporary += ".new";
    auto file = output_file::create(temporary, path.string());
    if (!file) return file.error();
    if (auto written = (*file)->write(text); !written) return written;
    if (auto closed = (*file)->close(); !closed) return closed;
    std::error_code code;
    fs::rename(temporary, path, code);
    if (code) return fail(errc::io, path.string() + ": cannot be written: " + code.message());
    (*file)->keep();
    sync_directory(path.parent_path());
    return {};
}

}  // namespace

struct bookmark::impl {
    std::variant<kept_in_store, kept_in_file> kept;
    std::string where;
};

result<bookmark> bookmark::in_store(store& log, std::string_view name) {
    if (!is_name(name)) {
        return fail(errc::invalid_argument, "bookmark \"" + std::string{name.substr(0, 100)} +
                                                "\": a name is 1 to 200 of a-z 0-9 _ . -");
    }
    auto area = log.open_keyspace(keyspace_name);
    if (!area) return area.error();
    return bookmark{std::unique_ptr<impl>{
        new impl{kept_in_store{*std::move(area), std::string{name}},
                 '"' + std::string{name} + "\" in " + log.status().directory.string()}}};
}

bookmark bookmark::in_file(fs::path file) {
    auto where = file.string();
    return bookmark{
        std::unique_ptr<impl>{new impl{kept_in_file{std::move(file)}, std::move(where)}}};
}

bookmark::bookmark(std::unique_ptr<impl> made) : impl_{std::move(made)} {}
bookmark::bookmark(bookmark&&) noexcept = default;
bookmark& bookmark::operator=(bookmark&&) noexcept = default;
bookmark::~bookmark() = default;

result<std::optional<std::string>> bookmark::read() const {
    if (const auto* in = std::get_if<kept_in_store>(&impl_->kept)) return in->area.get(in->key);
    return read_file(std::get<kept_in_file>(impl_->kept).path);
}

result<void> bookmark::write(std::string_view text) {
    auto* in = std::get_if<kept_in_store>(&impl_->kept);
    if (in == nullptr) return write_file(std::get<kept_in_file>(impl_->kept).path, text);
    keyspace_batch batch;
    batch.put(in->key, text);
    return in->area.write(batch);
}

result<void> bookmark::remove() {
    if (auto* in = std::get_if<kept_in_store>(&impl_->kept)) {
        keyspace_batch batch;
        batch.erase(in->key);
        return in->area.write(batch);
    }
    const auto& path = std::get<kept_in_file>(impl_->kept).path;
    std::error_code code;
    fs::remove(path, code);
    if (code) return fail(errc::io, path.string() + ": cannot be removed: " + code.message());
    sync_directory(path.parent_path());
    return {};
}

const std::string& bookmark::where() const noexcept { return impl_->where; }

}  // namespace daybook::replay
