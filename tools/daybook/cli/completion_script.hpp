// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace daybook::cli {

// Scripts that complete commands, options, choices and files, made from the declared commands.
std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace daybook::cli
