// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace daybook::cli {

/// `daybook doctor --watch`: looks at the store again and again. What a store counts about itself
/// lives in the process that has it open, so this shows what the disk tells: sizes, files, events,
/// and how they grow.
result<answer> watch_store(invocation& call);

}  // namespace daybook::cli
