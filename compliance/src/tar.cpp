// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "tar.hpp"

#include "text.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace daybook::compliance {
namespace {

using namespace std::string_view_literals;

// Where the fields of a header are (POSIX.1-1988, "ustar").
constexpr std::size_t name_size = 100;
constexpr std::size_t size_at = 124;
constexpr std::size_t size_digits = 11;
constexpr std::size_t sum_at = 148;
constexpr std::size_t sum_size = 8;
constexpr std::size_t type_at = 156;
constexpr std::size_t link_at = 157;
constexpr std::size_t magic_at = 257;
constexpr std::size_t prefix_at = 345;
constexpr auto magic = "ustar\00000"sv;

std::string octal(std::uint64_t number, std::size_t digits) {
    std::string text(digits, '0');
    for (auto i = digits; i-- > 0; number >>= 3U) {
        text[i] = static_cast<char>('0' + static_cast<char>(number & 7U));
    }
    return text;
}

/// The sum of all bytes, those of the sum itself as spaces: "0123456" octal, a zero, a space.
std::string sum_of(std::string_view header) {
    unsigned sum = static_cast<unsigned>(sum_size) * ' ';
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (i < sum_at || i >= sum_at + sum_size) sum += static_cast<unsigned char>(header[i]);
    }
    return octal(sum, 6) + std::string{"\0 ", 2};
}

bool is_zero(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte == 0; });
}

std::optional<std::uint64_t> size_in(std::string_view header) {
    std::uint64_t size = 0;
    for (const char digit : header.substr(size_at, size_digits)) {
        if (digit < '0' || digit > '7') return std::nullopt;
        size = size * 8 + static_cast<std::uint64_t>(digit - '0');
    }
    if (header[size_at + size_digits] != '\0') return std::nullopt;
    return size;
}

error bad(std::string what) { return fail(errc::corrupt, std::move(what)); }

}  // namespace

std::string tar_header(std::string_view name, std::uint64_t size) {
    std::string header(tar_block, '\0');
    const auto put = [&](std::size_t at, std::string_view bytes) {
        std::memcpy(header.data() + at, bytes.data(), bytes.size());
    };
    put(0, name);
    put(100, "0000644\0000000000\0000000000\000"sv);
    put(size_at, octal(size, size_digits));
    put(136, "00000000000"sv);
    put(type_at, "0"sv);
    put(magic_at, magic);
    put(sum_at, sum_of(header));
    return header;
}

std::string tar_end() { return std::string(2 * tar_block, '\0'); }

result<void> tar_reader::fill(std::string& block) {
    block.resize(tar_block);
    const auto got = source_(block.data(), block.size());
    if (!got) return got.error();
    if (*got < block.size()) return bad("the archive is cut short");
    return {};
}

result<void> tar_reader::read_header(std::string_view header) {
    name_ = header.substr(0, name_size);
    name_.erase(std::find_if(name_.rbegin(), name_.rend(), [](char c) { return c != 0; }).base(),
                name_.end());
    const auto quoted = in_quotes(name_);
    if (header.substr(magic_at, magic.size()) != magic || header[type_at] != '0') {
        return bad(quoted + " in the archive is not a plain file of a ustar archive");
    }
    if (!is_zero(header.substr(link_at, magic_at - link_at)) ||
        !is_zero(header.substr(prefix_at))) {
        return bad(quoted + " in the archive has a link or a folder");
    }
    if (header.substr(sum_at, sum_size) != sum_of(header)) {
        return bad("the header of " + quoted + " in the archive is damaged");
    }
    const auto size = size_in(header);
    if (!size) return bad("a size in the archive is not spelled as it should be");
    size_ = *size;
    return {};
}

/// Behind a block of zeros there must be one more, and then nothing.
result<bool> tar_reader::at_end() {
    std::string block;
    if (auto filled = fill(block); !filled) return filled.error();
    char more = 0;
    const auto got = source_(&more, 1);
    if (!got) return got.error();
    if (!is_zero(block) || *got != 0) return bad("something follows the end of the archive");
    return false;
}

result<bool> tar_reader::next() {
    if (unread_) {
        if (auto passed = read([](std::string_view) {}); !passed) return passed.error();
    }
    std::string header;
    if (auto filled = fill(header); !filled) return filled.error();
    if (is_zero(header)) return at_end();
    if (auto read = read_header(header); !read) return read.error();
    unread_ = true;
    return true;
}

result<void> tar_reader::read(const std::function<void(std::string_view)>& to) {
    unread_ = false;
    std::string buffer(64 * 1024, '\0');
    for (std::uint64_t left = size_ + tar_padding(size_), file = size_; left > 0;) {
        const auto wanted = std::min<std::uint64_t>(left, buffer.size());
        const auto got = source_(buffer.data(), wanted);
        if (!got) return got.error();
        if (*got < wanted) return bad(name_ + " is cut short");
        const auto content = std::min<std::uint64_t>(file, wanted);
        if (content > 0) to({buffer.data(), content});
        if (!is_zero({buffer.data() + content, wanted - content})) {
            return bad(name_ + " is badly padded");
        }
        left -= wanted;
        file -= content;
    }
    return {};
}

}  // namespace daybook::compliance
