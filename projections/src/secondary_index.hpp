// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

/// Entries that lead from a secondary key to rows. See projections/docs/view_layout.md.
///
///     'i' index end value end row_key -> nothing, where end = 00 01, and 00 before it is 00 FF
namespace daybook::projections::layout {

inline constexpr char index_prefix = 'i';

/// What the entries of one value of one index start with; the row's key follows.
std::string index_entries(std::string_view index, std::string_view value);

/// What all entries of an index start with.
std::string index_start(std::string_view index);

}  // namespace daybook::projections::layout
