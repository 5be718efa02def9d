// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <filesystem>
#include <string_view>
#include <utility>

namespace daybook {

/// A directory beside one that is being made, for what is not whole yet. Removed at the end of the
/// scope; what a process leaves that dies has a name that begins with a dot.
class workshop {
public:
    /// `directory` as an absolute path, its parent made. Fails with `refused` if it is there and
    /// not an empty directory (`doing` says what it was wanted for), or with `io`.
    static result<std::filesystem::path> place_for(const std::filesystem::path& directory,
                                                   std::string_view doing);

    /// Beside `place`, named ".PLACE.DOING-" and a random ending. Fails with `io`.
    static result<workshop> make(const std::filesystem::path& place, std::string_view doing);

    workshop(workshop&& from) noexcept : path_{std::exchange(from.path_, {})} {}
    workshop& operator=(workshop&&) = delete;
    ~workshop();

    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
    const std::filesystem::path& path() const noexcept { return path_; }

    /// Gives what was made in it as `name` its place, on the disk too. Fails with `io`; after a
    /// failed sync it is there.
    result<void> hand_over(std::string_view name, const std::filesystem::path& place) const;

private:
    explicit workshop(std::filesystem::path path) : path_{std::move(path)} {}
    std::filesystem::path path_;
};

}  // namespace daybook
