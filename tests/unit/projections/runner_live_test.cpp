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

// Readers never see a view that is half built, nor one that goes back.
TEST(RunnerLive, RebuildsWhileEventsArriveAndReadersRead) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    const auto rebuilds = test::count_from_environment("DAYBOOK_TEST_REBUILDS", 10);
    fresh_store store;
    write_events(*store, seed, 200);
    auto views = runner::open(*store, views_under_test(), {.batch_events_max = 50}).value();
    views.catch_up().value();
    views.start();
    std::atomic<bool> done = false;
    std::thread writer{[&] {
        // No faster than the views follow: what is built would never catch up.
        for (std::uint64_t i = 0; !done; ++i) {
            const auto last = write_events(*store, seed + i, 5);
            const auto deadline = std::chrono::steady_clock::now() + a_long_time;
            EXPECT_THAT(views.wait_for("trail", last, deadline), Holds(true));
        }
    }};
    std::vector<std::thread> readers;
    for (std::size_t i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            const auto counts = view<count_by_type>::open(*store).value();
            position cursor;
            std::uint64_t events = 0;
            while (!done) {
                const auto cursor_now = counts.cursor().value();
                EXPECT_GE(cursor_now, cursor);
                cursor = cursor_now;
                std::uint64_t events_now = 0;
                counts
                    .for_each("",
                              [&](std::string_view, std::uint64_t count) { events_now += count; })
                    .value();
                EXPECT_GE(events_now, cursor.value);
                EXPECT_GE(events_now, events);
                events = events_now;
            }
        });
    }
    for (std::uint64_t i = 0; i < rebuilds; ++i) {
        const auto before = views.status("count_by_type").value().generation;
        EXPECT_THAT(views.rebuild("count_by_type"), HoldsValue());
        if (i % 3 == 0) {
            EXPECT_THAT(views.rebuild("trail"), HoldsValue());
        }
        while (views.status("count_by_type").value().generation == before)
            std::this_thread::yield();
    }
    done = true;
    writer.join();
    for (auto& reader : readers) reader.join();
    EXPECT_THAT(views.catch_up(), HoldsValue());
    views.stop();
    const auto live = rows_of(store);
    for (const auto& of : views_under_test()) views.rebuild(of.name()).value();
    EXPECT_THAT(views.catch_up(), HoldsValue());
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
