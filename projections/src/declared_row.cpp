// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "declared_row.hpp"

#include <algorithm>
#include <cmath>
#include <compare>
#include <limits>
#include <stdexcept>

namespace daybook::projections {
namespace {

using daybook::detail::codec;

column_state first_state(aggregate what) {
    switch (what) {
        case aggregate::count: return std::uint64_t{0};
        case aggregate::sum: return plain_value{std::int64_t{0}};
        case aggregate::mean: return mean_parts{};
        case aggregate::histogram: return exponential_histogram{};
        case aggregate::distinct: return hash_set{};
        case aggregate::set: return value_set{};
        default: return plain_value{};
    }
}

template <class State>
State& state_as(column_state& state) {
    if (auto* held = std::get_if<State>(&state)) return *held;
    throw std::runtime_error{"the stored row is of another declaration"};
}

bool is_nothing(const plain_value& value) { return std::holds_alternative<std::monostate>(value); }

/// Exact for all three kinds of numbers: its mantissa has 64 bits or more.
std::optional<long double> number_of(const plain_value& value) {
    if (const auto* i = std::get_if<std::int64_t>(&value)) return static_cast<long double>(*i);
    if (const auto* u = std::get_if<std::uint64_t>(&value)) return static_cast<long double>(*u);
    if (const auto* d = std::get_if<double>(&value)) return static_cast<long double>(*d);
    return std::nullopt;
}

double rounded(const plain_value& number) { return static_cast<double>(*number_of(number)); }

/// False if `value` is no number. Integers are added exactly until they pass 64 bits.
bool add_to(plain_value& sum, const plain_value& value) {
    if (!number_of(value)) return false;
    const auto* a = std::get_if<std::int64_t>(&sum);
    const auto* b = std::get_if<std::int64_t>(&value);
    std::int64_t exact = 0;
    if (a != nullptr && b != nullptr && !__builtin_add_overflow(*a, *b, &exact)) {
        sum = exact;
    } else {
        sum = rounded(sum) + rounded(value);
    }
    return true;
}

/// How two values stand; unordered if they are of kinds that do not compare.
std::partial_ordering compare(const plain_value& a, const plain_value& b) {
    const auto x = number_of(a);
    const auto y = number_of(b);
    if (x && y) return *x <=> *y;
    if (a.index() != b.index() || std::holds_alternative<bool>(a))
        return std::partial_ordering::unordered;
    if (a == b) return std::partial_ordering::equivalent;
    return a < b ? std::partial_ordering::less : std::partial_ordering::greater;
}

/// Keeps the lesser (or the greater) of the two; false if they do not compare.
bool keep_extreme(plain_value& kept, plain_value value, std::partial_ordering wanted) {
    if (std::holds_alternative<bool>(value)) return false;
    const auto order = is_nothing(kept) ? wanted : compare(value, kept);
    if (order == std::partial_ordering::unordered) return false;
    if (order == wanted) kept = std::move(value);
    return true;
}

bool record_in(exponential_histogram& histogram, const plain_value& value) {
    const auto number = number_of(value);
    constexpr long double most = 18'446'744'073'709'551'615.0L;
    if (!number || *number < 0 || *number > most) return false;
    // Not floor of half more, which for the greatest is 2^64.
    histogram.record(static_cast<std::uint64_t>(std::round(*number)));
    return true;
}

/// At most `text_bytes_max` of a text, cut between characters.
plain_value cut(plain_value value) {
    auto* text = std::get_if<std::string>(&value);
    if (text == nullptr || text->size() <= declared_limits::text_bytes_max) return value;
    constexpr std::string_view mark = "...";
    auto end = declared_limits::text_bytes_max - mark.size();
    while (end > 0 && (static_cast<unsigned char>((*text)[end]) & 0xC0U) == 0x80U) --end;
    text->resize(end);
    *text += mark;
    return value;
}

void add_to(hash_set& kept, const plain_value& value, std::size_t limit) {
    std::string bytes;
    codec<plain_value>::put(bytes, value);
    const auto hash = daybook::detail::hash_shape(bytes);
    const auto at = std::lower_bound(kept.hashes.begin(), kept.hashes.end(), hash);
    if (at != kept.hashes.end() && *at == hash) return;
    kept.over_limit = kept.over_limit || kept.hashes.size() >= limit;
    if (kept.hashes.size() < limit) kept.hashes.insert(at, hash);
}

void add_to(value_set& kept, plain_value value, std::size_t limit) {
    if (kept.values.contains(value)) return;
    kept.over_limit = kept.over_limit || kept.values.size() >= limit;
    if (kept.values.size() < limit) kept.values.insert(std::move(value));
}

/// For the aggregates that take one value of an event; false if they cannot take this one.
bool take(aggregate what, column_state& state, plain_value value) {
    if (what == aggregate::histogram) {
        return record_in(state_as<exponential_histogram>(state), value);
    }
    if (what == aggregate::mean) {
        auto& mean = state_as<mean_parts>(state);
        const bool is_number = add_to(mean.sum, value);
        if (is_number) ++mean.count;
        return is_number;
    }
    auto& kept = state_as<plain_value>(state);
    switch (what) {
        case aggregate::sum: return add_to(kept, value);
        case aggregate::min:
            return keep_extreme(kept, cut(std::move(value)), std::partial_ordering::less);
        case aggregate::max:
            return keep_extreme(kept, cut(std::move(value)), std::partial_ordering::greater);
        case aggregate::first:
            if (!is_nothing(kept)) return true;
            break;
        default: break;
    }
    kept = cut(std::move(value));
    return true;
}

bool is_bounded(const declared_column& column) { return column.limit > 0; }

bool is_over_limit(const column_state& state) {
    if (const auto* hashes = std::get_if<hash_set>(&state)) return hashes->over_limit;
    const auto* values = std::get_if<value_set>(&state);
    return values != nullptr && values->over_limit;
}

bool fits(const declaration& of, const declared_row& row) {
    if (row.columns.size() != of.columns.size()) return false;
    for (std::size_t i = 0; i < row.columns.size(); ++i) {
        if (row.columns[i].index() != first_state(of.columns[i].what).index()) return false;
    }
    return true;
}

template <class T>
void put_member(std::string& to, std::string_view name, const T& value) {
    to += to.empty() ? '{' : ',';
    daybook::detail::json_text(to, name);
    to += ':';
    codec<T>::json(to, value);
}

// In the order of `members_of_column`.
void put_histogram(std::string& to, const std::vector<std::string>& names,
                   const exponential_histogram& of) {
    put_member(to, names[0], of.count);
    put_member(to, names[1], of.mean());
    put_member(to, names[2], of.min);
    put_member(to, names[3], of.quantile(0.50));
    put_member(to, names[4], of.quantile(0.95));
    put_member(to, names[5], of.quantile(0.99));
    put_member(to, names[6], of.max);
}

std::optional<double> quotient(const mean_parts& mean) {
    if (mean.count == 0) return std::nullopt;
    return static_cast<double>(*number_of(mean.sum) / static_cast<long double>(mean.count));
}

void put_column(std::string& to, const declared_column& column, const column_state& state) {
    const auto names = members_of_column(column);
    if (const auto* count = std::get_if<std::uint64_t>(&state)) {
        put_member(to, names[0], *count);
    } else if (const auto* value = std::get_if<plain_value>(&state)) {
        put_member(to, names[0], *value);
    } else if (const auto* mean = std::get_if<mean_parts>(&state)) {
        put_member(to, names[0], quotient(*mean));
    } else if (const auto* hashes = std::get_if<hash_set>(&state)) {
        put_member(to, names[0], std::uint64_t{hashes->hashes.size()});
    } else if (const auto* values = std::get_if<value_set>(&state)) {
        put_member(to, names[0], values->values);
    } else {
        put_histogram(to, names, std::get<exponential_histogram>(state));
    }
}

}  // namespace

declared_applier::declared_applier(const declaration& of) {
    for (const auto& column : of.columns)
        columns_.push_back({column, detail::event_filter{column.when}});
}

void declared_applier::apply(declared_row& row, const json_event& event) {
    if (row.columns.empty()) {
        for (const auto& each : columns_) row.columns.push_back(first_state(each.column.what));
    }
    if (row.columns.size() != columns_.size())
        throw std::runtime_error{"the stored row is of another declaration"};
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (!columns_[i].when.wants(event.view())) continue;
        bool odd = false;
        apply_column(columns_[i], row.columns[i], event, odd);
        if (odd) ++row.odd_fields;
    }
}

