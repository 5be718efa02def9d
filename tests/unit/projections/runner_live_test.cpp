// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a runner that works while others write, read and look at it ends with the rows that a fold
// from scratch gives. Method: threads race; the end state is compared. Run under TSan as well.

#include <daybook/projections/built_in.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "sample_projections.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>

namespace daybook::projections {
namespace {

using test::count_by_type;
using test::fresh_store;
using test::Holds;
using test::HoldsValue;
using test::trail;

constexpr std::size_t writers = 3;
const auto a_long_time = std::chrono::minutes{2};

std::vector<any_projection> views_under_test() {
    auto all = built_in_projections();
    all.push_back(any_projection::of<trail>());
    all.push_back(any_projection::of<count_by_type>());
    return all;
}

using all_rows = std::map<std::string, std::map<std::string, std::string>>;

all_rows rows_of(fresh_store& store) {
    all_rows rows;
    for (const auto& of : views_under_test()) {
        stored_view::open(*store, of)
            .value()
            .scan("", "",
                  [&](std::string_view key, std::string_view row) {
                      rows[of.name()][std::string{key}] = row;
                      return true;
                  })
            .value();
    }
    return rows;
}

position write_events(store& log, std::uint64_t seed, std::uint64_t appends) {
    test::event_maker make{seed};
    position last;
    for (std::uint64_t i = 0; i < appends; ++i) {
        last = log.append(make.stream(), expected::any(), make.events(3)).value().last;
    }
    return last;
}

TEST(RunnerLive, EndsWithTheRowsOfAFoldFromScratch) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    const auto appends = test::count_from_environment("DAYBOOK_TEST_APPENDS", 300);
    fresh_store store;
    auto views =
        runner::open(*store, views_under_test(), {.batch_events_max = 64, .rows_cached_max = 8})
            .value();
    views.start();

    std::atomic<bool> done = false;
    std::thread reader{[&] {
        const auto counts = view<count_by_type>::open(*store).value();
        while (!done) {
            position before{0};
            for (const auto& status : views.status()) {
                EXPECT_FALSE(status.last_error) << status.last_error->message;
            }
            const auto cursor = counts.cursor().value();
            EXPECT_LE(before, cursor);
            before = cursor;
            counts.for_each("", [](std::string_view, std::uint64_t count) { EXPECT_GT(count, 0U); })
                .value();
        }
    }};
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < writers; ++i) {
        threads.emplace_back([&, i] {
            const auto last = write_events(*store, seed + i, appends);
            const auto deadline = std::chrono::steady_clock::now() + a_long_time;
            EXPECT_THAT(views.wait_for("trail", last, deadline), Holds(true));
        });
    }
    for (auto& thread : threads) thread.join();
    done = true;
    reader.join();
    EXPECT_THAT(views.catch_up(), HoldsValue());
    views.stop();

    const auto live = rows_of(store);
    for (const auto& of : views_under_test()) views.rebuild(of.name()).value();
    EXPECT_THAT(views.catch_up(), HoldsValue());
    EXPECT_EQ(rows_of(store), live);
}

TEST(RunnerLive, RebuildsWhileEventsArrive) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    fresh_store store;
    auto views = runner::open(*store, views_under_test(), {.batch_events_max = 50}).value();
    views.start();
    std::thread writer{[&] { write_events(*store, seed, 300); }};
    for (int i = 0; i < 10; ++i) EXPECT_THAT(views.rebuild("trail"), HoldsValue());
    writer.join();
    EXPECT_THAT(views.catch_up(), HoldsValue());
    views.stop();
    const auto live = rows_of(store);
    views.rebuild("trail").value();
    views.catch_up().value();
    EXPECT_EQ(rows_of(store), live);
}

TEST(RunnerLive, StartsAndStopsAsOftenAsOneLikes) {
    fresh_store store;
    auto views = runner::open(*store, {any_projection::of<trail>()}).value();
    views.stop();
    for (int i = 0; i < 20; ++i) {
        views.start();
        views.start();
        write_events(*store, static_cast<std::uint64_t>(i), 1);
        views.stop();
    }
    views.start();
    const auto last = write_events(*store, 99, 1);
    const auto deadline = std::chrono::steady_clock::now() + a_long_time;
    EXPECT_THAT(views.wait_for("trail", last, deadline), Holds(true));
}

}  // namespace
}  // namespace daybook::projections
