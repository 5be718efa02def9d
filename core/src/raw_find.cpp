// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "raw_find.hpp"

#include <daybook/raw_json.hpp>

#include <algorithm>
#include <charconv>

namespace daybook {
namespace {

using found_value = std::optional<std::string_view>;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
    return text.substr(0, text.find_last_not_of(space) + 1);
}

// The first reference token of `pointer` without its '/'. Requires: `pointer` is not empty.
std::string_view first_token(std::string_view pointer) {
    return pointer.substr(1, pointer.find('/', 1) - 1);
}

std::string_view after_first_token(std::string_view pointer) {
    return pointer.substr(1 + first_token(pointer).size());
}

// Is `name` what the reference token stands for? Never, if a '~' in it escapes nothing.
bool stands_for(std::string_view token, std::string_view name) {
    if (token.find('~') == std::string_view::npos) return token == name;
    for (const char c : name) {
        if (token.empty()) return false;
        const bool escaped = token.front() == '~';
        const std::string_view spelling = c == '~' ? "~0" : c == '/' ? "~1" : "";
        if (escaped ? !token.starts_with(spelling) || spelling.empty() : token.front() != c) {
            return false;
        }
        token.remove_prefix(escaped ? 2 : 1);
    }
    return token.empty();
}

std::optional<std::size_t> index_of(std::string_view token) {
    std::size_t index = 0;
    const char* end = token.data() + token.size();
    const auto read = std::from_chars(token.data(), end, index);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    if (token.size() > 1 && token.front() == '0') return std::nullopt;
    return index;
}

found_value last_member(std::string_view object, std::string_view token) {
    found_value found;
    const bool plain = token.find('~') == std::string_view::npos;
    raw_members members{object};
    auto more = members.next();
    for (; more && *more; more = members.next()) {
        const auto name = members.key();
        if (plain ? name == token : stands_for(token, name)) found = members.value();
    }
    return more ? found : std::nullopt;
}

found_value element_at(std::string_view array, std::string_view token) {
    const auto index = index_of(token);
    if (!index) return std::nullopt;
    found_value found;
    raw_elements elements{array};
    auto more = elements.next();
    for (std::size_t i = 0; more && *more; more = elements.next(), ++i) {
        if (i == *index) found = elements.value();
    }
    return more ? found : std::nullopt;
}

found_value step(std::string_view within, std::string_view token) {
    switch (kind_of(within)) {
        case json_kind::object: return last_member(within, token);
        case json_kind::array: return element_at(within, token);
        default: return std::nullopt;
    }
}

found_value follow(found_value at, std::string_view pointer) {
    while (at && !pointer.empty()) {
        if (pointer.front() != '/') return std::nullopt;
        at = step(*at, first_token(pointer));
        pointer = after_first_token(pointer);
    }
    return at;
}

}  // namespace

std::optional<std::string_view> find_raw(std::string_view document, std::string_view pointer) {
    const auto whole = trimmed(document);
    // The first step checks the whole document; without one, that is all there is to do.
    if (pointer.empty() && !check_json(whole)) return std::nullopt;
    return follow(whole, pointer);
}

std::vector<std::optional<std::string_view>> find_raw(std::string_view document,
                                                      std::span<const std::string> pointers) {
    std::vector<found_value> found(pointers.size());
    const auto whole = trimmed(document);
    const bool shared = kind_of(whole) == json_kind::object;
    raw_members members{whole};
    auto more = shared ? members.next() : result<bool>{false};
    for (; more && *more; more = members.next()) {
        for (std::size_t i = 0; i < pointers.size(); ++i) {
            if (pointers[i].starts_with('/') &&
                stands_for(first_token(pointers[i]), members.key())) {
                found[i] = members.value();
            }
        }
    }
    for (std::size_t i = 0; i < pointers.size(); ++i) {
        const bool first_done = shared && pointers[i].starts_with('/');
        if (!more) {
            found[i].reset();
        } else if (first_done) {
            found[i] = follow(found[i], after_first_token(pointers[i]));
        } else {
            found[i] = find_raw(document, pointers[i]);
        }
    }
    return found;
}

}  // namespace daybook
