// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include "cli/command.hpp"

#include <span>
#include <string>
#include <vector>

namespace daybook::cli {

/// The command line, cut into its parts. Common options may stand before the command.
struct split_line {
    std::string first;                ///< The command's first word; empty if there is none.
    std::vector<std::string> others;  ///< Everything else, in order.
};
split_line split(std::span<const std::string> line);

/// Reads `words` by the declaration of `what`: long and short options in any order, "--" ends them.
/// Fails with `invalid_argument`: an unknown option (with a suggestion), a missing or needless
/// value, an option given twice, a value that is no choice, too few or too many operands.
/// With --help among the words, operands are not checked.
result<arguments> parse(const command& what, const std::vector<std::string>& words);

}  // namespace daybook::cli
