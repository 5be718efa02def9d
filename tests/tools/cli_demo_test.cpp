// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the demo walks through everything, cleans up, and leaves a usable store if told.
// Method: run it with a temporary directory of its own and look at what it printed and left.

#include "cli/commands.hpp"
#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(CliDemo, WalksThroughEverythingAndRemovesItsStore) {
    const temp_directory home;
    const auto ran = run_cli({"demo"}, {.environment = {{"TMPDIR", home.path().string()}}});
    EXPECT_EQ(ran.code, 0) << ran.err;
    for (const auto* shown :
         {"daybook append", "(exit 5)", "daybook stats", "daybook query", "daybook trace",
          "projection show orchestration_state", "projection show agent_metrics",
          "daybook timeline", "daybook state", "C++  store.append(", "daybook checkpoint",
          "verified", "(exit 7)", "tampered  event"})
        EXPECT_THAT(ran.out, HasSubstr(shown));
    EXPECT_TRUE(fs::is_empty(home.path()));
}

TEST(CliDemo, KeepsItsStoreWhereItIsTold) {
    const temp_directory home;
    const std::string kept = (home / "kept").string();
    ASSERT_EQ(run_cli({"demo", "--keep", kept}).code, 0);
    EXPECT_EQ(run_cli({"doctor", "--deep", "-s", kept}).code, 0);
    const auto again = run_cli({"demo", "--keep", kept});
    EXPECT_EQ(again.code, 4);
    EXPECT_THAT(again.err, HasSubstr("not empty"));
}

TEST(CliDemo, ShowsCommandsThatDoWhatItShows) {
    const temp_directory home;
    const std::string kept = (home / "kept").string();
    const auto demo = run_cli({"demo", "--keep", kept});
    std::size_t tried = 0;
    for (const auto& line : lines_of(demo.out)) {
        const std::string mark = "  $ daybook ";
        if (line.find("daybook init") != std::string::npos) break;  // From here on, a copy.
        if (!line.starts_with(mark) || line.find(" append ") != std::string::npos) continue;
        const auto ran = run_shell(line.substr(4), {.environment = {{"DAYBOOK_STORE", kept}}});
        EXPECT_EQ(ran.code, 0) << line << ran.err;
        EXPECT_THAT(demo.out, HasSubstr(ran.out)) << line;
        ++tried;
    }
    EXPECT_GE(tried, 8U);
}

TEST(CliDemo, IsColouredWhenColoursAreForced) {
    const auto plain = run_cli({"demo"});
    EXPECT_EQ(plain.out.find('\x1b'), std::string::npos);
    const auto coloured = run_cli({"demo"}, {.environment = {{"CLICOLOR_FORCE", "1"}}});
    EXPECT_NE(coloured.out.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace daybook::test
