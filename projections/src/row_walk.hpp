// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/keyspace.hpp>
#include <daybook/projections/generations.hpp>
#include <daybook/projections/row_reader.hpp>
#include <daybook/projections/testing.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daybook::projections {

/// The least key above `key`.
inline std::string key_after(const std::string& key) { return key + '\0'; }

/// A row as a walk shows it.
struct walked_row {
    std::string_view key;
    std::string_view row;
};

/// Walks rows in their order, a page at a time: what visits itself, pulled.
class row_walk {
public:
    /// Visits what comes behind `last`, in the order of the walk; from the first on if it is null.
    using page_scan = std::function<result<void>(const std::string* last, const row_visitor&)>;

    explicit row_walk(page_scan scan) : scan_{std::move(scan)} {}

    /// The row it stands on; nothing at the end. Valid until `current` is called after `advance`.
    result<std::optional<walked_row>> current();
    void advance() { ++at_; }

private:
    result<void> next_page();

    page_scan scan_;
    std::vector<std::pair<std::string, std::string>> page_;
    std::size_t at_ = 0;
    bool last_page_ = false;
};

/// Over the rows of a view that are stored in a keyspace, which must outlive it.
row_walk walk_of(const keyspace& rows);
/// Over those that a reader gives, which must outlive it.
row_walk walk_of(const row_reader& rows);

/// The same over rows in memory.
class made_row_walk {
public:
    explicit made_row_walk(const detail::rows_by_key& rows) : at_{rows.begin()}, end_{rows.end()} {}

    result<std::optional<walked_row>> current() const {
        if (at_ == end_) return std::optional<walked_row>{};
        return std::optional{walked_row{at_->first, at_->second}};
    }
    void advance() { ++at_; }

private:
    detail::rows_by_key::const_iterator at_;
    detail::rows_by_key::const_iterator end_;
};

/// Counts differences and keeps the first of each kind.
class difference_list {
public:
    difference_list(view_comparison& into, std::size_t examples_max)
        : into_{into}, examples_max_{examples_max} {}

    /// Takes note of two rows of one key, one of which may be missing.
    void add(const std::optional<walked_row>& before, const std::optional<walked_row>& after);

private:
    view_comparison& into_;
    std::size_t examples_max_;
};

/// Walks over both, side by side. Fails as the walks do.
template <class Before, class After>
result<void> compare_walks(Before before, After after, std::size_t examples_max,
                           view_comparison& into) {
    difference_list differences{into, examples_max};
    while (true) {
        auto a = before.current();
        if (!a) return a.error();
        auto b = after.current();
        if (!b) return b.error();
        if (!*a && !*b) return {};
        if (*a && *b && (*a)->key < (*b)->key) b->reset();
        if (*a && *b && (*b)->key < (*a)->key) a->reset();
        if (!*a || !*b || (*a)->row != (*b)->row) differences.add(*a, *b);
        if (*a) {
            ++into.rows_before;
            before.advance();
        }
        if (*b) {
            ++into.rows_after;
            after.advance();
        }
    }
}

}  // namespace daybook::projections
