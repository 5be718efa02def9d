// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace daybook::cli {

/// Every command, in the order of the help.
const std::vector<command>& all_commands();

/// The command of that name ("stats", "projection show"), or null.
const command* find_command(std::string_view name);

/// Commands whose name starts with the word `group` and a space.
std::vector<const command*> commands_of_group(std::string_view group);

/// The first words of all commands, each once.
std::vector<std::string> first_words();

/// The second words of a group's commands.
std::vector<std::string> second_words(std::string_view group);

}  // namespace daybook::cli
