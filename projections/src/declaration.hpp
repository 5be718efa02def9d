// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/declared_view.hpp>

#include "value_source.hpp"

#include <boost/describe.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace daybook::projections {

/// What a column makes of the values of its events.
enum class aggregate { count, sum, mean, min, max, first, last, distinct, set, histogram };
BOOST_DESCRIBE_ENUM(aggregate, count, sum, mean, min, max, first, last, distinct, set, histogram)

struct declared_column {
    std::string name;
    aggregate what = aggregate::count;
    std::optional<value_source> of;  ///< Nothing: the events themselves are counted.
    std::size_t limit = 0;           ///< Of `distinct` and `set`.
    query when;                      ///< Only of events that match this.
};

struct declared_key_part {
    std::string name;
    value_source of;
};

/// A declared view, checked.
struct declaration {
    std::string name;
    std::uint32_t version = 0;
    query wants;
    std::vector<declared_key_part> key;
    std::optional<std::string> otherwise;  ///< Stands for a part of the key that an event lacks.
    std::vector<declared_column> columns;

    /// A fingerprint of the key and the columns.
    std::uint64_t row_fingerprint() const;
};

/// Fails as `declared_projection`.
result<declaration> read_declaration(const boost::json::value& from, const place_namer& place);

/// The members that a column has in a row as it is shown: its name, or several for a histogram.
std::vector<std::string> members_of_column(const declared_column& column);

}  // namespace daybook::projections
