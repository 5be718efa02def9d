// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/forgery.hpp"

#include "cli/read_whole.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string>

namespace daybook::cli {
namespace {

// Write-ahead files are blocks of records: a checksum (4 bytes, masked CRC-32C over what follows
// the length), a length (2), a kind (1), and the bytes. As the wiki of RocksDB describes them.
constexpr std::size_t block_bytes = 32'768;
constexpr std::size_t head_bytes = 7;

std::uint32_t crc32c(std::string_view bytes) {
    std::uint32_t crc = ~0U;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
    }
    return ~crc;
}

std::uint32_t masked(std::uint32_t crc) { return ((crc >> 15U) | (crc << 17U)) + 0xa282ead8U; }

/// Replaces within one record; whether there was anything to replace.
bool forge_record(char* record, std::size_t length, std::string_view what,
                  std::string_view instead) {
    const std::string_view body{record + head_bytes, length};
    bool found = false;
    for (auto at = body.find(what); at != std::string_view::npos; at = body.find(what, at + 1)) {
        std::copy(instead.begin(), instead.end(), record + head_bytes + at);
        found = true;
    }
    const auto crc = masked(crc32c({record + 6, length + 1}));
    for (unsigned i = 0; found && i < 4; ++i) {
        record[i] = static_cast<char>((crc >> (8U * i)) & 0xFFU);
    }
    return found;
}

bool forge_file(std::string& bytes, std::string_view what, std::string_view instead) {
    bool found = false;
    for (std::size_t block = 0; block < bytes.size(); block += block_bytes) {
        const auto end = std::min(bytes.size(), block + block_bytes);
        for (auto at = block; at + head_bytes <= end;) {
            const auto length =
                static_cast<std::size_t>(static_cast<unsigned char>(bytes[at + 4])) |
                static_cast<std::size_t>(static_cast<unsigned char>(bytes[at + 5])) << 8U;
            if (bytes[at + 6] == 0 || at + head_bytes + length > end) break;
            found |= forge_record(bytes.data() + at, length, what, instead);
            at += head_bytes + length;
        }
    }
    return found;
}

}  // namespace

result<void> forge(const std::filesystem::path& store, std::string_view what,
                   std::string_view instead) {
    bool found = false;
    std::error_code problem;
    for (const auto& file : std::filesystem::directory_iterator{store, problem}) {
        if (file.path().extension() != ".log") continue;
        auto bytes = read_whole(file.path().string());
        if (!bytes) return bytes.error();
        if (!forge_file(*bytes, what, instead)) continue;
        std::ofstream{file.path(), std::ios::binary} << *bytes;
        found = true;
    }
    if (found) return {};
    return fail(errc::not_found, "nothing to forge in the write-ahead files of " + store.string());
}

}  // namespace daybook::cli
