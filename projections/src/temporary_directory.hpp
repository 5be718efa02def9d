// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/types.hpp>

#include <filesystem>
#include <string>
#include <system_error>

namespace daybook::projections::detail {

/// A directory that is gone when this is.
class temporary_directory {
public:
    temporary_directory()
        : temporary_directory{std::filesystem::temp_directory_path(), "daybook-spec-"} {}
    /// Its name begins with `start`. It is made by who uses it.
    temporary_directory(const std::filesystem::path& in, const std::string& start)
        : path_{in / (start + to_string(event_id::make()))} {}
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;
    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace daybook::projections::detail
