// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "predicate.hpp"

#include <daybook/json.hpp>

#include "payload_parse.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace daybook {
namespace {

using boost::json::kind;
using boost::json::value;

std::string_view view_of(const boost::json::string& text) { return {text.data(), text.size()}; }

// Exact: a double is split into its whole part, compared as an integer, and the rest.
template <class Integer>
std::partial_ordering compare_to_double(Integer a, double b) {
    constexpr double above = std::is_signed_v<Integer> ? 0x1p63 : 0x1p64;
    constexpr double lowest = std::is_signed_v<Integer> ? -0x1p63 : 0.0;
    if (std::isnan(b)) return std::partial_ordering::unordered;
    if (b >= above) return std::partial_ordering::less;
    if (b < lowest) return std::partial_ordering::greater;
    const double whole = std::trunc(b);
    if (const auto order = a <=> static_cast<Integer>(whole); order != 0) return order;
    return whole <=> b;
}

template <class Integer>
std::partial_ordering compare_integers(Integer a, const value& b) {
    if (b.is_double()) return compare_to_double(a, b.get_double());
    const auto order = [a](auto other) {
        if (std::cmp_less(a, other)) return std::partial_ordering::less;
        return std::cmp_equal(a, other) ? std::partial_ordering::equivalent
                                        : std::partial_ordering::greater;
    };
    return b.is_int64() ? order(b.get_int64()) : order(b.get_uint64());
}

std::partial_ordering reversed(std::partial_ordering order) { return 0 <=> order; }

std::partial_ordering compare_numbers(const value& a, const value& b) {
    if (a.is_int64()) return compare_integers(a.get_int64(), b);
    if (a.is_uint64()) return compare_integers(a.get_uint64(), b);
    if (b.is_double()) return a.get_double() <=> b.get_double();
    return reversed(compare_numbers(b, a));
}

// `compare` of char_traits<char> is bytewise, as unsigned.
std::partial_ordering compare_text(std::string_view a, std::string_view b) {
    return a.compare(b) <=> 0;
}

bool found_in(const value& found, std::string_view text, const value& wanted) {
    if (const auto* string = found.if_string()) {
        return view_of(*string).find(text) != std::string_view::npos;
    }
    const auto* array = found.if_array();
    return array != nullptr && std::any_of(array->begin(), array->end(), [&](const value& element) {
               return compare_scalars(element, wanted) == 0;
           });
}

bool holds_any(const std::vector<std::string>& any_of, std::string_view value) {
    return any_of.empty() || std::find(any_of.begin(), any_of.end(), value) != any_of.end();
}

bool holds_if_set(std::string_view wanted, std::string_view found) {
    return wanted.empty() || wanted == found;
}

bool has_tags(const std::vector<std::string>& wanted, const tag_range& tags) {
    return std::all_of(wanted.begin(), wanted.end(), [&](std::string_view tag) {
        return std::find(tags.begin(), tags.end(), tag) != tags.end();
    });
}

bool has_cause(const event_id& wanted, std::span<const event_id> causes) {
    return std::find(causes.begin(), causes.end(), wanted) != causes.end();
}

bool is_json_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

bool criteria_match(const criteria& wanted, event_view event) noexcept {
    // What costs least and excludes most comes first.
    if (wanted.since && event.occurred_at() < *wanted.since) return false;
    if (wanted.until && event.occurred_at() >= *wanted.until) return false;
    if (wanted.id && event.id() != *wanted.id) return false;
    if (!holds_any(wanted.types, event.type())) return false;
    if (!holds_if_set(wanted.stream, event.stream())) return false;
    if (!holds_if_set(wanted.category, event.category())) return false;
    if (!holds_if_set(wanted.correlation, event.correlation())) return false;
    if (!wanted.actor.empty() || !wanted.actor_type.empty()) {
        const auto actor = event.actor();
        if (!holds_if_set(wanted.actor, actor.id)) return false;
        if (!holds_if_set(wanted.actor_type, actor.type)) return false;
    }
    if (wanted.cause && !has_cause(*wanted.cause, event.causes())) return false;
    return wanted.tags.empty() || has_tags(wanted.tags, event.tags());
}

std::partial_ordering compare_scalars(const value& a, const value& b) noexcept {
    if (a.is_number() && b.is_number()) return compare_numbers(a, b);
    if (a.kind() != b.kind()) return std::partial_ordering::unordered;
    switch (a.kind()) {
        case kind::null: return std::partial_ordering::equivalent;
        case kind::bool_: return a.get_bool() <=> b.get_bool();
        case kind::string: return compare_text(view_of(a.get_string()), view_of(b.get_string()));
        default: return std::partial_ordering::unordered;
    }
}

value condition_value(std::string_view text) {
    const bool spaced =
        !text.empty() && (is_json_space(text.front()) || is_json_space(text.back()));
    if (!spaced) {
        boost::json::error_code error;
        auto parsed = parse_payload(text, error);
        if (!error && !parsed.is_structured()) return parsed;
    }
    return value(boost::json::string_view{text.data(), text.size()});
}

compiled_conditions::compiled_conditions(const std::vector<payload_condition>& conditions) {
    conditions_.reserve(conditions.size());
    for (const auto& given : conditions) {
        auto wanted = condition_value(given.value);
        const auto* string = wanted.if_string();
        std::string text = string != nullptr ? std::string{view_of(*string)} : given.value;
        conditions_.push_back({given.pointer, given.op, std::move(wanted), std::move(text)});
    }
}

bool compiled_conditions::match(event_view event) const {
    if (conditions_.empty()) return true;
    return with_parsed_payload(event.payload(),
                               [this](const value& payload) { return match(payload); });
}

bool compiled_conditions::match(const value& payload) const noexcept {
    return std::all_of(conditions_.begin(), conditions_.end(),
                       [&](const condition& asked) { return holds(asked, payload); });
}

bool compiled_conditions::holds(const condition& asked, const value& payload) noexcept {
    const auto* found = find_pointer(payload, asked.pointer);
    if (found == nullptr) return false;
    switch (asked.op) {
        case comparison::exists: return true;
        case comparison::prefix:
            return found->is_string() && view_of(found->get_string()).starts_with(asked.text);
        case comparison::contains: return found_in(*found, asked.text, asked.wanted);
        default: break;
    }
    const auto order = compare_scalars(*found, asked.wanted);
    switch (asked.op) {
        case comparison::equal: return order == 0;
        case comparison::not_equal: return order != 0;
        case comparison::less: return order < 0;
        case comparison::less_equal: return order <= 0;
        case comparison::greater: return order > 0;
        case comparison::greater_equal: return order >= 0;
        default: return false;
    }
}

}  // namespace daybook
