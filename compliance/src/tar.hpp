// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

/// Plain files in a ustar archive, and nothing else that tar can do.
namespace daybook::compliance {

inline constexpr std::uint64_t tar_block = 512;

/// What stands before a file of `size` bytes; its bytes follow, then `tar_padding(size)` zeros.
/// Requires: the name has at most 100 bytes, the size is below 8 GiB.
std::string tar_header(std::string_view name, std::uint64_t size);
inline std::uint64_t tar_padding(std::uint64_t size) {
    return (tar_block - size % tar_block) % tar_block;
}
/// What stands at the end.
std::string tar_end();

/// Fills the buffer with the next bytes; less than asked for only at the end.
using byte_source = std::function<result<std::size_t>(char* to, std::size_t size)>;

/// Reads an archive from front to back, once. Anything but plain files with short names fails with
/// `corrupt`; so does a damaged header, padding that is not zero, and anything behind the end.
class tar_reader {
public:
    explicit tar_reader(byte_source source) : source_{std::move(source)} {}

    /// Moves to the next file, over what was not read of this one; false at the end.
    result<bool> next();
    const std::string& name() const noexcept { return name_; }
    std::uint64_t size() const noexcept { return size_; }
    /// Passes the bytes of the file to `to`, in pieces.
    result<void> read(const std::function<void(std::string_view)>& to);

private:
    result<void> fill(std::string& block);
    result<void> read_header(std::string_view header);
    result<bool> at_end();

    byte_source source_;
    std::string name_;
    std::uint64_t size_ = 0;
    bool unread_ = false;
};

}  // namespace daybook::compliance
