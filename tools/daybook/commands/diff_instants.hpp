// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace daybook::cli {

/// How the state of a stream, or the row of a projection, differs between --from and --to: a line
/// for each change or, as JSON, the operations of a JSON Patch. The answer is no if they differ.
result<answer> diff_instants(invocation& call);

}  // namespace daybook::cli
