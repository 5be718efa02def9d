// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a feed returns every wanted event once and in order, and knows how far it has read.

#include "log_feed.hpp"

#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::FailsWith;

std::vector<std::uint64_t> read_on(log_feed& feed, const query& wanted,
                                   std::size_t at_most = 1'000'000) {
    feed.seek(wanted, feed.reached()).value();
    std::vector<std::uint64_t> positions;
    while (positions.size() < at_most) {
        const auto* event = feed.next().value();
        if (event == nullptr) break;
        positions.push_back(event->position().value);
    }
    return positions;
}

TEST(LogFeed, ReadsOnFromWhereItStands) {
    test::fresh_store store;
    test::fill(*store, 0, 10);
    log_feed feed{*store};
    EXPECT_THAT(read_on(feed, query::all(), 4), testing::ElementsAre(0, 1, 2, 3));
    EXPECT_EQ(feed.reached(), position{4});
    EXPECT_THAT(read_on(feed, query::all()), testing::ElementsAre(4, 5, 6, 7, 8, 9));
    EXPECT_EQ(feed.reached(), position{10});
    EXPECT_TRUE(read_on(feed, query::all()).empty());
    test::fill(*store, 10, 1);
    EXPECT_THAT(read_on(feed, query::all()), testing::ElementsAre(10));
}

TEST(LogFeed, StartsAgainWhereItIsTold) {
    test::fresh_store store;
    test::fill(*store, 0, 5);
    log_feed feed{*store};
    read_on(feed, query::all());
    feed.seek(query::all(), position{3}).value();
    EXPECT_EQ(feed.next().value()->position(), position{3});
    EXPECT_EQ(feed.reached(), position{4});
}

// A long log of which little is wanted is read through the indexes: events in between are not even
// looked at, and the end is reached all the same.
TEST(LogFeed, UsesTheIndexesForALittleOfALongLog) {
    test::fresh_store store;
    test::fill(*store, 0, 70'000);
    store->append("task-rare", expected::any(), {test::simple_event("Rare")}).value();
    test::fill(*store, 70'000, 70'000);
    store->finish_background_work().value();
    log_feed feed{*store};
    EXPECT_THAT(read_on(feed, query::types({"Rare"})), testing::ElementsAre(70'000));
    EXPECT_EQ(feed.reached(), position{140'001});
    log_feed everything{*store};
    EXPECT_EQ(read_on(everything, query::all()).size(), 140'001U);
}

TEST(LogFeed, UnitesQueriesToOneThatHasAllTheirEvents) {
    const auto a = query::types({"A"});
    const auto b = query::types({"B"});
    const auto all = query::all();
    query narrowed = a;
    narrowed.where.push_back({"/n", comparison::equal, "1"});
    query only_where;
    only_where.where = narrowed.where;
    EXPECT_EQ(union_of({&a, &b}).any_of.size(), 2U);
    EXPECT_TRUE(union_of({&a, &all}).any_of.empty());
    EXPECT_TRUE(union_of({&narrowed, &b}).where.empty());
    EXPECT_TRUE(union_of({&a, &only_where}).any_of.empty());
}

}  // namespace
}  // namespace daybook::projections
