// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/help.hpp"

#include "cli/commands.hpp"
#include "cli/suggest.hpp"
#include "cli/text.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    const auto style = help_style_for(call.at);
    std::string name;
    for (const auto& word : call.given.operands())
        name.append(name.empty() ? "" : " ").append(word);
    if (call.given.has("markdown")) {
        call.at.out.write(reference_markdown());
    } else if (name.empty()) {
        call.at.out.write(overview_help(style));
    } else if (const auto* found = find_command(name)) {
        call.at.out.write(command_help(*found, style));
    } else if (!commands_of_group(name).empty()) {
        call.at.out.write(group_help(name, style));
    } else {
        return fail(errc::invalid_argument, "no help on '" + printable(name) + "'" +
                                                did_you_mean(name, first_words()) +
                                                "; see 'daybook --help'");
    }
    return answer::yes;
}

}  // namespace

command help_command() {
    return {
        .name = "help",
        .topic = topic::more,
        .summary = "explain daybook or one command",
        .operands = {{.name = "COMMAND",
                      .help = "What to explain; its name may be two words.",
                      .how_many = operand::count::any}},
        .options = {{.name = "markdown", .help = "The reference of all commands, as Markdown."}},
        .examples = {{"daybook help trace", "what trace does, with examples"}},
        .uses_store = false,
        .has_formats = false,
        .run = run};
}

}  // namespace daybook::cli
