// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

/// Small types that projections return or are given; see projection.hpp.
namespace daybook::projections {

/// What `apply` returns when there is to be no row any more.
struct removed {};

/// A row is found under `value` in the index called `index`; see `view::for_each_by`.
struct secondary_key {
    std::string index;
    std::string value;
    friend bool operator==(const secondary_key&, const secondary_key&) = default;
};

/// What an event did to a row of the kind `Kind` of the same view: what a kind with `using from =
/// Kind` is given in place of an event. Valid during the call.
template <class Kind>
struct row_changed {
    std::string_view key;
    const typename Kind::row* before;  ///< Null: there was no row.
    const typename Kind::row* after;   ///< Null: the row was removed.
};

}  // namespace daybook::projections
