// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/verdict.hpp>

#include "cli/command.hpp"
#include "cli/open_store.hpp"

namespace daybook::cli {

/// Holds the log against what anchors say about time, if it is what was signed as far as can be
/// told, and adds what is wrong to `all`.
result<void> verify_times(invocation& call, opened_store& log, compliance::verification& all);

}  // namespace daybook::cli
