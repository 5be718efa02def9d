// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daybook::bench {

/// What figures depend on besides the code: names and values, in the order they are shown. What
/// cannot be found out is "unknown".
std::vector<std::pair<std::string, std::string>> describe_machine(
    const std::filesystem::path& data_directory);

/// Does the operating system let this process drop its page cache?
bool may_drop_page_cache();

/// Writes dirty pages, then drops the page cache. Requires: `may_drop_page_cache()`.
void drop_page_cache();

/// Reads every file in `directory` once, so that the page cache has it as far as memory goes.
void fill_page_cache(const std::filesystem::path& directory);

/// What /proc/self/status says of `name`, "VmRSS" for one.
double memory_mib(std::string_view name);

/// Writes what is dirty in the page cache, so that one pass does not pay for the one before.
void write_dirty_pages();

}  // namespace daybook::bench
