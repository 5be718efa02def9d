// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Numbers in bytes: little-endian inside values, big-endian inside keys (so that keys sort).

#include <daybook/detail/varint.hpp>

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

using detail::append_varint;
using detail::take_varint;
using detail::unzigzag;
using detail::zigzag;

}  // namespace daybook::bytes
