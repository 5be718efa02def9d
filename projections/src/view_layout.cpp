// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "view_layout.hpp"

#include <charconv>

namespace daybook::projections::layout {
namespace {

constexpr std::string_view name_start = "view.";
constexpr std::string_view checkpoint_mark = ".c";

template <class Number>
bool take_number(std::string_view& from, Number& number) {
    const auto [at, failed] = std::from_chars(from.data(), from.data() + from.size(), number);
    if (failed != std::errc{}) return false;
    from.remove_prefix(static_cast<std::size_t>(at - from.data()));
    return true;
}

}  // namespace

std::string row_key(std::string_view key) {
    std::string full{row_prefix};
    full += key;
    return full;
}

std::string encode_cursor(const cursor_record& record) {
    std::string bytes;
    encode_value(record, bytes);
    return bytes;
}

result<std::optional<cursor_record>> read_cursor(const keyspace& rows) {
    const auto bytes = rows.get(cursor_key);
    if (!bytes) return bytes.error();
    if (!*bytes) return std::optional<cursor_record>{};
    daybook::detail::byte_source peek{**bytes};
    std::uint64_t format = 0;
    if (daybook::detail::take_varint(peek.left, format) && format > cursor_format) {
        return fail(errc::unsupported, "keyspace " + rows.name() + ": cursor of format " +
                                           std::to_string(format) + "; this build reads up to " +
                                           std::to_string(cursor_format));
    }
    auto record = decode_value<cursor_record>(**bytes);
    if (!record) {
        return fail(errc::corrupt, "keyspace " + rows.name() +
                                       ": the cursor cannot be read; drop the "
                                       "view and build it again");
    }
    return std::optional{*std::move(record)};
}

std::optional<error> check_cursor(const cursor_record& record, const any_projection& of) {
    const bool other_query = record.query_fingerprint != of.query_fingerprint();
    const bool other_row = record.row_fingerprint != of.row_fingerprint();
    if (!other_query && !other_row) return std::nullopt;
    return fail(errc::invalid_argument,
                "view \"" + of.name() + "\" version " + std::to_string(of.version()) + ": its " +
                    (other_query ? "query" : of.rows_depend_on()) +
                    " changed since the stored rows were built with this version; raise the "
                    "version, which builds the new rows beside these, or drop the view");
}

std::string keyspace_stem(std::string_view view, std::uint32_t version) {
    std::string stem{name_start};
    stem += view;
    stem += ".v";
    stem += std::to_string(version);
    return stem;
}

std::optional<view_generation> parse_keyspace_name(std::string_view keyspace_name) {
    if (!keyspace_name.starts_with(name_start)) return std::nullopt;
    keyspace_name.remove_prefix(name_start.size());
    const auto dot = keyspace_name.find(".v");
    if (dot == std::string_view::npos) return std::nullopt;
    view_generation found{std::string{keyspace_name.substr(0, dot)}, 0, 1};
    auto left = keyspace_name.substr(dot + 2);
    if (!take_number(left, found.version)) return std::nullopt;
    if (!left.empty()) {
        if (!left.starts_with(".g")) return std::nullopt;
        left.remove_prefix(2);
        if (!take_number(left, found.generation) || !left.empty()) return std::nullopt;
    }
    if (!detail::is_view_name(found.name)) return std::nullopt;
    return found;
}

std::string checkpoint_keyspace(std::string_view generation_keyspace, timestamp made_at) {
    std::string name{generation_keyspace};
    name += checkpoint_mark;
    name += std::to_string(made_at.time_since_epoch().count());
    return name;
}

std::optional<checkpoint_name> parse_checkpoint_name(std::string_view keyspace_name) {
    const auto mark = keyspace_name.rfind(checkpoint_mark);
    if (mark == std::string_view::npos) return std::nullopt;
    auto of = parse_keyspace_name(keyspace_name.substr(0, mark));
    keyspace_name.remove_prefix(mark + checkpoint_mark.size());
    std::uint64_t microseconds = 0;
    if (!of || !take_number(keyspace_name, microseconds) || !keyspace_name.empty())
        return std::nullopt;
    return checkpoint_name{
        *std::move(of),
        timestamp{std::chrono::microseconds{static_cast<std::int64_t>(microseconds)}}};
}

}  // namespace daybook::projections::layout
