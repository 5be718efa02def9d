// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/completion_script.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

constexpr std::string_view shells[] = {"bash", "zsh", "fish"};

result<answer> run(invocation& call) {
    const std::string shell = *call.given.operand(0);
    call.at.out.write(shell == "bash"  ? bash_completion()
                      : shell == "zsh" ? zsh_completion()
                                       : fish_completion());
    return answer::yes;
}

}  // namespace

command completion_command() {
    return {.name = "completion",
            .topic = topic::more,
            .summary = "print a completion script for a shell",
            .about = "Load it with: source <(daybook completion bash)",
            .operands = {{.name = "SHELL", .help = "bash, zsh or fish.", .choices = shells}},
            .examples = {{"daybook completion bash", "for ~/.bash_completion"}},
            .uses_store = false,
            .has_formats = false,
            .run = run};
}

}  // namespace daybook::cli
