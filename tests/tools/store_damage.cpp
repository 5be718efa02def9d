// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "tools/store_damage.hpp"

#include <daybook/store.hpp>

#include "sample/generator.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& from) {
    std::ifstream in{from, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write_file(const fs::path& to, const std::string& bytes) {
    std::ofstream{to, std::ios::binary} << bytes;
}

/// CRC-32C, bit by bit.
std::uint32_t checksum(std::string_view bytes) {
    std::uint32_t crc = ~0U;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
    }
    return ~crc;
}

/// The largest file with this extension.
fs::path largest(const fs::path& directory, const char* extension) {
    fs::path found;
    for (const auto& entry : fs::directory_iterator{directory}) {
        if (entry.path().extension() != extension) continue;
        if (found.empty() || fs::file_size(entry) > fs::file_size(found)) found = entry.path();
    }
    if (found.empty()) throw std::runtime_error{"no " + std::string{extension} + " in the store"};
    return found;
}

}  // namespace

void make_store_newer(const fs::path& directory) {
    // The settings are the first record of the write-ahead file: checksum (4 bytes, masked), length
    // (2), kind (1), and the batch, in which "format" is followed by its value's size, 4, and
    // value.
    const fs::path file = largest(directory, ".log");
    std::string bytes = read_file(file);
    const std::size_t at = bytes.find(std::string_view{"format\x04", 7});
    if (at == std::string::npos || bytes.size() < 8) throw std::runtime_error{"no format setting"};
    bytes[at + 7] = 99;
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(bytes[4]) |
                                                 static_cast<unsigned char>(bytes[5]) << 8U);
    const std::uint32_t crc = checksum(std::string_view{bytes}.substr(6, 1 + length));
    const std::uint32_t masked = ((crc >> 15U) | (crc << 17U)) + 0xa282ead8U;
    for (unsigned i = 0; i < 4; ++i) bytes[i] = static_cast<char>((masked >> (8 * i)) & 0xFFU);
    write_file(file, bytes);
}

void make_damaged_store(const fs::path& directory) {
    {
        store_options options{.default_durability = durability::written};
        options.memtable_bytes = 256U << 10U;  // So that events are moved to tables soon.
        auto log = store::open(directory, options).value();
        sample::generator source{{.events = 20'000}};
        sample::sample_event e;
        while (source.next(e)) log.append(e.stream, expected::any(), {e.event}).value();
    }
    const fs::path table = largest(directory, ".sst");
    std::string bytes = read_file(table);
    for (std::size_t i = 0; i < 16; ++i) bytes[bytes.size() / 2 + i] ^= 0x55;
    write_file(table, bytes);
}

}  // namespace daybook::test
