// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/output_file.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace daybook::formats {

/// A log in one file or, if it grows, in parts that are numbered from 1 with the last one
/// unnumbered. Nothing has its real name before `finish`.
class rotated_output {
public:
    /// Fails with `refused` if the file or a part of it is there and `overwrite` is off.
    static result<rotated_output> open(const std::filesystem::path& to, std::uint64_t rotate_bytes,
                                       bool overwrite);

    result<void> write_line(std::string_view line_with_newline);
    /// Gives the parts their names; returns them in order.
    result<std::vector<std::filesystem::path>> finish();

private:
    result<void> begin_part();
    std::vector<std::filesystem::path> existing() const;

    std::filesystem::path to_;
    std::optional<rotation_names> names_;
    std::uint64_t rotate_bytes_ = 0;
    std::uint64_t part_bytes_ = 0;
    bool named_ = true;  // A file with a name, not standard output or a device.
    std::vector<std::unique_ptr<output_file>> parts_;
};

}  // namespace daybook::formats
