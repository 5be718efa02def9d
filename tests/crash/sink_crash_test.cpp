// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: after kill -9 at any moment, of a process that emits into a file of lines, every event that
// was flushed can be imported, the others are a prefix of what was emitted, none is there twice,
// and half a line is either refused with its place or, once a sink was opened again, set aside.
// Method: another process emits and is killed at a random moment; this one imports what it left,
// before and after the next sink has opened the file. DAYBOOK_CRASH_ROUNDS=<n> makes it longer.

#include <daybook/jsonl_sink.hpp>

#include "crash/written_process.hpp"
#include "formats/importer.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"

#include <map>

namespace daybook::test {
namespace {

constexpr std::uint64_t numbers_of_a_round = 1'000'000;

result<formats::import_report> import_from(const std::filesystem::path& directory, store& into,
                                           bool go_on) {
    auto source = formats::line_source::open({directory}, formats::line_format::native);
    if (!source) return source.error();
    formats::import_options options;
    if (go_on) options.skip_bad = directory / "bad lines";
    return formats::import_lines(into, *source, options);
}

/// The numbers of each round that are stored, which must be 1, 2, 3 ... without a gap.
std::map<std::uint64_t, std::uint64_t> last_of_rounds(const store& log) {
    std::map<std::uint64_t, std::uint64_t> last;
    auto reader = log.read_all().value();
    while (reader.next().value()) {
        const auto number = std::stoull(std::string{reader->payload().substr(1)});
        auto& reached = last[number / numbers_of_a_round];
        EXPECT_EQ(number % numbers_of_a_round, reached + 1) << "lost, doubled or out of order";
        reached = number % numbers_of_a_round;
    }
    return last;
}

/// What must be there after a kill, whether or not a sink was opened since.
void look(const std::filesystem::path& directory,
          const std::map<std::uint64_t, std::uint64_t>& flushed) {
    fresh_store strict;
    fresh_store lenient;
    const auto all = import_from(directory, *lenient, true);
    ASSERT_THAT(all, HoldsValue());
    EXPECT_LE(all->skipped, 1U) << "at most the last line";
    const auto whole = import_from(directory, *strict, false);
    if (all->skipped == 0) {
        EXPECT_THAT(whole, HoldsValue());
    } else {
        EXPECT_THAT(whole, FailsWith(errc::invalid_argument, "events.jsonl"));
    }
    auto last = last_of_rounds(*lenient);
    for (const auto& [round, number] : flushed) {
        EXPECT_GE(last[round], number) << "flushed in round " << round << ", and lost";
    }
}

TEST(SinkCrash, LosesNothingThatWasFlushedAndTearsNoLineSilently) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    randomness random{seed};
    const auto rounds = count_from_environment("DAYBOOK_CRASH_ROUNDS", 6);
    temp_directory home;
    std::map<std::uint64_t, std::uint64_t> flushed;
    std::uint64_t set_aside = 0;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const kill_moment when{random.below(12), std::chrono::microseconds{random.below(8'000)}};
        const auto first = round * numbers_of_a_round + 1;
        const auto record = emit_and_kill(home.path(), first, when);
        ASSERT_EQ(record.complaint, "");
        if (record.flushed_to > 0) flushed[round] = record.flushed_to % numbers_of_a_round;
        if (std::filesystem::exists(home / "events.jsonl")) look(home.path(), flushed);
        std::filesystem::remove(home / "bad lines");
        auto sink = jsonl_sink::open(home / "events.jsonl", {.parts = part_compression::zstd});
        ASSERT_THAT(sink, HoldsValue());
        set_aside += sink->status().bytes_set_aside;
        ASSERT_THAT(sink->finish_background_work(), HoldsValue());
        fresh_store log;
        const auto report = import_from(home.path(), *log, false);
        ASSERT_THAT(report, HoldsValue());
        EXPECT_EQ(report->repeated, 0U);
        auto last = last_of_rounds(*log);
        for (const auto& [of, number] : flushed) EXPECT_GE(last[of], number);
        if (testing::Test::HasFailure()) {
            home.keep();
            FAIL() << "the files are in " << home.path();
        }
    }
    RecordProperty("bytes_set_aside", std::to_string(set_aside));
}

}  // namespace
}  // namespace daybook::test
