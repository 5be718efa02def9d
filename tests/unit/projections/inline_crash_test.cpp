// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: after kill -9 an inline view has exactly the events that the log has. Method: a child
// process (this program again) appends from two threads until it kills itself.
// Replay one failure with DAYBOOK_TEST_SEED=<seed>; more rounds with DAYBOOK_TEST_ROUNDS=<n>.

#include <daybook/projections/inline_views.hpp>
#include <daybook/projections/view.hpp>

#include "sample_projections.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/killed_child.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <thread>

namespace daybook::projections {
namespace {

using test::trail;

/// What runs in the child: never returns.
[[noreturn]] void append_until_killed(const std::filesystem::path& directory, std::uint64_t seed) {
    test::randomness random{seed};
    auto log = store::open(directory, test::quick_options()).value();
    const auto inlined = inline_views::open(log, {any_projection::of<trail>()},
                                            {.rows_cached_max = random.below(10)})
                             .value();
    std::atomic<std::uint64_t> left = random.between(1, 60);
    const auto append = [&](std::uint64_t own_seed) {
        test::event_maker make{own_seed};
        for (;;) {
            log.append(make.stream(), expected::any(), make.events(3)).value();
            if (left.fetch_sub(1) == 1) static_cast<void>(std::raise(SIGKILL));
        }
    };
    std::thread other{append, random.next()};
    append(random.next());
    other.join();
    std::abort();
}

// Run by hand it does nothing; the test below runs it in a process of its own.
TEST(InlineCrashChild, AppendsUntilItIsKilled) {
    const auto orders = test::orders_of_child();
    if (!orders) GTEST_SKIP() << "only of use to InlineCrash";
    append_until_killed(orders->directory, orders->seed);
}

std::map<std::string, trail::row> trail_of(const store& log) {
    std::map<std::string, trail::row> rows;
    auto events = log.read_all().value();
    while (events.next().value()) rows[std::string{events->stream()}].push_back(events->position());
    return rows;
}

TEST(InlineCrash, LeavesRowsAndLogInAgreement) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    const auto rounds = test::count_from_environment("DAYBOOK_TEST_ROUNDS", 10);
    test::randomness random{seed};
    const test::temp_directory home;
    const auto directory = home / "store";
    for (std::uint64_t round = 0; round < rounds; ++round) {
        ASSERT_TRUE(test::dies_by_kill("InlineCrashChild.AppendsUntilItIsKilled",
                                       {directory, random.next()}))
            << "round " << round;
        auto log = store::open(directory, test::quick_options()).value();
        const auto rows = view<trail>::open(log).value();
        EXPECT_EQ(rows.cursor().value(), log.watermark());
        std::map<std::string, trail::row> found;
        for (auto& [key, row] : rows.rows().value()) found[key] = std::move(row);
        EXPECT_EQ(found, trail_of(log)) << "round " << round;
    }
}

}  // namespace
}  // namespace daybook::projections
