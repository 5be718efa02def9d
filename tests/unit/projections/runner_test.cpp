// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: views in a store have what the log has, whatever the batches, restarts and versions.
// Method: the runner is stepped on the test's own thread; nothing waits for time.

#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "sample_projections.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <map>

namespace daybook::projections {
namespace {

using test::count_by_type;
using test::FailsWith;
using test::fresh_store;
using test::Holds;
using test::HoldsValue;
using test::trail;
using testing::ElementsAre;
using testing::Pair;

/// The same name and version as `trail`, but only some of the events.
struct trail_of_a : trail {
    static query wants() { return query::types({"A"}); }
};

/// The same name and version, but another row.
struct trail_of_numbers {
    static constexpr std::string_view name = "trail";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    using row = std::vector<std::int64_t>;
    static row apply(row seen, const event_view&) { return seen; }
};

struct trail_two : trail {
    static constexpr std::uint32_t version = 2;
};

template <class P>
std::map<std::string, typename P::row> rows_of(fresh_store& store) {
    std::map<std::string, typename P::row> rows;
    view<P>::open(*store)
        .value()
        .for_each("",
                  [&](std::string_view key, typename P::row row) { rows[std::string{key}] = row; })
        .value();
    return rows;
}

runner open_runner(fresh_store& store, std::vector<any_projection> of,
                   const runner_options& options = {}) {
    return runner::open(*store, std::move(of), options).value();
}

void append(fresh_store& store, const std::string& stream, const std::string& type,
            std::size_t count = 1) {
    const std::vector<new_event> events(count, test::simple_event(type));
    store->append(stream, expected::any(), events).value();
}

TEST(Runner, BuildsSeveralViewsInOneReading) {
    fresh_store store;
    append(store, "task-1", "A", 3);
    append(store, "task-2", "B", 2);
    auto views =
        open_runner(store, {any_projection::of<count_by_type>(), any_projection::of<trail>()});
    EXPECT_THAT(views.catch_up(), HoldsValue());
    EXPECT_THAT(rows_of<count_by_type>(store), ElementsAre(Pair("A", 3U), Pair("B", 2U)));
    EXPECT_THAT(rows_of<trail>(store).at("task-2"), ElementsAre(position{3}, position{4}));
}

TEST(Runner, StepsBatchByBatch) {
    fresh_store store;
    append(store, "task-1", "A", 5);
    auto views = open_runner(store, {any_projection::of<trail>()}, {.batch_events_max = 2});
    const auto cursor = [&] { return view<trail>::open(*store).value().cursor().value(); };
    EXPECT_THAT(views.step(), Holds(true));
    EXPECT_EQ(cursor(), position{2});
    EXPECT_THAT(views.step(), Holds(true));
    EXPECT_THAT(views.step(), Holds(true));
    EXPECT_EQ(cursor(), position{5});
    EXPECT_THAT(views.step(), Holds(false));
    append(store, "task-1", "A");
    EXPECT_THAT(views.step(), Holds(true));
    EXPECT_EQ(cursor(), position{6});
}

TEST(Runner, ReadsOnWhereABatchEndedWithTheLog) {
    fresh_store store;
    append(store, "task-1", "A", 2);
    auto views = open_runner(store, {any_projection::of<trail>()}, {.batch_events_max = 2});
    EXPECT_THAT(views.step(), Holds(true));
    append(store, "task-1", "A");
    EXPECT_THAT(views.step(), Holds(true));
    EXPECT_EQ(views.status("trail").value().cursor, position{3});
}

TEST(Runner, GivesTheSameBytesInBatchesOfAnySize) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    fresh_store store;
    test::event_maker make{seed};
    for (int i = 0; i < 200; ++i)
        store->append(make.stream(), expected::any(), make.events(3)).value();
    const auto rows_with = [&](std::size_t batch, std::size_t cached) {
        auto views = open_runner(store, {any_projection::of<trail>()},
                                 {.batch_events_max = batch, .rows_cached_max = cached});
        views.rebuild("trail").value();
        views.catch_up().value();
        std::map<std::string, std::string> rows;
        stored_view::open(*store, any_projection::of<trail>())
            .value()
            .scan("", "",
                  [&](std::string_view key, std::string_view row) {
                      rows[std::string{key}] = row;
                      return true;
                  })
            .value();
        return rows;
    };
    const auto wanted = rows_with(1, 0);
    EXPECT_EQ(rows_with(1'000, 1'000), wanted);
    EXPECT_EQ(rows_with(1'000, 0), wanted);
    EXPECT_EQ(rows_with(7, 3), wanted);
}

TEST(Runner, GoesOnWhereItStoppedAfterReopening) {
    fresh_store store;
    append(store, "task-1", "A", 4);
    open_runner(store, {any_projection::of<trail>()}).catch_up().value();
    append(store, "task-1", "A", 3);
    store.reopen();
    auto views = open_runner(store, {any_projection::of<trail>()});
    views.catch_up().value();
    EXPECT_EQ(rows_of<trail>(store).at("task-1").size(), 7U);
    EXPECT_EQ(views.status("trail").value().events_applied, 7U);
}

TEST(Runner, LetsALateViewCatchUpWithTheOthers) {
    fresh_store store;
    append(store, "task-1", "A", 4);
    open_runner(store, {any_projection::of<trail>()}).catch_up().value();
    append(store, "task-1", "B", 2);
    auto views =
        open_runner(store, {any_projection::of<trail>(), any_projection::of<count_by_type>()},
                    {.batch_events_max = 3});
    views.catch_up().value();
    EXPECT_EQ(rows_of<trail>(store).at("task-1").size(), 6U);
    EXPECT_THAT(rows_of<count_by_type>(store), ElementsAre(Pair("A", 4U), Pair("B", 2U)));
}

TEST(Runner, BuildsANewVersionInAKeyspaceOfItsOwn) {
    fresh_store store;
    append(store, "task-1", "A", 2);
    open_runner(store, {any_projection::of<trail>()}).catch_up().value();
    append(store, "task-1", "A");
    open_runner(store, {any_projection::of<trail_two>()}).catch_up().value();
    EXPECT_EQ(rows_of<trail>(store).at("task-1").size(), 2U);
    EXPECT_EQ(rows_of<trail_two>(store).at("task-1").size(), 3U);
    EXPECT_THAT(store->keyspaces().value(),
                ElementsAre("daybook.views", "view.trail.v1", "view.trail.v2.g2"));
}

TEST(Runner, RefusesAnotherQueryOrRowUnderTheSameVersion) {
    fresh_store store;
    append(store, "task-1", "A");
    open_runner(store, {any_projection::of<trail>()}).catch_up().value();
    EXPECT_THAT(runner::open(*store, {any_projection::of<trail_of_a>()}),
                FailsWith(errc::invalid_argument, "view \"trail\" version 1: its query"));
    EXPECT_THAT(runner::open(*store, {any_projection::of<trail_of_numbers>()}),
                FailsWith(errc::invalid_argument, "its row type"));
    EXPECT_THAT(drop_view(*store, any_projection::of<trail>()), HoldsValue());
    EXPECT_THAT(runner::open(*store, {any_projection::of<trail_of_a>()}), HoldsValue());
}

TEST(Runner, RefusesAViewThatIsGivenTwiceAndLeavesNothingOpen) {
    fresh_store store;
    EXPECT_THAT(runner::open(*store, {any_projection::of<trail>(), any_projection::of<trail>()}),
                FailsWith(errc::invalid_argument, "\"trail\" version 1 is registered twice"));
    EXPECT_THAT(runner::open(*store, {any_projection::of<trail>()}), HoldsValue());
}

TEST(Runner, RefusesAViewThatAnotherRunnerHas) {
    fresh_store store, other;
    {
        const auto first = open_runner(store, {any_projection::of<trail>()});
        EXPECT_THAT(runner::open(
                        *store, {any_projection::of<count_by_type>(), any_projection::of<trail>()}),
                    FailsWith(errc::locked, "trail"));
        EXPECT_THAT(drop_view(*store, any_projection::of<trail>()),
                    FailsWith(errc::locked, "trail"));
        EXPECT_THAT(runner::open(*store, {any_projection::of<count_by_type>()}), HoldsValue());
        EXPECT_THAT(runner::open(*other, {any_projection::of<trail>()}), HoldsValue());
    }
    EXPECT_THAT(runner::open(*store, {any_projection::of<trail>()}), HoldsValue());
}

TEST(Runner, RefusesBatchesOfNothing) {
    fresh_store store;
    EXPECT_THAT(runner::open(*store, {any_projection::of<trail>()}, {.batch_events_max = 0}),
                FailsWith(errc::invalid_argument, "batch_events_max"));
}

TEST(Runner, RebuildsFromTheFirstEvent) {
    fresh_store store;
    append(store, "task-1", "A", 3);
    auto views =
        open_runner(store, {any_projection::of<trail>(), any_projection::of<count_by_type>()});
    views.catch_up().value();
    const auto before = view<trail>::open(*store).value();
    EXPECT_THAT(views.rebuild("trail"), HoldsValue());
    EXPECT_EQ(views.status("trail").value().beside->cursor, position{0});
    EXPECT_EQ(views.status("trail").value().cursor, position{3});
    EXPECT_FALSE(views.status("count_by_type").value().beside);
    EXPECT_EQ(rows_of<trail>(store).at("task-1").size(), 3U);
    views.catch_up().value();
    EXPECT_FALSE(views.status("trail").value().beside);
    EXPECT_EQ(views.status("trail").value().generation, 2U);
    EXPECT_EQ(before.get("task-1").value()->size(), 3U);
    EXPECT_EQ(rows_of<trail>(store).at("task-1").size(), 3U);
    EXPECT_THAT(rows_of<count_by_type>(store), ElementsAre(Pair("A", 3U)));
    EXPECT_THAT(views.rebuild("nobody"), FailsWith(errc::not_found, "nobody"));
}

TEST(Runner, TellsHowFarEachViewIs) {
    fresh_store store;
    append(store, "task-1", "A", 5);
    auto views = open_runner(store, {any_projection::of<trail>()}, {.batch_events_max = 2});
    auto status = views.status("trail").value();
    EXPECT_EQ(status.state, view_state::building);
    EXPECT_EQ(status.lag_events, 5U);
    EXPECT_GE(status.lag_time.count(), 0);
    EXPECT_EQ(status.keyspace, "view.trail.v1");
    views.step().value();
    status = views.status("trail").value();
    EXPECT_EQ(status.cursor, position{2});
    EXPECT_EQ(status.events_applied, 2U);
    EXPECT_EQ(status.lag_events, 3U);
    views.catch_up().value();
    status = views.status("trail").value();
    EXPECT_EQ(status.state, view_state::live);
    EXPECT_EQ(status.lag_events, 0U);
    EXPECT_EQ(status.lag_time.count(), 0);
    EXPECT_GT(status.events_per_second, 0);
    EXPECT_FALSE(status.last_error);
    EXPECT_THAT(views.status("nobody"), FailsWith(errc::not_found, "nobody"));
}

TEST(Runner, ReportsProgressOfCatchingUp) {
    fresh_store store;
    append(store, "task-1", "A", 5);
    auto views = open_runner(store, {any_projection::of<trail>()}, {.batch_events_max = 2});
    std::vector<std::pair<std::uint64_t, std::uint64_t>> told;
    views.catch_up([&](std::uint64_t done, std::uint64_t total) { told.emplace_back(done, total); })
        .value();
    EXPECT_THAT(told, ElementsAre(Pair(0, 5), Pair(2, 5), Pair(4, 5), Pair(5, 5)));
}

TEST(Runner, AnswersAtOnceWhetherAViewHasAnEvent) {
    fresh_store store;
    append(store, "task-1", "A", 2);
    auto views = open_runner(store, {any_projection::of<trail>()});
    const auto past = std::chrono::steady_clock::now();
    EXPECT_THAT(views.wait_for("trail", position{1}, past), Holds(false));
    views.catch_up().value();
    EXPECT_THAT(views.wait_for("trail", position{1}, past), Holds(true));
    EXPECT_THAT(views.wait_for("trail", position{2}, past), Holds(false));
    EXPECT_THAT(views.wait_for("nobody", position{0}, past), FailsWith(errc::not_found));
}

TEST(Runner, IsLiveOnAnEmptyLog) {
    fresh_store store;
    auto views = open_runner(store, {any_projection::of<trail>()});
    EXPECT_THAT(views.catch_up(), HoldsValue());
    EXPECT_EQ(views.status("trail").value().state, view_state::live);
    EXPECT_THAT(view<trail>::open(*store).value().cursor(), Holds(position{0}));
    EXPECT_THAT(open_runner(store, {}).catch_up(), HoldsValue());
}

TEST(Runner, IsMovedWithItsViews) {
    fresh_store store;
    append(store, "task-1", "A");
    auto first = open_runner(store, {any_projection::of<trail>()});
    first.start();
    auto second = std::move(first);
    second.stop();
    EXPECT_THAT(second.catch_up(), HoldsValue());
    second = open_runner(store, {any_projection::of<count_by_type>()});
    EXPECT_THAT(runner::open(*store, {any_projection::of<trail>()}), HoldsValue());
}

}  // namespace
}  // namespace daybook::projections
