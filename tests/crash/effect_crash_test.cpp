// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: after kill -9 at any moment, over and over, an effect that was skipped when unknown
// happened at most once, one that was retried at least once, and none that was done happened again.
// Method: another process has effects, each a line in a file, from two threads that both want all
// of them; it is killed and started again on the same store.

#include "crash/crash_consumers.hpp"
#include "crash/written_process.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"
#include "support/temp_directory.hpp"

#include <fstream>
#include <map>
#include <sstream>

namespace daybook::test {
namespace {

constexpr std::uint64_t threads_count = 2;  // Of the process that has the effects.

struct effect_history {
    std::uint64_t lives = 0;
    std::map<std::string, int> happened;  ///< Lines in the file.
    std::map<std::string, int> told;      ///< How often the process said that it ran.
};

class EffectCrash : public testing::Test {
protected:
    void live_and_die(bool retry) {
        const auto seed = seed_from_environment();
        SCOPED_TRACE(how_to_repeat(seed));
        randomness random{seed};
        const auto rounds = count_from_environment("DAYBOOK_CRASH_ROUNDS", 8);
        for (; history_.lives < rounds; ++history_.lives) {
            const kill_moment when{1 + random.below(random.chance(20) ? 3 : 120),
                                   std::chrono::microseconds{random.below(2000)}};
            const auto heard = run_task_and_kill(home_ / "store", "effects", retry ? 1 : 0, when);
            ASSERT_EQ(heard.complaint, "");
            std::istringstream lines{heard.said};
            for (std::string what, which; lines >> what >> which;) {
                if (what == "ran") ++history_.told[which];
            }
        }
        std::ifstream file{home_ / "store-effects"};
        for (std::string line; std::getline(file, line);) ++history_.happened[line];
    }
    store open() const { return store::open(home_ / "store", crash_options()).value(); }

    temp_directory home_;
    effect_history history_;
};

TEST_F(EffectCrash, WhatIsSkippedWhenUnknownHappensAtMostOnce) {
    live_and_die(false);
    for (const auto& [which, times] : history_.happened) EXPECT_EQ(times, 1) << which;
    for (const auto& [which, times] : history_.told) {
        EXPECT_EQ(times, 1) << which;
        EXPECT_EQ(history_.happened[which], 1) << which;
    }
    auto log = open();
    EXPECT_LE(unknown_effects(log, effects_name).value().size(), threads_count * history_.lives);
    // Nothing is left out that was never begun.
    auto guard = effect_guard::open(log, effects_name, effects_options(false)).value();
    std::size_t skipped = 0;
    for (std::uint64_t i = 0; i < effects_count; ++i) {
        const auto outcome = guard.once(
            std::to_string(i), [&] { EXPECT_EQ(history_.happened.count(std::to_string(i)), 0U); });
        ASSERT_THAT(outcome, HoldsValue());
        if (*outcome == effect_outcome::skipped) ++skipped;
    }
    EXPECT_EQ(unknown_effects(log, effects_name).value().size(), skipped);
}

TEST_F(EffectCrash, WhatIsRetriedWhenUnknownHappensAtLeastOnce) {
    live_and_die(true);
    auto log = open();
    auto guard = effect_guard::open(log, effects_name, effects_options(true)).value();
    std::uint64_t again = 0;
    for (std::uint64_t i = 0; i < effects_count; ++i) {
        const auto which = std::to_string(i);
        const auto outcome = guard.once(which, [&] { ++history_.happened[which]; });
        ASSERT_THAT(outcome, HoldsValue());
        EXPECT_GE(history_.happened[which], 1) << which;
        EXPECT_LE(history_.told[which], 1) << which;
        again += static_cast<std::uint64_t>(history_.happened[which] - 1);
    }
    // A life leaves as many unknown as it had threads.
    EXPECT_LE(again, threads_count * history_.lives);
    EXPECT_THAT(unknown_effects(log, effects_name).value(), testing::IsEmpty());
}

}  // namespace
}  // namespace daybook::test
