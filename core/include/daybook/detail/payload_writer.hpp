// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/detail/compound_codec.hpp>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// The JSON of event structs: as `codec` writes it, but members that are empty optionals are left
/// out, at every depth.
namespace daybook::detail {

template <class T>
struct payload_writer {
    static bool leaves_out(const T&) { return false; }
    static void put(std::string& to, const T& value) { codec<T>::json(to, value); }
};

template <class T>
struct payload_writer<std::optional<T>> {
    static bool leaves_out(const std::optional<T>& value) { return !value; }
    static void put(std::string& to, const std::optional<T>& value) {
        if (value) return payload_writer<T>::put(to, *value);
        to += "null";
    }
};

template <class T>
struct payload_writer<std::vector<T>> {
    static bool leaves_out(const std::vector<T>&) { return false; }
    static void put(std::string& to, const std::vector<T>& value) {
        to += '[';
        bool first = true;
        for (const auto& element : value) {
            if (!std::exchange(first, false)) to += ',';
            payload_writer<T>::put(to, element);
        }
        to += ']';
    }
};

template <class T>
struct payload_writer<std::map<std::string, T>> {
    static bool leaves_out(const std::map<std::string, T>&) { return false; }
    static void put(std::string& to, const std::map<std::string, T>& value) {
        to += '{';
        bool first = true;
        for (const auto& [key, element] : value) {
            if (!std::exchange(first, false)) to += ',';
            json_text(to, key);
            to += ':';
            payload_writer<T>::put(to, element);
        }
        to += '}';
    }
};

template <class... T>
struct payload_writer<std::variant<T...>> {
    static bool leaves_out(const std::variant<T...>&) { return false; }
    static void put(std::string& to, const std::variant<T...>& value) {
        std::visit(
            [&](const auto& held) { payload_writer<std::decay_t<decltype(held)>>::put(to, held); },
            value);
    }
};

template <described T>
struct payload_writer<T> {
    static bool leaves_out(const T&) { return false; }
    static void put(std::string& to, const T& value) {
        to += '{';
        bool first = true;
        boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
            using writer = payload_writer<member_type<T, decltype(member)>>;
            const auto& held = value.*member.pointer;
            if (writer::leaves_out(held)) return;
            if (!std::exchange(first, false)) to += ',';
            json_text(to, member.name);
            to += ':';
            writer::put(to, held);
        });
        to += '}';
    }
};

}  // namespace daybook::detail
