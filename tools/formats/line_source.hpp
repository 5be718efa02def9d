// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include "formats/line_format.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::formats {

/// One line and where it stands.
struct input_line {
    std::string_view text;     ///< Without its newline; a carriage return before that is kept.
    std::string_view file;     ///< As messages name it; "standard input" for "-".
    std::uint64_t number = 0;  ///< From 1.
    std::uint64_t offset = 0;  ///< Of its first byte, in the decompressed file.
};

struct source_options {
    std::size_t line_bytes_max = 16U << 20U;
    std::size_t files_open_max = 64;
};

/// The lines of files, of standard input and of directories, in the order of the log.
///
/// - gzip and zstd are recognised by their first bytes, whatever the name; several members or
///   frames in one file follow each other. A UTF-8 byte order mark is skipped, empty lines are
///   left out, the last line may lack its newline.
/// - Parts of a rotated log (NAME.1.jsonl, NAME.2.jsonl, ..., NAME.jsonl, or
///   NAME_YYYY-MM-DD_HH-MM-SS.jsonl, ..., NAME.jsonl) are read in that order, where the first of
///   them is named; other files as they are named.
/// - A directory with dated folders (YYYY-MM-DD/ISSUE/events.jsonl) is read date by date, inside a
///   date by the time of the lines, keeping the order inside each file; global/events.jsonl is
///   merged in by time; archive/ comes first. Everything else in it is left alone. Any other
///   directory gives its *.jsonl and *.ndjson files (also .gz, .zst) by name.
///
/// Not thread safe. Memory: about 64 KiB for each file of a date (less when there are many), and
/// one line.
class line_source {
public:
    /// Fails with `not_found`, `io`, or `invalid_argument` (nothing to read in a directory).
    static result<line_source> open(const std::vector<std::filesystem::path>& inputs,
                                    line_format format, const source_options& options = {});

    line_source(line_source&&) noexcept;
    line_source& operator=(line_source&&) noexcept;
    ~line_source();

    /// Moves to the next line; false at the end. Fails with `io` (unreadable), `corrupt` (broken or
    /// cut compressed data) or `too_large` (a line over the limit), and stays failed.
    result<bool> next();

    /// The line last moved to; valid until the next call of `next`.
    const input_line& operator*() const noexcept { return current_; }
    const input_line* operator->() const noexcept { return &current_; }

    line_format format() const noexcept;
    std::uint64_t bytes_read() const noexcept;   ///< On disk, that is compressed.
    std::uint64_t bytes_total() const noexcept;  ///< 0 if not known (standard input).
    std::uint64_t files() const noexcept;        ///< How many there are to read.

private:
    struct impl;
    explicit line_source(std::unique_ptr<impl> opened);

    std::unique_ptr<impl> impl_;
    input_line current_;
};

/// The order in which the parts of rotated logs are read; see `line_source`.
std::vector<std::filesystem::path> in_rotation_order(
    const std::vector<std::filesystem::path>& files);

}  // namespace daybook::formats
