// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/text.hpp"

#include <daybook/raw_json.hpp>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cwchar>

namespace daybook::cli {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

struct code_point {
    char32_t value = 0;
    std::size_t bytes = 1;
    bool valid = false;
};

std::size_t sequence_bytes(unsigned char lead) noexcept {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead < 0xE0) return 2;
    if (lead >= 0xE0 && lead < 0xF0) return 3;
    if (lead >= 0xF0 && lead < 0xF5) return 4;
    return 0;
}

/// The code point that starts `text`, which is not empty. Invalid ones are one byte long.
code_point first_of(std::string_view text) noexcept {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t bytes = sequence_bytes(lead);
    if (bytes == 0 || bytes > text.size()) return {};
    if (bytes == 1) return {lead, 1, true};

    auto value = static_cast<char32_t>(lead & (0xFFU >> (bytes + 1)));
    for (std::size_t i = 1; i < bytes; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0U) != 0x80U) return {};
        value = (value << 6U) | (next & 0x3FU);
    }
    constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = value >= 0xD800 && value < 0xE000;
    if (value < least[bytes] || value > 0x10FFFF || surrogate) return {};
    return {value, bytes, true};
}

bool moves_the_cursor(char32_t c) noexcept {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) ||
           (c >= 0x202A && c <= 0x202E) ||  // Embeddings and overrides of direction,
           (c >= 0x2066 && c <= 0x2069) ||  // isolates,
           c == 0x2028 || c == 0x2029;      // line and paragraph separators.
}

std::string escaped(char32_t c) {
    switch (c) {
        case '\n': return "\\n";
        case '\r': return "\\r";
        case '\t': return "\\t";
        default: break;
    }
    std::array<char, 16> text{};
    const auto number = static_cast<unsigned>(c);
    std::snprintf(text.data(), text.size(), c < 0x100 ? "\\x%02x" : "\\u%04x", number);
    return text.data();
}

std::size_t width_of(char32_t c) noexcept {
    const int columns = ::wcwidth(static_cast<wchar_t>(c));
    return columns < 0 ? 1 : static_cast<std::size_t>(columns);
}

}  // namespace

std::string printable(std::string_view text) {
    std::string safe;
    safe.reserve(text.size());
    while (!text.empty()) {
        const code_point c = first_of(text);
        if (!c.valid) {
            safe += replacement;
        } else if (moves_the_cursor(c.value)) {
            safe += escaped(c.value);
        } else {
            safe += text.substr(0, c.bytes);
        }
        text.remove_prefix(c.bytes);
    }
    return safe;
}

std::size_t display_width(std::string_view text) noexcept {
    std::size_t columns = 0;
    while (!text.empty()) {
        const code_point c = first_of(text);
        columns += c.valid ? width_of(c.value) : 1;
        text.remove_prefix(c.bytes);
    }
    return columns;
}

std::string fitted(std::string_view text, std::size_t width, bool utf8) {
    if (display_width(text) <= width) return std::string{text};
    const std::string_view ellipsis = utf8 ? "\xE2\x80\xA6" : "~";
    std::size_t columns = 1;
    std::size_t kept = 0;
    while (kept < text.size()) {
        const code_point c = first_of(text.substr(kept));
        const std::size_t next = c.valid ? width_of(c.value) : 1;
        if (columns + next > width) break;
        columns += next;
        kept += c.bytes;
    }
    return std::string{text.substr(0, kept)}.append(ellipsis);
}

void pad_to(std::string& text, std::size_t from, std::size_t width) {
    const std::size_t used = display_width(std::string_view{text}.substr(from));
    if (used < width) text.append(width - used, ' ');
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> lines(1);
    while (!text.empty()) {
        const std::size_t end = text.find(' ');
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        std::string& line = lines.back();
        if (line.empty()) {
            line = word;
        } else if (display_width(line) + 1 + display_width(word) <= width) {
            line.append(1, ' ').append(word);
        } else {
            lines.emplace_back(word);
        }
    }
    return lines;
}

std::string json_quoted(std::string_view text) {
    std::string quoted;
    append_json_string(quoted, text);
    return quoted;
}

std::string grouped(unsigned long long number) {
    std::string digits = std::to_string(number);
    for (std::size_t i = digits.size(); i > 3;) {
        i -= 3;
        digits.insert(i, 1, ',');
    }
    return digits;
}

std::string size_text(unsigned long long bytes) {
    constexpr std::array<const char*, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
    auto amount = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (amount >= 1024 && unit + 1 < units.size()) {
        amount /= 1024;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", amount, units[unit]);
    return text.data();
}

std::string duration_text(std::chrono::microseconds span) {
    const long long ms = span.count() / 1000;
    const long long s = ms / 1000;
    if (s < 1) return std::to_string(ms) + " ms";
    if (s < 60) return std::to_string(s) + "." + std::to_string(ms / 100 % 10) + " s";
    if (s < 3600) return std::to_string(s / 60) + " min " + std::to_string(s % 60) + " s";
    if (s < 86'400) return std::to_string(s / 3600) + " h " + std::to_string(s / 60 % 60) + " min";
    return grouped(static_cast<unsigned long long>(s / 86'400)) + " d " +
           std::to_string(s / 3600 % 24) + " h";
}

std::string listed(const std::vector<std::string>& items, std::string_view last_separator) {
    std::string text;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) text += i + 1 == items.size() ? last_separator : std::string_view{", "};
        text += items[i];
    }
    return text;
}

}  // namespace daybook::cli
