// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/raw_json.hpp>
#include <daybook/utf8.hpp>

#include "bytes.hpp"
#include "json_scanner.hpp"
#include "text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>

namespace daybook {
namespace {

constexpr std::size_t exponent_digits_max = 9;  // What Boost.JSON reads whatever the mantissa.

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// High bit set in each byte of `word` that is `wanted`, and perhaps in bytes above such a one: good
// to know whether there is any, and which is the first (numbers are little-endian here).
constexpr std::uint64_t ones = 0x0101010101010101U;
constexpr std::uint64_t high_bits = 0x80U * ones;
constexpr std::uint64_t find_zero(std::uint64_t word) { return (word - ones) & ~word & high_bits; }
constexpr std::uint64_t find_byte(std::uint64_t word, std::uint8_t wanted) {
    return find_zero(word ^ (ones * wanted));
}

// The bytes at the front of `text` that a JSON string holds as they are, and that are ASCII.
std::size_t plain_size(std::string_view text) {
    std::size_t at = 0;
    for (; text.size() - at >= sizeof(std::uint64_t); at += sizeof(std::uint64_t)) {
        const auto word = bytes::load<std::uint64_t>(text.data() + at);
        const auto below_space = (word - 0x20U * ones) & ~word;
        const auto special = word | below_space | find_byte(word, '"') | find_byte(word, '\\');
        if ((special & high_bits) == 0) continue;
        return at + static_cast<std::size_t>(std::countr_zero(special & high_bits)) / 8;
    }
    for (; at < text.size(); ++at) {
        const auto byte = static_cast<std::uint8_t>(text[at]);
        if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\') break;
    }
    return at;
}

}  // namespace

void json_scanner::skip_space() noexcept {
    while (!at_end() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
        ++at_;
    }
}

bool json_scanner::fault(std::string_view expected) noexcept {
    if (expected_.empty()) expected_ = expected;
    return false;
}

error json_scanner::failure() const {
    std::string found = "the end";
    if (!at_end()) {
        const auto size = utf8::sequence_size(text_.substr(at_));
        found = in_quotes(text_.substr(at_, size == 0 ? 1 : size));
    }
    return fail(errc::invalid_argument,
                cat("byte ", at_ + 1, ": expected ", expected_, ", found ", found));
}

bool json_scanner::skip(char wanted, std::string_view expected) {
    if (at_end() || text_[at_] != wanted) return fault(expected);
    ++at_;
    return true;
}

bool json_scanner::skip_end() {
    skip_space();
    return at_end() || fault("nothing more");
}

bool json_scanner::skip_value(std::size_t depth_left) {
    switch (peek()) {
        case '{': return skip_object(depth_left);
        case '[': return skip_array(depth_left);
        case 't': return skip_word("true");
        case 'f': return skip_word("false");
        case 'n': return skip_word("null");
        case '"': {
            bool escaped = false;
            return skip_string(escaped);
        }
        default: return skip_number();
    }
}

bool json_scanner::skip_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return fault("a value");
    at_ += word.size();
    return true;
}

bool json_scanner::skip_plain_characters() noexcept {
    at_ += plain_size(text_.substr(at_));
    return !at_end();
}

bool json_scanner::skip_string(bool& escaped) {
    if (!skip('"', "a string")) return false;
    while (skip_plain_characters()) {
        const char c = text_[at_];
        if (c == '"') {
            ++at_;
            return true;
        }
        if (c == '\\') {
            escaped = true;
            if (!skip_escape()) return false;
            continue;
        }
        const auto size = utf8::sequence_size(text_.substr(at_));
        if (size == 0) return fault("UTF-8");
        if (size == 1) return fault("an escape instead of a control character");
        at_ += size;
    }
    return fault("'\"' at the end of the string");
}

bool json_scanner::skip_escape() {
    ++at_;
    if (at_end() || std::string_view{"\"\\/bfnrtu"}.find(text_[at_]) == std::string_view::npos) {
        return fault("one of \"\\/bfnrtu after '\\'");
    }
    if (text_[at_++] != 'u') return true;
    unsigned unit = 0;
    const auto start = at_;
    if (!skip_hex_quad(unit)) return false;
    if (unit < 0xD800 || unit > 0xDFFF) return true;
    if (unit < 0xDC00 && text_.substr(at_, 2) == "\\u") {
        at_ += 2;
        if (!skip_hex_quad(unit)) return false;
        if (unit >= 0xDC00 && unit <= 0xDFFF) return true;
    }
    at_ = start;
    return fault("a pair of surrogates");
}

