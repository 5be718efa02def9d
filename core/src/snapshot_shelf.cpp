// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "snapshot_shelf.hpp"

#include <daybook/value_codec.hpp>

#include "text.hpp"

#define XXH_INLINE_ALL
#include <algorithm>
#include <bit>
#include <tuple>
#include <xxhash.h>

namespace daybook::snapshots {
namespace {

constexpr char separator = '\0';
constexpr std::size_t checksum_bytes = 8;

template <class Number>
void put_big_endian(std::string& to, Number value) {
    for (int shift = (int{sizeof value} - 1) * 8; shift >= 0; shift -= 8)
        to += static_cast<char>(static_cast<unsigned char>(value >> shift));
}

template <class Number>
Number get_big_endian(std::string_view from) {
    Number value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i)
        value = static_cast<Number>(value << 8U) | static_cast<unsigned char>(from[i]);
    return value;
}

void put_checksum(std::string& to) {
    const auto sum = hash_of(to);
    for (unsigned shift = 0; shift < 64; shift += 8)
        to += static_cast<char>(static_cast<unsigned char>(sum >> shift));
}

bool has_checksum(std::string_view bytes) {
    if (bytes.size() < checksum_bytes) return false;
    std::string whole{bytes.substr(0, bytes.size() - checksum_bytes)};
    put_checksum(whole);
    return whole == bytes;
}

bool before(const stored_snapshot& a, const stored_snapshot& b) {
    return std::tie(a.key.stream, a.key.state, a.key.version, b.key.last) <
           std::tie(b.key.stream, b.key.state, b.key.version, a.key.last);
}

}  // namespace

void past_digest::add(std::string_view record) {
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    XXH3_128bits_reset(&state);
    std::string so_far;
    put_big_endian(so_far, high);
    put_big_endian(so_far, low);
    XXH3_128bits_update(&state, so_far.data(), so_far.size());
    XXH3_128bits_update(&state, record.data(), record.size());
    const auto digest = XXH3_128bits_digest(&state);
    high = digest.high64;
    low = digest.low64;
}

std::string key_prefix(std::string_view stream, std::string_view state, std::uint32_t version) {
    std::string key{stream};
    key += separator;
    key += state;
    key += separator;
    put_big_endian(key, version);
    return key;
}

std::string encode_key(const snapshot_key& key) {
    auto bytes = key_prefix(key.stream, key.state, key.version);
    put_big_endian(bytes, key.last.value);
    return bytes;
}

std::optional<snapshot_key> decode_key(std::string_view bytes) {
    const auto first = bytes.find(separator);
    if (first == bytes.npos) return std::nullopt;
    const auto second = bytes.find(separator, first + 1);
    constexpr auto numbers = sizeof(std::uint32_t) + sizeof(std::uint64_t);
    if (second == bytes.npos || bytes.size() != second + 1 + numbers) return std::nullopt;
    const auto rest = bytes.substr(second + 1);
    return snapshot_key{
        .stream = std::string{bytes.substr(0, first)},
        .state = std::string{bytes.substr(first + 1, second - first - 1)},
        .version = get_big_endian<std::uint32_t>(rest),
        .last = sequence{get_big_endian<std::uint64_t>(rest.substr(sizeof(std::uint32_t)))}};
}

std::uint64_t hash_of(std::string_view record) noexcept {
    return XXH3_64bits(record.data(), record.size());
}

std::string encode_record(const snapshot_record& of) {
    std::string bytes;
    encode_value(of, bytes);
    put_checksum(bytes);
    return bytes;
}

result<snapshot_record> decode_record(std::string_view bytes) {
    if (!has_checksum(bytes)) {
        return fail(errc::corrupt,
                    cat("snapshot of ", bytes.size(), " bytes: its checksum does not fit"));
    }
    bytes.remove_suffix(checksum_bytes);
    // Whatever else a newer format changes, its number comes first.
    detail::byte_source peek{bytes};
    std::uint64_t format = 0;
    if (detail::take_varint(peek.left, format) && format > record_format) {
        return fail(errc::unsupported, cat("snapshot has format ", format,
                                           "; this program reads up to ", record_format));
    }
    return decode_value<snapshot_record>(bytes);
}

snapshot_info info_of(const snapshot_key& key, const snapshot_record& record) {
    return {.stream = key.stream,
            .state = key.state,
            .version = key.version,
            .last = key.last,
            .at = record.at,
            .taken_at = record.taken_at,
            .bytes = record.state.size()};
}

result<std::optional<keyspace>> open_existing(store& log) {
    const auto names = log.keyspaces();
    if (!names) return names.error();
    std::optional<keyspace> none;
    if (std::find(names->begin(), names->end(), keyspace_name) == names->end()) return none;
    auto opened = log.open_keyspace(keyspace_name);
    if (!opened) return opened.error();
    return std::optional{*std::move(opened)};
}

result<std::vector<stored_snapshot>> read_all(const keyspace& from, std::string_view stream) {
    std::vector<stored_snapshot> found;
    std::string prefix{stream};
    if (!prefix.empty()) prefix += separator;
    auto read = from.scan(prefix, prefix, [&](std::string_view key, std::string_view value) {
        if (auto decoded = decode_key(key))
            found.push_back({*std::move(decoded), decode_record(value)});
        return true;
    });
    if (!read) return read.error();
    std::stable_sort(found.begin(), found.end(), before);
    return found;
}

}  // namespace daybook::snapshots
