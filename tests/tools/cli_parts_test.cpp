// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the pieces that the command line is made of, each on its own.

#include <daybook/store.hpp>

#include "cli/causal_tree.hpp"
#include "cli/exit_code.hpp"
#include "cli/pretty_json.hpp"
#include "cli/suggest.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "support/matchers.hpp"
#include "support/temp_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <clocale>

namespace daybook::test {
namespace {

using namespace cli;
using namespace std::chrono_literals;
using testing::ElementsAre;

// Text ------------------------------------------------------------------------------------------

TEST(CliText, MakesControlCharactersVisible) {
    EXPECT_EQ(printable("a\tb\n\x1b[0m"), "a\\tb\\n\\x1b[0m");
    EXPECT_EQ(printable("\xC2\x85"), "\\x85");        // C1
    EXPECT_EQ(printable("\xE2\x80\xAE"), "\\u202e");  // Right-to-left override
    EXPECT_EQ(printable("a\xFF"
                        "b"),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(printable("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
}

TEST(CliText, CountsColumnsNotBytes) {
    std::setlocale(LC_CTYPE, "C.UTF-8");
    EXPECT_EQ(display_width("abc"), 3U);
    EXPECT_EQ(display_width("gr\xC3\xBC\xC3\x9F"), 4U);
    EXPECT_EQ(display_width("\xE4\xB8\xAD\xE6\x96\x87"), 4U);  // Two wide characters
    EXPECT_EQ(display_width("e\xCC\x81"), 1U);                 // A combining accent
}

TEST(CliText, CutsToTheColumnWithAnEllipsis) {
    std::setlocale(LC_CTYPE, "C.UTF-8");
    EXPECT_EQ(fitted("abcdef", 6, true), "abcdef");
    EXPECT_EQ(fitted("abcdef", 4, true), "abc\xE2\x80\xA6");
    EXPECT_EQ(fitted("abcdef", 4, false), "abc~");
    EXPECT_EQ(fitted("\xE4\xB8\xAD\xE6\x96\x87x", 4, false), "\xE4\xB8\xAD~");
}

TEST(CliText, WrapsAtSpaces) {
    EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
    EXPECT_THAT(wrapped("unbreakable x", 4), ElementsAre("unbreakable", "x"));
    EXPECT_THAT(wrapped("", 4), ElementsAre(""));
}

TEST(CliText, WritesNumbersSizesAndSpansForPeople) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1'234'567), "1,234,567");
    EXPECT_EQ(size_text(512), "512 B");
    EXPECT_EQ(size_text(1536), "1.5 KiB");
    EXPECT_EQ(duration_text(350ms), "350 ms");
    EXPECT_EQ(duration_text(12'540ms), "12.5 s");
    EXPECT_EQ(duration_text(200s), "3 min 20 s");
    EXPECT_EQ(duration_text(125min), "2 h 5 min");
    EXPECT_EQ(duration_text(76h), "3 d 4 h");
}

TEST(CliText, QuotesForJsonWhateverTheBytes) {
    EXPECT_EQ(json_quoted("a\"\\\n\x01"), "\"a\\\"\\\\\\n\\u0001\"");
    EXPECT_EQ(json_quoted("\xFF"), "\"\xEF\xBF\xBD\"");
}

TEST(CliPrettyJson, SpreadsOnlyWhatIsLong) {
    EXPECT_EQ(pretty_json(R"({"a":1,"b":[1,2]})", 4), R"({"a":1,"b":[1,2]})");
    const std::string text(60, 'x');
    EXPECT_EQ(pretty_json("{\"a\":\"" + text + "\",\"n\":1.50}", 2),
              "{\n    \"a\": \"" + text + "\",\n    \"n\": 1.50\n  }");
    EXPECT_EQ(pretty_json("not json\x1b", 0), "not json\\x1b");
}

TEST(CliSuggest, KnowsSlipsFromOtherWords) {
    const std::vector<std::string> words{"stats", "state", "trace", "timeline"};
    EXPECT_EQ(did_you_mean("sttas", words), " (did you mean stats?)");
    EXPECT_EQ(did_you_mean("time", words), " (did you mean timeline?)");
    EXPECT_EQ(did_you_mean("import", words), "");
    EXPECT_EQ(did_you_mean(std::string(100'000, 's'), words), "");
}

// Values ----------------------------------------------------------------------------------------

const timestamp noon = parse_timestamp("2025-12-22T12:00:00Z").value();

std::string time_of(std::string_view text) {
    const auto time = parse_time("--since", text, noon);
    return time ? to_string(*time) : time.error().message;
}

TEST(CliValues, ReadTimesAndAges) {
    EXPECT_EQ(time_of("2025-12-01T10:00:00+01:00"), "2025-12-01T09:00:00.000Z");
    EXPECT_EQ(time_of("2025-12-01"), "2025-12-01T00:00:00.000Z");
    EXPECT_EQ(time_of("90s"), "2025-12-22T11:58:30.000Z");
    EXPECT_EQ(time_of("10m"), "2025-12-22T11:50:00.000Z");
    EXPECT_EQ(time_of("2h"), "2025-12-22T10:00:00.000Z");
    EXPECT_EQ(time_of("7d"), "2025-12-15T12:00:00.000Z");
    EXPECT_EQ(time_of("2w"), "2025-12-08T12:00:00.000Z");
}

TEST(CliValues, RefuseOtherTimesAndNameTheOption) {
    for (const auto* text : {"", "now", "10", "10y", "-5m", "99999999d", "18446744073709551615w"}) {
        EXPECT_THAT(parse_time("--since", text, noon),
                    FailsWith(errc::invalid_argument, "--since"));
    }
}

TEST(CliValues, ReadSizes) {
    EXPECT_THAT(parse_size("--rotate", "4096"), Holds(4096U));
    EXPECT_THAT(parse_size("--rotate", "500MB"), Holds(500'000'000U));
    EXPECT_THAT(parse_size("--rotate", "64MiB"), Holds(64U << 20U));
    EXPECT_THAT(parse_size("--rotate", "2k"), Holds(2000U));
    for (const auto* text : {"", "MB", "5 MB", "5XB", "99999999999GiB", "-1"})
        EXPECT_THAT(parse_size("--rotate", text), FailsWith(errc::invalid_argument, "--rotate"));
}

TEST(CliExitCode, IsGivenForEveryError) {
    EXPECT_EQ(exit_code_of(errc::invalid_argument), exit_code::usage);
    EXPECT_EQ(exit_code_of(errc::not_found), exit_code::not_found);
    EXPECT_EQ(exit_code_of(errc::too_large), exit_code::refused);
    EXPECT_EQ(exit_code_of(errc::unsupported), exit_code::refused);
    EXPECT_EQ(exit_code_of(errc::refused), exit_code::refused);
    EXPECT_EQ(exit_code_of(errc::rejected), exit_code::refused);
    EXPECT_EQ(exit_code_of(errc::projection_failed), exit_code::refused);
    EXPECT_EQ(exit_code_of(errc::timed_out), exit_code::unavailable);
    EXPECT_EQ(exit_code_of(errc::conflict), exit_code::conflict);
    EXPECT_EQ(exit_code_of(errc::locked), exit_code::unavailable);
    EXPECT_EQ(exit_code_of(errc::io), exit_code::unavailable);
    EXPECT_EQ(exit_code_of(answer::yes), exit_code::ok);
    EXPECT_EQ(exit_code_of(answer::no), exit_code::no);
    EXPECT_EQ(exit_code_of(answer::unknown), exit_code::unavailable);
    EXPECT_EQ(exit_code_of(errc::corrupt), exit_code::corrupt);
}

// Causal trees
// -------------------------------------------------------------------------------------

/// Events with the given causes (by index), as they are drawn: lines and index.
std::vector<std::string> drawn(const std::vector<std::vector<std::size_t>>& causes) {
    const temp_directory home;
    auto log = store::open(home / "store", {.default_durability = durability::buffered}).value();
    std::vector<event_id> ids;
    for (std::size_t i = 0; i < causes.size(); ++i) ids.push_back(event_id::make());
    for (std::size_t i = 0; i < causes.size(); ++i) {
        new_event e{.type = std::to_string(i)};
        e.id = ids[i];
        for (const auto cause : causes[i]) e.causes.push_back(ids[cause]);
        log.append("a-1", expected::any(), {e}).value();
    }
    std::vector<std::string> lines;
    auto events = log.read_all().value().collect().value();
    for (const auto& d : draw_causes(std::move(events), false))
        lines.push_back(d.lines + std::string{d.event.type()});
    return lines;
}

TEST(CliCausalTree, DrawsChainsStraightDown) {
    EXPECT_THAT(drawn({{}, {0}, {1}}), ElementsAre("0", "1", "2"));
}

TEST(CliCausalTree, DrawsBranches) {
    EXPECT_THAT(drawn({{}, {0}, {0}, {1}, {1}}),
                ElementsAre("0", "|- 1", "|  |- 3", "|  `- 4", "`- 2"));
}

TEST(CliCausalTree, DrawsAnEventWithSeveralCausesOnceBelowTheFirst) {
    EXPECT_THAT(drawn({{}, {0}, {0}, {2, 1}}), ElementsAre("0", "|- 1", "`- 2", "   3"));
}

TEST(CliCausalTree, DrawsEveryRoot) {
    EXPECT_THAT(drawn({{}, {}, {1}, {0}}), ElementsAre("0", "3", "1", "2"));
}

TEST(CliCausalTree, DrawsCyclesOnce) {
    EXPECT_THAT(drawn({{1}, {0}, {0}}), ElementsAre("0", "|- 1", "`- 2"));
    EXPECT_THAT(drawn({{0}}), ElementsAre("0"));
}

}  // namespace
}  // namespace daybook::test
