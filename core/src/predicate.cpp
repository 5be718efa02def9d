// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "predicate.hpp"

#include <daybook/raw_json.hpp>

#include "raw_find.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace daybook {
namespace {

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

bool any_criteria_match(const std::vector<criteria>& any_of, event_view event) noexcept {
    return any_of.empty() || std::any_of(any_of.begin(), any_of.end(), [&](const criteria& item) {
               return criteria_match(item, event);
           });
}

compiled_conditions::compiled_conditions(const std::vector<payload_condition>& conditions) {
    conditions_.reserve(conditions.size());
    for (const auto& given : conditions) {
        condition made{given.pointer, given.op, {}, given.value};
        std::string unescaped;
        const auto value = condition_value(given.value, unescaped);
        if (const auto* text = std::get_if<std::string_view>(&value)) {
            made.text = *text;
        } else {
            made.wanted = value;
        }
        conditions_.push_back(std::move(made));
    }
}

bool compiled_conditions::match(event_view event) const {
    const auto payload = event.payload();
    return std::all_of(conditions_.begin(), conditions_.end(), [&](const condition& asked) {
        const auto found = find_raw(payload, asked.pointer);
        return found && asked.holds(*found);
    });
}

scalar compiled_conditions::condition::value() const noexcept {
    const bool is_text = std::holds_alternative<std::monostate>(wanted);
    return is_text ? scalar{std::string_view{text}} : wanted;
}

bool compiled_conditions::condition::holds(std::string_view found) const {
    if (op == comparison::exists) return true;
    if (op == comparison::contains && kind_of(found) == json_kind::array) {
        return holds_for_element(found);
    }
    std::string unescaped;
    const auto there = read_scalar(found, unescaped);
    if (op == comparison::prefix || op == comparison::contains) {
        const auto* string = std::get_if<std::string_view>(&there);
        return string != nullptr &&
               (op == comparison::prefix ? string->starts_with(text)
                                         : string->find(text) != std::string_view::npos);
    }
    return holds_for(compare_scalars(there, value()));
}

bool compiled_conditions::condition::holds_for(std::partial_ordering order) const noexcept {
    switch (op) {
        case comparison::equal: return order == 0;
        case comparison::not_equal: return order != 0;
        case comparison::less: return order < 0;
        case comparison::less_equal: return order <= 0;
        case comparison::greater: return order > 0;
        case comparison::greater_equal: return order >= 0;
        default: return false;
    }
}

bool compiled_conditions::condition::holds_for_element(std::string_view array) const {
    raw_elements elements{array};
    std::string unescaped;
    for (auto more = elements.next(); more && *more; more = elements.next()) {
        if (compare_scalars(read_scalar(elements.value(), unescaped), value()) == 0) return true;
    }
    return false;
}

}  // namespace daybook
