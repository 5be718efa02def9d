// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "json_members.hpp"

#include <daybook/base64.hpp>
#include <daybook/raw_json.hpp>

#include "text.hpp"

namespace daybook::compliance {

result<json_members> json_members::read(std::string_view object) {
    json_members made;
    raw_members walk{object};
    for (;;) {
        const auto more = walk.next();
        if (!more) return more.error();
        if (!*more) return made;
        if (!made.values_.emplace(walk.key(), walk.value()).second) {
            return fail(errc::invalid_argument,
                        "the member " + in_quotes(walk.key()) + " is there twice");
        }
    }
}

std::optional<std::string_view> json_members::raw(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) return std::nullopt;
    return found->second;
}

std::optional<std::string> json_members::text(std::string_view name) const {
    const auto value = raw(name);
    if (!value || kind_of(*value) != json_kind::string) return std::nullopt;
    auto text = unescape_json_string(*value);
    if (!text) return std::nullopt;
    return *std::move(text);
}

std::optional<std::string> json_members::bytes(std::string_view name) const {
    const auto encoded = text(name);
    return encoded ? base64::decode(*encoded) : std::nullopt;
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
    if (!out.ends_with('{')) out += ',';
    append_json_string(out, name);
    out += ':';
    append_json_string(out, value);
}

void append_bytes_member(std::string& out, std::string_view name, std::string_view value) {
    std::string encoded;
    base64::append(encoded, value);
    append_member(out, name, encoded);
}

}  // namespace daybook::compliance
