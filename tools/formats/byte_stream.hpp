// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <string>

namespace daybook::formats {

class raw_file;

/// How many files may be open at once. A file that has to give way is opened again, at the same
/// place, when it is read next.
class open_files {
public:
    explicit open_files(std::size_t max) : max_{max} {}
    open_files(const open_files&) = delete;
    open_files& operator=(const open_files&) = delete;

private:
    friend class raw_file;

    std::size_t max_;
    std::list<raw_file*> open_;  // The one read last stands first.
};

/// The bytes of one file as they are on disk. "-" is standard input.
class raw_file {
public:
    raw_file(std::filesystem::path path, open_files& budget);
    ~raw_file();
    raw_file(const raw_file&) = delete;
    raw_file& operator=(const raw_file&) = delete;

    /// Reads up to `size` bytes; 0 at the end. Fails with `not_found` or `io`.
    result<std::size_t> read(char* to, std::size_t size);

    std::uint64_t offset() const noexcept { return offset_; }

private:
    result<void> make_ready();
    result<void> open();
    void close() noexcept;

    std::filesystem::path path_;
    open_files& budget_;
    std::list<raw_file*>::iterator place_;  // In budget_.open_, if it is open and may give way.
    int descriptor_ = -1;
    bool gives_way_ = false;  // A regular file; pipes cannot be opened again.
    std::uint64_t offset_ = 0;
};

/// Turns the bytes of a file into those that were compressed, or into themselves.
class decoder {
public:
    virtual ~decoder() = default;

    /// Decodes up to `size` bytes, more than none unless the file ends there. Fails with
    /// `corrupt` if the compressed data are broken or end too early, or as `raw_file::read`.
    virtual result<std::size_t> read(char* to, std::size_t size) = 0;
};

struct opened_bytes {
    std::unique_ptr<raw_file> file;
    std::unique_ptr<decoder> bytes;  ///< Reads from `file`.
};

/// Opens `path` and picks the decoder by the first bytes of the file: gzip, zstd, or none.
/// `chunk_bytes` is what is read from disk at once.
result<opened_bytes> open_bytes(const std::filesystem::path& path, open_files& budget,
                                std::size_t chunk_bytes);

/// How messages name an input: the path, or "standard input" for "-".
std::string display_name(const std::filesystem::path& path);

}  // namespace daybook::formats
