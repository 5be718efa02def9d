// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "terms.hpp"

#include "record.hpp"

#include <daybook/json.hpp>
#include <daybook/limits.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <charconv>
#include <cmath>

namespace daybook {
namespace {

template <class Number>
std::string number_text(Number value) {
    char raw[32];
    const auto done = std::to_chars(raw, raw + sizeof raw, value);
    std::string text{"n"};
    return text.append(raw, done.ptr);
}

std::string double_text(double value) {
    // 2^63 and 2^64 are exact doubles; below them a whole double is exactly some integer.
    if (std::trunc(value) == value && value >= -0x1p63 && value < 0x1p64) {
        return value < 0 ? number_text(static_cast<std::int64_t>(value))
                         : number_text(static_cast<std::uint64_t>(value));
    }
    return number_text(value);
}

}  // namespace

std::uint64_t hash_term(field in, std::string_view text, std::uint64_t seed) noexcept {
    return XXH3_64bits_withSeed(text.data(), text.size(), seed + static_cast<std::uint64_t>(in));
}

std::optional<std::string> indexed_text(const boost::json::value& value) {
    using boost::json::kind;
    switch (value.kind()) {
        case kind::null: return "z";
        case kind::bool_: return value.get_bool() ? "b1" : "b0";
        case kind::int64: return number_text(value.get_int64());
        case kind::uint64: return number_text(value.get_uint64());
        case kind::double_:
            // Boost.JSON reads "0e400" as NaN, which equals nothing.
            if (std::isnan(value.get_double())) return std::nullopt;
            return double_text(value.get_double());
        case kind::string: {
            const auto& text = value.get_string();
            if (text.size() > limits::indexed_value_bytes_max) return std::nullopt;
            if (text.find('\0') != boost::json::string::npos) return std::nullopt;
            return std::string{"s"}.append(text.data(), text.size());
        }
        case kind::array:
        case kind::object: return std::nullopt;
    }
    return std::nullopt;
}

void term_rules::collect(event_view event, std::vector<term>& out,
                         std::deque<std::string>& texts) const {
    const auto actor = event.actor();
    out.push_back(make(field::category, event.category()));
    out.push_back(make(field::type, event.type()));
    if (!actor.id.empty()) out.push_back(make(field::actor, actor.id));
    for (const std::string_view tag : event.tags()) out.push_back(make(field::tag, tag));
    if (!event.correlation().empty()) {
        out.push_back(make(field::correlation, event.correlation()));
    }
    for (const auto& cause : event.causes()) out.push_back(make(field::cause, id_text(cause)));
    out.push_back(make(field::stream, event.stream()));
    const auto* id = event.record().data() + record::at_id;
    out.push_back(make(field::id, {id, 16}));

    if (indexed_fields.empty()) return;
    const auto payload = payload_json(event);
    if (!payload) return;  // Not JSON after all: such an event has no payload terms.
    for (std::size_t i = 0; i < indexed_fields.size(); ++i) {
        const auto* value = find_pointer(*payload, indexed_fields[i]);
        if (value == nullptr) continue;
        if (auto text = indexed_text(*value)) {
            out.push_back(make(payload_field(i), texts.emplace_back(std::move(*text))));
        }
    }
}

}  // namespace daybook
