// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "postings.hpp"

#include "bytes.hpp"

#include <cstring>

namespace daybook::postings {
namespace {

// First byte of an encoding.
enum class form : char {
    every = 0,   // All 65 536 offsets; nothing follows.
    deltas = 1,  // varint count, varint first, then varint (difference - 1) for each further one.
    bitmap = 2   // varint count, then 8 192 bytes, bit i of byte j for offset 8 j + i.
};

constexpr std::size_t bitmap_bytes = offset_set::words * 8;
constexpr std::size_t every_count = 65'536;

bool decode_deltas(std::string_view in, std::uint64_t count, offset_set& out) noexcept {
    std::uint64_t next = 0;  // The smallest offset that may come.
    for (; count > 0; --count) {
        std::uint64_t step = 0;
        if (!bytes::take_varint(in, step) || step >= every_count) return false;
        next += step;
        if (next >= every_count) return false;
        out.add(static_cast<std::uint16_t>(next));
        ++next;
    }
    return in.empty();
}

}  // namespace

void encode(std::string& out, std::span<const std::uint16_t> offsets) {
    if (offsets.size() == every_count) {
        out.push_back(static_cast<char>(form::every));
        return;
    }
    const auto start = out.size();
    out.push_back(static_cast<char>(form::deltas));
    bytes::append_varint(out, offsets.size());
    const auto body = out.size();
    std::uint32_t next = 0;
    for (const auto offset : offsets) {
        bytes::append_varint(out, offset - next);
        next = offset + 1U;
    }
    if (out.size() - body <= bitmap_bytes) return;

    out[start] = static_cast<char>(form::bitmap);
    offset_set set;
    for (const auto offset : offsets) set.add(offset);
    out.resize(body);
    out.append(reinterpret_cast<const char*>(set.raw().data()), bitmap_bytes);
}

bool decode(std::string_view in, offset_set& out) noexcept {
    if (in.empty()) return false;
    const auto kind = static_cast<form>(in.front());
    in.remove_prefix(1);
    if (kind == form::every) {
        out.fill();
        return in.empty();
    }
    std::uint64_t count = 0;
    if (!bytes::take_varint(in, count) || count == 0 || count > every_count) return false;
    if (kind == form::deltas) return decode_deltas(in, count, out);
    if (kind != form::bitmap || in.size() != bitmap_bytes) return false;
    for (std::size_t i = 0; i < offset_set::words; ++i) {
        out.raw()[i] |= bytes::load<std::uint64_t>(in.data() + 8 * i);
    }
    return true;
}

std::uint32_t count(std::string_view in) noexcept {
    if (in.empty()) return 0;
    if (static_cast<form>(in.front()) == form::every) return every_count;
    in.remove_prefix(1);
    std::uint64_t count = 0;
    if (!bytes::take_varint(in, count) || count > every_count) return 0;
    return static_cast<std::uint32_t>(count);
}

}  // namespace daybook::postings
