// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a view built by several threads is the view that one thread builds: rows, digest, counts,
// and where and why it stops. Method: the same log, many divisions.

#include <daybook/projections/built_in.hpp>
#include <daybook/projections/declared_view.hpp>
#include <daybook/projections/generations.hpp>
#include <daybook/projections/runner.hpp>

#include "odd_events.hpp"
#include "sample_projections.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <tuple>

namespace daybook::projections {
namespace {

using test::fresh_store;

constexpr std::size_t threads_max = 9;  // One reads, eight fold.

/// Throws at "Bad" events; its keys are the tags.
struct fussy {
    static constexpr std::string_view name = "fussy";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;
    static std::vector<std::string> key(const event_view& e) {
        std::vector<std::string> keys;
        for (const auto tag : e.tags()) keys.emplace_back(tag);
        return keys;
    }
    static row apply(row count, const event_view& e) {
        if (e.type() == "Bad") throw std::runtime_error{"cannot take it"};
        return count + 1;
    }
};

void fill(fresh_store& store, std::size_t events, std::uint64_t seed) {
    test::odd_events odd{seed};
    test::event_maker any{seed};
    for (std::size_t i = 0; i < events; i += 2) {
        store->append(odd.stream(), expected::any(), {odd.next()}).value();
        store->append(any.stream(), expected::any(), {any.event()}).value();
    }
}

/// What is the same whoever built it.
struct built {
    std::string digest;
    std::uint64_t rows = 0;
    position cursor;
    std::uint64_t events_applied = 0;
    parked_counts parked;
    std::string error;
    friend bool operator==(const built&, const built&) = default;
    friend void PrintTo(const built& of, std::ostream* to) {
        *to << of.digest << " with " << of.rows << " rows at " << of.cursor.value << " of "
            << of.events_applied << " events, " << of.parked.events << " parked; " << of.error;
    }
};

/// Builds views from nothing, and drops them.
std::map<std::string, built> build(store& log, const std::vector<any_projection>& of,
                                   const runner_options& options) {
    std::map<std::string, built> all;
    {
        auto views = runner::open(log, of, options).value();
        static_cast<void>(views.catch_up());
        for (const auto& one : views.status()) {
            auto& made = all[one.name];
            made.cursor = one.cursor;
            made.events_applied = one.events_applied;
            made.parked = one.parked;
            if (one.last_error) made.error = one.last_error->message;
        }
        for (const auto& one : built_views(log).value()) {
            const auto digest = digest_of(log, one).value();
            all[one.name].digest = digest.digest;
            all[one.name].rows = digest.rows;
        }
    }
    for (const auto& one : of) drop_view(log, one).value();
    return all;
}

std::vector<any_projection> views_under_test() {
    auto all = built_in_projections();
    all.push_back(any_projection::of<test::trail>());
    all.push_back(any_projection::of<test::count_by_type>());
    all.push_back(any_projection::of<test::count_by_label>());
    return all;
}

// Few builds in each case: the lock detector of TSan counts what dropping a view leaves behind.
using threads_and_batch = std::tuple<std::size_t, std::size_t>;
class ParallelBuildOfAll : public testing::TestWithParam<threads_and_batch> {};
INSTANTIATE_TEST_SUITE_P(ByThreadsInBatches, ParallelBuildOfAll,
                         testing::Combine(testing::Values(2, 3, 9),
                                          testing::Values(3, 100, 1'000)));

TEST_P(ParallelBuildOfAll, GivesTheViewsThatOneThreadBuilds) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    const auto [threads, batch] = GetParam();
    fresh_store store;
    fill(store, 1'200, seed);
    const auto views = views_under_test();
    const auto wanted = build(*store, views, {.build_threads = 1});
    EXPECT_EQ(build(*store, views,
                    {.batch_events_max = batch, .rows_cached_max = 20, .build_threads = threads}),
              wanted);
}

class ParallelBuildOfEach : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(ByThreads, ParallelBuildOfEach,
                         testing::Range<std::size_t>(2, threads_max + 1));

// Alone, so that the keys are divided.
TEST_P(ParallelBuildOfEach, GivesTheViewWithItsKeysDivided) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    fresh_store store;
    fill(store, 1'010, seed);
    test::randomness random{seed + GetParam()};
    for (const auto& view : views_under_test()) {
        const auto wanted = build(*store, {view}, {.build_threads = 1});
        const auto batch = random.pick(std::array<std::size_t, 4>{10, 33, 256, 1'000});
        SCOPED_TRACE(view.name() + " in batches of " + std::to_string(batch));
        EXPECT_EQ(build(*store, {view},
                        {.batch_events_max = batch,
                         .rows_cached_max = random.below(60),
                         .build_threads = GetParam()}),
                  wanted);
    }
}

TEST(ParallelBuild, GivesTheSameInBatchesOfOneEvent) {
    fresh_store store;
    fill(store, 60, 1);
    for (const auto& view : views_under_test()) {
        const auto wanted = build(*store, {view}, {.build_threads = 1});
        EXPECT_EQ(build(*store, {view}, {.batch_events_max = 1, .build_threads = 4}), wanted);
    }
}

void fill_with_bad_events(fresh_store& store) {
    for (std::size_t i = 0; i < 300; ++i) {
        auto one = test::simple_event(i >= 170 && i % 3 == 0 ? "Bad" : "Good");
        for (std::size_t label = 0; label < i % 5; ++label)
            one.tags.push_back("label:" + std::to_string(i * 7 % 11 + label));
        store->append("task-1", expected::any(), {one}).value();
    }
}

const std::vector<std::vector<any_projection>> fussy_alone_or_not{
    {any_projection::of<fussy>()},
    {any_projection::of<fussy>(), any_projection::of<test::count_by_label>()}};

class ParallelBuildInBatches : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Of, ParallelBuildInBatches, testing::Values(1, 7, 64, 200));

TEST_P(ParallelBuildInBatches, StopsBeforeTheSameEventForTheSameReason) {
    fresh_store store;
    fill_with_bad_events(store);
    const auto batch = GetParam();
    for (const auto& of : fussy_alone_or_not) {
        runner_options options{.batch_events_max = batch, .build_threads = 1};
        options.parking.strict = true;
        const auto wanted = build(*store, of, options);
        EXPECT_THAT(wanted.at("fussy").error, testing::HasSubstr("position 171 (Bad of"));
        for (options.build_threads = 2; options.build_threads <= threads_max;
             ++options.build_threads) {
            SCOPED_TRACE(std::to_string(batch) + " by " + std::to_string(options.build_threads));
            EXPECT_EQ(build(*store, of, options), wanted);
        }
    }
}

// Each event that is parked is told in the log, so that the log is longer for the next one.
TEST_P(ParallelBuildInBatches, ParksTheSameEvents) {
    fresh_store store;
    fill_with_bad_events(store);
    const auto batch = GetParam();
    for (const auto& of : fussy_alone_or_not) {
        const auto wanted = build(*store, of, {.batch_events_max = batch, .build_threads = 1});
        EXPECT_GT(wanted.at("fussy").parked.events, wanted.at("fussy").parked.keys);
        for (const std::size_t threads : {2U, 3U, 9U}) {
            SCOPED_TRACE(std::to_string(batch) + " by " + std::to_string(threads));
            auto made = build(*store, of, {.batch_events_max = batch, .build_threads = threads});
            for (auto& [view, each] : made) {
                EXPECT_GE(each.cursor, position{300});
                each.cursor = wanted.at(view).cursor;
            }
            EXPECT_EQ(made, wanted);
        }
    }
}

// From a build by several threads to a live view, and back, with another number of them.
TEST(ParallelBuild, GoesOnAfterARestartWithOtherThreads) {
    const auto of = any_projection::of<test::trail>();
    fresh_store store;
    test::event_maker make{3};
    for (std::size_t round = 0; round < 8; ++round) {
        for (int i = 0; i < 60; ++i)
            store->append(make.stream(), expected::any(), make.events(2)).value();
        auto views =
            runner::open(
                *store, {of},
                {.batch_events_max = 16, .rows_cached_max = 5, .build_threads = round % 4 + 1})
                .value();
        if (round % 2 == 0) {
            views.step().value();
        } else {
            views.catch_up().value();
            store->append(make.stream(), expected::any(), make.events(3)).value();
            views.catch_up().value();
        }
    }
    built continued;
    {
        auto views = runner::open(*store, {of}, {.build_threads = 3}).value();
        views.catch_up().value();
        continued.digest = digest_of(*store, built_views(*store).value().front()).value().digest;
    }
    drop_view(*store, of).value();
    EXPECT_EQ(build(*store, {of}, {.build_threads = 1}).at("trail").digest, continued.digest);
}

}  // namespace
}  // namespace daybook::projections
