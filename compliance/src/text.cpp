// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "text.hpp"

#include <daybook/base64.hpp>
#include <daybook/utf8.hpp>

#include "hex.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace daybook::compliance {

std::string in_quotes(std::string_view found) {
    constexpr std::size_t shown_max = 100;
    std::string out{'"'};
    for (const char c : found.substr(0, shown_max)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7F) {
            out += c;
        } else {
            out += "\\x";
            append_hex(out, byte);
        }
    }
    if (found.size() > shown_max) out += "...";
    return out += '"';
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) noexcept {
    constexpr auto most = static_cast<std::uint64_t>(INT64_MAX);
    if (text.empty() || (text.front() == '0' && text.size() > 1)) return std::nullopt;
    std::uint64_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end || value > most) return std::nullopt;
    return value;
}

std::optional<std::string_view> take_line(std::string_view& text) noexcept {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

std::string_view take_word(std::string_view& text) noexcept {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

bool is_note_text(std::string_view text) noexcept {
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
    return std::none_of(text.begin(), text.end(), control) && utf8::valid(text);
}

bool has_space(std::string_view text) noexcept {
    // U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000.
    static constexpr std::array<std::string_view, 19> wide{
        "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81",
        "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86",
        "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
        "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};
    const auto narrow = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    if (std::any_of(text.begin(), text.end(), narrow)) return true;
    return std::any_of(wide.begin(), wide.end(), [&](std::string_view space) {
        return text.find(space) != std::string_view::npos;
    });
}

void append_hash_lines(std::string& out, const proof_path& path) {
    for (const auto& hash : path) {
        base64::append(out, hash.view());
        out += '\n';
    }
}

result<proof_path> take_hash_lines(std::string_view& text, std::string_view what) {
    constexpr std::size_t hashes_max = 64;
    const auto wrong = [&](const std::string& why) {
        return fail(errc::invalid_argument, std::string{what} + ": " + why);
    };
    proof_path path;
    while (const auto line = take_line(text)) {
        if (line->empty()) return path;
        const auto bytes = base64::decode(*line);
        const auto hash = bytes ? digest::from_bytes(*bytes) : std::nullopt;
        if (!hash) return wrong("line " + in_quotes(*line) + " is not a hash in base64");
        if (path.size() == hashes_max) return wrong("more hashes than any proof has");
        path.push_back(*hash);
    }
    return wrong("no empty line behind the hashes");
}

}  // namespace daybook::compliance
