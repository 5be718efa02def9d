// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/view.hpp>

#include "cli/command.hpp"
#include "cli/open_store.hpp"

#include <cstdint>
#include <string>

namespace daybook::cli {

/// A view to read, with the store that it is in.
struct opened_view {
    opened_store log;  ///< Outlives `rows`.
    projections::json_view rows;
};

/// The view `name`: as it stands at --at, which writes nothing; or else brought up to date first,
/// or, while another process writes, as far as that one has brought it. Fails as these do, and with
/// `not_found` if nobody knows the view.
result<opened_view> open_view(const invocation& call, const std::string& name);

/// What --limit says, or all.
result<std::uint64_t> limit_of(const arguments& given);

/// Shows the rows of `range` as a list, `limit` at most.
result<answer> show_rows(const invocation& call, const projections::json_view& view,
                         const projections::row_range& range, std::uint64_t limit);

}  // namespace daybook::cli
