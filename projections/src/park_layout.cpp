// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "park_layout.hpp"

namespace daybook::projections::layout {
namespace {

constexpr char keyed = 'k';
constexpr char keyless = 'e';
constexpr std::size_t number_bytes = 8;

void append_number(std::string& to, std::uint64_t value) {
    for (unsigned shift = 64; shift > 0; shift -= 8)
        to += static_cast<char>((value >> (shift - 8)) & 0xFFU);
}

std::uint64_t read_number(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) value = (value << 8U) | static_cast<unsigned char>(c);
    return value;
}

error damaged(const keyspace& rows, std::string_view what) {
    return fail(errc::corrupt, "keyspace " + rows.name() + ": " + std::string{what} +
                                   " cannot be read; build the view again");
}

result<park_record> decode_head(const keyspace& rows, std::string_view bytes) {
    daybook::detail::byte_source peek{bytes};
    std::uint64_t format = 0;
    if (daybook::detail::take_varint(peek.left, format) && format > park_format) {
        return fail(errc::unsupported, "keyspace " + rows.name() + ": parked event of format " +
                                           std::to_string(format) + "; this build reads up to " +
                                           std::to_string(park_format));
    }
    auto head = decode_value<park_record>(bytes);
    if (!head) return damaged(rows, "a parked event");
    return head;
}

}  // namespace

std::string lane_of_key(std::string_view key) {
    std::string lane{keyed};
    lane += key;
    return lane;
}

std::string lane_of_event(position at) {
    std::string lane{keyless};
    append_number(lane, at.value);
    return lane;
}

std::optional<std::string_view> key_of_lane(std::string_view lane) noexcept {
    if (!lane.starts_with(keyed)) return std::nullopt;
    return lane.substr(1);
}

std::string head_key(std::string_view lane) {
    std::string key{lane_heads};
    key += lane;
    return key;
}

std::string queue_prefix(std::string_view lane) {
    std::string key{lane_queues};
    append_number(key, lane.size());  // Or a lane could be the start of another.
    key += lane;
    return key;
}

std::string queue_key(std::string_view lane, position at) {
    auto key = queue_prefix(lane);
    append_number(key, at.value);
    return key;
}

std::string note_key(std::uint64_t number) {
    std::string key{park_notes};
    append_number(key, number);
    return key;
}

std::string encode(const park_record& record) {
    std::string bytes;
    encode_value(record, bytes);
    return bytes;
}

std::string encode(const park_note& note) {
    std::string bytes;
    encode_value(note, bytes);
    return bytes;
}

result<void> visit_heads(
    const keyspace& rows,
    const std::function<bool(std::string_view lane, const park_record& head)>& visit) {
    std::optional<error> wrong;
    auto scanned = rows.scan(lane_heads, {}, [&](std::string_view key, std::string_view bytes) {
        const auto head = decode_head(rows, bytes);
        if (head) return visit(key.substr(lane_heads.size()), *head);
        wrong = head.error();
        return false;
    });
    if (wrong) return *std::move(wrong);
    return scanned;
}

result<void> visit_queue(const keyspace& rows, std::string_view lane, position from,
                         const std::function<bool(position at)>& visit) {
    const auto prefix = queue_prefix(lane);
    std::optional<error> wrong;
    auto scanned =
        rows.scan(prefix, queue_key(lane, from), [&](std::string_view key, std::string_view) {
            if (key.size() == prefix.size() + number_bytes)
                return visit(position{read_number(key.substr(prefix.size()))});
            wrong = damaged(rows, "a held event");
            return false;
        });
    if (wrong) return *std::move(wrong);
    return scanned;
}

result<void> visit_notes(
    const keyspace& rows,
    const std::function<bool(std::uint64_t number, const park_note& note)>& visit) {
    std::optional<error> wrong;
    auto scanned = rows.scan(park_notes, {}, [&](std::string_view key, std::string_view bytes) {
        const auto note = decode_value<park_note>(bytes);
        if (note && key.size() == park_notes.size() + number_bytes)
            return visit(read_number(key.substr(park_notes.size())), *note);
        wrong = damaged(rows, "a note of a parked event");
        return false;
    });
    if (wrong) return *std::move(wrong);
    return scanned;
}

}  // namespace daybook::projections::layout
