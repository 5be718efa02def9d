// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "subscription_rows.hpp"

#include "bytes.hpp"
#include "text.hpp"

namespace daybook::subscription_rows {
namespace {

constexpr std::uint8_t row_version = 1;
constexpr std::size_t name_bytes_max = 200;

constexpr char cursor_mark = 'c';
constexpr char parked_mark = 'p';
constexpr char done_mark = 'd';

constexpr std::size_t cursor_bytes = 18;
constexpr std::size_t parked_bytes_least = 14;

std::string prefix_of(char mark, std::string_view name) {
    std::string key{mark};
    key.append(name).push_back('\0');
    return key;
}

std::string parked_prefix(std::string_view name, std::string_view key) {
    auto prefix = prefix_of(parked_mark, name);
    bytes::append_big(prefix, static_cast<std::uint16_t>(key.size()));
    prefix += key;
    return prefix;
}

error damaged(std::string_view name, std::string_view what) {
    return fail(errc::corrupt,
                cat("subscription ", in_quotes(name), ": its ", what, " is damaged"));
}

result<void> check_version(std::string_view name, std::string_view value) {
    if (value.empty()) return damaged(name, "row");
    const auto version = static_cast<std::uint8_t>(value.front());
    if (version <= row_version) return {};
    return fail(errc::unsupported, cat("subscription ", in_quotes(name), ": its row has version ",
                                       version, ", this daybook knows ", row_version));
}

result<parked_row> decode_parked(std::string_view name, std::string_view key,
                                 std::string_view value) {
    if (auto ok = check_version(name, value); !ok) return ok.error();
    const auto state = value.size() < parked_bytes_least ? 0 : value[1];
    if (key.size() < 10 || state < 1 || state > 3) return damaged(name, "parked row");
    parked_row row;
    row.key = key.substr(2, key.size() - 10);
    row.at = {bytes::load_big<std::uint64_t>(key.data() + key.size() - 8)};
    row.state = static_cast<parked_state>(state);
    row.attempts = bytes::load<std::uint32_t>(value.data() + 2);
    row.parked_at =
        timestamp{std::chrono::microseconds{bytes::load<std::int64_t>(value.data() + 6)}};
    row.reason = value.substr(parked_bytes_least);
    return row;
}

}  // namespace

std::string cursor_key(std::string_view name) { return cursor_mark + std::string{name}; }

std::string encode(const cursor& row) {
    std::string value;
    bytes::append(value, row_version);
    bytes::append(value, row.of);
    bytes::append(value, row.query);
    bytes::append(value, row.next.value);
    return value;
}

result<std::optional<cursor>> read_cursor(const keyspace& rows, std::string_view name) {
    const auto value = rows.get(cursor_key(name));
    if (!value) return value.error();
    if (!*value) return std::optional<cursor>{};
    if (auto ok = check_version(name, **value); !ok) return ok.error();
    const auto of = (*value)->size() == cursor_bytes ? (**value)[1] : 0;
    if (of != 1 && of != 2) return damaged(name, "cursor");
    return std::optional{cursor{static_cast<holder>(of),
                                bytes::load<std::uint64_t>((*value)->data() + 2),
                                {bytes::load<std::uint64_t>((*value)->data() + 10)}}};
}

std::string parked_key(std::string_view name, std::string_view key, position at) {
    auto all = parked_prefix(name, key);
    bytes::append_big(all, at.value);
    return all;
}

std::string encode(const parked_row& row) {
    std::string value;
    bytes::append(value, row_version);
    bytes::append(value, row.state);
    bytes::append(value, row.attempts);
    bytes::append(value, std::int64_t{row.parked_at.time_since_epoch().count()});
    value += row.reason;
    return value;
}

result<void> visit_parked(const keyspace& rows, std::string_view name,
                          std::optional<std::string_view> key,
                          const std::function<bool(const parked_row&)>& visit) {
    const auto all = prefix_of(parked_mark, name);
    result<void> sound;
    const auto scanned = rows.scan(key ? parked_prefix(name, *key) : all, {},
                                   [&](std::string_view at, std::string_view value) {
                                       // Of a longer key that begins with this one? Lengths come
                                       // first, so there is none.
                                       const auto row =
                                           decode_parked(name, at.substr(all.size()), value);
                                       if (!row) sound = row.error();
                                       return row && visit(*row);
                                   });
    return scanned ? sound : scanned;
}

result<std::optional<parked_row>> first_parked(const keyspace& rows, std::string_view name,
                                               std::string_view key) {
    std::optional<parked_row> first;
    const auto visited = visit_parked(rows, name, key, [&](const parked_row& row) {
        first = row;
        return false;
    });
    if (!visited) return visited.error();
    return first;
}

std::string done_key(std::string_view name, position at) {
    auto key = prefix_of(done_mark, name);
    bytes::append_big(key, at.value);
    return key;
}

result<void> visit_done(const keyspace& rows, std::string_view name,
                        const std::function<bool(position)>& visit) {
    const auto prefix = prefix_of(done_mark, name);
    return rows.scan(prefix, {}, [&](std::string_view key, std::string_view) {
        if (key.size() != prefix.size() + 8) return true;
        return visit({bytes::load_big<std::uint64_t>(key.data() + prefix.size())});
    });
}

result<void> check_name(std::string_view name) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_.-";
    if (!name.empty() && name.size() <= name_bytes_max &&
        name.find_first_not_of(letters) == std::string_view::npos) {
        return {};
    }
    return fail(errc::invalid_argument,
                cat("subscription name ", in_quotes(name), ": it must be 1 to ", name_bytes_max,
                    " of a-z 0-9 _ . -"));
}

}  // namespace daybook::subscription_rows
