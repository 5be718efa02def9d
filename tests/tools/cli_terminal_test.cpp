// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: output suits where it goes: colours and widths on a terminal, plain text elsewhere; a
// reader that goes away ends the program quietly, a full disk does not. Method: the program on a
// pseudo-terminal, in pipes, and on /dev/full.

#include "cli/text.hpp"
#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <clocale>

namespace daybook::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class CliTerminal : public testing::Test {
protected:
    CliTerminal() { std::setlocale(LC_CTYPE, "C.UTF-8"); }

    std::vector<std::string> with_store(std::vector<std::string> words) const {
        words.insert(words.end(), {"-s", home_.store.string()});
        return words;
    }

    demo_home home_;
};

std::string without_colours(std::string text) {
    for (std::size_t at = 0; (at = text.find("\x1b[", at)) != std::string::npos;)
        text.erase(at, text.find_first_of("mK", at) - at + 1);
    return text;
}

TEST_F(CliTerminal, CutsTablesToItsWidth) {
    constexpr std::array<unsigned short, 3> widths{80, 120, 200};
    for (const auto columns : widths) {
        for (const auto& line : {with_store({"read"}), with_store({"timeline"})}) {
            const auto shown = lines_of(without_colours(run_on_terminal(line, columns)));
            EXPECT_GT(shown.size(), 100U);
            for (const auto& l : shown) EXPECT_LE(cli::display_width(l), columns) << l;
        }
    }
    const auto piped = home_.run({"read"});
    EXPECT_THAT(piped.out, HasSubstr("product-owner@example.com"));
}

TEST_F(CliTerminal, IsColouredUnlessTheUserObjects) {
    const auto line = with_store({"stats", "--by", "type"});
    const auto coloured = [&](const cli_setup& setup) {
        return run_on_terminal(line, 100, setup).find('\x1b') != std::string::npos;
    };
    EXPECT_TRUE(coloured({}));
    EXPECT_FALSE(coloured({.environment = {{"NO_COLOR", "1"}}}));
    EXPECT_FALSE(coloured({.environment = {{"TERM", "dumb"}}}));
    EXPECT_FALSE(coloured({.environment = {{"NO_COLOR", "1"}, {"CLICOLOR_FORCE", "1"}}}));
    EXPECT_EQ(
        run_on_terminal(with_store({"stats", "--by", "type", "--no-color"}), 100).find('\x1b'),
        std::string::npos);
}

TEST_F(CliTerminal, GetsNoControlCharactersFromEvents) {
    const std::string control =
        "\xC2\x9B"
        "2J";  // What some terminals take for an escape.
    ASSERT_EQ(home_.run({"append", "note-1", "Note", "{\"a\":\"" + control + "\"}"}).code, 0);
    const auto table = home_.run({"read", "note-1"});
    EXPECT_EQ(table.out.find(control), std::string::npos);
    EXPECT_THAT(table.out, HasSubstr("{\"a\":\"\\x9b2J\"}"));
    EXPECT_THAT(home_.run({"show", "note-1#1"}).out, HasSubstr("\\x9b2J"));
}

TEST_F(CliTerminal, MayGoAwayInTheMiddle) {
    const auto ran = run_shell("for i in 1 2 3; do daybook read -o jsonl; done | head -n 1",
                               {.environment = {{"DAYBOOK_STORE", home_.store.string()}}});
    EXPECT_EQ(lines_of(ran.out).size(), 1U);
    EXPECT_EQ(ran.err, "");
    const auto ignored = run_shell("trap '' PIPE; daybook read -o jsonl | head -n 1",
                                   {.environment = {{"DAYBOOK_STORE", home_.store.string()}}});
    EXPECT_EQ(ignored.err, "");
}

TEST_F(CliTerminal, IsToldWhenAnswersCannotBeWritten) {
    const auto ran = run_shell("daybook read > /dev/full",
                               {.environment = {{"DAYBOOK_STORE", home_.store.string()}}});
    EXPECT_EQ(ran.code, 6);
    EXPECT_THAT(ran.err, HasSubstr("daybook: cannot write to standard output: No space left"));
}

TEST_F(CliTerminal, SeesNoProgressBarForShortWorkNorInAPipe) {
    EXPECT_EQ(home_.run({"reindex"}).err, "");
    EXPECT_THAT(run_on_terminal(with_store({"reindex"}), 100), Not(HasSubstr("indexing")));
}

}  // namespace
}  // namespace daybook::test
