// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "raw_pointer.hpp"

#include <daybook/raw_json.hpp>

#include <charconv>
#include <cstddef>

namespace daybook::replay {
namespace {

std::string unescaped(std::string_view token) {
    std::string text;
    for (std::size_t at = 0; at < token.size(); ++at) {
        if (token[at] == '~' && at + 1 < token.size()) {
            text += token[++at] == '0' ? '~' : '/';
        } else {
            text += token[at];
        }
    }
    return text;
}

std::optional<std::string_view> element_at(std::string_view array, std::string_view token) {
    std::size_t index = 0;
    const auto [end, failed] = std::from_chars(token.data(), token.data() + token.size(), index);
    if (failed != std::errc{} || end != token.data() + token.size()) return std::nullopt;
    if (token.size() > 1 && token.front() == '0') return std::nullopt;
    raw_elements elements{array};
    for (std::size_t at = 0;; ++at) {
        const auto more = elements.next();
        if (!more || !*more) return std::nullopt;
        if (at == index) return elements.value();
    }
}

std::optional<std::string_view> step_into(std::string_view value, std::string_view token) {
    const auto kind = kind_of(value);
    if (kind == json_kind::array) return element_at(value, token);
    if (kind != json_kind::object) return std::nullopt;
    const auto found = raw_member(value, token);
    return found ? *found : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

}  // namespace

std::vector<std::string> pointer_tokens(std::string_view pointer) {
    std::vector<std::string> tokens;
    while (!pointer.empty()) {
        pointer.remove_prefix(1);
        const auto end = pointer.find('/');
        tokens.push_back(unescaped(pointer.substr(0, end)));
        pointer = end == std::string_view::npos ? std::string_view{} : pointer.substr(end);
    }
    return tokens;
}

std::optional<std::string> scalar_at(std::string_view document,
                                     const std::vector<std::string>& tokens) {
    auto value = trimmed(document);
    for (const auto& token : tokens) {
        if (value.empty()) return std::nullopt;
        const auto inner = step_into(value, token);
        if (!inner) return std::nullopt;
        value = *inner;
    }
    if (value.empty()) return std::nullopt;
    switch (kind_of(value)) {
        case json_kind::string: {
            auto text = unescape_json_string(value);
            if (!text) return std::nullopt;
            return *std::move(text);
        }
        case json_kind::number:
        case json_kind::boolean: return std::string{value};
        default: return std::nullopt;
    }
}

}  // namespace daybook::replay
