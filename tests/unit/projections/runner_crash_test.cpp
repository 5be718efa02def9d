// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: after kill -9 at any moment, a view that goes on misses nothing and applies nothing twice.
// Method: a child process (this program again) writes events and steps its views in small batches
// until it kills itself after a random number of steps; the store is opened and the next child goes
// on. At the end, and after each round up to the stored cursor, the rows equal a fold from scratch.
// Replay one failure with DAYBOOK_TEST_SEED=<seed>; more rounds with DAYBOOK_TEST_ROUNDS=<n>.

#include <daybook/projections/built_in.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "sample_projections.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

namespace daybook::projections {
namespace {

using test::count_by_type;
using test::trail;

constexpr const char* directory_variable = "DAYBOOK_TEST_CRASH_DIRECTORY";
constexpr const char* seed_variable = "DAYBOOK_TEST_CRASH_SEED";

std::vector<any_projection> views_under_test() {
    auto all = built_in_projections();
    all.push_back(any_projection::of<trail>());
    all.push_back(any_projection::of<count_by_type>());
    return all;
}

/// What runs in the child: never returns.
[[noreturn]] void write_and_step_until_killed(const char* directory, std::uint64_t seed) {
    test::randomness random{seed};
    auto log = store::open(directory, test::quick_options()).value();
    auto views = runner::open(log, views_under_test(),
                              {.batch_events_max = random.between(1, 20),
                               .rows_cached_max = random.below(10)})
                     .value();
    test::event_maker make{random.next()};
    if (random.chance(50)) views.start();  // Then the kill falls anywhere in a batch.
    for (auto steps = random.between(1, 40); steps > 0; --steps) {
        log.append(make.stream(), expected::any(), make.events(5)).value();
        if (random.chance(60)) views.step().value();
    }
    static_cast<void>(std::raise(SIGKILL));
    std::abort();
}

// Run by hand it does nothing; the test below runs it in a process of its own.
TEST(RunnerCrashChild, WritesUntilItIsKilled) {
    const char* directory = std::getenv(directory_variable);
    if (directory == nullptr) GTEST_SKIP() << "only of use to RunnerCrash";
    write_and_step_until_killed(directory, std::strtoull(std::getenv(seed_variable), nullptr, 10));
}

int run_child(const std::filesystem::path& directory, std::uint64_t seed) {
    const auto child = ::fork();
    if (child == 0) {
        ::setenv(directory_variable, directory.c_str(), 1);
        ::setenv(seed_variable, std::to_string(seed).c_str(), 1);
        ::execl("/proc/self/exe", "runner_crash_test", "--gtest_filter=RunnerCrashChild.*",
                "--gtest_brief=1", nullptr);
        ::_exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
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

void expect_exact_trail(store& log) {
    const auto view = projections::view<trail>::open(log).value();
    const auto cursor = view.cursor().value();
    std::map<std::string, trail::row> rows;
    view.for_each("", [&](std::string_view key,
                          trail::row row) { rows[std::string{key}] = std::move(row); })
        .value();
    EXPECT_EQ(rows, trail_up_to(log, cursor)) << "at cursor " << cursor.value;
}

std::map<std::string, std::string> rows_of(store& log, const any_projection& of) {
    std::map<std::string, std::string> rows;
    stored_view::open(log, of)
        .value()
        .scan("", "",
              [&](std::string_view key, std::string_view row) {
                  rows[std::string{key}] = row;
                  return true;
              })
        .value();
    return rows;
}

TEST(RunnerCrash, LosesAndRepeatsNothingWhenKilledAtAnyMoment) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    const auto rounds = test::count_from_environment("DAYBOOK_TEST_ROUNDS", 12);
    test::randomness random{seed};
    const test::temp_directory home;
    const auto directory = home / "store";
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const auto status = run_child(directory, random.next());
        ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "round " << round;
        auto log = store::open(directory, test::quick_options()).value();
        expect_exact_trail(log);
    }
    auto log = store::open(directory, test::quick_options()).value();
    auto views = runner::open(log, views_under_test()).value();
    views.catch_up().value();
    for (const auto& of : views_under_test()) {
        const auto continued = rows_of(log, of);
        views.rebuild(of.name()).value();
        views.catch_up().value();
        EXPECT_EQ(rows_of(log, of), continued) << of.name();
    }
}

}  // namespace
}  // namespace daybook::projections
