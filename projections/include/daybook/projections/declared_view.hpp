// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace daybook::projections {

/// Limits of a declared view. A declaration that passes one is refused, an event is parked.
namespace declared_limits {

inline constexpr std::size_t columns_max = 64;
inline constexpr std::size_t key_parts_max = 8;
inline constexpr std::size_t name_bytes_max = 64;   ///< Of a column or a part of the key.
inline constexpr std::size_t key_bytes_max = 1024;  ///< An event with a longer one is an error.
inline constexpr std::size_t keys_per_event_max = 1000;  ///< By lists; more are an error.
inline constexpr std::size_t text_bytes_max = 1000;      ///< Kept of a text; the rest is cut off.
inline constexpr std::size_t distinct_default = 1000;    ///< Values that a `distinct` tells apart,
inline constexpr std::size_t distinct_max = 50'000;      ///< and at most by its `limit`.
inline constexpr std::size_t set_default = 100;          ///< Values that a `set` keeps,
inline constexpr std::size_t set_max = 1000;             ///< and at most by its `limit`.
inline constexpr std::size_t row_bytes_max = 1U
                                             << 20U;  ///< That the columns may grow to, together.

}  // namespace declared_limits

/// How a place of a declaration is told to people: from its JSON Pointer, say, the line of a file.
using place_namer = std::function<std::string(std::string_view pointer)>;

/// The projection that a declaration describes: what a view file holds, parsed. The format is in
/// projections/docs/declarative_views.md.
///
///     auto by_product = declared_projection(boost::json::parse(R"({
///         "name": "by_product", "version": 1,
///         "query": {"type": "IncidentClosed"},
///         "key": "/product",
///         "columns": {"incidents": "count", "minutes": {"sum": "/minutes"}}})"));
///
/// A change of the key or of the columns, of their order too, changes `row_fingerprint`.
/// Fails with `invalid_argument` at the first thing that is wrong: its place as `place` tells it
/// (by default its JSON Pointer), what was found, what is allowed.
result<any_projection> declared_projection(const boost::json::value& declaration,
                                           const place_namer& place = {});

}  // namespace daybook::projections
