// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::formats {

/// Turns bytes into what is written: compressed, or as they are.
class encoder {
public:
    virtual ~encoder() = default;

    /// Appends the encoded form of `bytes` to `to`; some of it may come later. False: no memory.
    virtual bool encode(std::string_view bytes, std::string& to) = 0;

    /// Appends what is left and the end.
    virtual bool finish(std::string& to) = 0;
};

/// By the end of the name: ".gz" gzip, ".zst" zstd, else none.
std::unique_ptr<encoder> encoder_for(const std::filesystem::path& path);

/// A file being written. Removed when destroyed, unless `close` went well and `keep` was called.
class output_file {
public:
    /// Creates `path`. `name` is for messages and chooses the compression.
    static result<std::unique_ptr<output_file>> create(const std::filesystem::path& path,
                                                       std::string name);
    /// Writes to something that exists already: standard output ("-"), a device, a pipe.
    static result<std::unique_ptr<output_file>> attach(const std::filesystem::path& path);

    ~output_file();
    output_file(const output_file&) = delete;
    output_file& operator=(const output_file&) = delete;

    result<void> write(std::string_view bytes);
    /// Writes the rest, syncs, closes.
    result<void> close();
    const std::filesystem::path& path() const noexcept { return path_; }
    void keep() noexcept { temporary_ = false; }

private:
    output_file(std::filesystem::path path, std::string name, int descriptor);
    result<void> write_out(std::string_view bytes);
    result<void> drain();
    error failed(int number) const;

    std::filesystem::path path_;
    std::string name_;
    int descriptor_;
    bool temporary_ = false;
    std::unique_ptr<encoder> encoder_;
    std::string waiting_;  // Not encoded yet.
    std::string encoded_;
};

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
    std::filesystem::path part_name(std::size_t number) const;
    std::vector<std::filesystem::path> existing() const;

    std::filesystem::path to_;
    std::string stem_;
    std::string ending_;  // ".jsonl.gz"
    std::uint64_t rotate_bytes_ = 0;
    std::uint64_t part_bytes_ = 0;
    bool named_ = true;  // A file with a name, not standard output or a device.
    std::vector<std::unique_ptr<output_file>> parts_;
};

}  // namespace daybook::formats
