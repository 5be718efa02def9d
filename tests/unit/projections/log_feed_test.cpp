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

/// Of 140 000 events one in 10 is a "Tenth", three in 20 are "Common".
void fill_with_shares(test::fresh_store& store) {
    for (int commit = 0; commit < 140; ++commit) {
        std::vector<new_event> events;
        for (int i = 0; i < 1'000; ++i) {
            const auto place = i % 20;
            events.push_back(test::simple_event(place < 2   ? "Tenth"
                                                : place < 5 ? "Common"
                                                            : "Else"));
        }
        store->append("task-1", expected::any(), events).value();
    }
    store->finish_background_work().value();
}

TEST(LogFeed, GoesByIndexForLessThanAnEighthAndElseReadsEverything) {
    test::fresh_store store;
    fill_with_shares(store);
    log_feed feed{*store};
    const auto goes_by_index = [&](const query& wanted, std::uint64_t from) {
        feed.seek(wanted, position{from}).value();
        return feed.reads_by_index();
    };
    const auto little = query::types({"Tenth"});
    const auto much = query::types({"Common"});
    EXPECT_TRUE(goes_by_index(little, 0));
    EXPECT_FALSE(goes_by_index(much, 0));
    EXPECT_FALSE(goes_by_index(query::types({"Tenth", "Common"}), 0));
    EXPECT_FALSE(goes_by_index(query::all(), 0));
    EXPECT_TRUE(goes_by_index(query::types({"Nothing"}), 0));
    EXPECT_FALSE(goes_by_index(little, 130'000)) << "a short stretch";
    // Views that are built together read what all of them want.
    EXPECT_FALSE(goes_by_index(union_of({&little, &much}), 0));

    // Either way no wanted event is missed.
    log_feed by_index{*store};
    EXPECT_EQ(read_on(by_index, little).size(), 14'000U);
    log_feed by_scan{*store};
    EXPECT_EQ(read_on(by_scan, much).size(), 140'000U);
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
