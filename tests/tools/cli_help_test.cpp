// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what the program says about itself is complete, fits a terminal, and is true.
// Method: the declared commands against the help, golden copies of two pages, the reference in
// tools/daybook/README.md, and every example run as it stands. DAYBOOK_UPDATE_GOLDEN=1 writes the
// golden pages anew.

#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> words_of(std::string_view name) {
    std::istringstream text{std::string{name}};
    return {std::istream_iterator<std::string>{text}, {}};
}

std::string content_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::vector<std::string> names_of_commands() {
    std::vector<std::string> names;
    for (const auto& c : cli::all_commands()) names.emplace_back(c.name);
    return names;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
    std::string name = info.param;
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
}

class CliCommand : public testing::TestWithParam<std::string> {
protected:
    const cli::command& command() const { return *cli::find_command(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Declared, CliCommand, testing::ValuesIn(names_of_commands()), test_name);

TEST_P(CliCommand, HasASummaryAnExampleAndHelpForEverything) {
    EXPECT_THAT(command().summary, Not(IsEmpty()));
    EXPECT_FALSE(command().summary.ends_with('.'));
    EXPECT_THAT(command().examples, Not(IsEmpty()));
    std::set<std::string_view> names;
    std::set<char> letters;
    for (const auto& o : command().all_options()) {
        EXPECT_TRUE(names.insert(o.name).second) << o.name << " is declared twice";
        if (o.letter != 0) {
            EXPECT_TRUE(letters.insert(o.letter).second) << o.letter;
        }
        EXPECT_TRUE(o.help.ends_with('.') || o.help.ends_with("...")) << o.name << ": " << o.help;
    }
    for (const auto& o : command().operands) EXPECT_TRUE(o.help.ends_with('.')) << o.name;
    for (const auto& e : command().examples) EXPECT_THAT(e.what, Not(IsEmpty()));
}

TEST_P(CliCommand, ShowsAllOfThatInItsHelp) {
    auto line = words_of(GetParam());
    line.emplace_back("--help");
    const auto help = run_cli(line);
    EXPECT_EQ(help.code, 0);
    EXPECT_EQ(help.err, "");
    EXPECT_THAT(help.out, StartsWith("daybook " + GetParam() + " - "));
    for (const auto& o : command().all_options())
        EXPECT_THAT(help.out, HasSubstr("--" + std::string{o.name}));
    for (const auto& e : command().examples) EXPECT_THAT(help.out, HasSubstr(std::string{e.line}));
    for (const auto& l : lines_of(help.out)) {
        if (l.starts_with("  daybook ") || l.find(" | ") != std::string::npos) continue;
        EXPECT_LE(l.size(), 80U) << l;
    }
}

TEST_P(CliCommand, IsExplainedByHelpToo) {
    auto line = words_of(GetParam());
    line.emplace_back("-h");
    std::vector<std::string> asked{"help"};
    for (const auto& word : words_of(GetParam())) asked.push_back(word);
    EXPECT_EQ(run_cli(asked).out, run_cli(line).out);
}

/// Makes what the examples name beside the store: the key of the log, its public half, a bundle.
void sign(const cli_setup& setup, std::string_view command) {
    const auto run = [&](const std::string& line) {
        const auto ran = run_shell(line, setup);
        EXPECT_EQ(ran.code, 0) << line << "\n" << ran.err;
    };
    run("daybook keys generate log.key --name example.com/incidents");
    run("daybook init --origin example.com/incidents --key log.key");
    run("daybook keys export log.key --name example.com/incidents > incidents.vkey");
    if (command == "audit check") run("daybook audit bundle -O incidents.tar");
    if (command == "recover") {
        run("cp -r \"$DAYBOOK_STORE\" backup");
        run("daybook append task-1 TaskCompleted");
        run("rm -r \"$DAYBOOK_STORE\" && mv backup \"$DAYBOOK_STORE\"");
    }
    if (!command.starts_with("keys r")) return;
    run("daybook keys generate next.key --name example.com/incidents");
    if (command == "keys rotate") return;
    run("daybook keys rotate next.key --actor alice");
    run("mv incidents.vkey old.vkey");
    run("mv next.key log.key");
}

/// Commands whose examples are about a signed log.
bool is_about_signed_logs(std::string_view name) {
    static const std::set<std::string_view> all{
        "verify",      "checkpoint", "proof",       "audit bundle", "audit check",
        "keys export", "keys list",  "keys revoke", "keys rotate",  "recover"};
    return all.contains(name);
}

TEST_P(CliCommand, ExamplesRunAsTheyStand) {
    for (const auto& e : command().examples) {
        const demo_home demo;
        ASSERT_EQ(demo.run({"export", "-f", "orchestration", "--category", "issue", "-O",
                            (demo.home / "events.jsonl").string()})
                      .code,
                  0);
        ASSERT_EQ(run_shell("gzip -k events.jsonl", {.directory = demo.home.path()}).code, 0);
        const cli_setup setup{
            .environment = {{"DAYBOOK_STORE", demo.store.string()},
                            {"DAYBOOK_LOG_KEY", (demo.home / "log.key").string()},
                            {"DAYBOOK_ANCHORS", command().name == "recover" ? "anchors" : ""},
                            {"TMPDIR", demo.home.path().string()}},
            .directory = demo.home.path()};
        if (is_about_signed_logs(command().name)) sign(setup, command().name);
        const auto ran = run_shell(std::string{e.line}, setup);
        // The sample has no full segment to archive.
        EXPECT_EQ(ran.code, command().name == "archive create" ? 2 : 0) << e.line << "\n"
                                                                        << ran.err;
    }
}

struct page {
    std::string file;
    std::vector<std::string> line;
};

void PrintTo(const page& p, std::ostream* out) { *out << p.file.substr(0, p.file.find('.')); }

class CliPage : public testing::TestWithParam<page> {};

TEST_P(CliPage, IsAsItWas) {
    const fs::path golden = fs::path{DAYBOOK_GOLDEN_PAGES} / GetParam().file;
    const auto shown = run_cli(GetParam().line);
    if (std::getenv("DAYBOOK_UPDATE_GOLDEN") != nullptr) std::ofstream{golden} << shown.out;
    EXPECT_EQ(shown.out, content_of(golden));
}

INSTANTIATE_TEST_SUITE_P(Golden, CliPage,
                         testing::Values(page{"help.txt", {"--help"}},
                                         page{"help_trace.txt", {"trace", "--help"}}),
                         testing::PrintToStringParamName());

TEST(CliHelp, IsTheFirstScreenWithoutArguments) {
    const auto help = run_cli({});
    EXPECT_EQ(help.code, 0);
    EXPECT_EQ(help.out, run_cli({"--help"}).out);
    EXPECT_EQ(help.out, run_cli({"help"}).out);
    for (const auto& c : cli::all_commands())
        EXPECT_THAT(help.out, HasSubstr("  " + std::string{c.name} + " "));
}

TEST(CliHelp, ListsTheCommandsOfAGroup) {
    const auto help = run_cli({"projection"});
    EXPECT_EQ(help.code, 0);
    EXPECT_THAT(help.out, HasSubstr("projection rebuild"));
    EXPECT_EQ(help.out, run_cli({"help", "projection"}).out);
}

TEST(CliHelp, GoesToStandardOutputEvenWithoutAStore) {
    EXPECT_EQ(run_cli({"stats", "--help", "--by", "nonsense"}).code, 0);
    EXPECT_EQ(run_cli({"append", "-h"}).code, 0);
}

TEST(CliReference, IsInTheReadmeAsTheCommandsAreDeclared) {
    const std::string readme = content_of(fs::path{DAYBOOK_CLI_SOURCES} / "README.md");
    const std::string begin = "<!-- made by 'daybook help --markdown' -->\n";
    const std::size_t at = readme.find(begin);
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(readme.substr(at + begin.size()), run_cli({"help", "--markdown"}).out)
        << "run: daybook help --markdown, and put it below the mark in tools/daybook/README.md";
}

TEST(CliVersion, IsToldByCommandAndByOption) {
    const auto version = json_of(run_cli({"version", "-o", "json"}).out);
    EXPECT_EQ(version.at("daybook").as_string(), DAYBOOK_TEST_VERSION);
    EXPECT_EQ(run_cli({"--version", "-o", "json"}).out, run_cli({"version", "-o", "json"}).out);
}

struct slip {
    std::vector<std::string> line;
    std::string meant;
};

void PrintTo(const slip& s, std::ostream* out) {
    for (const char c : s.line.back()) *out << (std::isalnum(c) != 0 ? c : '_');
}

class CliSlip : public testing::TestWithParam<slip> {};

TEST_P(CliSlip, IsAnsweredWithWhatWasMeant) {
    const auto ran = run_cli(GetParam().line);
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(lines_of(ran.err).size(), 1U);
    EXPECT_THAT(ran.err, HasSubstr("did you mean " + GetParam().meant + "?"));
}

INSTANTIATE_TEST_SUITE_P(Words, CliSlip,
                         testing::Values(slip{{"sats"}, "stats"}, slip{{"tarce"}, "trace"},
                                         slip{{"impotr", "x"}, "import"},
                                         slip{{"projections"}, "projection"},
                                         slip{{"projection", "shwo"}, "show"},
                                         slip{{"read", "--newestfirst"}, "--newest-first"},
                                         slip{{"query", "--tpye", "A"}, "--type"},
                                         slip{{"query", "--corelation=x"}, "--correlation"},
                                         slip{{"help", "querry"}, "query"}),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace daybook::test
