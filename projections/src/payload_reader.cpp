// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "payload_reader.hpp"

#include <array>

namespace daybook::projections {
namespace {

namespace json = boost::json;

constexpr std::string_view cut_mark = "...";

std::string_view view_of(const json::value& string) {
    const auto& text = string.get_string();
    return {text.data(), text.size()};
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

const json::value* payload_reader::find(names of) const {
    for (const auto name : of) {
        const auto* found = fields_.if_contains(name);
        if (found != nullptr && !found->is_null()) return found;
    }
    return nullptr;
}

std::string_view payload_reader::text_of(const json::value* found) {
    if (found == nullptr) return {};
    if (found->is_string()) return view_of(*found);
    ++odd_;
    return {};
}

std::string_view payload_reader::text(names of) { return text_of(find(of)); }

std::string payload_reader::word(names of) {
    const auto* found = find(of);
    if (found != nullptr && found->is_int64()) return std::to_string(found->get_int64());
    if (found != nullptr && found->is_uint64()) return std::to_string(found->get_uint64());
    return std::string{text_of(found)};
}

std::optional<bool> payload_reader::flag(names of) {
    const auto* found = find(of);
    if (found == nullptr) return std::nullopt;
    if (found->is_bool()) return found->get_bool();
    ++odd_;
    return std::nullopt;
}

std::optional<double> payload_reader::number(names of) {
    const auto* found = find(of);
    if (found == nullptr) return std::nullopt;
    if (found->is_number()) return found->to_number<double>();
    ++odd_;
    return std::nullopt;
}

std::optional<std::uint64_t> payload_reader::amount(names of) {
    const auto* found = find(of);
    if (found == nullptr) return std::nullopt;
    if (found->is_array()) return found->get_array().size();
    if (found->is_int64() && found->get_int64() >= 0)
        return static_cast<std::uint64_t>(found->get_int64());
    if (found->is_uint64()) return found->get_uint64();
    ++odd_;
    return std::nullopt;
}

std::string_view payload_reader::change_of(std::string_view field) {
    std::string new_field{"new_"};
    new_field += field;
    if (const auto* found = find({new_field})) return text_of(found);
    if (const auto* changes = fields_.if_contains("changes");
        changes != nullptr && changes->is_object()) {
        const auto* change = changes->get_object().if_contains(field);
        // {"before": ..., "after": ...} may also stand directly under "changes".
        const auto& pair =
            change != nullptr && change->is_object() ? change->get_object() : changes->get_object();
        for (const std::string_view name : {"after", "to", "new"}) {
            const auto* after = pair.if_contains(name);
            if (after != nullptr && after->is_string()) return view_of(*after);
        }
    }
    return {};
}

std::string_view payload_reader::changed_to(std::string_view field) {
    const auto change = change_of(field);
    return change.empty() ? text({"to", "after", field}) : change;
}

std::string one_line(std::string_view text, std::size_t bytes_max) {
    std::string line;
    line.reserve(std::min(text.size(), bytes_max));
    for (const char c : text.substr(0, bytes_max + 1)) {
        const auto byte = static_cast<unsigned char>(c);
        line += byte < 0x20 || byte == 0x7F ? ' ' : c;
    }
    if (text.size() <= bytes_max) return line;
    auto end = bytes_max - cut_mark.size();
    while (end > 0 && continues_character(line[end])) --end;
    line.resize(end);
    line += cut_mark;
    return line;
}

}  // namespace daybook::projections
