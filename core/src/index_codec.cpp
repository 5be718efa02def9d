// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "index_codec.hpp"

#include "bytes.hpp"
#include "postings.hpp"

#include <algorithm>

namespace daybook::index_codec {
namespace {

// Packed terms: the hash's upper 12 bits choose the bucket, the next 32 stand in the bucket's
// value.
constexpr std::uint16_t bucket_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint16_t>(hash >> 52U);
}
constexpr std::uint32_t print_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash >> 20U);
}

// A packed value is a run of entries, prints ascending:
//   print (u32 LE), varint count, varint first offset, varint (difference - 1) ...
template <class Visit>
bool walk_packed(std::string_view in, std::uint32_t wanted, Visit&& visit) {
    while (!in.empty()) {
        if (in.size() < 4) return false;
        const auto print = bytes::load<std::uint32_t>(in.data());
        in.remove_prefix(4);
        std::uint64_t count = 0;
        if (!bytes::take_varint(in, count) || count == 0 || count > 65'536) return false;
        if (print == wanted) return visit(in, count);
        if (print > wanted) return true;
        for (; count > 0; --count) {
            std::uint64_t step = 0;
            if (!bytes::take_varint(in, step)) return false;
        }
    }
    return true;
}

void visit_keyed(const tail_segment& sealed, std::uint32_t group,
                 const std::function<void(std::string_view, std::string_view)>& visit) {
    std::vector<const tail_segment::keyed_term*> order;
    order.reserve(sealed.keyed().size());
    for (const auto& one : sealed.keyed()) order.push_back(&one);
    std::sort(order.begin(), order.end(), [&](const auto* a, const auto* b) {
        return a->in != b->in ? a->in < b->in : sealed.text(*a) < sealed.text(*b);
    });
    std::string key;
    std::string value;
    std::vector<std::uint16_t> offsets;
    for (const auto* one : order) {
        key = key_prefix(group, one->in);
        key.append(sealed.text(*one)).push_back('\0');
        append_segment(key, sealed.number());
        sealed.collect(*one, offsets);
        value.clear();
        postings::encode(value, offsets);
        visit(key, value);
    }
}

void encode_print(std::string& value, std::uint32_t print, std::vector<std::uint16_t>& offsets) {
    bytes::append(value, print);
    bytes::append_varint(value, offsets.size());
    std::uint32_t next = 0;
    for (const auto offset : offsets) {
        bytes::append_varint(value, offset - next);
        next = offset + 1U;
    }
    offsets.clear();
}

void visit_packed(const tail_segment& sealed, std::uint32_t group, field in,
                  const std::function<void(std::string_view, std::string_view)>& visit) {
    // Bucket, print and offset side by side in 60 bits sort at once.
    std::vector<std::uint64_t> order;
    order.reserve(sealed.packed(in).size());
    for (const auto& one : sealed.packed(in)) {
        order.push_back((one.hash >> 20U << 16U) | one.offset);
    }
    std::sort(order.begin(), order.end());
    order.erase(std::unique(order.begin(), order.end()), order.end());

    const auto prefix = key_prefix(group, in);
    std::string key;
    std::string value;
    std::vector<std::uint16_t> offsets;
    for (std::size_t i = 0; i < order.size(); ++i) {
        offsets.push_back(static_cast<std::uint16_t>(order[i]));
        const bool last = i + 1 == order.size();
        const auto print = static_cast<std::uint32_t>(order[i] >> 16U);
        const auto bucket = static_cast<std::uint16_t>(order[i] >> 48U);
        if (last || order[i + 1] >> 16U != order[i] >> 16U) encode_print(value, print, offsets);
        if (last || order[i + 1] >> 48U != order[i] >> 48U) {
            key = prefix;
            bytes::append_big(key, bucket);
            append_segment(key, sealed.number());
            visit(key, value);
            value.clear();
        }
    }
}

std::string encode_times(const std::vector<std::int64_t>& times) {
    std::string value;
    std::int64_t before = 0;
    for (const auto time : times) {
        bytes::append_varint(value, bytes::zigzag(time - before));
        before = time;
    }
    return value;
}

std::string encode_frames(const std::vector<std::uint16_t>& starts) {
    std::string value;
    postings::encode(value, starts);
    return value;
}

}  // namespace

std::string key_prefix(std::uint32_t group, field in) {
    std::string key;
    bytes::append_big(key, group);
    key.push_back(static_cast<char>(in));
    return key;
}

std::string key_prefix(std::uint32_t group, const term& wanted) {
    auto key = key_prefix(group, wanted.in);
    if (is_packed(wanted.in)) {
        bytes::append_big(key, bucket_of(wanted.hash));
    } else {
        key.append(wanted.text).push_back('\0');
    }
    return key;
}

