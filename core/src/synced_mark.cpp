// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "synced_mark.hpp"

#include "database.hpp"
#include "text.hpp"

#include <charconv>

namespace daybook::synced_mark {
namespace {

constexpr std::string_view file_name = "SYNCED";

/// The number stands there twice: a mark that is torn or damaged does not agree with itself.
std::string text_of(position synced) { return cat(synced, " ", synced, "\n"); }

}  // namespace

void write(rocksdb::Env& env, const std::filesystem::path& directory, position synced) noexcept {
    const auto name = (directory / file_name).string();
    const auto fresh = name + ".tmp";
    if (rocksdb::WriteStringToFile(&env, text_of(synced), fresh, true).ok()) {
        (void)env.RenameFile(fresh, name).ok();
    }
}

result<position> read(rocksdb::Env& env, const std::filesystem::path& directory) {
    const auto name = (directory / file_name).string();
    std::string text;
    const auto status = rocksdb::ReadFileToString(&env, name, &text);
    if (status.IsNotFound() || status.IsPathNotFound()) return position{};
    if (!status.ok()) return to_error(status, cat("read ", name));
    position synced;
    (void)std::from_chars(text.data(), text.data() + text.size(), synced.value);
    return text == text_of(synced) ? synced : position{};
}

}  // namespace daybook::synced_mark
