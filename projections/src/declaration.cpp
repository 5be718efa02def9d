// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "declaration.hpp"

#include "declared_spot.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace daybook::projections {
namespace {

namespace limits = declared_limits;

// Members that rows have beside the columns; see print_row.
constexpr std::array<std::string_view, 3> reserved_names{"key", "odd_fields", "over_limit"};

constexpr std::array<std::string_view, 7> histogram_members{"count", "mean", "min", "p50",
                                                            "p95",   "p99",  "max"};

const std::vector<std::string_view>& aggregate_names() {
    static const std::vector<std::string_view> all = [] {
        std::vector<std::string_view> names;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<aggregate>>(
            [&](auto each) { names.emplace_back(each.name); });
        return names;
    }();
    return all;
}

bool has_limit(aggregate what) { return what == aggregate::distinct || what == aggregate::set; }

bool fits_a_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

/// Names that can be a JSON member, a CSV header and a word of a shell alike.
bool is_member_name(std::string_view name) {
    return !name.empty() && name.size() <= limits::name_bytes_max &&
           std::all_of(name.begin(), name.end(), fits_a_name);
}

/// The name of a source with '_' for what cannot be in a member's name.
std::string name_for(const value_source& source) {
    std::string name = source.name();
    std::replace_if(
        name.begin(), name.end(), [](char c) { return !fits_a_name(c); }, '_');
    return name;
}

/// The names that are given already: no two members of a row may have the same.
class name_list {
public:
    result<void> add(const declared_spot& at, const std::string& name) {
        if (!is_member_name(name)) {
            return at.wrong("the name '" + name + "' must be 1 to " +
                            std::to_string(limits::name_bytes_max) + " of a-z A-Z 0-9 _ -");
        }
        const bool reserved =
            std::find(reserved_names.begin(), reserved_names.end(), name) != reserved_names.end();
        if (reserved) return at.wrong("the name '" + name + "' is taken by daybook");
        if (!names_.insert(name).second) return at.wrong("the name '" + name + "' is given twice");
        return {};
    }

private:
    std::set<std::string> names_;
};

result<value_source> source_at(const declared_spot& at) {
    const auto text = at.text();
    if (!text) return text.error();
    auto source = value_source::parse(*text);
    if (!source) return at.wrong(source.error().message);
    return source;
}

result<void> add_key_part(const declared_spot& at, std::optional<std::string> name,
                          name_list& names, declaration& into) {
    auto source = source_at(at);
    if (!source) return source.error();
    if (!name) name = name_for(*source);
    if (auto added = names.add(at, *name); !added) return added;
    into.key.push_back({*std::move(name), *std::move(source)});
    return {};
}

result<void> read_key(const declared_spot& at, name_list& names, declaration& into) {
    std::vector<std::pair<std::optional<std::string>, declared_spot>> parts;
    if (at.value().is_object()) {
        for (auto& [name, part] : at.members()) parts.emplace_back(name, part);
    } else {
        for (const auto& part : at.elements()) parts.emplace_back(std::nullopt, part);
    }
    if (parts.empty() || parts.size() > limits::key_parts_max) {
        return at.wrong("a key has 1 to " + std::to_string(limits::key_parts_max) +
                        " parts, found " + std::to_string(parts.size()));
    }
    for (const auto& [name, part] : parts) {
        if (auto added = add_key_part(part, name, names, into); !added) return added;
    }
    return {};
}

/// The one member that names an aggregate.
result<std::pair<aggregate, declared_spot>> aggregate_of(const declared_spot& at) {
    std::optional<std::pair<aggregate, declared_spot>> found;
    for (const auto& [name, value] : at.members()) {
        aggregate what{};
        if (!boost::describe::enum_from_string(name.c_str(), what)) continue;
        if (found) return value.wrong("'" + name + "' is the second aggregate of this column");
        found.emplace(what, value);
    }
    if (!found) return at.wrong("a column needs one of " + any_of_names(aggregate_names()));
    return *std::move(found);
}

result<void> read_limit(const declared_spot& column, declared_column& into) {
    const bool is_set = into.what == aggregate::set;
    if (has_limit(into.what)) into.limit = is_set ? limits::set_default : limits::distinct_default;
    const auto at = column.member("limit");
    if (!at) return {};
    if (!has_limit(into.what)) return at->wrong("only 'distinct' and 'set' take a limit");
    const auto limit = at->whole_number(1, is_set ? limits::set_max : limits::distinct_max);
    if (!limit) return limit.error();
    into.limit = static_cast<std::size_t>(*limit);
    return {};
}

result<void> read_column_parts(const declared_spot& at, declared_column& into) {
    auto allowed = aggregate_names();
    allowed.push_back("limit");
    allowed.insert(allowed.end(), filter_names().begin(), filter_names().end());
    if (auto checked = at.check_members(allowed); !checked) return checked;
    const auto found = aggregate_of(at);
    if (!found) return found.error();
    into.what = found->first;
    const auto& of = found->second;
    const bool counts_events = into.what == aggregate::count && of.value() == "all";
    if (!counts_events) {
        auto source = source_at(of);
        if (!source) return source.error();
        into.of = *std::move(source);
    }
    if (auto read = read_limit(at, into); !read) return read;
    auto when = read_filters(at);
    if (!when) return when.error();
    into.when = *std::move(when);
    return {};
}

result<declared_column> read_column(const std::string& name, const declared_spot& at,
                                    name_list& names) {
    declared_column column{.name = name, .what = {}, .of = {}, .limit = 0, .when = {}};
    if (at.value().is_string()) {
        if (at.value() != "count") return at.must_be("\"count\" or a mapping, as {sum: /minutes}");
    } else if (auto read = read_column_parts(at, column); !read) {
        return read.error();
    }
    for (const auto& member : members_of_column(column)) {
        if (auto added = names.add(at, member); !added) return added.error();
    }
    return column;
}

/// The most bytes that a column may take in a stored row.
std::size_t column_bytes_max(const declared_column& column) {
    constexpr std::size_t number_max = 11;  // Its kind, and ten bytes of a varint.
    constexpr std::size_t text_max = limits::text_bytes_max + 4;
    constexpr std::size_t histogram_max = 2048 * (2 + 10) + 6 * 10;  // 2 048 buckets.
    switch (column.what) {
        case aggregate::mean: return 2 * number_max;
        case aggregate::min:
        case aggregate::max:
        case aggregate::first:
        case aggregate::last: return text_max;
        case aggregate::distinct: return column.limit * 10 + number_max;
        case aggregate::set: return column.limit * text_max + number_max;
        case aggregate::histogram: return histogram_max;
        default: return number_max;
    }
}

static_assert(limits::row_bytes_max <= row_bytes_max,
              "a row that is declared fits as it is stored");

result<void> check_row_size(const declared_spot& at, const std::vector<declared_column>& columns) {
    std::size_t bytes = 0;
    for (const auto& column : columns) bytes += column_bytes_max(column);
    if (bytes <= limits::row_bytes_max) return {};
    return at.wrong("a row may grow to " + std::to_string(bytes) + " bytes, at most " +
                    std::to_string(limits::row_bytes_max) +
                    " are allowed; lower the limit of a 'set' or 'distinct'");
}

result<void> read_columns(const declared_spot& at, name_list& names, declaration& into) {
    if (!at.value().is_object()) return at.must_be("a mapping of names to columns");
    const auto members = at.members();
    if (members.empty() || members.size() > limits::columns_max) {
        return at.wrong("a view has 1 to " + std::to_string(limits::columns_max) +
                        " columns, found " + std::to_string(members.size()));
    }
    for (const auto& [name, column_at] : members) {
        auto column = read_column(name, column_at, names);
        if (!column) return column.error();
        into.columns.push_back(*std::move(column));
    }
    return check_row_size(at, into.columns);
}

result<void> read_name(const declared_spot& top, declaration& into) {
    const auto at = top.needed("name");
    if (!at) return at.error();
    auto name = at->text();
    if (!name) return name.error();
    if (!detail::is_view_name(*name)) return at->must_be("1 to 100 of a-z 0-9 _ -");
    into.name = *std::move(name);
    const auto version_at = top.needed("version");
    if (!version_at) return version_at.error();
    const auto version = version_at->whole_number(1, 4'294'967'295U);
    if (!version) return version.error();
    into.version = static_cast<std::uint32_t>(*version);
    return {};
}

result<void> read_query(const declared_spot& top, declaration& into) {
    const auto at = top.member("query");
    if (!at) return {};
    if (auto checked = at->check_members(filter_names()); !checked) return checked;
    auto wanted = read_filters(*at);
    if (!wanted) return wanted.error();
    into.wants = *std::move(wanted);
    return {};
}

result<void> read_texts(const declared_spot& top, declaration& into) {
    if (const auto at = top.member("about")) {
        if (const auto text = at->text(); !text) return text.error();
    }
    if (const auto at = top.member("otherwise")) {
        auto text = at->text();
        if (!text) return text.error();
        into.otherwise = *std::move(text);
    }
    return {};
}

}  // namespace

std::uint64_t declaration::row_fingerprint() const {
    // A line for each thing that rows depend on. Pointers and names have no line breaks that would
    // not be counted: each text has its length before it.
    std::string shape = "declared view 1\n";
    const auto add = [&](const std::string& text) {
        shape += std::to_string(text.size()) + ":" + text + "\n";
    };
    for (const auto& part : key) {
        add(part.name);
        add(part.of.text());
    }
    add(otherwise ? "otherwise " + *otherwise : "");
    for (const auto& column : columns) {
        add(column.name);
        add(boost::describe::enum_to_string(column.what, ""));
        add(column.of ? column.of->text() : "");
        add(std::to_string(column.limit));
        add(std::to_string(fingerprint(column.when)));
    }
    return daybook::detail::hash_shape(shape);
}

result<declaration> read_declaration(const boost::json::value& from, const place_namer& place) {
    const declared_spot top{from, "", place};
    if (auto checked =
            top.check_members({"name", "version", "about", "query", "key", "otherwise", "columns"});
        !checked)
        return checked.error();
    declaration made;
    name_list names;
    if (auto read = read_name(top, made); !read) return read.error();
    if (auto read = read_texts(top, made); !read) return read.error();
    if (auto read = read_query(top, made); !read) return read.error();
    const auto key = top.needed("key");
    if (!key) return key.error();
    if (auto read = read_key(*key, names, made); !read) return read.error();
    const auto columns = top.needed("columns");
    if (!columns) return columns.error();
    if (auto read = read_columns(*columns, names, made); !read) return read.error();
    return made;
}

std::vector<std::string> members_of_column(const declared_column& column) {
    if (column.what != aggregate::histogram) return {column.name};
    std::vector<std::string> all;
    for (const auto member : histogram_members)
        all.push_back(column.name + "_" + std::string{member});
    return all;
}

}  // namespace daybook::projections
