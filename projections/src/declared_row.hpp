// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/histogram.hpp>

#include "declaration.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace daybook::projections {

/// Values told apart by a hash of 64 bits: among 50 000 of them, two are taken for one with a
/// probability of 1 in 10^10.
struct hash_set {
    std::vector<std::uint64_t> hashes;  ///< Ascending.
    bool over_limit = false;            ///< There were more values than the limit.
};
BOOST_DESCRIBE_STRUCT(hash_set, (), (hashes, over_limit))

struct value_set {
    std::set<plain_value> values;
    bool over_limit = false;
};
BOOST_DESCRIBE_STRUCT(value_set, (), (values, over_limit))

/// What a mean is made of: it is divided when it is shown, so nothing is lost on the way.
struct mean_parts {
    plain_value sum = std::int64_t{0};
    std::uint64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(mean_parts, (), (sum, count))

/// What a column has come to: of `count` an integer, of `sum`, `min`, `max`, `first` and `last` a
/// value, of the others what the name says. New ones come last: the place in the list is stored.
using column_state = std::variant<std::uint64_t, plain_value, exponential_histogram, hash_set,
                                  value_set, mean_parts>;

/// A row of a declared view: a state for each column, in the order of the declaration.
struct declared_row {
    std::vector<column_state> columns;  ///< Empty: nothing was applied yet.
    std::uint64_t odd_fields = 0;       ///< Values of a kind that their column cannot take.
};
BOOST_DESCRIBE_STRUCT(declared_row, (), (columns, odd_fields))

/// Applies events to rows of one declaration, which must outlive it. Keeps memory for the next
/// event.
class declared_applier {
public:
    explicit declared_applier(const declaration& of);

    /// Throws if the row is of another declaration.
    void apply(declared_row& row, const json_event& event);

private:
    struct ready_column {
        const declared_column& column;
        detail::event_filter when;
    };
    void apply_column(const ready_column& column, column_state& state, const json_event& event,
                      bool& odd);

    std::vector<ready_column> columns_;
    std::vector<plain_value> values_;
};

/// The row as it is shown: a JSON object with a member for each column, seven for a histogram;
/// `odd_fields`; and, if there are bounded columns, `over_limit` with the names of those that had
/// more values than they may keep, or null. Fails with `corrupt`.
result<std::string> print_declared_row(const declaration& of, std::string_view row);

}  // namespace daybook::projections