void append_segment(std::string& key, std::uint32_t segment) { bytes::append_big(key, segment); }

std::uint32_t segment_of(std::string_view key) noexcept {
    return bytes::load_big<std::uint32_t>(key.data() + key.size() - 4);
}

namespace {

template <class Add>
bool add_packed(std::string_view value, std::uint64_t hash, Add&& add) {
    return walk_packed(value, print_of(hash), [&](std::string_view in, std::uint64_t count) {
        std::uint64_t next = 0;
        for (; count > 0; --count) {
            std::uint64_t step = 0;
            if (!bytes::take_varint(in, step) || step > 65'535) return false;
            next += step;
            if (next > 65'535) return false;
            add(static_cast<std::uint16_t>(next));
            ++next;
        }
        return true;
    });
}

}  // namespace

bool load_packed(std::string_view value, std::uint64_t hash, offset_set& out) noexcept {
    return add_packed(value, hash, [&](std::uint16_t offset) { out.add(offset); });
}

bool load_packed(std::string_view value, std::uint64_t hash, std::vector<std::uint16_t>& out) {
    return add_packed(value, hash, [&](std::uint16_t offset) { out.push_back(offset); });
}

void for_each_print(std::string_view key, std::string_view value,
                    const std::function<void(std::uint64_t print)>& visit) {
    if (key.size() < 6) return;
    const std::uint64_t bucket = bytes::load_big<std::uint16_t>(key.data() + key.size() - 6);
    while (value.size() >= 4) {
        const auto print = bytes::load<std::uint32_t>(value.data());
        value.remove_prefix(4);
        std::uint64_t count = 0;
        if (!bytes::take_varint(value, count) || count > 65'536) return;
        for (; count > 0; --count) {
            std::uint64_t step = 0;
            if (!bytes::take_varint(value, step)) return;
        }
        visit(bucket << 32U | print);
    }
}

std::string encode_summary(const segment_summary& s) {
    std::string value;
    bytes::append(value, s.events);
    for (const auto time : {s.occurred_min, s.occurred_max, s.recorded_first, s.recorded_last}) {
        bytes::append(value, std::int64_t{time.time_since_epoch().count()});
    }
    return value;
}

bool decode_summary(std::string_view value, segment_summary& out) noexcept {
    if (value.size() != 4 + 4 * 8) return false;
    const auto time = [&](std::size_t i) {
        const auto us = bytes::load<std::int64_t>(value.data() + 4 + 8 * i);
        return timestamp{std::chrono::microseconds{us}};
    };
    out = {.events = bytes::load<std::uint32_t>(value.data()),
           .occurred_min = time(0),
           .occurred_max = time(1),
           .recorded_first = time(2),
           .recorded_last = time(3)};
    return out.events == limits::segment_events;
}

bool decode_times(std::string_view value, std::vector<std::int64_t>& out) {
    out.resize(limits::segment_events);
    std::uint64_t time = 0;  // Unsigned, so that hostile bytes wrap instead of overflowing.
    for (auto& one : out) {
        std::uint64_t step = 0;
        if (!bytes::take_varint(value, step)) return false;
        time += static_cast<std::uint64_t>(bytes::unzigzag(step));
        one = static_cast<std::int64_t>(time);
    }
    return value.empty();
}

void for_each_entry(const tail_segment& sealed,
                    const std::function<void(std::string_view, std::string_view)>& visit) {
    const auto group = sealed.number() >> group_bits;
    const auto once = [&](field in, const std::string& value) {
        auto key = key_prefix(group, in);
        append_segment(key, sealed.number());
        visit(key, value);
    };
    once(field::summary, encode_summary(sealed.summary()));
    once(field::frames, encode_frames(sealed.frame_starts()));
    once(field::times, encode_times(sealed.times()));
    visit_keyed(sealed, group, visit);
    for (const auto in : {field::id, field::correlation, field::cause, field::stream}) {
        visit_packed(sealed, group, in, visit);
    }
}

std::vector<std::string> stream_keys(const tail_segment& sealed) {
    std::vector<std::string> keys;
    keys.reserve(sealed.new_streams().size());
    for (const auto& one : sealed.new_streams()) {
        keys.push_back(stream_key_prefix(one.hash));
        bytes::append_big(keys.back(), one.at);
    }
    std::sort(keys.begin(), keys.end());
    return keys;
}

std::string stream_key_prefix(std::uint64_t hash) {
    std::string key;
    bytes::append_big(key, hash);
    return key;
}

}  // namespace daybook::index_codec
