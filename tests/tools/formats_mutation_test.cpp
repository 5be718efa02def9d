// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: no input, however broken, does more harm than a message: no crash, no hang, no event that
// the store refuses, and what is accepted comes back. Method: good lines and good compressed files
// with bytes changed, lost, doubled and swapped at random. Run under the address and
// undefined-behaviour sanitizers, this is a small fuzzer.

#include "formats_support.hpp"
#include "support/randomness.hpp"

namespace daybook::test {
namespace {

using formats::line_format;
using testing::HasSubstr;
using testing::Not;

std::string mutated(std::string text, randomness& random) {
    constexpr std::string_view spice = "\"\\{}[]:,0-eE.u\n\r \xff\xc3";
    for (auto changes = random.between(1, 4); changes > 0 && !text.empty(); --changes) {
        const auto at = random.below(text.size());
        const auto size = std::min<std::size_t>(random.below(12), text.size() - at);
        switch (random.below(5)) {
            case 0: text[at] = static_cast<char>(random.next()); break;
            case 1: text[at] = random.pick(spice); break;
            case 2: text.erase(at, size); break;
            case 3: text.insert(at, text.substr(random.below(text.size()), size)); break;
            default: std::swap(text[at], text[random.below(text.size())]); break;
        }
    }
    return text;
}

// Good lines of the format, with everything in them.
std::vector<std::string> good_lines(line_format format, std::uint64_t seed) {
    fresh_store log;
    event_maker maker{seed};
    for (int i = 0; i < 10; ++i) {
        log->append(maker.stream(), expected::any(), maker.events(4)).value();
    }
    std::vector<std::string> lines;
    for (const auto& e : read_everything(log->read_all())) {
        lines.emplace_back();
        formats::append_line(lines.back(), format, e);
    }
    lines.push_back(plain_line(1));
    return lines;
}

class BrokenLines : public testing::TestWithParam<line_format> {};

TEST_P(BrokenLines, AreRefusedOrStoredAndGivenBack) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    randomness random{seed};
    const auto lines = good_lines(GetParam(), seed);
    fresh_store log;
    int accepted = 0;
    for (int i = 0; i < 4'000; ++i) {
        auto line = mutated(random.pick(lines), random);
        std::erase(line, '\n');
        auto parsed = formats::parse_line(GetParam(), line);
        formats::time_of_line(GetParam(), line);
        if (!parsed) {
            ASSERT_LE(parsed.error().column, line.size() + 1) << line;
            EXPECT_THAT(parsed.error().reason, Not(HasSubstr("\n")));
            continue;
        }
        // What is accepted, the store takes too (but for ids that it has), and it comes back.
        const auto receipt =
            log->append(parsed->stream, expected::any(), {std::move(parsed->event)});
        if (!receipt) {
            ASSERT_EQ(receipt.error().code, errc::conflict)
                << receipt.error().message << " of " << line;
            continue;
        }
        ++accepted;
        std::string back;
        formats::append_line(back, GetParam(), log->read_one(receipt->first).value());
        if (GetParam() != line_format::orchestration) {
            ASSERT_TRUE(formats::parse_line(GetParam(), back)) << line << " gave " << back;
        } else if (parsed->at == receipt->first_sequence) {
            ASSERT_EQ(back, line);
        }
    }
    EXPECT_GT(accepted, 10);
}

INSTANTIATE_TEST_SUITE_P(Formats, BrokenLines,
                         testing::Values(line_format::orchestration, line_format::cloudevents,
                                         line_format::native),
                         [](const auto& format) {
                             return std::string{formats::to_string(format.param)};
                         });

TEST(BrokenFiles, EndInAMessage) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    randomness random{seed};
    const temp_directory home;
    const auto text = joined(good_lines(line_format::orchestration, seed));
    for (int i = 0; i < 400; ++i) {
        write_file(home / "x", mutated(compressed(text, i % 2 == 0 ? ".gz" : ".zst"), random));
        const auto lines = read_lines({home / "x"});
        if (!lines) {
            EXPECT_THAT(lines.error().message, Not(HasSubstr("\n")));
        }
    }
}

}  // namespace
}  // namespace daybook::test
