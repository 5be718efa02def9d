// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include "cli/command.hpp"
#include "cli/filters.hpp"

#include <functional>

namespace daybook::cli {

/// Calls `visit` for the events of `from` that match `which`, at most `limit`.
/// Fails as the reader does.
result<std::uint64_t> for_each_event(event_reader from, const query& which, std::uint64_t limit,
                                     const std::function<void(const event_view&)>& visit);

/// The answer to --explain: how the index would answer.
result<answer> tell_plan(const invocation& call, const store& log, const query& q,
                         const read_options& options);

/// No matter how many: said on standard error when nothing matched.
answer answer_for(const invocation& call, std::uint64_t found);

}  // namespace daybook::cli
