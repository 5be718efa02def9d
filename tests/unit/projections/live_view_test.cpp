// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a live view gives, without a runner, what an async one gives when it has caught up.

#include <daybook/projections/built_in.hpp>
#include <daybook/projections/live_view.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "sample_projections.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using namespace std::chrono_literals;
using test::count_by_type;
using test::FailsWith;
using test::fresh_store;
using test::Holds;
using test::trail;

using rows_by_key = std::map<std::string, std::string>;

rows_by_key rows_of(const row_reader& from) {
    rows_by_key rows;
    from.scan({},
              [&](std::string_view key, std::string_view row) {
                  rows[std::string{key}] = row;
                  return true;
              })
        .value();
    return rows;
}

TEST(LiveView, EqualsTheAsyncViewOfTheSameEvents) {
    fresh_store store;
    test::event_maker make{7};
    for (int i = 0; i < 60; ++i) {
        store->append(make.stream(), expected::any(), make.events(5)).value();
    }
    auto all = built_in_projections();
    all.push_back(any_projection::of<trail>());
    all.push_back(any_projection::of<test::count_by_label>());
    auto views = runner::open(*store, all).value();
    views.catch_up().value();
    for (const auto& of : all) {
        const auto stored = stored_view::open(*store, of).value();
        const live_view live{*store, of};
        const auto wanted = rows_of(stored);
        EXPECT_EQ(rows_of(live), wanted) << of.name();
        for (const auto& [key, row] : wanted) EXPECT_THAT(live.get(key), Holds(std::optional{row}));
    }
}

TEST(LiveView, IsFreshWithoutARunner) {
    fresh_store store;
    const auto counts = view<count_by_type>::open(*store, view_mode::live).value();
    EXPECT_THAT(counts.get("A"), Holds(std::optional<std::uint64_t>{}));
    const auto receipt =
        store->append("task-1", expected::any(), {test::simple_event("A")}).value();
    EXPECT_THAT(counts.get("A", at_least{receipt.last}, 0ms),
                Holds(std::optional<std::uint64_t>{1}));
    EXPECT_THAT(counts.cursor(), Holds(position{1}));
    EXPECT_TRUE(store->keyspaces().value().empty());
}

TEST(LiveView, ReadsOneStreamWhenKeyedByStream) {
    fresh_store store;
    for (int i = 0; i < 20; ++i) {
        store->append("task-" + std::to_string(i), expected::any(), {test::simple_event("A")})
            .value();
    }
    const auto live = view<trail>::open(*store, view_mode::live, {.events_max = 1}).value();
    EXPECT_THAT(live.get("task-7"), Holds(std::optional{trail::row{position{7}}}));
    EXPECT_THAT(live.get("task-99"), Holds(std::optional<trail::row>{}));
    EXPECT_THAT(live.get("no stream"), Holds(std::optional<trail::row>{}));
}

TEST(LiveView, RefusesToReadMoreThanItsBound) {
    fresh_store store;
    for (int i = 0; i < 3; ++i) {
        store->append("task-1", expected::any(), {test::simple_event("A")}).value();
    }
    const auto enough = view<trail>::open(*store, view_mode::live, {.events_max = 3}).value();
    EXPECT_TRUE(enough.get("task-1"));
    const auto few = view<trail>::open(*store, view_mode::live, {.events_max = 2}).value();
    EXPECT_THAT(few.get("task-1"), FailsWith(errc::too_large, "more than 2 events"));
    EXPECT_THAT(few.rows(), FailsWith(errc::too_large, "live_options::events_max"));
}

TEST(LiveView, FailsAsItsProjectionDoes) {
    fresh_store store;
    auto bad = test::simple_event("A");
    bad.tags = {"bad:yes"};
    store->append("task-1", expected::any(), {bad}).value();
    const auto live = view<test::fragile>::open(*store, view_mode::live).value();
    EXPECT_THAT(live.get("all"), FailsWith(errc::projection_failed, "position 0"));
}

TEST(LiveView, TellsThatAnEventIsNotThereYet) {
    fresh_store store;
    const auto live = view<trail>::open(*store, view_mode::live).value();
    EXPECT_THAT(live.wait_for(at_least{position{0}}, 1ms),
                FailsWith(errc::timed_out, "the log ends at 0"));
}

TEST(LiveView, HasNoRowThatWasRemoved) {
    fresh_store store;
    store
        ->append("cart-1", expected::any(),
                 {test::simple_event("item_added", R"({"cart":"a","count":1})"),
                  test::simple_event("cart_closed", R"({"cart":"a"})")})
        .value();
    const auto live = view<test::carts>::open(*store, view_mode::live).value();
    EXPECT_THAT(live.get("a"), Holds(std::optional<std::int64_t>{}));
    EXPECT_TRUE(live.rows().value().empty());
}

}  // namespace
}  // namespace daybook::projections
