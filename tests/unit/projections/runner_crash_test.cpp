// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: after kill -9 at any moment, of building, rebuilding and switching too, a view that goes on
// misses nothing and applies nothing twice, and readers get one whole generation.
// Method: a child process (this program again) writes events, steps its views in small batches and
// begins, pauses, switches and drops generations until it is killed, after a random number of steps
// or a random time; the store is opened and the next child goes on. After each round every
// generation has exactly the rows of the events before its cursor; at the end all digests equal
// those of a clean build. Replay one failure with DAYBOOK_TEST_SEED=<seed>; more rounds with
// DAYBOOK_TEST_ROUNDS=<n> or long_run.sh.

#include <daybook/projections/built_in.hpp>
#include <daybook/projections/generations.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "sample_projections.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/killed_child.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace daybook::projections {
namespace {

using test::count_by_type;
using test::trail;

struct trail_two : trail {
    static constexpr std::uint32_t version = 2;
};

std::vector<any_projection> views_under_test() {
    auto all = built_in_projections();
    all.push_back(any_projection::of<trail>());
    all.push_back(any_projection::of<count_by_type>());
    return all;
}

/// Fails with what a step at a random moment may fail with, and with nothing else.
void may_be_refused(const result<void>& done) {
    if (done || done.error().code == errc::not_found ||
        done.error().code == errc::invalid_argument || done.error().code == errc::locked) {
        return;
    }
    std::fprintf(stderr, "%s\n", done.error().message.c_str());
    std::abort();
}

void change_generations(store& log, runner& views, test::randomness& random) {
    const std::string view = random.chance(70) ? "trail" : "count_by_type";
    const auto generation = static_cast<std::uint32_t>(random.between(1, 12));
    switch (random.below(8)) {
        case 0: may_be_refused(views.pause(view)); break;
        case 1: may_be_refused(views.resume(view)); break;
        case 2: may_be_refused(views.abandon(view)); break;
        case 3: may_be_refused(views.switch_to(view, generation)); break;
        case 4: may_be_refused(drop_generation(log, view, generation)); break;
        default: may_be_refused(views.rebuild(view)); break;
    }
}

/// What runs in the child: never returns.
[[noreturn]] void write_and_step_until_killed(const std::filesystem::path& directory,
                                              std::uint64_t seed) {
    test::randomness random{seed};
    auto log = store::open(directory, test::quick_options()).value();
    auto of = views_under_test();
    if (random.chance(30)) of.push_back(any_projection::of<trail_two>());
    auto views = runner::open(log, of,
                              {.batch_events_max = random.between(1, 20),
                               .rows_cached_max = random.below(10),
                               .build_threads = random.between(1, 4),
                               .switches_over = random.chance(80)})
                     .value();
    test::event_maker make{random.next()};
    if (random.chance(50)) views.start();    // Then the kill falls anywhere in a batch.
    const bool by_time = random.chance(50);  // Then anywhere at all.
    std::thread killer;
    if (by_time) {
        killer = std::thread{[after = std::chrono::microseconds{random.between(1, 30'000)}] {
            std::this_thread::sleep_for(after);
            static_cast<void>(std::raise(SIGKILL));
        }};
    }
    for (auto steps = random.between(1, 40); by_time || steps > 0; --steps) {
        if (!by_time || log.watermark() < position{20'000})
            log.append(make.stream(), expected::any(), make.events(5)).value();
        if (random.chance(60)) views.step().value();
        if (random.chance(20)) change_generations(log, views, random);
    }
    static_cast<void>(std::raise(SIGKILL));
    std::abort();
}

// Run by hand it does nothing; the test below runs it in a process of its own.
TEST(RunnerCrashChild, WritesUntilItIsKilled) {
    const auto orders = test::orders_of_child();
    if (!orders) GTEST_SKIP() << "only of use to RunnerCrash";
    write_and_step_until_killed(orders->directory, orders->seed);
}

/// Rows of a trail as of `end`, from the log alone.
std::map<std::string, trail::row> trail_up_to(const store& log, position end) {
    std::map<std::string, trail::row> rows;
    auto events = log.read_all().value();
    while (events.next().value() && events->position() < end) {
        rows[std::string{events->stream()}].push_back(events->position());
    }
    return rows;
}

std::map<std::string, trail::row> rows_in(const keyspace& rows) {
    std::map<std::string, trail::row> found;
    rows.scan("r", "",
              [&](std::string_view key, std::string_view row) {
                  found[std::string{key.substr(1)}] = decode_value<trail::row>(row).value();
                  return true;
              })
        .value();
    return found;
}

// Of every generation, and one of a view that was built is what readers get.
void expect_exact_trails(store& log) {
    std::size_t active = 0;
    for (const auto& one : built_views(log).value()) {
        if (one.name != trail::name) continue;
        SCOPED_TRACE(one.keyspace + " at cursor " + std::to_string(one.cursor.value));
        if (one.active) ++active;
        EXPECT_EQ(rows_in(log.open_keyspace(one.keyspace).value()), trail_up_to(log, one.cursor));
    }
    EXPECT_LE(active, 1U);
    if (log.keyspaces().value().empty()) return;
    const auto read = view<trail>::open(log);
    EXPECT_TRUE(read || read.error().code == errc::not_found);
}

std::map<std::string, view_digest> digests_of_what_serves(store& log) {
    std::map<std::string, view_digest> digests;
    for (const auto& one : built_views(log).value()) {
        if (one.place != generation_place::serving) continue;
        digests[one.name + std::to_string(one.version)] = digest_of(log, one).value();
    }
    return digests;
}

void bring_up_to_date(store& log, const std::vector<any_projection>& of) {
    auto views = runner::open(log, of).value();
    views.catch_up().value();
}

TEST(RunnerCrash, LosesAndRepeatsNothingWhenKilledAtAnyMoment) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    const auto rounds = test::count_from_environment("DAYBOOK_TEST_ROUNDS", 12);
    test::randomness random{seed};
    const test::temp_directory home;
    const auto directory = home / "store";
    for (std::uint64_t round = 0; round < rounds; ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        ASSERT_TRUE(test::dies_by_kill("RunnerCrashChild.WritesUntilItIsKilled",
                                       {directory, random.next()}))
            << "round " << round;
        auto log = store::open(directory, test::quick_options()).value();
        expect_exact_trails(log);
        ASSERT_FALSE(testing::Test::HasFailure());
    }
    auto log = store::open(directory, test::quick_options()).value();
    auto of = views_under_test();
    of.push_back(any_projection::of<trail_two>());
    bring_up_to_date(log, of);
    const auto continued = digests_of_what_serves(log);
    for (const auto& one : of) drop_view(log, one).value();
    bring_up_to_date(log, of);
    for (const auto& [view, digest] : digests_of_what_serves(log)) {
        const auto found = continued.find(view);
        // One that was paused, or waits to be switched to, has nothing that serves.
        if (found == continued.end()) continue;
        EXPECT_EQ(found->second, digest) << view;
    }
}

}  // namespace
}  // namespace daybook::projections
