// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include "cli/console.hpp"
#include "cli/exit_code.hpp"

#include <span>
#include <string>

namespace daybook::cli {

/// Does what a command line says, `words` being what stands behind the program's name.
result<exit_code> run_line(std::span<const std::string> words, console& at);

/// Runs the program with the words behind its name; returns its exit code.
int run_program(std::span<const std::string> words);

}  // namespace daybook::cli
