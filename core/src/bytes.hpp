// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Numbers in bytes: little-endian inside values, big-endian inside keys (so that keys sort).

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace daybook::bytes {

static_assert(std::endian::native == std::endian::little, "the formats are written in place");

template <class T>
T load(const char* at) noexcept {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

template <class T>
void store(char* at, T value) noexcept {
    std::memcpy(at, &value, sizeof value);
}

template <class T>
void append(std::string& out, T value) {
    char raw[sizeof value];
    store(raw, value);
    out.append(raw, sizeof raw);
}

template <class T>
T load_big(const char* at) noexcept {
    T value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) {
        value = static_cast<T>((value << 8U) | static_cast<std::uint8_t>(at[i]));
    }
    return value;
}

template <class T>
void append_big(std::string& out, T value) {
    for (std::size_t i = sizeof value; i-- > 0;) {
        out.push_back(static_cast<char>(static_cast<std::uint8_t>(value >> (8 * i))));
    }
}

/// LEB128, as in protocol buffers.
inline void append_varint(std::string& out, std::uint64_t value) {
    while (value >= 0x80) {
        out.push_back(static_cast<char>(static_cast<std::uint8_t>(value | 0x80U)));
        value >>= 7U;
    }
    out.push_back(static_cast<char>(static_cast<std::uint8_t>(value)));
}

/// Takes one varint off the front of `in`; false if it is cut short or longer than 64 bits.
inline bool take_varint(std::string_view& in, std::uint64_t& value) noexcept {
    value = 0;
    for (unsigned shift = 0; shift < 64 && !in.empty(); shift += 7) {
        const auto byte = static_cast<std::uint8_t>(in.front());
        in.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7FU} << shift;
        if (byte < 0x80) return true;
    }
    return false;
}

constexpr std::uint64_t zigzag(std::int64_t value) noexcept {
    return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) noexcept {
    return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
}

}  // namespace daybook::bytes
