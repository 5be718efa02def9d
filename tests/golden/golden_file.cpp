// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "golden/golden_file.hpp"

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

namespace daybook::test {

std::filesystem::path golden_path(std::string_view name) {
    return std::filesystem::path{DAYBOOK_GOLDEN_DIRECTORY} / name;
}

bool writes_golden_files() { return std::getenv("DAYBOOK_GOLDEN_WRITE") != nullptr; }

std::string compare_with_golden(std::string_view name, const std::string& text) {
    const auto file = golden_path(name);
    if (writes_golden_files() && !std::filesystem::exists(file)) {
        std::ofstream{file, std::ios::binary} << text;
        return "written: " + file.string();
    }
    const auto golden = read_file(file);
    if (golden == text) return {};
    return file.string() + " says\n" + golden + "\nbut this build makes\n" + text;
}

std::string read_file(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto byte = static_cast<std::uint8_t>(bytes[i]);
        if (i > 0) text += i % 16 == 0 ? '\n' : ' ';
        text += digits[byte >> 4U];
        text += digits[byte & 0xFU];
    }
    return text + "\n";
}

std::string from_hex(std::string_view text) {
    std::string bytes;
    std::istringstream lines{std::string{text}};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        for (std::string word; words >> word;) {
            std::uint8_t byte = 0;
            const auto* end = word.data() + word.size();
            const auto read = std::from_chars(word.data(), end, byte, 16);
            if (word.size() != 2 || read.ec != std::errc{} || read.ptr != end) break;
            bytes += static_cast<char>(byte);
        }
    }
    return bytes;
}

}  // namespace daybook::test
