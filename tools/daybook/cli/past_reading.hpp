// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/store.hpp>

#include "cli/command.hpp"
#include "cli/open_store.hpp"

#include <string>
#include <vector>

// What the commands share that ask for states of one key in the past.
namespace daybook::cli {

/// A row of a projection, and the store with the events that make it.
struct past_row {
    projections::any_projection of;
    std::string key;
    opened_store log;
};

/// `own` and, after them, --projection.
std::vector<option> with_projection(std::vector<option> own);

/// The row that the first operand names: a stream of `orchestration_state` or, with --projection, a
/// key of that one. Fails with `not_found` (no such projection or stream), or as `open_store`.
result<past_row> open_past_row(const invocation& call);

/// Fails with `not_found` if the stream has no events at all.
result<void> check_stream(const store& log, const std::string& stream);

}  // namespace daybook::cli
