// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event_codec.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Event structs with something sensible in every member, at every depth.
namespace daybook::test {

template <class T>
struct filler {
    static T make(std::string_view name) {
        if constexpr (std::is_enum_v<T>) {
            T last{};
            boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
                [&](auto one) { last = one.value; });
            return last;
        } else if constexpr (std::is_same_v<T, timestamp>) {
            return timestamp{std::chrono::seconds{1'766'399'400}};
        } else if constexpr (std::is_same_v<T, bool>) {
            return true;
        } else if constexpr (std::is_arithmetic_v<T>) {
            return T{50};
        } else if constexpr (daybook::detail::described<T>) {
            T made{};
            boost::mp11::mp_for_each<daybook::detail::members_of<T>>([&](auto member) {
                using held = daybook::detail::member_type<T, decltype(member)>;
                made.*member.pointer = filler<held>::make(member.name);
            });
            return made;
        } else {
            return T{"a " + std::string{name}};
        }
    }
};

template <class T>
struct filler<std::optional<T>> {
    static std::optional<T> make(std::string_view name) { return filler<T>::make(name); }
};
template <class T>
struct filler<std::vector<T>> {
    static std::vector<T> make(std::string_view name) { return {filler<T>::make(name)}; }
};
template <class T>
struct filler<std::map<std::string, T>> {
    static std::map<std::string, T> make(std::string_view name) {
        return {{"a_field", filler<T>::make(name)}};
    }
};
template <class... T>
struct filler<std::variant<T...>> {
    static std::variant<T...> make(std::string_view name) { return std::string{name}; }
};

template <class E>
E filled() {
    return filler<E>::make("");
}

}  // namespace daybook::test
