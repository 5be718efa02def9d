// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "value_source.hpp"

#include <daybook/json.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <cmath>

namespace daybook::projections {
namespace {

namespace json = boost::json;

plain_value text_value(std::string_view text) {
    if (text.empty()) return {};
    return std::string{text};
}

// "2026-11-21T17:05:12.000Z" down to its hour, day or month.
plain_value time_start(const event_view& event, std::size_t digits) {
    return to_string(event.occurred_at()).substr(0, digits);
}

// 5.0 and 5 are one value.
plain_value number_value(double number) {
    constexpr double whole_max = 9'007'199'254'740'992.0;  // 2^53: beyond, doubles skip integers.
    if (std::trunc(number) == number && std::abs(number) <= whole_max)
        return static_cast<std::int64_t>(number);
    return number;
}

plain_value scalar_value(const json::value& found, bool& odd) {
    switch (found.kind()) {
        case json::kind::null: return {};
        case json::kind::bool_: return found.get_bool();
        case json::kind::int64: return found.get_int64();
        case json::kind::uint64: return found.get_uint64();
        case json::kind::double_:
            if (std::isfinite(found.get_double())) return number_value(found.get_double());
            odd = true;  // 1e400; and 0e400, which the parser takes for no number.
            return {};
        case json::kind::string: {
            const auto& text = found.get_string();
            return std::string{text.data(), text.size()};
        }
        default: odd = true; return {};
    }
}

bool is_pointer(std::string_view text) {
    if (!text.starts_with('/')) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escapes = text[i] == '~';
        if (escapes && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')))
            return false;
    }
    return true;
}

std::string unescaped(std::string_view token) {
    std::string text;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] != '~') {
            text += token[i];
            continue;
        }
        text += token[++i] == '0' ? '~' : '/';
    }
    return text;
}

const json::value* payload_value(const json_event& event, std::string_view pointer) {
    const auto* payload = event.payload();
    return payload == nullptr ? nullptr : find_pointer(*payload, pointer);
}

constexpr std::string_view tag_start = "$tag:";

}  // namespace

struct value_source::envelope_field {
    std::string_view name;
    envelope_reader read;
};

const std::vector<value_source::envelope_field>& value_source::envelope_fields() {
    using view = const event_view&;
    using key = const std::string&;
    static const std::vector<envelope_field> all = {
        {"$type", [](view e, key) { return text_value(e.type()); }},
        {"$stream", [](view e, key) { return text_value(e.stream()); }},
        {"$category", [](view e, key) { return text_value(e.category()); }},
        {"$actor", [](view e, key) { return text_value(e.actor().id); }},
        {"$actor_type", [](view e, key) { return text_value(e.actor().type); }},
        {"$actor_model", [](view e, key) { return text_value(e.actor().model); }},
        {"$correlation", [](view e, key) { return text_value(e.correlation()); }},
        {"$schema", [](view e, key) { return text_value(e.schema()); }},
        {"$id", [](view e, key) { return text_value(to_string(e.id())); }},
        {"$position",
         [](view e, key) { return plain_value{static_cast<std::int64_t>(e.position().value)}; }},
        {"$occurred_at", [](view e, key) { return plain_value{e.occurred_at()}; }},
        {"$recorded_at", [](view e, key) { return plain_value{e.recorded_at()}; }},
        {"$hour", [](view e, key) { return time_start(e, 13); }},
        {"$day", [](view e, key) { return time_start(e, 10); }},
        {"$month", [](view e, key) { return time_start(e, 7); }},
    };
    return all;
}

result<value_source> value_source::parse(std::string_view text) {
    value_source made;
    made.text_ = text;
    if (is_pointer(text)) return made;
    if (text.starts_with(tag_start) && text.size() > tag_start.size()) {
        made.key_ = text.substr(tag_start.size());
        made.envelope_ = [](const event_view& e, const std::string& key) {
            const auto found = e.tag(key);
            return found ? text_value(*found) : plain_value{};
        };
        return made;
    }
    std::string known = "$tag:KEY";
    for (const auto& field : envelope_fields()) {
        if (field.name == text) {
            made.envelope_ = field.read;
            return made;
        }
        known.append(" ").append(field.name);
    }
    return fail(errc::invalid_argument, "'" + made.text_ +
                                            "' names no value; it must be a JSON Pointer into the "
                                            "payload, as \"/product\", or one of " +
                                            known);
}

std::string value_source::name() const {
    if (!key_.empty()) return key_;
    if (envelope_ != nullptr) return text_.substr(1);
    return unescaped(std::string_view{text_}.substr(text_.rfind('/') + 1));
}

plain_value value_source::read(const json_event& event, bool& odd) const {
    if (envelope_ != nullptr) return envelope_(event.view(), key_);
    const auto* found = payload_value(event, text_);
    return found == nullptr ? plain_value{} : scalar_value(*found, odd);
}

void value_source::read_all(const json_event& event, std::vector<plain_value>& into,
                            bool& odd) const {
    into.clear();
    const auto* found = envelope_ == nullptr ? payload_value(event, text_) : nullptr;
    if (found == nullptr || !found->is_array()) {
        into.push_back(read(event, odd));
    } else {
        for (const auto& element : found->get_array()) into.push_back(scalar_value(element, odd));
    }
    std::erase(into, plain_value{});
}

}  // namespace daybook::projections
