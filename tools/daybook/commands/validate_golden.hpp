// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace daybook::cli {

/// 'validate --golden DIR': what became of the history in DIR; with --record, makes it, or takes
/// what became of it as right.
result<answer> validate_golden(invocation& call);

}  // namespace daybook::cli
