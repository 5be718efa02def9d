// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as an archive, as they are and with the sums in its headers put right: what is read
// is in the bytes, and an archive of it reads the same.
#include "fuzz.hpp"
#include "tar.hpp"

#include <algorithm>
#include <optional>
#include <vector>

using namespace daybook;
using namespace daybook::compliance;
using test::require;

namespace {

struct file {
    std::string name;
    std::string bytes;
    friend bool operator==(const file&, const file&) = default;
};

std::optional<std::vector<file>> files_of(std::string_view archive) {
    tar_reader reader{[&](char* to, std::size_t wanted) -> result<std::size_t> {
        const auto some = archive.copy(to, wanted);
        archive.remove_prefix(some);
        return some;
    }};
    std::vector<file> all;
    for (;;) {
        const auto more = reader.next();
        if (!more) {
            require(more.error().code == errc::corrupt, "of the kind documented");
            return std::nullopt;
        }
        if (!*more) return all;
        file one{reader.name(), {}};
        if (!reader.read([&](std::string_view piece) { one.bytes += piece; })) return std::nullopt;
        require(one.bytes.size() == reader.size(), "a file is as long as it says");
        all.push_back(std::move(one));
    }
}

std::string archive_of(const std::vector<file>& files) {
    std::string archive;
    for (const auto& one : files) {
        archive += tar_header(one.name, one.bytes.size()) + one.bytes;
        archive.append(tar_padding(one.bytes.size()), '\0');
    }
    return archive + tar_end();
}

/// A sum is seldom right by chance: then nothing behind the first header would be tried.
std::string with_right_sums(std::string archive) {
    constexpr std::size_t sum_at = 148;
    for (std::size_t at = 0; at + tar_block <= archive.size(); at += tar_block) {
        const auto header = archive.begin() + static_cast<std::ptrdiff_t>(at);
        if (!std::equal(header + 257, header + 262, "ustar")) continue;
        std::fill_n(header + sum_at, 8, ' ');
        unsigned sum = 0;
        for (std::size_t i = 0; i < tar_block; ++i) {
            sum += static_cast<unsigned char>(header[static_cast<std::ptrdiff_t>(i)]);
        }
        for (int digit = 5; digit >= 0; --digit, sum /= 8) {
            header[sum_at + digit] = static_cast<char>('0' + sum % 8);
        }
        header[sum_at + 6] = '\0';
    }
    return archive;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = test::as_text(data, size);
    for (const auto& archive : {std::string{text}, with_right_sums(std::string{text})}) {
        if (const auto files = files_of(archive)) {
            require(files_of(archive_of(*files)) == files, "an archive of it reads the same");
        }
    }
    return 0;
}
