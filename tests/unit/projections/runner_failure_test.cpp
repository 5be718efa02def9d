// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: in strict mode a projection that throws stops its own view before that event, whatever the
// batches, and nobody else's; a view whose store was damaged or turned back says so.

#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "sample_projections.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::FailsWith;
using test::fragile;
using test::fresh_store;
using test::Holds;
using test::HoldsValue;
using test::trail;
using testing::ElementsAre;

/// Cannot take events of type "Bad" while told so: a fault that is mended later.
struct mendable {
    static constexpr std::string_view name = "mendable";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;
    static inline bool broken = true;
    static std::string_view key(const event_view& e) { return e.type(); }
    static row apply(row count, const event_view& e) {
        if (broken && e.type() == "Bad") throw std::runtime_error{"broken"};
        return count + 1;
    }
};

void append(fresh_store& store, std::size_t good) {
    if (good > 0) {
        const std::vector<new_event> events(good, test::simple_event("Good"));
        store->append("task-1", expected::any(), events).value();
    }
    auto bad = test::simple_event("Bad");
    bad.tags = {"bad:yes"};
    store->append("task-1", expected::any(), {bad}).value();
}

class RunnerFailure : public testing::TestWithParam<std::size_t> {
protected:
    runner open_runner(std::vector<any_projection> of) {
        return runner::open(*store, std::move(of),
                            {.batch_events_max = GetParam(), .parking = {.strict = true}})
            .value();
    }
    fresh_store store;
};

INSTANTIATE_TEST_SUITE_P(InBatchesOf, RunnerFailure, testing::Values(1, 2, 3, 1000));

TEST_P(RunnerFailure, StopsTheViewExactlyBeforeTheEvent) {
    append(store, 4);
    append(store, 1);
    auto views = open_runner({any_projection::of<fragile>()});
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed, "position 4 (Bad of task-1)"));
    const auto status = views.status("fragile").value();
    EXPECT_EQ(status.state, view_state::failed);
    EXPECT_EQ(status.cursor, position{4});
    EXPECT_EQ(status.events_applied, 4U);
    EXPECT_EQ(status.last_error->code, errc::projection_failed);
    const auto rows = view<fragile>::open(*store).value();
    EXPECT_THAT(rows.cursor(), Holds(position{4}));
    EXPECT_THAT(rows.get("all").value().value(),
                ElementsAre(position{0}, position{1}, position{2}, position{3}));
}

TEST_P(RunnerFailure, LetsTheOtherViewsGoOn) {
    append(store, 4);
    append(store, 3);
    auto views = open_runner({any_projection::of<fragile>(), any_projection::of<trail>()});
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed, "fragile"));
    const auto status = views.status("trail").value();
    EXPECT_EQ(status.state, view_state::live);
    EXPECT_FALSE(status.last_error);
    EXPECT_EQ(view<trail>::open(*store).value().get("task-1").value()->size(), 9U);
    EXPECT_THAT(views.step(), Holds(false));
}

TEST_P(RunnerFailure, StandsAtTheFirstEventIfThatIsTheOne) {
    append(store, 0);
    auto views = open_runner({any_projection::of<fragile>()});
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed, "position 0"));
    EXPECT_EQ(views.status("fragile").value().cursor, position{0});
}

TEST_P(RunnerFailure, TriesAgainWhenToldAndWhenReopened) {
    append(store, 2);
    append(store, 2);
    mendable::broken = true;
    auto views = open_runner({any_projection::of<mendable>()});
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed, "broken"));
    views.retry("mendable").value();
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed, "position 2"));
    mendable::broken = false;
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed));
    views.retry("mendable").value();
    EXPECT_THAT(views.catch_up(), HoldsValue());
    EXPECT_EQ(view<mendable>::open(*store).value().get("Good").value(), 4U);
    EXPECT_EQ(view<mendable>::open(*store).value().get("Bad").value(), 2U);
    EXPECT_THAT(views.retry("nobody"), FailsWith(errc::not_found));
}

TEST_P(RunnerFailure, TellsWhoWaitsForTheView) {
    append(store, 1);
    auto views = open_runner({any_projection::of<fragile>()});
    EXPECT_FALSE(views.catch_up());
    const auto far = std::chrono::steady_clock::now() + std::chrono::hours{1};
    EXPECT_THAT(views.wait_for("fragile", position{0}, far), Holds(true));
    EXPECT_THAT(views.wait_for("fragile", position{1}, far), FailsWith(errc::projection_failed));
}

TEST(RunnerDamage, RefusesAViewThatIsAheadOfTheLog) {
    fresh_store ahead, behind;
    append(ahead, 4);
    runner::open(*ahead, {any_projection::of<trail>()}).value().catch_up().value();
    auto rows = ahead->open_keyspace("view.trail.v1").value();
    auto copied = behind->open_keyspace("view.trail.v1").value();
    keyspace_batch batch;
    rows.scan("", "",
              [&](std::string_view key, std::string_view value) {
                  batch.put(key, value);
                  return true;
              })
        .value();
    copied.write(batch).value();
    EXPECT_THAT(runner::open(*behind, {any_projection::of<trail>()}),
                FailsWith(errc::corrupt, "read up to position 5 and the log ends at 0"));
}

TEST(RunnerDamage, StopsAViewWhoseRowCannotBeRead) {
    fresh_store store;
    append(store, 1);
    runner::open(*store, {any_projection::of<trail>()}).value().catch_up().value();
    keyspace_batch batch;
    batch.put("rtask-1", "\xFF");
    store->open_keyspace("view.trail.v1").value().write(batch).value();
    append(store, 1);
    auto views = runner::open(*store, {any_projection::of<trail>()}).value();
    EXPECT_THAT(views.catch_up(), FailsWith(errc::corrupt, "value of 1 bytes"));
    EXPECT_EQ(views.status("trail").value().state, view_state::failed);
    views.rebuild("trail").value();
    EXPECT_THAT(views.catch_up(), HoldsValue());
    EXPECT_EQ(view<trail>::open(*store).value().get("task-1").value()->size(), 4U);
}

}  // namespace
}  // namespace daybook::projections
