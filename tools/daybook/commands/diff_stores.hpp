// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace daybook::cli {

/// `daybook diff --store A --store B`: how the events of two stores, or the rows of a view in them,
/// differ. Options: stream, correlation, key, view, all, limit.
result<answer> diff_stores(invocation& call);

}  // namespace daybook::cli
