// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace daybook::cli {

/// A new directory of this user alone, removed with all it holds when it goes out of scope.
class scratch_directory {
public:
    /// In the system's temporary directory, its name beginning with `name`. Fails with `io`.
    static result<scratch_directory> make(std::string_view name);

    scratch_directory(scratch_directory&& from) noexcept : path_{std::exchange(from.path_, {})} {}
    scratch_directory& operator=(scratch_directory&&) = delete;
    ~scratch_directory();

    const std::filesystem::path& path() const noexcept { return path_; }

private:
    explicit scratch_directory(std::filesystem::path made) : path_{std::move(made)} {}

    std::filesystem::path path_;
};

}  // namespace daybook::cli
