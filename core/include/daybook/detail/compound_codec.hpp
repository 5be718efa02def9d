// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/detail/codec.hpp>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// The bytes and the JSON of containers and described structs; see value_codec.hpp.
namespace daybook::detail {

template <codable T>
struct codec<std::optional<T>> {
    static void put(std::string& to, const std::optional<T>& value) {
        codec<bool>::put(to, value.has_value());
        if (value) codec<T>::put(to, *value);
    }
    static bool get(byte_source& from, std::optional<T>& value) {
        bool there = false;
        value.reset();
        if (!codec<bool>::get(from, there)) return false;
        return !there || codec<T>::get(from, value.emplace());
    }
    static void json(std::string& to, const std::optional<T>& value) {
        if (!value) {
            to += "null";
            return;
        }
        codec<T>::json(to, *value);
    }
    static void shape(std::string& to) {
        to += '?';
        codec<T>::shape(to);
    }
};

template <codable A, codable B>
struct codec<std::pair<A, B>> {
    static void put(std::string& to, const std::pair<A, B>& value) {
        codec<A>::put(to, value.first);
        codec<B>::put(to, value.second);
    }
    static bool get(byte_source& from, std::pair<A, B>& value) {
        return codec<A>::get(from, value.first) && codec<B>::get(from, value.second);
    }
    static void json(std::string& to, const std::pair<A, B>& value) {
        to += '[';
        codec<A>::json(to, value.first);
        to += ',';
        codec<B>::json(to, value.second);
        to += ']';
    }
    static void shape(std::string& to) {
        to += '(';
        codec<A>::shape(to);
        codec<B>::shape(to);
        to += ')';
    }
};

/// No value. Only as an alternative of a variant, for it takes no bytes.
template <>
struct codec<std::monostate> {
    static void put(std::string&, std::monostate) {}
    static bool get(byte_source&, std::monostate&) { return true; }
    static void json(std::string& to, std::monostate) { to += "null"; }
    static void shape(std::string& to) { to += '0'; }
};

/// Which of the alternatives it is, and that. As JSON, only that.
template <codable... T>
struct codec<std::variant<T...>> {
    using value_type = std::variant<T...>;

    static void put(std::string& to, const value_type& value) {
        append_varint(to, value.index());
        std::visit([&](const auto& held) { codec<std::decay_t<decltype(held)>>::put(to, held); },
                   value);
    }
    static bool get(byte_source& from, value_type& value) {
        std::uint64_t place = 0;
        if (!take_varint(from.left, place) || place >= sizeof...(T)) return false;
        bool read = false;
        boost::mp11::mp_with_index<sizeof...(T)>(static_cast<std::size_t>(place), [&](auto index) {
            auto& held = value.template emplace<decltype(index)::value>();
            read = codec<std::decay_t<decltype(held)>>::get(from, held);
        });
        return read;
    }
    static void json(std::string& to, const value_type& value) {
        std::visit([&](const auto& held) { codec<std::decay_t<decltype(held)>>::json(to, held); },
                   value);
    }
    static void shape(std::string& to) {
        to += '<';
        (codec<T>::shape(to), ...);
        to += '>';
    }
};

/// Containers are written with their size, then element by element. An element takes at least one
/// byte, so a damaged size cannot make the decoder allocate more than it was given.
template <class Container, class Element>
struct sequence_codec {
    static_assert(!std::is_empty_v<Element>);
    static void put(std::string& to, const Container& value) {
        append_varint(to, value.size());
        for (const auto& element : value) codec<Element>::put(to, element);
    }
    static bool get(byte_source& from, Container& value) {
        std::uint64_t count = 0;
        value.clear();
        if (!take_varint(from.left, count) || count > from.left.size()) return false;
        for (; count > 0; --count) {
            Element element{};
            if (!codec<Element>::get(from, element)) return false;
            value.insert(value.end(), std::move(element));
        }
        return true;
    }
    static void json(std::string& to, const Container& value) {
        char separator = '[';
        for (const auto& element : value) {
            to += separator;
            codec<Element>::json(to, element);
            separator = ',';
        }
        to += value.empty() ? "[]" : "]";
    }
    static void shape(std::string& to) {
        to += '[';
        codec<Element>::shape(to);
        to += ']';
    }
};

template <codable T>
struct codec<std::vector<T>> : sequence_codec<std::vector<T>, T> {};

template <codable T>
struct codec<std::set<T>> : sequence_codec<std::set<T>, T> {};

template <codable K, codable V>
struct codec<std::map<K, V>> : sequence_codec<std::map<K, V>, std::pair<K, V>> {
    /// An object if the keys are strings, else an array of pairs.
    static void json(std::string& to, const std::map<K, V>& value) {
        if constexpr (std::same_as<K, std::string>) {
            char separator = '{';
            for (const auto& [key, element] : value) {
                to += separator;
                json_text(to, key);
                to += ':';
                codec<V>::json(to, element);
                separator = ',';
            }
            to += value.empty() ? "{}" : "}";
        } else {
            char separator = '[';
            for (const auto& [key, element] : value) {
                to += separator;
                codec<std::pair<K, V>>::json(to, {key, element});
                separator = ',';
            }
            to += value.empty() ? "[]" : "]";
        }
    }
};

template <class T>
using members_of = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                            boost::describe::mod_inherited>;

template <class T, class Member>
using member_type = std::remove_cvref_t<decltype(std::declval<T&>().*Member::pointer)>;

template <class T>
concept described = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T, template <class...> class List, class... Members>
constexpr bool members_codable(List<Members...>) {
    return (codable<member_type<T, Members>> && ...);
}

template <class T>
requires(described<T>&& members_codable<T>(members_of<T>{})) struct codec<T> {
    static void put(std::string& to, const T& value) {
        boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
            codec<member_type<T, decltype(member)>>::put(to, value.*member.pointer);
        });
    }
    static bool get(byte_source& from, T& value) {
        bool good = true;
        boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
            good =
                good && codec<member_type<T, decltype(member)>>::get(from, value.*member.pointer);
        });
        return good;
    }
    static void json(std::string& to, const T& value) {
        char separator = '{';
        boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
            to += separator;
            json_text(to, member.name);
            to += ':';
            codec<member_type<T, decltype(member)>>::json(to, value.*member.pointer);
            separator = ',';
        });
        to += separator == '{' ? "{}" : "}";
    }
    static void shape(std::string& to) {
        to += '{';
        boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
            to += member.name;
            to += ':';
            codec<member_type<T, decltype(member)>>::shape(to);
            to += ',';
        });
        to += '}';
    }
};

}  // namespace daybook::detail
