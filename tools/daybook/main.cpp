// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/program.hpp"

#include <vector>

int main(int argc, char** argv) {
    const std::vector<std::string> words{argv + (argc > 0 ? 1 : 0), argv + argc};
    return daybook::cli::run_program(words);
}
