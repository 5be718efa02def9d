// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "formats/fields.hpp"

#include <daybook/limits.hpp>
#include <daybook/raw_json.hpp>
#include <daybook/utf8.hpp>

#include "formats/text.hpp"

#include <algorithm>

namespace daybook::formats {
namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

// U+0000 to U+001F, U+007F to U+009F.
bool is_control(std::string_view text, std::size_t at) {
    const auto lead = byte_at(text, at);
    return lead < 0x20 || lead == 0x7F || (lead == 0xC2 && byte_at(text, at + 1) < 0xA0);
}

// Nearly every text is, and this loop has no branch.
bool is_printable_ascii(std::string_view text) {
    bool plain = true;
    for (const char c : text) plain &= c >= 0x20 && c < 0x7F;
    return plain;
}

// Two searches for one byte each are far faster than one for a set of bytes.
bool has_line_break(std::string_view text) {
    return text.find('\n') != std::string_view::npos || text.find('\r') != std::string_view::npos;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool same_letters(std::string_view a, std::string_view lower) {
    return std::equal(a.begin(), a.end(), lower.begin(), lower.end(), [](char x, char y) {
        return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + ('a' - 'A')) : x) == y;
    });
}

}  // namespace

event_facts facts_of(event_view event) {
    event_facts facts{.stream = event.stream(),
                      .sequence = event.sequence(),
                      .id = event.id(),
                      .type = event.type(),
                      .schema = event.schema(),
                      .occurred_at = event.occurred_at(),
                      .correlation = event.correlation(),
                      .causes = event.causes(),
                      .actor = event.actor(),
                      .tags = {},
                      .content_type = event.content_type(),
                      .payload = event.payload(),
                      .extensions = event.extensions(),
                      .trace = event.trace()};
    facts.tags.reserve(event.tags().size());
    for (const auto tag : event.tags()) facts.tags.push_back(tag);
    return facts;
}

event_facts facts_of(const parsed_line& line) {
    const auto& event = line.event;
    return {.stream = line.stream,
            .sequence = line.at.value_or(sequence{}),
            .id = event.id.value_or(event_id{}),
            .type = event.type,
            .schema = event.schema,
            .occurred_at = event.occurred_at,
            .correlation = event.correlation,
            .causes = event.causes,
            .actor = {event.actor.type, event.actor.id, event.actor.model},
            .tags = {event.tags.begin(), event.tags.end()},
            .content_type = event.content_type,
            .payload = event.payload,
            .extensions = event.extensions,
            .trace = {}};
}

void faults::add(std::string_view at, std::string reason) {
    const auto* begin = at.data();
    const bool inside = begin >= line_.data() && begin <= line_.data() + line_.size();
    add_at(inside ? static_cast<std::size_t>(begin - line_.data()) : 0, std::move(reason));
}

void faults::add_at(std::size_t offset, std::string reason) {
    if (!fault_) fault_ = bad_line{offset + 1, std::move(reason)};
}

std::string_view without_place(std::string_view message) noexcept {
    const auto colon = message.find(": ");
    return message.starts_with("byte ") && colon != std::string_view::npos
               ? message.substr(colon + 2)
               : message;
}

std::string_view text_of(std::string_view name, std::string_view value, std::string& unescaped,
                         faults& found) {
    if (value.empty() || value == "null") return {};
    if (kind_of(value) != json_kind::string) {
        found.add(value, join(name, " is ", to_string(kind_of(value)), ", must be a string"));
        return {};
    }
    const auto inside = value.substr(1, value.size() - 2);
    if (inside.find('\\') == std::string_view::npos) return inside;
    auto text = unescape_json_string(value);
    if (!text) {
        found.add(value, join(name, " is not a string: ", without_place(text.error().message)));
        return {};
    }
    unescaped = std::move(*text);
    return unescaped;
}

result<timestamp> parse_time(std::string_view text) {
    const auto point = text.find('.');
    if (point == std::string_view::npos) return parse_timestamp(text);
    const auto digits_end = std::min(text.find_first_not_of("0123456789", point + 1), text.size());
    constexpr std::size_t kept_digits = 6;
    if (digits_end - point - 1 <= kept_digits) return parse_timestamp(text);
    return parse_timestamp(join(text.substr(0, point + 1 + kept_digits), text.substr(digits_end)));
}

