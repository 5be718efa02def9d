// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the completion scripts are scripts, and the one for bash completes.
// Method: `bash -n` on the script, then its function called as bash calls it.

#include "cli/commands.hpp"
#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// What bash offers for the last of these words, "daybook" being the first.
std::vector<std::string> offered(const std::string& words) {
    const auto ran =
        run_shell("bash -c 'eval \"$(daybook completion bash)\"; COMP_WORDS=(daybook " + words +
                  "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _daybook; printf \"%s\\n\" "
                  "\"${COMPREPLY[@]}\"'");
    EXPECT_EQ(ran.code, 0) << ran.err;
    auto found = lines_of(ran.out);
    std::erase(found, "");
    return found;
}

TEST(CliCompletion, ForBashIsAScript) {
    EXPECT_EQ(run_shell("daybook completion bash | bash -n").err, "");
    EXPECT_EQ(run_shell("daybook completion bash | bash -n").code, 0);
}

TEST(CliCompletion, NamesEveryCommandAndOptionForEveryShell) {
    for (const auto* shell : {"bash", "zsh", "fish"}) {
        const auto script = run_cli({"completion", shell});
        EXPECT_EQ(script.code, 0);
        for (const auto& c : cli::all_commands()) {
            const std::string last{c.name.substr(c.name.rfind(' ') + 1)};
            EXPECT_THAT(script.out, HasSubstr(last)) << shell;
            for (const auto& o : c.options) EXPECT_THAT(script.out, HasSubstr(std::string{o.name}));
        }
    }
}

TEST(CliCompletion, RefusesOtherShells) {
    const auto ran = run_cli({"completion", "tcsh"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("'tcsh' is not one of bash, zsh or fish"));
}

TEST(CliCompletion, OffersCommands) {
    EXPECT_THAT(offered("st"), ElementsAre("stats", "state"));
    EXPECT_THAT(offered("projection re"), ElementsAre("rebuild"));
    EXPECT_THAT(offered("-s somewhere ex"), ElementsAre("export"));
}

TEST(CliCompletion, OffersTheOptionsOfTheCommand) {
    EXPECT_THAT(offered("export --ro"), ElementsAre("--rotate"));
    EXPECT_THAT(offered("projection show --pre"), ElementsAre("--prefix"));
    EXPECT_THAT(offered("stats --"), AllOf(Contains("--by"), Contains("--where"),
                                           Contains("--store"), Not(Contains("--rotate"))));
}

TEST(CliCompletion, OffersTheChoicesOfAValue) {
    EXPECT_THAT(offered("read -o js"), ElementsAre("json", "jsonl"));
    EXPECT_THAT(offered("import --format o"), ElementsAre("orchestration"));
    EXPECT_THAT(offered("completion \"\""), ElementsAre("bash", "zsh", "fish"));
    EXPECT_THAT(offered("query --type \"\""), IsEmpty());
}

}  // namespace
}  // namespace daybook::test
