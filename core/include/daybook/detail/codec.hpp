// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/detail/varint.hpp>
#include <daybook/result.hpp>
#include <daybook/types.hpp>

#include <boost/describe.hpp>

#include <bit>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

/// The bytes and the JSON of single values; see value_codec.hpp for what and why.
namespace daybook::detail {

/// What is left of the bytes being decoded.
struct byte_source {
    std::string_view left;
};

void json_text(std::string& to, std::string_view text);     ///< Quoted and escaped.
void json_number(std::string& to, double value);            ///< null unless finite.
std::uint64_t hash_shape(std::string_view shape) noexcept;  ///< FNV-1a.

/// `put`, `get`, `json` and `shape` of one type; not defined for types that rows cannot hold.
template <class T>
struct codec;

template <class T>
concept codable = requires(std::string& to, const T& value, byte_source& from, T& into) {
    codec<T>::put(to, value);
    { codec<T>::get(from, into) } -> std::same_as<bool>;
    codec<T>::json(to, value);
    codec<T>::shape(to);
};

template <>
struct codec<bool> {
    static void put(std::string& to, bool value) { to.push_back(value ? '\1' : '\0'); }
    static bool get(byte_source& from, bool& value) {
        if (from.left.empty() || from.left.front() > 1) return false;
        value = from.left.front() == 1;
        from.left.remove_prefix(1);
        return true;
    }
    static void json(std::string& to, bool value) { to += value ? "true" : "false"; }
    static void shape(std::string& to) { to += 'b'; }
};

template <std::unsigned_integral T>
struct codec<T> {
    static void put(std::string& to, T value) { append_varint(to, value); }
    static bool get(byte_source& from, T& value) {
        std::uint64_t wide = 0;
        if (!take_varint(from.left, wide)) return false;
        value = static_cast<T>(wide);
        return value == wide;
    }
    static void json(std::string& to, T value) { to += std::to_string(value); }
    static void shape(std::string& to) { to += 'u'; }
};

template <std::signed_integral T>
struct codec<T> {
    static void put(std::string& to, T value) { append_varint(to, zigzag(value)); }
    static bool get(byte_source& from, T& value) {
        std::uint64_t wide = 0;
        if (!take_varint(from.left, wide)) return false;
        value = static_cast<T>(unzigzag(wide));
        return value == unzigzag(wide);
    }
    static void json(std::string& to, T value) { to += std::to_string(value); }
    static void shape(std::string& to) { to += 'i'; }
};

template <std::floating_point T>
requires(sizeof(T) <= sizeof(double)) struct codec<T> {
    static void put(std::string& to, T value) {
        const auto bits = std::bit_cast<std::uint64_t>(static_cast<double>(value));
        for (unsigned shift = 0; shift < 64; shift += 8) {
            to.push_back(static_cast<char>(static_cast<unsigned char>(bits >> shift)));
        }
    }
    static bool get(byte_source& from, T& value) {
        if (from.left.size() < 8) return false;
        std::uint64_t bits = 0;
        for (unsigned at = 0; at < 8; ++at) {
            const auto byte = static_cast<unsigned char>(from.left[at]);
            bits |= static_cast<std::uint64_t>(byte) << (8 * at);
        }
        from.left.remove_prefix(8);
        value = static_cast<T>(std::bit_cast<double>(bits));
        return true;
    }
    static void json(std::string& to, T value) { json_number(to, static_cast<double>(value)); }
    static void shape(std::string& to) { to += 'd'; }
};

template <class T>
requires(std::is_enum_v<T>&& boost::describe::has_describe_enumerators<T>::value) struct codec<T> {
    using number = codec<std::int64_t>;
    static void put(std::string& to, T value) { number::put(to, static_cast<std::int64_t>(value)); }
    static bool get(byte_source& from, T& value) {
        std::int64_t wide = 0;
        if (!number::get(from, wide)) return false;
        value = static_cast<T>(wide);
        return static_cast<std::int64_t>(value) == wide;
    }
    static void json(std::string& to, T value) {
        json_text(to, boost::describe::enum_to_string(value, "unknown"));
    }
    static void shape(std::string& to) { to += 'e'; }
};

template <>
struct codec<std::string> {
    static void put(std::string& to, const std::string& value) {
        append_varint(to, value.size());
        to += value;
    }
    static bool get(byte_source& from, std::string& value) {
        std::uint64_t size = 0;
        if (!take_varint(from.left, size) || size > from.left.size()) return false;
        value.assign(from.left.data(), size);
        from.left.remove_prefix(size);
        return true;
    }
    static void json(std::string& to, const std::string& value) { json_text(to, value); }
    static void shape(std::string& to) { to += 's'; }
};

template <class Rep, class Period>
struct codec<std::chrono::duration<Rep, Period>> {
    using value_type = std::chrono::duration<Rep, Period>;
    static void put(std::string& to, value_type value) { codec<Rep>::put(to, value.count()); }
    static bool get(byte_source& from, value_type& value) {
        Rep count{};
        if (!codec<Rep>::get(from, count)) return false;
        value = value_type{count};
        return true;
    }
    static void json(std::string& to, value_type value) { codec<Rep>::json(to, value.count()); }
    static void shape(std::string& to) { to += 't'; }
};

template <>
struct codec<timestamp> {
    static void put(std::string& to, timestamp value) {
        codec<std::int64_t>::put(to, value.time_since_epoch().count());
    }
    static bool get(byte_source& from, timestamp& value) {
        std::int64_t count = 0;
        if (!codec<std::int64_t>::get(from, count)) return false;
        value = timestamp{std::chrono::microseconds{count}};
        return true;
    }
    static void json(std::string& to, timestamp value) { json_text(to, to_string(value)); }
    static void shape(std::string& to) { to += 'T'; }
};

template <class T>
requires(std::same_as<T, position> || std::same_as<T, sequence>) struct codec<T> {
    static void put(std::string& to, T value) { append_varint(to, value.value); }
    static bool get(byte_source& from, T& value) { return take_varint(from.left, value.value); }
    static void json(std::string& to, T value) { to += std::to_string(value.value); }
    static void shape(std::string& to) { to += 'u'; }
};

template <>
struct codec<event_id> {
    static void put(std::string& to, const event_id& value) {
        for (const auto byte : value.bytes) to.push_back(static_cast<char>(byte));
    }
    static bool get(byte_source& from, event_id& value) {
        if (from.left.size() < value.bytes.size()) return false;
        std::memcpy(value.bytes.data(), from.left.data(), value.bytes.size());
        from.left.remove_prefix(value.bytes.size());
        return true;
    }
    static void json(std::string& to, const event_id& value) { json_text(to, to_string(value)); }
    static void shape(std::string& to) { to += 'U'; }
};

}  // namespace daybook::detail
