// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/json.hpp>
#include <daybook/replay/golden.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The files of a golden history. What is wrong in one is told with file and line.
namespace daybook::replay {

/// Keys and rows as JSON, by key.
using golden_rows = std::vector<std::pair<std::string, std::string>>;

struct golden_manifest {
    std::uint64_t events = 0;
    std::vector<golden_table> tables;
};

std::string_view to_string(golden_kind kind) noexcept;

/// "view.NAME.jsonl"
std::filesystem::path table_file(const std::filesystem::path& directory, golden_kind kind,
                                 std::string_view name);

result<golden_manifest> read_manifest(const std::filesystem::path& directory);
result<void> write_manifest(const std::filesystem::path& directory, const golden_manifest& what);

result<std::vector<native_event>> read_events(const std::filesystem::path& directory);
result<void> write_events(const std::filesystem::path& directory,
                          const std::vector<native_event>& events);

/// Fails with `invalid_argument` too if there are more or fewer rows than the manifest says.
result<golden_rows> read_rows(const std::filesystem::path& directory, const golden_table& of);
result<void> write_rows(const std::filesystem::path& directory, const golden_table& of,
                        const golden_rows& rows);

}  // namespace daybook::replay
