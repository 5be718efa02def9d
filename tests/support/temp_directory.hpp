// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace daybook::test {

/// A fresh, empty directory under TMPDIR, removed with all it holds at the end of the scope, unless
/// DAYBOOK_TEST_KEEP is set or somebody calls `keep`.
class temp_directory {
public:
    temp_directory() {
        auto name = (std::filesystem::temp_directory_path() / "daybook-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw std::system_error{errno, std::generic_category(), "mkdtemp " + name};
        path_ = name;
    }
    ~temp_directory() {
        if (kept_ || std::getenv("DAYBOOK_TEST_KEEP") != nullptr) return;
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    temp_directory(const temp_directory&) = delete;
    temp_directory& operator=(const temp_directory&) = delete;

    const std::filesystem::path& path() const noexcept { return path_; }
    std::filesystem::path operator/(const std::filesystem::path& name) const {
        return path_ / name;
    }
    /// Leaves the directory where it is, for a look at what a failed test left.
    void keep() noexcept { kept_ = true; }

private:
    std::filesystem::path path_;
    bool kept_ = false;
};

}  // namespace daybook::test
