// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event_codec.hpp>
#include <daybook/orchestration/vocabulary.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// What was before and what is after, as events tell it: `{"status": {"before": "pending", "after":
/// "in_progress"}}`. Nothing on one side means that the field had, or has, no value.
namespace daybook::orchestration {

template <class T>
struct change {
    std::optional<T> before{};
    std::optional<T> after{};
    friend bool operator==(const change&, const change&) = default;
    BOOST_DESCRIBE_CLASS(change, (), (before, after), (), ())
};

/// `{before, after}`, as in `.changes = {.status = from_to(task_status::pending, ...)}`.
template <class T>
change<T> from_to(T before, T after) {
    return {std::move(before), std::move(after)};
}

/// What a task's events may say of its fields.
struct task_changes {
    std::optional<change<task_status>> status{};
    std::optional<change<task_priority>> priority{};
    std::optional<change<double>> progress_percent{};
    std::optional<change<std::string>> assignee{};
    std::optional<change<std::string>> title{};
    std::optional<change<std::string>> sprint_code{};
};
BOOST_DESCRIBE_STRUCT(task_changes, (),
                      (status, priority, progress_percent, assignee, title, sprint_code))

struct sprint_changes {
    std::optional<change<sprint_status>> status{};
    std::optional<change<std::string>> title{};
    std::optional<change<std::string>> goal{};
};
BOOST_DESCRIBE_STRUCT(sprint_changes, (), (status, title, goal))

/// What a conflict is about.
struct conflict_details {
    std::string type{};  ///< "contract", "merge" ...
    gap_severity severity{};
    std::optional<std::string> description{};
    std::optional<std::string> file{};
};
BOOST_DESCRIBE_STRUCT(conflict_details, (), (type, severity, description, file))
using conflict_told = std::variant<conflict_details, std::string>;  ///< Or in plain words.

/// A value of a field that is not known beforehand.
using field_value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>>;
using field_values = std::map<std::string, field_value>;
using field_changes = std::map<std::string, change<field_value>>;

namespace detail {

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

/// As a field's value: numbers and lists of texts as they are, everything else as text (what has
/// parts as JSON), an empty optional as nothing.
template <class T>
std::optional<field_value> value_of(const T& value) {
    if constexpr (is_optional<T>::value) {
        return value ? value_of(*value) : std::nullopt;
    } else if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string> ||
                         std::is_same_v<T, std::vector<std::string>>) {
        return field_value{value};
    } else if constexpr (std::is_integral_v<T>) {
        if (std::in_range<std::int64_t>(value))
            return field_value{static_cast<std::int64_t>(value)};
        return field_value{std::to_string(value)};
    } else if constexpr (std::is_floating_point_v<T>) {
        return field_value{static_cast<double>(value)};
    } else {
        auto text = value_to_json(value);
        if (text.size() >= 2 && text.front() == '"') {
            if constexpr (std::is_enum_v<T>) text = text.substr(1, text.size() - 2);
            if constexpr (std::is_same_v<T, timestamp>) text = to_string(value);
        }
        return field_value{std::move(text)};
    }
}

/// Sets `to` if the two differ; false if they cannot be held by it.
template <class Change, class T>
void note_change(std::optional<change<Change>>& to, const T& before, const T& after) {
    if constexpr (std::is_convertible_v<T, std::optional<Change>>) {
        if (before != after) to = change<Change>{before, after};
    }
}

}  // namespace detail

/// The fields in which two described structs of a type differ, by name; empty if in none. Plain
/// members must be comparable with `==`.
///
///     event.changes = changed(sprint_before, sprint_after);
template <daybook::detail::described State>
field_changes changed(const State& before, const State& after) {
    field_changes found;
    boost::mp11::mp_for_each<daybook::detail::members_of<State>>([&](auto member) {
        const auto& from = before.*member.pointer;
        const auto& to = after.*member.pointer;
        if (!(from == to)) found[member.name] = {detail::value_of(from), detail::value_of(to)};
    });
    return found;
}

/// The same as a struct of changes: those of its members that the states have under the same name
/// and of the same type (or an optional one). Others are left out.
///
///     event.changes = changed<task_changes>(task_before, task_after);
template <class Changes, daybook::detail::described State>
Changes changed(const State& before, const State& after) {
    Changes found;
    boost::mp11::mp_for_each<daybook::detail::members_of<Changes>>([&](auto of) {
        boost::mp11::mp_for_each<daybook::detail::members_of<State>>([&](auto member) {
            if (std::string_view{of.name} != member.name) return;
            detail::note_change(found.*of.pointer, before.*member.pointer, after.*member.pointer);
        });
    });
    return found;
}

}  // namespace daybook::orchestration
