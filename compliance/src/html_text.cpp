// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "html_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace daybook::compliance {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// A character of UTF-8 and how many bytes it takes; 0 bytes: there is none.
struct decoded {
    std::uint32_t code = 0;
    std::size_t bytes = 0;
};

std::size_t length_by(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead < 0xE0) return 2;
    if (lead >= 0xE0 && lead < 0xF0) return 3;
    return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

decoded decode(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto length = length_by(byte(0));
    if (length == 0 || length > text.size()) return {};
    if (length == 1) return {byte(0), 1};
    std::uint32_t code = byte(0) & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return {};
        code = code << 6U | (byte(i) & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < least[length] || code > 0x10FFFF || surrogate) return {};
    return {code, length};
}

bool turns_direction(std::uint32_t code) {
    return code == 0x061C || code == 0x200E || code == 0x200F ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

bool is_control(std::uint32_t code) {
    const bool blank = code == '\n' || code == '\t';
    return (code < 0x20 && !blank) || (code >= 0x7F && code < 0xA0) || code == 0xFFFE ||
           code == 0xFFFF;
}

void append_code(std::string& to, std::uint32_t code) {
    std::array<char, 8> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), code, 16).ptr;
    to += "&lt;U+";
    to.append(4 - std::min<std::size_t>(4, static_cast<std::size_t>(end - text.data())), '0');
    for (const auto* c = text.data(); c != end; ++c) {
        to += *c >= 'a' ? static_cast<char>(*c - 'a' + 'A') : *c;
    }
    to += "&gt;";
}

void append_character(std::string& to, std::string_view bytes) {
    switch (bytes.front()) {
        case '&': to += "&amp;"; return;
        case '<': to += "&lt;"; return;
        case '>': to += "&gt;"; return;
        case '"': to += "&quot;"; return;
        case '\'': to += "&#39;"; return;
        default: to += bytes;
    }
}

/// "3 min 20 s"; without the second part if it is 0.
std::string two_parts(std::uint64_t large, std::string_view unit, std::uint64_t small,
                      std::string_view small_unit) {
    auto text = grouped_digits(large).append(1, ' ').append(unit);
    if (small > 0) {
        text.append(1, ' ').append(std::to_string(small)).append(1, ' ').append(small_unit);
    }
    return text;
}

}  // namespace

void append_text(std::string& to, std::string_view text) {
    while (!text.empty()) {
        const auto [code, bytes] = decode(text);
        if (bytes == 0 || is_control(code)) {
            to += replacement;
        } else if (turns_direction(code)) {
            append_code(to, code);
        } else {
            append_character(to, text.substr(0, bytes));
        }
        text.remove_prefix(bytes == 0 ? 1 : bytes);
    }
}

std::string html_text(std::string_view text) {
    std::string escaped;
    append_text(escaped, text);
    return escaped;
}

std::string grouped_digits(std::uint64_t number) {
    auto digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    }
    return digits;
}

std::string rounded(double number) {
    std::array<char, 64> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed, 1)
            .ptr;
    std::string_view digits{text.data(), static_cast<std::size_t>(end - text.data())};
    if (digits.ends_with(".0")) digits.remove_suffix(2);
    return std::string{digits};
}

std::string span_text(double milliseconds) {
    constexpr double second = 1000;
    constexpr std::uint64_t minute = 60;
    constexpr std::uint64_t hour = 60 * minute;
    constexpr std::uint64_t day = 24 * hour;
    if (!(milliseconds >= 0)) return "";
    if (milliseconds < second) return rounded(milliseconds) + " ms";
    if (milliseconds < static_cast<double>(minute) * second) {
        return rounded(milliseconds / second) + " s";
    }
    const auto seconds = static_cast<std::uint64_t>(std::round(milliseconds / second));
    if (seconds < hour) return two_parts(seconds / minute, "min", seconds % minute, "s");
    if (seconds < day) return two_parts(seconds / hour, "h", seconds % hour / minute, "min");
    return two_parts(seconds / day, "d", seconds % day / hour, "h");
}

std::string share_text(double share) {
    constexpr double percent = 100;
    return rounded(share * percent) + " %";
}

std::string time_text(timestamp at) {
    auto text = daybook::to_string(at);
    text.pop_back();  // "Z": columns say that times are UTC.
    text[text.find('T')] = ' ';
    if (text.ends_with(".000")) text.resize(text.size() - 4);
    return text;
}

bool is_figure(shown_as as) noexcept {
    return as == shown_as::count || as == shown_as::place || as == shown_as::duration ||
           as == shown_as::share;
}

void append_cell_html(std::string& to, const table_cell& value, shown_as as) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        if (as == shown_as::code) to += "<code>";
        append_text(to, *text);
        if (as == shown_as::code) to += "</code>";
    } else if (const auto* number = std::get_if<std::uint64_t>(&value)) {
        to += as == shown_as::count ? grouped_digits(*number) : std::to_string(*number);
    } else if (const auto* real = std::get_if<double>(&value)) {
        to += as == shown_as::share ? share_text(*real) : span_text(*real);
    } else if (const auto* at = std::get_if<timestamp>(&value)) {
        to.append("<time datetime=\"").append(daybook::to_string(*at)).append("\">");
        to.append(time_text(*at)).append("</time>");
    }
}

}  // namespace daybook::compliance