void declared_applier::apply_column(const ready_column& ready, column_state& state,
                                    const json_event& event, bool& odd) {
    const auto& column = ready.column;
    if (column.what == aggregate::count) {
        bool is_compound = false;
        const bool counts =
            !column.of || !is_nothing(column.of->read(event, is_compound)) || is_compound;
        if (counts) ++state_as<std::uint64_t>(state);
        return;
    }
    if (!is_bounded(column)) {
        auto value = column.of->read(event, odd);
        if (!is_nothing(value) && !take(column.what, state, std::move(value))) odd = true;
        return;
    }
    column.of->read_all(event, values_, odd);
    for (auto& value : values_) {
        if (column.what == aggregate::distinct) {
            add_to(state_as<hash_set>(state), value, column.limit);
        } else {
            add_to(state_as<value_set>(state), cut(std::move(value)), column.limit);
        }
    }
}

result<std::string> print_declared_row(const declaration& of, std::string_view bytes) {
    const auto row = decode_value<declared_row>(bytes);
    if (!row) return row.error();
    if (!fits(of, *row)) {
        return fail(errc::corrupt, "row of view \"" + of.name +
                                       "\": its columns are not those of the declaration");
    }
    std::string text;
    std::vector<std::string> over_limit;
    for (std::size_t i = 0; i < of.columns.size(); ++i) {
        put_column(text, of.columns[i], row->columns[i]);
        if (is_over_limit(row->columns[i])) over_limit.push_back(of.columns[i].name);
    }
    put_member(text, "odd_fields", row->odd_fields);
    if (std::any_of(of.columns.begin(), of.columns.end(), is_bounded)) {
        const auto told = over_limit.empty() ? std::nullopt : std::optional{over_limit};
        put_member(text, "over_limit", told);
    }
    return text + "}";
}

}  // namespace daybook::projections
