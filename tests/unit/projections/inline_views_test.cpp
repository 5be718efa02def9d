// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the rows of an inline view are never behind the log, whatever fails, and equal those of an
// async view of the same events.

#include <daybook/projections/built_in.hpp>
#include <daybook/projections/inline_views.hpp>
#include <daybook/projections/view.hpp>

#include "sample_projections.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace daybook::projections {
namespace {

using namespace std::chrono_literals;
using test::carts;
using test::count_by_type;
using test::FailsWith;
using test::fragile;
using test::fresh_store;
using test::Holds;
using test::trail;

using count = std::optional<std::uint64_t>;
using rows_by_key = std::map<std::string, std::string>;

rows_by_key rows_of(store& log, const any_projection& of) {
    rows_by_key rows;
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

rows_by_key live_rows_of(store& log, const any_projection& of) {
    rows_by_key rows;
    live_view{log, of}
        .scan({},
              [&](std::string_view key, std::string_view row) {
                  rows[std::string{key}] = row;
                  return true;
              })
        .value();
    return rows;
}

new_event bad_event() {
    auto bad = test::simple_event("T");
    bad.tags = {"bad:yes"};
    return bad;
}

result<append_receipt> append(store& log, const new_event& event) {
    return log.append("task-1", expected::any(), {event});
}

TEST(InlineViews, HaveARowWhenTheAppendReturns) {
    fresh_store store;
    const auto inlined = inline_views::open(*store, {any_projection::of<count_by_type>()}).value();
    const auto counts = view<count_by_type>::open(*store, view_mode::inlined).value();
    for (std::uint64_t n = 1; n <= 20; ++n) {
        const auto receipt = append(*store, test::simple_event("A")).value();
        EXPECT_THAT(counts.get("A"), Holds(count{n}));
        EXPECT_THAT(counts.cursor(), Holds(position{n}));
        EXPECT_TRUE(counts.wait_for(at_least{receipt.last}, 0ms));
    }
    const auto status = inlined.status();
    ASSERT_EQ(status.size(), 1U);
    EXPECT_EQ(status[0].name, "count_by_type");
    EXPECT_EQ(status[0].state, view_state::live);
    EXPECT_EQ(status[0].cursor, position{20});
    EXPECT_EQ(status[0].events_applied, 20U);
    EXPECT_EQ(status[0].lag_events, 0U);
}

TEST(InlineViews, RefuseAnAppendThatTheirProjectionCannotTake) {
    fresh_store store;
    const auto inlined = inline_views::open(*store, {any_projection::of<count_by_type>(),
                                                     any_projection::of<fragile>()})
                             .value();
    append(*store, test::simple_event("A")).value();
    EXPECT_THAT(append(*store, bad_event()),
                FailsWith(errc::projection_failed, "append refused by inline view \"fragile\""));
    EXPECT_THAT(store->append("task-1", expected::any(), {test::simple_event("A"), bad_event()}),
                FailsWith(errc::projection_failed));
    append(*store, test::simple_event("A")).value();
    EXPECT_EQ(store->watermark(), position{2});
    EXPECT_THAT(view<count_by_type>::open(*store).value().get("A"), Holds(count{2}));
    EXPECT_THAT(view<count_by_type>::open(*store).value().get("T"), Holds(count{}));
    EXPECT_THAT(view<fragile>::open(*store).value().get("all"),
                Holds(std::optional{fragile::row{position{0}, position{1}}}));
}

TEST(InlineViews, StayBehindIfThatIsWanted) {
    fresh_store store;
    const inline_options options{.on_failure = inline_failure::leave_behind};
    const std::vector<any_projection> both{any_projection::of<count_by_type>(),
                                           any_projection::of<fragile>()};
    {
        const auto inlined = inline_views::open(*store, both, options).value();
        append(*store, test::simple_event("A")).value();
        append(*store, bad_event()).value();
        append(*store, test::simple_event("A")).value();
        const auto status = inlined.status();
        EXPECT_EQ(status[0].state, view_state::live);
        EXPECT_EQ(status[1].state, view_state::failed);
        EXPECT_EQ(status[1].cursor, position{1});
        EXPECT_EQ(status[1].lag_events, 2U);
        EXPECT_EQ(status[1].last_error->code, errc::projection_failed);
    }
    const auto again = inline_views::open(*store, both, options).value();
    EXPECT_EQ(again.status()[1].state, view_state::failed);
    append(*store, test::simple_event("A")).value();
    EXPECT_EQ(again.status()[0].cursor, position{4});
    EXPECT_EQ(again.status()[1].cursor, position{1});
    EXPECT_THAT(inline_views::open(*store, {any_projection::of<test::trail>()}, options),
                Holds(testing::_));
}

TEST(InlineViews, ReadWhatTheyWroteInTheSameGroupWhateverIsCached) {
    fresh_store store;
    const auto inlined =
        inline_views::open(*store, {any_projection::of<trail>(), any_projection::of<fragile>()},
                           {.rows_cached_max = 0})
            .value();
    std::vector<std::thread> writers;
    for (int w = 0; w < 4; ++w) {
        writers.emplace_back([&] {
            for (int i = 0; i < 40; ++i) {
                const auto stored =
                    append(*store, i % 4 == 0 ? bad_event() : test::simple_event("T"));
                EXPECT_EQ(stored.has_value(), i % 4 != 0);
            }
        });
    }
    for (auto& each : writers) each.join();
    EXPECT_EQ(store->watermark(), position{120});
    for (const auto& of : {any_projection::of<trail>(), any_projection::of<fragile>()})
        EXPECT_EQ(rows_of(*store, of), live_rows_of(*store, of)) << of.name();
}

TEST(InlineViews, GiveTheRowsOfAsyncViews) {
    fresh_store store;
    auto all = built_in_projections();
    all.push_back(any_projection::of<trail>());
    test::event_maker make{3};
    const auto append_some = [&] {
        for (int i = 0; i < 30; ++i) {
            store->append(make.stream(), expected::any(), make.events(5)).value();
        }
    };
    append_some();
    {
        const auto inlined = inline_views::open(*store, all).value();
        append_some();
    }
    append_some();  // Without them.
    const auto inlined = inline_views::open(*store, all).value();
    append_some();
    for (const auto& of : all)
        EXPECT_EQ(rows_of(*store, of), live_rows_of(*store, of)) << of.name();
}

TEST(InlineViews, RemoveRows) {
    fresh_store store;
    const auto inlined = inline_views::open(*store, {any_projection::of<carts>()}).value();
    const auto rows = view<carts>::open(*store).value();
    append(*store, test::simple_event("item_added", R"({"cart":"a","count":2})")).value();
    EXPECT_THAT(rows.get("a"), Holds(std::optional<std::int64_t>{2}));
    append(*store, test::simple_event("cart_closed", R"({"cart":"a"})")).value();
    EXPECT_THAT(rows.get("a"), Holds(std::optional<std::int64_t>{}));
    append(*store, test::simple_event("item_added", R"({"cart":"a","count":1})")).value();
    EXPECT_THAT(rows.get("a"), Holds(std::optional<std::int64_t>{1}));
}

TEST(InlineViews, HaveTheirViewsToThemselves) {
    fresh_store store;
    const auto of = any_projection::of<trail>();
    auto views = runner::open(*store, {of}).value();
    EXPECT_THAT(inline_views::open(*store, {of}), FailsWith(errc::locked));
    views = runner::open(*store, {}).value();
    const auto inlined = inline_views::open(*store, {of}).value();
    EXPECT_THAT(runner::open(*store, {of}), FailsWith(errc::locked));
    EXPECT_THAT(drop_view(*store, of), FailsWith(errc::locked));
    EXPECT_THAT(
        inline_views::open(*store, {any_projection::of<carts>(), any_projection::of<carts>()}),
        FailsWith(errc::invalid_argument));
}

TEST(InlineViews, AreWholeAfterTheStoreWasOpenedAgain) {
    fresh_store store;
    {
        const auto inlined = inline_views::open(*store, {any_projection::of<trail>()}).value();
        for (int i = 0; i < 10; ++i) append(*store, test::simple_event("A")).value();
    }
    store.reopen();
    const auto rows = view<trail>::open(*store).value();
    EXPECT_THAT(rows.cursor(), Holds(position{10}));
    EXPECT_EQ(rows.get("task-1").value()->size(), 10U);
}

}  // namespace
}  // namespace daybook::projections
