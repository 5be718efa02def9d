// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: after kill -9 at any moment of parking, retrying and skipping, rows and parked events are
// those of a clean build, and each parking is told in the log once.
// Method: a child process (this program again) appends events of which some cannot be taken, steps
// its view, retries and skips, until it kills itself; half of the children do so while the runner's
// thread works. Replay one failure with DAYBOOK_TEST_SEED=<seed>; more rounds with
// DAYBOOK_TEST_ROUNDS=<n>.

#include "park_support.hpp"
#include "support/killed_child.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

namespace daybook::projections {
namespace {

using test::parked_of_picky;
using test::picky;
using test::rows_of_picky;

std::vector<std::string> some_tags(test::randomness& random) {
    std::vector<std::string> tags{"key:" + std::to_string(random.below(8))};
    if (random.chance(30)) tags.push_back("key:" + std::to_string(8 + random.below(4)));
    if (random.chance(10)) tags.push_back("bad:yes");
    if (random.chance(15)) tags.push_back("first:no");
    if (random.chance(5)) tags.push_back("unreadable:yes");
    return tags;
}

void do_something(runner& views, store& log, test::randomness& random) {
    for (auto events = random.between(1, 5); events > 0; --events)
        test::append_tagged(log, some_tags(random));
    if (random.chance(60)) views.step().value();
    if (random.chance(15)) views.retry_all("picky").value();
    const auto parked = views.parked("picky").value();
    if (parked.empty() || !random.chance(15)) return;
    // Beside the thread it may just have been taken by a retry of the policy.
    const auto skipped =
        views.skip_event("picky", parked[random.below(parked.size())].at, "at random");
    if (!skipped && skipped.error().code != errc::not_found) std::abort();
}

/// What runs in the child: never returns.
[[noreturn]] void park_until_killed(const std::filesystem::path& directory, std::uint64_t seed) {
    test::randomness random{seed};
    auto log = store::open(directory, test::quick_options()).value();
    auto views = runner::open(log, {any_projection::of<picky>()},
                              {.batch_events_max = random.between(1, 20),
                               .rows_cached_max = random.below(10),
                               .parking = {.retries = {.rest_first = std::chrono::milliseconds{1}},
                                           .retry_when_opened = random.chance(50)}})
                     .value();
    if (random.chance(50)) views.start();  // Then the kill falls anywhere in a batch.
    for (auto steps = random.between(1, 40); steps > 0; --steps) do_something(views, log, random);
    static_cast<void>(std::raise(SIGKILL));
    std::abort();
}

// Run by hand it does nothing; the test below runs it in a process of its own.
TEST(ParkCrashChild, ParksUntilItIsKilled) {
    const auto orders = test::orders_of_child();
    if (!orders) GTEST_SKIP() << "only of use to ParkCrash";
    park_until_killed(orders->directory, orders->seed);
}

/// How often the log says that each event was parked for each key.
std::map<std::string, int> parkings_told(const store& log) {
    std::map<std::string, int> told;
    auto events = log.read_stream(park_stream("picky")).value();
    while (events.next().value()) {
        if (events->type() == "event_parked") ++told[std::string{events->payload()}];
    }
    return told;
}

void expect_same_as_clean_build(runner& views, store& log) {
    const auto rows = rows_of_picky(log);
    const auto parked = parked_of_picky(log);
    views.rebuild("picky").value();
    views.catch_up().value();
    EXPECT_EQ(rows_of_picky(log), rows);
    EXPECT_EQ(parked_of_picky(log), parked);
}

TEST(ParkCrash, EndsAsACleanBuildWhereverItIsKilled) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    const auto rounds = test::count_from_environment("DAYBOOK_TEST_ROUNDS", 12);
    test::randomness random{seed};
    const test::temp_directory home;
    const auto directory = home / "store";
    for (std::uint64_t round = 0; round < rounds; ++round) {
        ASSERT_TRUE(
            test::dies_by_kill("ParkCrashChild.ParksUntilItIsKilled", {directory, random.next()}))
            << "round " << round;
    }
    picky::broken = true;
    auto log = store::open(directory, test::quick_options()).value();
    auto views = runner::open(log, {any_projection::of<picky>()}).value();
    views.catch_up().value();
    for (const auto& [payload, times] : parkings_told(log)) EXPECT_EQ(times, 1) << payload;
    expect_same_as_clean_build(views, log);
    picky::broken = false;
    views.retry_all("picky").value();
    views.catch_up().value();
    EXPECT_EQ(views.status("picky").value().parked, parked_counts{});
    expect_same_as_clean_build(views, log);
}

}  // namespace
}  // namespace daybook::projections
