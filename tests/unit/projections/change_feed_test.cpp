// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: who listens to a view can keep a copy of its rows, and is told when he missed something.

#include <daybook/projections/change_feed.hpp>
#include <daybook/projections/inline_views.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "sample_projections.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace daybook::projections {
namespace {

using namespace std::chrono_literals;
using test::carts;
using test::count_by_type;
using test::fresh_store;

constexpr auto long_enough = 60s;

void append(store& log, const std::string& type, const std::string& payload = "{}") {
    log.append("task-1", expected::any(), {test::simple_event(type, payload)}).value();
}

using carts_feed = typed_change_feed<carts>;

TEST(ChangeFeed, TellsRowsBeforeAndAfterBatchByBatch) {
    fresh_store store;
    auto views = runner::open(*store, {any_projection::of<carts>()}).value();
    auto changes = carts_feed::open(*store);
    append(*store, "item_added", R"({"cart":"b","count":1})");
    append(*store, "item_added", R"({"cart":"a","count":1})");
    append(*store, "item_added", R"({"cart":"a","count":2})");
    views.catch_up().value();
    append(*store, "cart_closed", R"({"cart":"a"})");
    views.catch_up().value();

    const auto first = changes.next(0ms).value().value();
    EXPECT_EQ(first.key, "a");
    EXPECT_EQ(first.before, std::nullopt);
    EXPECT_EQ(first.after, 3);
    EXPECT_EQ(first.upto, position{3});
    EXPECT_FALSE(first.missed);
    EXPECT_EQ(changes.next(0ms).value()->key, "b");
    const auto third = changes.next(0ms).value().value();
    EXPECT_EQ(third.key, "a");
    EXPECT_EQ(third.before, 3);
    EXPECT_EQ(third.after, std::nullopt);
    EXPECT_EQ(third.upto, position{4});
    EXPECT_FALSE(changes.next(1ms).value());
}

TEST(ChangeFeed, GivesWayToAMarkWhenItsReaderIsSlow) {
    fresh_store store;
    auto views = runner::open(*store, {any_projection::of<count_by_type>()}).value();
    auto changes =
        change_feed::open(*store, any_projection::of<count_by_type>(), {.buffered_max = 2});
    for (const auto* type : {"a", "b", "c"}) {
        append(*store, type);
        views.catch_up().value();
    }
    append(*store, "d");
    views.catch_up().value();
    const auto mark = changes.next(0ms).value();
    EXPECT_TRUE(mark.missed);
    EXPECT_EQ(mark.upto, position{3});
    EXPECT_EQ(changes.next(0ms).value().key, "d");
    EXPECT_FALSE(changes.next(0ms));
}

TEST(ChangeFeed, TellsOnlyOfItsOwnViewAndStore) {
    fresh_store store;
    fresh_store other;
    const std::vector<any_projection> both{any_projection::of<count_by_type>(),
                                           any_projection::of<test::trail>()};
    auto views = runner::open(*store, both).value();
    auto others = runner::open(*other, both).value();
    auto changes = change_feed::open(*store, both[1]);
    append(*other, "T");
    others.catch_up().value();
    EXPECT_FALSE(changes.next(0ms));
    append(*store, "T");
    views.catch_up().value();
    EXPECT_EQ(changes.next(0ms).value().key, "task-1");
    EXPECT_FALSE(changes.next(0ms));
}

TEST(ChangeFeed, SaysThatAViewWasBegunAgain) {
    fresh_store store;
    append(*store, "T");
    auto views = runner::open(*store, {any_projection::of<count_by_type>()}).value();
    views.catch_up().value();
    auto changes = change_feed::open(*store, any_projection::of<count_by_type>());
    views.rebuild("count_by_type").value();
    EXPECT_FALSE(changes.next(0ms));
    views.catch_up().value();
    EXPECT_TRUE(changes.next(0ms).value().missed);
    EXPECT_FALSE(changes.next(0ms));
    append(*store, "T");
    views.catch_up().value();
    EXPECT_EQ(changes.next(0ms).value().key, "T");
}

TEST(ChangeFeed, ComesFromInlineViewsToo) {
    fresh_store store;
    const auto inlined = inline_views::open(*store, {any_projection::of<carts>()}).value();
    auto changes = carts_feed::open(*store);
    append(*store, "item_added", R"({"cart":"a","count":1})");
    append(*store, "item_added", R"({"cart":"a","count":1})");
    EXPECT_EQ(changes.next(0ms).value()->after, 1);
    const auto second = changes.next(0ms).value().value();
    EXPECT_EQ(second.before, 1);
    EXPECT_EQ(second.after, 2);
    EXPECT_EQ(second.upto, position{2});
}

TEST(ChangeFeed, KeepsACopyOfTheViewInStepWhileOthersWrite) {
    fresh_store store;
    auto views = runner::open(*store, {any_projection::of<count_by_type>()}).value();
    auto changes = typed_change_feed<count_by_type>::open(*store, {.buffered_max = 8});
    views.start();
    std::thread writer{[&] {
        for (int i = 0; i < 300; ++i) append(*store, "T" + std::to_string(i % 7));
    }};
    std::map<std::string, std::uint64_t> copy;
    const auto rows = view<count_by_type>::open(*store).value();
    for (position seen; seen.value < 300;) {
        const auto change = changes.next(long_enough).value();
        ASSERT_TRUE(change) << "at " << seen.value;
        seen = change->upto;
        if (change->missed) {
            for (auto& [key, row] : rows.rows().value()) copy[key] = row;
        } else {
            copy[change->key] = change->after.value();
        }
    }
    while (const auto rest = changes.next(0ms).value()) {
        if (!rest->missed) copy[rest->key] = rest->after.value();
    }
    writer.join();
    std::map<std::string, std::uint64_t> wanted;
    for (auto& [key, row] : rows.rows().value()) wanted[key] = row;
    EXPECT_EQ(copy, wanted);
}

}  // namespace
}  // namespace daybook::projections
