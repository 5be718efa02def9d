// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: whenever a summarizer is killed, what it made when it has gone on to the end is what an
// undisturbed one makes: none is missing, none is there twice, and each says the same.
// Method: another process sums up and says how far it is; it is killed at random moments and
// started again on the same store. The summaries are compared with those of an equal log.

#include <daybook/event_codec.hpp>
#include <daybook/orchestration.hpp>

#include "crash/crash_batch.hpp"
#include "crash/crash_consumers.hpp"
#include "crash/written_process.hpp"
#include "support/event_maker.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"
#include "support/temp_directory.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace daybook::test {
namespace {

namespace orch = daybook::orchestration;

constexpr std::uint64_t commits = 300;
constexpr std::uint64_t streams = 7;

/// The same events in the same order for the same seed.
void make_log(const std::filesystem::path& directory, std::uint64_t seed) {
    auto log = store::open(directory, crash_options()).value();
    randomness random{seed};
    for (std::uint64_t number = 0; number < commits; ++number) {
        std::vector<new_event> events;
        if (random.chance(30)) {
            const std::string phase(1, static_cast<char>('A' + random.below(3)));
            events.push_back(orch::event_of(orch::phase_started{.phase = phase}).value());
        }
        events.resize(events.size() + 1 + random.below(12),
                      orch::event_of(orch::worklog_added{.issue_key = "X-1"}).value());
        for (auto& one : events) {
            one.id = event_id::make();
            one.occurred_at = test_time(static_cast<std::int64_t>(number));
        }
        const auto to = "issue-" + std::to_string(random.below(streams));
        log.append(to, expected::any(), events, durability::written).value();
    }
}

/// What each summary sums up: stream, phase, which of the stream's events it counted.
std::multimap<std::string, std::string> summaries_in(const store& log) {
    std::multimap<std::string, std::string> found;
    std::map<std::string, std::vector<bool>> is_summary;
    for (const auto& one : read_everything(log.read_all())) {
        const auto stream = std::string{one.stream()};
        const bool is = one.type().ends_with("SummaryCreated");
        is_summary[stream].push_back(is);
        if (!is) continue;
        const auto told = event_as<orch::phase_summary_created>(one).value();
        // Sequences, had there been no summaries between: a killed summarizer appends them later.
        const auto without = [&](std::uint64_t sequence) {
            const auto& all = is_summary[stream];
            return sequence -
                   static_cast<std::uint64_t>(std::count(
                       all.begin(), all.begin() + static_cast<std::ptrdiff_t>(sequence), true));
        };
        found.emplace(stream + " " + std::string{one.type()} + " " + told.phase,
                      std::to_string(without(told.from_sequence)) + " to " +
                          std::to_string(without(told.to_sequence)) + ": " +
                          std::to_string(told.events) + " " +
                          value_to_json(told.figures.value().by_type));
    }
    return found;
}

TEST(SummarizerCrash, MakesWhatAnUndisturbedOneMakes) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    randomness random{seed};
    const temp_directory home;
    const auto rounds = count_from_environment("DAYBOOK_CRASH_ROUNDS", 4);
    make_log(home / "whole", seed);
    auto whole = store::open(home / "whole", crash_options()).value();
    orch::summarizer::open(whole, killed_summaries()).value().catch_up().value();
    const auto undisturbed = summaries_in(whole);
    ASSERT_GT(undisturbed.size(), 20U);
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const auto directory = home / ("store" + std::to_string(round));
        make_log(directory, seed);
        for (int kills = 0; kills < 4; ++kills) {
            const kill_moment when{1 + random.below(40),
                                   std::chrono::microseconds{random.below(3000)}};
            ASSERT_EQ(run_task_and_kill(directory, "summarize", 0, when).complaint, "");
        }
        auto log = store::open(directory, crash_options()).value();
        orch::summarizer::open(log, killed_summaries()).value().catch_up().value();
        EXPECT_EQ(summaries_in(log), undisturbed);
        EXPECT_EQ(log.watermark(), whole.watermark());
    }
}

}  // namespace
}  // namespace daybook::test
