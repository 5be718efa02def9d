// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "terms.hpp"

#include <daybook/limits.hpp>

#include "raw_find.hpp"
#include "record.hpp"

#define XXH_INLINE_ALL
#include <charconv>
#include <cmath>
#include <xxhash.h>

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

std::optional<std::string> indexed_text(const scalar& value) {
    if (std::holds_alternative<std::nullptr_t>(value)) return "z";
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "b1" : "b0";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return number_text(*number);
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return number_text(*number);
    if (const auto* number = std::get_if<double>(&value)) return double_text(*number);
    const auto* text = std::get_if<std::string_view>(&value);
    if (text == nullptr) return std::nullopt;
    if (text->size() > limits::indexed_value_bytes_max ||
        text->find('\0') != std::string_view::npos) {
        return std::string{unspelled_text};
    }
    return std::string{"s"}.append(*text);
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
    const auto values = find_raw(event.payload(), indexed_fields);
    std::string unescaped;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!values[i]) continue;
        if (auto text = indexed_text(read_scalar(*values[i], unescaped))) {
            out.push_back(make(payload_field(i), texts.emplace_back(std::move(*text))));
        }
    }
}

}  // namespace daybook
