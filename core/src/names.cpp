// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "names.hpp"

#include <daybook/limits.hpp>
#include <daybook/utf8.hpp>

#include "text.hpp"

#include <cstring>

namespace daybook::names {
namespace {

constexpr std::string_view reserved_key_start = "daybook.";

// Eight bytes at a time: is any of them a control character, DEL, or not ASCII? The sums cannot
// carry from one byte into the next, because the high bits are taken out before and put back after.
bool is_plain(std::uint64_t word) {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t high = 0x80U * ones;
    const auto low_bits = word & ~high;
    const auto at_least_space = low_bits + 0x60U * ones;               // High bit: byte >= 0x20.
    const auto not_delete = (low_bits ^ 0x7FU * ones) + 0x7FU * ones;  // High bit: byte != 0x7F.
    return (at_least_space & not_delete & ~word & high) == high;
}

std::size_t plain_size(std::string_view text) {
    std::size_t at = 0;
    for (; text.size() - at >= sizeof(std::uint64_t); at += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        if (!is_plain(word)) return at;
    }
    return at;
}

// U+0000 to U+001F, U+007F to U+009F.
bool is_control(std::string_view sequence) {
    const auto first = static_cast<std::uint8_t>(sequence[0]);
    if (sequence.size() == 1) return first < 0x20 || first == 0x7F;
    return first == 0xC2 && static_cast<std::uint8_t>(sequence[1]) < 0xA0;
}

result<void> check_characters(std::string_view what, std::string_view text) {
    for (std::size_t at = plain_size(text); at < text.size();) {
        const auto size = utf8::sequence_size(text.substr(at));
        if (size == 0) {
            return fail(errc::invalid_argument, cat(what, " ", in_quotes(text),
                                                    " is not UTF-8: byte ", at + 1, " is wrong"));
        }
        if (is_control(text.substr(at, size))) {
            return fail(errc::invalid_argument, cat(what, " ", in_quotes(text),
                                                    " has a control character at byte ", at + 1));
        }
        at += size;
    }
    return {};
}

result<void> check_name(std::string_view what, std::string_view text, std::size_t bytes_max) {
    if (text.empty()) return fail(errc::invalid_argument, cat(what, " is empty"));
    return check_text(what, text, bytes_max);
}

}  // namespace

result<void> check_text(std::string_view what, std::string_view text, std::size_t bytes_max) {
    if (text.size() > bytes_max) {
        return fail(errc::invalid_argument, cat(what, " ", in_quotes(text), " has ", text.size(),
                                                " bytes, at most ", bytes_max, " are allowed"));
    }
    return check_characters(what, text);
}

result<void> check_stream_name(std::string_view name) {
    if (auto named = check_name("stream name", name, limits::stream_bytes_max); !named) {
        return named;
    }
    const auto dash = name.find('-');
    if (dash == std::string_view::npos) {
        return fail(errc::invalid_argument,
                    cat("stream name ", in_quotes(name),
                        " has no '-': a name is category-id, like task-42"));
    }
    if (dash == 0 || dash + 1 == name.size()) {
        return fail(errc::invalid_argument,
                    cat("stream name ", in_quotes(name), " has no ", dash == 0 ? "category" : "id",
                        dash == 0 ? " before" : " after",
                        " its first '-': a name is category-id, like task-42"));
    }
    return {};
}

result<void> check_category(std::string_view category) {
    if (auto named = check_name("category", category, limits::stream_bytes_max); !named) {
        return named;
    }
    if (category.find('-') != std::string_view::npos) {
        return fail(errc::invalid_argument,
                    cat("category ", in_quotes(category),
                        " has a '-': it is what comes before the first '-' of a stream's name"));
    }
    return {};
}

result<void> check_type(std::string_view type) {
    return check_name("event type", type, limits::type_bytes_max);
}

result<void> check_tag_filter(std::string_view tag) {
    if (auto named = check_name("tag", tag, limits::tag_bytes_max); !named) return named;
    const auto colon = tag.find(':');
    if (colon == std::string_view::npos) {
        return fail(
            errc::invalid_argument,
            cat("tag ", in_quotes(tag), " has no ':': a tag is key:value, like phase:CODE"));
    }
    if (colon == 0) {
        return fail(errc::invalid_argument,
                    cat("tag ", in_quotes(tag), " has no key before its ':'"));
    }
    return {};
}

result<void> check_tag(std::string_view tag) {
    if (auto formed = check_tag_filter(tag); !formed) return formed;
    if (tag.starts_with(reserved_key_start)) {
        return fail(errc::invalid_argument,
                    cat("tag ", in_quotes(tag), " has a reserved key: keys that begin with \"",
                        reserved_key_start, "\" are the store's own"));
    }
    return {};
}

result<void> check_time(std::string_view what, timestamp time) {
    if (time >= timestamp_min && time <= timestamp_max) return {};
    return fail(errc::invalid_argument,
                cat(what, " is ", time, ", outside the years 0001 to 9999"));
}

result<void> check_pointer(std::string_view pointer) {
    if (!pointer.empty() && pointer.front() != '/') {
        return fail(errc::invalid_argument,
                    cat("JSON Pointer ", in_quotes(pointer), " does not begin with '/'"));
    }
    if (!utf8::valid(pointer)) {
        return fail(errc::invalid_argument,
                    cat("JSON Pointer ", in_quotes(pointer), " is not UTF-8"));
    }
    for (auto at = pointer.find('~'); at != std::string_view::npos;
         at = pointer.find('~', at + 1)) {
        const char next = at + 1 < pointer.size() ? pointer[at + 1] : '\0';
        if (next != '0' && next != '1') {
            return fail(errc::invalid_argument,
                        cat("JSON Pointer ", in_quotes(pointer),
                            " has a '~' that is not \"~0\" (for '~') or \"~1\" (for '/')"));
        }
    }
    return {};
}

}  // namespace daybook::names
