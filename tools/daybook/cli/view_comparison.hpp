// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/generations.hpp>

#include "cli/command.hpp"
#include "cli/known_projections.hpp"

#include <vector>

namespace daybook::cli {

/// Rows of a view and other ones of it, and how they differ.
struct comparison {
    projections::built_view before;
    projections::built_view after;
    projections::view_comparison found;
    const std::vector<known_projection>& known;
};

/// Shows it; whether the rows are the same.
answer tell_comparison(const invocation& call, const comparison& what);

}  // namespace daybook::cli