std::optional<std::string> text_problem(std::string_view what, std::string_view text,
                                        std::size_t bytes_max) {
    if (text.size() > bytes_max) {
        return join(what, " has ", text.size(), " bytes, at most ", bytes_max, " are allowed");
    }
    if (is_printable_ascii(text)) return std::nullopt;
    for (std::size_t at = 0; at < text.size();) {
        const auto size = utf8::sequence_size(text.substr(at));
        if (size == 0) return join(what, " ", shown(text), " is not UTF-8");
        if (is_control(text, at)) return join(what, " ", shown(text), " has a control character");
        at += size;
    }
    return std::nullopt;
}

std::optional<std::string> stream_problem(std::string_view name) {
    if (auto problem = text_problem("stream name", name, limits::stream_bytes_max)) return problem;
    const auto dash = name.find('-');
    if (dash == std::string_view::npos || dash == 0 || dash + 1 == name.size()) {
        return join("stream name ", shown(name), " is not category-id, like task-42");
    }
    return std::nullopt;
}

std::optional<std::string> tag_problem(std::string_view tag) {
    if (auto problem = text_problem("tag", tag, limits::tag_bytes_max)) return problem;
    const auto colon = tag.find(':');
    if (colon == std::string_view::npos || colon == 0) {
        return join("tag ", shown(tag), " is not key:value, like phase:CODE");
    }
    if (tag.starts_with("daybook.")) {
        return join("tag ", shown(tag), " has a reserved key: \"daybook.\" is the store's own");
    }
    return std::nullopt;
}

std::optional<std::string> event_problem(std::string_view stream, const new_event& event) {
    struct named {
        std::string_view what;
        std::string_view text;
        std::size_t bytes_max;
    };
    const named texts[] = {{"type", event.type, limits::type_bytes_max},
                           {"schema", event.schema, limits::schema_bytes_max},
                           {"correlation", event.correlation, limits::correlation_bytes_max},
                           {"actor type", event.actor.type, limits::actor_type_bytes_max},
                           {"actor id", event.actor.id, limits::actor_id_bytes_max},
                           {"actor model", event.actor.model, limits::actor_model_bytes_max},
                           {"content type", event.content_type, limits::content_type_bytes_max}};
    if (auto problem = stream_problem(stream)) return problem;
    if (event.type.empty()) return "type is empty";
    if (event.content_type.empty()) return "content type is empty";
    for (const auto& one : texts) {
        if (auto problem = text_problem(one.what, one.text, one.bytes_max)) return problem;
    }
    for (const auto& tag : event.tags) {
        if (auto problem = tag_problem(tag)) return problem;
    }
    if (event.tags.size() > limits::tags_max) {
        return join("it has ", event.tags.size(), " tags, at most ", limits::tags_max,
                    " are allowed");
    }
    if (event.causes.size() > limits::causes_max) {
        return join("it has ", event.causes.size(), " causes, at most ", limits::causes_max,
                    " are allowed");
    }
    return std::nullopt;
}

bool is_json_type(std::string_view content_type) noexcept {
    if (content_type == json_content_type) return true;
    auto type = content_type.substr(0, content_type.find(';'));
    while (!type.empty() && is_space(type.back())) type.remove_suffix(1);
    return same_letters(type, "application/json") || same_letters(type, "text/json") ||
           (type.size() > 5 && same_letters(type.substr(type.size() - 5), "+json"));
}

bool fits_in_line(std::string_view payload) noexcept {
    return !payload.empty() && !is_space(payload.front()) && !is_space(payload.back()) &&
           !has_line_break(payload);
}

void append_on_one_line(std::string& to, std::string_view json) {
    const auto start = to.size();
    to += json;
    if (!has_line_break(json)) return;
    for (auto at = start; at < to.size(); ++at) {
        if (to[at] == '\n' || to[at] == '\r') to[at] = ' ';
    }
}

std::optional<std::string_view> extension(std::string_view extensions, std::string_view name) {
    if (extensions.empty()) return std::nullopt;
    const auto found = raw_member(extensions, name);
    return found ? *found : std::nullopt;
}

std::string extensions_without(std::string_view extensions,
                               std::initializer_list<std::string_view> names) {
    std::string rest;
    if (extensions.empty()) return rest;
    raw_members members{extensions};
    for (auto more = members.next(); more && *more; more = members.next()) {
        if (std::find(names.begin(), names.end(), members.key()) != names.end()) continue;
        add_extension(rest, members.key(), members.value());
    }
    return rest;
}

void add_extension(std::string& extensions, std::string_view name, std::string_view value) {
    if (extensions.empty()) {
        extensions = "{";
    } else {
        extensions.back() = ',';  // It ends with '}': it was written here.
    }
    append_json_string(extensions, name);
    extensions += ':';
    append_on_one_line(extensions, value);
    extensions += '}';
}

}  // namespace daybook::formats