bool json_scanner::skip_hex_quad(unsigned& unit) {
    unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
        const char c = peek();
        const char lower = static_cast<char>(c | 0x20);
        if (is_digit(c)) {
            unit = unit * 16 + static_cast<unsigned>(c - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            unit = unit * 16 + static_cast<unsigned>(lower - 'a') + 10;
        } else {
            return fault("four hexadecimal digits after \\u");
        }
    }
    return true;
}

bool json_scanner::skip_digits(std::size_t digits_max) {
    const auto start = at_;
    while (!at_end() && is_digit(text_[at_])) ++at_;
    if (at_ == start) return fault("a digit");
    if (at_ - start > digits_max) {
        at_ = start;
        return fault("an exponent of at most nine digits");
    }
    return true;
}

bool json_scanner::skip_number() {
    constexpr auto any_number = static_cast<std::size_t>(-1);
    const bool negative = peek() == '-';
    if (negative) ++at_;
    if (!is_digit(peek())) return fault(negative ? "a digit" : "a value");
    if (text_[at_++] != '0') {
        while (!at_end() && is_digit(text_[at_])) ++at_;
    }
    if (peek() == '.') {
        ++at_;
        if (!skip_digits(any_number)) return false;
    }
    if (peek() != 'e' && peek() != 'E') return true;
    ++at_;
    if (peek() == '+' || peek() == '-') ++at_;
    return skip_digits(exponent_digits_max);
}

bool json_scanner::skip_array(std::size_t depth_left) {
    if (depth_left == 0) return fault("at most 256 nested arrays and objects");
    ++at_;
    skip_space();
    if (peek() == ']') {
        ++at_;
        return true;
    }
    while (true) {
        if (!skip_value(depth_left - 1)) return false;
        skip_space();
        if (peek() != ',') return skip(']', "',' or ']'");
        ++at_;
        skip_space();
    }
}

bool json_scanner::skip_object(std::size_t depth_left) {
    if (depth_left == 0) return fault("at most 256 nested arrays and objects");
    ++at_;
    skip_space();
    if (peek() == '}') {
        ++at_;
        return true;
    }
    while (true) {
        bool escaped = false;
        if (!skip_string(escaped)) return false;
        skip_space();
        if (!skip(':', "':'")) return false;
        skip_space();
        if (!skip_value(depth_left - 1)) return false;
        skip_space();
        if (peek() != ',') return skip('}', "',' or '}'");
        ++at_;
        skip_space();
    }
}

