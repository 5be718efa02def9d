// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/detail/descriptor.hpp>
#include <daybook/result.hpp>

#include <atomic>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

/// Small files that are there whole or not at all, for nobody but their owner.
namespace daybook::compliance::durable_files {

/// For tests: after so many steps every further one fails, as if the process had ended. Below 0:
/// never.
inline std::atomic<int> steps_left{-1};

/// 0700, made if it is missing. Fails with `refused` if others may read it, or `io`.
result<void> make_directory(const std::filesystem::path& directory);
/// Fails with `refused` if others than the owner may read or write it.
result<void> check_private(const std::filesystem::path& path);

/// Under a temporary name, synced, renamed, and the directory synced. 0600.
result<void> put(const std::filesystem::path& file, std::string_view bytes);
/// Adds to the end, and syncs.
result<void> append(const std::filesystem::path& file, std::string_view bytes);
/// Cuts to `size`, and syncs.
result<void> cut(const std::filesystem::path& file, std::uintmax_t size);
/// Writes zeros over it, syncs, removes it, and syncs the directory. Nothing if it is not there.
result<void> destroy(const std::filesystem::path& file);
/// Fails with `not_found`, `too_large` or `io`.
result<std::string> get(const std::filesystem::path& file);

/// An exclusive lock, kept while it lives, that ends with the process.
class lock {
public:
    static result<lock> take(const std::filesystem::path& file);
    lock() : file_{-1} {}

private:
    explicit lock(detail::descriptor file) : file_{std::move(file)} {}

    detail::descriptor file_;
};

}  // namespace daybook::compliance::durable_files
