// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

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

/// Makes lasting what was renamed, made or removed in `directory` ("" is the current one), if the
/// file system can.
void sync_directory(const std::filesystem::path& directory);

/// The names of the files of one log: parts, numbered from 1, and the file without a number, which
/// is the last one. "events.1.jsonl", "events.2.jsonl", ..., "events.jsonl".
class rotation_names {
public:
    struct numbered {
        std::uint64_t number = 0;
        std::filesystem::path file{};
    };

    /// `log` is the file without a number: "events.jsonl", "events.jsonl.gz".
    explicit rotation_names(const std::filesystem::path& log);

    std::filesystem::path part(std::uint64_t number) const;
    /// What a part is called while it is made: hidden, and read by nobody.
    std::filesystem::path partial(std::uint64_t number) const;
    /// The parts that are there, by number.
    std::vector<numbered> existing() const;

private:
    std::filesystem::path directory_;
    std::string stem_;
    std::string ending_;  // ".jsonl.gz"
};

}  // namespace daybook