namespace {

// Walking arrays and objects: what stands before the next item, if there is one.
enum class step { item, end, fault };

struct brackets {
    char open;
    char close;
    std::string_view open_expected;
    std::string_view next_expected;
};

constexpr brackets object_brackets{'{', '}', "'{'", "',' or '}'"};
constexpr brackets array_brackets{'[', ']', "'['", "',' or ']'"};

step to_next_item(json_scanner& in, bool begun, const brackets& kind) {
    in.skip_space();
    if (!begun) {
        if (!in.skip(kind.open, kind.open_expected)) return step::fault;
        in.skip_space();
        if (in.peek() != kind.close) return step::item;
    }
    if (in.peek() == kind.close) {
        in.skip(kind.close, kind.next_expected);
        return in.skip_end() ? step::end : step::fault;
    }
    if (!in.skip(',', kind.next_expected)) return step::fault;
    in.skip_space();
    return step::item;
}

unsigned hex_quad(std::string_view digits) {
    unsigned unit = 0;
    for (const char c : digits.substr(0, 4)) {
        unit = unit * 16 + static_cast<unsigned>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return unit;
}

void append_code_point(std::string& out, unsigned code) {
    const auto put = [&](unsigned byte) {
        out += static_cast<char>(static_cast<std::uint8_t>(byte));
    };
    if (code < 0x80) {
        put(code);
        return;
    }
    if (code < 0x800) {
        put(0xC0U | code >> 6U);
    } else {
        if (code < 0x10000) {
            put(0xE0U | code >> 12U);
        } else {
            put(0xF0U | code >> 18U);
            put(0x80U | (code >> 12U & 0x3FU));
        }
        put(0x80U | (code >> 6U & 0x3FU));
    }
    put(0x80U | (code & 0x3FU));
}

// Appends what the escape at the front of `in` stands for; returns its size. The scanner was here
// before: escapes are well formed, surrogates in pairs.
std::size_t unescape_one(std::string& out, std::string_view in) {
    switch (in[1]) {
        case 'b': out += '\b'; return 2;
        case 'f': out += '\f'; return 2;
        case 'n': out += '\n'; return 2;
        case 'r': out += '\r'; return 2;
        case 't': out += '\t'; return 2;
        case 'u': break;
        default: out += in[1]; return 2;
    }
    const auto unit = hex_quad(in.substr(2));
    if (unit < 0xD800 || unit > 0xDFFF) {
        append_code_point(out, unit);
        return 6;
    }
    const auto second = hex_quad(in.substr(8));
    append_code_point(out, 0x10000U + ((unit - 0xD800U) << 10U) + (second - 0xDC00U));
    return 12;
}

void append_escaped(std::string& out, char c) {
    constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\b': out += "\\b"; return;
        case '\f': out += "\\f"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: break;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    out += "\\u00";
    out += hex[byte >> 4U];
    out += hex[byte & 15U];
}

}  // namespace

std::string unescape_checked(std::string_view inside) {
    std::string out;
    out.reserve(inside.size());
    while (!inside.empty()) {
        const auto plain = std::min(inside.find('\\'), inside.size());
        out += inside.substr(0, plain);
        inside.remove_prefix(plain);
        if (!inside.empty()) inside.remove_prefix(unescape_one(out, inside));
    }
    return out;
}

result<void> check_json(std::string_view text) {
    json_scanner in{text};
    in.skip_space();
    if (in.skip_value() && in.skip_end()) return {};
    return in.failure();
}

result<bool> raw_members::next() {
    if (failure_) return *failure_;
    if (ended_) return false;
    json_scanner in{text_, offset_};
    const auto stop = [&]() -> result<bool> {
        offset_ = in.at();
        return failure_.emplace(in.failure());
    };
    const auto found = to_next_item(in, std::exchange(begun_, true), object_brackets);
    if (found == step::fault) return stop();
    if (found == step::end) {
        offset_ = in.at();
        ended_ = true;
        return false;
    }
    const auto key_at = in.at() + 1;
    escaped_ = false;
    if (!in.skip_string(escaped_)) return stop();
    key_ = text_.substr(key_at, in.at() - key_at - 1);
    if (escaped_) unescaped_ = unescape_checked(key_);
    in.skip_space();
    if (!in.skip(':', "':'")) return stop();
    in.skip_space();
    const auto value_at = in.at();
    if (!in.skip_value(json_depth_max)) return stop();
    value_ = text_.substr(value_at, in.at() - value_at);
    offset_ = in.at();
    return true;
}

result<bool> raw_elements::next() {
    if (failure_) return *failure_;
    if (ended_) return false;
    json_scanner in{text_, offset_};
    const auto found = to_next_item(in, std::exchange(begun_, true), array_brackets);
    const auto value_at = in.at();
    const bool sound = found != step::fault && (found == step::end || in.skip_value());
    offset_ = in.at();
    if (!sound) return failure_.emplace(in.failure());
    ended_ = found == step::end;
    if (!ended_) value_ = text_.substr(value_at, in.at() - value_at);
    return !ended_;
}

result<std::optional<std::string_view>> raw_member(std::string_view object, std::string_view key) {
    raw_members members{object};
    while (true) {
        const auto more = members.next();
        if (!more) return more.error();
        if (!*more) return std::optional<std::string_view>{};
        if (members.key() == key) return std::optional{members.value()};
    }
}

json_kind kind_of(std::string_view value) noexcept {
    switch (value.empty() ? '\0' : value.front()) {
        case '{': return json_kind::object;
        case '[': return json_kind::array;
        case '"': return json_kind::string;
        case 't':
        case 'f': return json_kind::boolean;
        case 'n': return json_kind::null;
        default: return json_kind::number;
    }
}

std::string_view to_string(json_kind kind) noexcept {
    constexpr std::array<std::string_view, 6> names{"null",     "a boolean", "a number",
                                                    "a string", "an array",  "an object"};
    return names[static_cast<std::size_t>(kind)];
}

result<std::string> unescape_json_string(std::string_view value) {
    json_scanner in{value};
    bool escaped = false;
    if (!in.skip_string(escaped)) return in.failure();
    if (!in.at_end()) {
        in.fault("nothing more");
        return in.failure();
    }
    const auto inside = value.substr(1, value.size() - 2);
    return escaped ? unescape_checked(inside) : std::string{inside};
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const auto plain = plain_size(text);
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        const auto size = utf8::sequence_size(text);
        if (size == 0) {
            out += "\xEF\xBF\xBD";  // U+FFFD
        } else if (size == 1) {
            append_escaped(out, text.front());
        } else {
            out += text.substr(0, size);
        }
        text.remove_prefix(size == 0 ? 1 : size);
    }
    out += '"';
}

}  // namespace daybook
