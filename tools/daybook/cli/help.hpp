// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

#include <string>
#include <string_view>

namespace daybook::cli {

/// How help is laid out: columns to fill, and colours.
struct help_style {
    std::size_t width = 80;
    bool colours = false;
};

/// The style that suits standard output.
help_style help_style_for(const console& at);

/// The first screen: what daybook is, and its commands.
std::string overview_help(const help_style& style);

/// One command: usage, what it does, examples, every option.
std::string command_help(const command& what, const help_style& style);

/// The commands whose name starts with the word `group`.
std::string group_help(std::string_view group, const help_style& style);

/// The reference in README.md: commands, their options and the exit codes, as Markdown.
std::string reference_markdown();

}  // namespace daybook::cli
