// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: reads of all, of a stream, of one event and of pages begin, end and stop where they should.

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <algorithm>

namespace daybook::test {
namespace {

using places = std::vector<std::uint64_t>;
using testing::IsEmpty;

constexpr auto backwards = direction::backwards;
constexpr auto forwards = direction::forwards;

/// Ten events, alternating between task-0 (even positions) and task-1 (odd positions).
class StoreRead : public testing::Test {
protected:
    StoreRead() {
        for (std::uint64_t i = 0; i < 10; ++i) append(i);
    }
    void append(std::uint64_t i) {
        auto e = simple_event(i < 5 ? "Early" : "Late");
        e.id = numbered_id(i);
        opened_->append("task-" + std::to_string(i % 2), expected::any(), {e}).value();
    }
    fresh_store opened_;
};

TEST_F(StoreRead, AllGoesBothWays) {
    EXPECT_EQ(positions_of(opened_->read_all()), (places{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    EXPECT_EQ(positions_of(opened_->read_all({.direction = backwards})),
              (places{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}));
}

TEST_F(StoreRead, AllBeginsAndStopsWhereTold) {
    EXPECT_EQ(positions_of(opened_->read_all({.from = 7})), (places{7, 8, 9}));
    EXPECT_EQ(positions_of(opened_->read_all({.direction = backwards, .from = 2})),
              (places{2, 1, 0}));
    EXPECT_EQ(positions_of(opened_->read_all({.from = 3, .limit = 2})), (places{3, 4}));
    EXPECT_EQ(positions_of(opened_->read_all({.direction = backwards, .from = 3, .limit = 2})),
              (places{3, 2}));
    EXPECT_THAT(positions_of(opened_->read_all({.limit = 0})), IsEmpty());
    EXPECT_THAT(positions_of(opened_->read_all({.from = 10})), IsEmpty());
    EXPECT_THAT(positions_of(opened_->read_all({.from = ~std::uint64_t{0}})), IsEmpty());
    EXPECT_EQ(positions_of(opened_->read_all({.direction = backwards, .from = 99, .limit = 1})),
              (places{9}));
    EXPECT_EQ(positions_of(opened_->read_all(
                  {.direction = backwards, .from = ~std::uint64_t{0}, .limit = 1})),
              (places{9}));
    EXPECT_EQ(positions_of(opened_->read_all({.direction = backwards, .from = 0})), (places{0}));
}

TEST_F(StoreRead, StreamGoesBothWaysBySequence) {
    EXPECT_EQ(positions_of(opened_->read_stream("task-1")), (places{1, 3, 5, 7, 9}));
    EXPECT_EQ(positions_of(opened_->read_stream("task-1", {.direction = backwards})),
              (places{9, 7, 5, 3, 1}));
    EXPECT_EQ(positions_of(opened_->read_stream("task-1", {.from = 3})), (places{5, 7, 9}));
    EXPECT_EQ(positions_of(opened_->read_stream("task-1", {.from = 3, .limit = 1})), (places{5}));
    EXPECT_EQ(positions_of(opened_->read_stream("task-1", {.direction = backwards, .from = 3})),
              (places{5, 3, 1}));
    EXPECT_EQ(positions_of(
                  opened_->read_stream("task-1", {.direction = backwards, .from = 3, .limit = 2})),
              (places{5, 3}));
}

TEST_F(StoreRead, StreamBeginsAtSequencesThatAreNotThere) {
    EXPECT_EQ(positions_of(opened_->read_stream("task-1", {.from = 0})), (places{1, 3, 5, 7, 9}));
    EXPECT_THAT(positions_of(opened_->read_stream("task-1", {.from = 6})), IsEmpty());
    EXPECT_EQ(positions_of(
                  opened_->read_stream("task-1", {.direction = backwards, .from = 6, .limit = 1})),
              (places{9}));
    EXPECT_THAT(positions_of(opened_->read_stream("task-1", {.direction = backwards, .from = 0})),
                IsEmpty());
    EXPECT_THAT(positions_of(opened_->read_stream("task-1", {.limit = 0})), IsEmpty());
}

TEST_F(StoreRead, AStreamThatDoesNotExistIsEmpty) {
    EXPECT_THAT(positions_of(opened_->read_stream("task-9")), IsEmpty());
    EXPECT_THAT(positions_of(opened_->read_stream("task-9", {.direction = backwards})), IsEmpty());
    EXPECT_EQ(opened_->head("task-9")->last, sequence{0});
}

TEST_F(StoreRead, ASequenceIsTheEventsOwn) {
    EXPECT_EQ(sequences_of(read_everything(opened_->read_stream("task-0"))),
              (places{1, 2, 3, 4, 5}));
}

TEST_F(StoreRead, AReaderSeesTheLogAsOfItsMaking) {
    auto all = opened_->read_all();
    auto stream = opened_->read_stream("task-0");
    auto matching = opened_->read(query::types({"Late"}));
    auto newest = opened_->read_all({.direction = backwards});
    for (std::uint64_t i = 10; i < 2000; ++i) append(i);
    EXPECT_EQ(positions_of(std::move(all)).size(), 10U);
    EXPECT_EQ(positions_of(std::move(stream)), (places{0, 2, 4, 6, 8}));
    EXPECT_EQ(positions_of(std::move(matching)), (places{5, 6, 7, 8, 9}));
    EXPECT_EQ(positions_of(std::move(newest)).front(), 9U);
    EXPECT_EQ(positions_of(opened_->read_all()).size(), 2000U);
}

TEST_F(StoreRead, AReaderStaysAtItsEnd) {
    auto reader = opened_->read_all({.from = 9}).value();
    EXPECT_TRUE(reader.next().value());
    EXPECT_EQ(reader->position(), position{9});
    EXPECT_EQ((*reader).sequence(), sequence{5});
    EXPECT_FALSE(reader.next().value());
    append(10);
    EXPECT_FALSE(reader.next().value());
}

TEST_F(StoreRead, AReaderMayBeMovedWhileItReads) {
    auto reader = opened_->read_all().value();
    ASSERT_TRUE(reader.next().value());
    event_reader moved = std::move(reader);
    ASSERT_TRUE(moved.next().value());
    EXPECT_EQ(moved->position(), position{1});
    reader = std::move(moved);
    EXPECT_EQ(reader.collect()->size(), 8U);
}

TEST_F(StoreRead, OneEventByIdAndByPosition) {
    EXPECT_EQ(opened_->read_one(numbered_id(4))->position(), position{4});
    EXPECT_EQ(opened_->read_one(position{4})->id(), numbered_id(4));
    EXPECT_EQ(opened_->read_one(position{9})->id(), numbered_id(9));
    EXPECT_THAT(opened_->read_one(numbered_id(77)),
                FailsWith(errc::not_found, to_string(numbered_id(77))));
    EXPECT_THAT(opened_->read_one(position{10}), FailsWith(errc::not_found, "10"));
    EXPECT_THAT(opened_->read_one(position{~std::uint64_t{0}}), FailsWith(errc::not_found));
}

TEST_F(StoreRead, RefusesQueriesThatMakeNoSense) {
    query q;
    q.where.push_back({.pointer = "n", .op = comparison::exists});
    EXPECT_THAT(opened_->read(q), FailsWith(errc::invalid_argument));
    EXPECT_THAT(opened_->count(q), FailsWith(errc::invalid_argument));
    EXPECT_THAT(opened_->explain(q), FailsWith(errc::invalid_argument));
    EXPECT_THAT(opened_->read_page(q, 10), FailsWith(errc::invalid_argument));
    EXPECT_THAT(opened_->read(criteria{.tags = {"no colon"}}), FailsWith(errc::invalid_argument));
}

TEST_F(StoreRead, PagesCoverEverythingOnce) {
    for (const auto dir : {forwards, backwards}) {
        places seen;
        std::string cursor;
        do {
            const auto page = opened_->read_page(query::all(), 3, dir, cursor);
            ASSERT_THAT(page, HoldsValue());
            for (const auto at : positions_of(page->events)) seen.push_back(at);
            cursor = page->next;
        } while (!cursor.empty());
        EXPECT_EQ(seen, positions_of(opened_->read_all({.direction = dir})));
    }
}

TEST_F(StoreRead, BackwardPagesGoOnFromWhereTheFirstStood) {
    const auto first = opened_->read_page(query::all(), 4, backwards).value();
    EXPECT_EQ(positions_of(first.events), (places{9, 8, 7, 6}));
    for (std::uint64_t i = 10; i < 20; ++i) append(i);
    const auto second = opened_->read_page(query::all(), 4, backwards, first.next).value();
    EXPECT_EQ(positions_of(second.events), (places{5, 4, 3, 2}));
}

TEST_F(StoreRead, ForwardPagesSeeWhatWasAddedMeanwhile) {
    const auto first = opened_->read_page(query::all(), 6).value();
    for (std::uint64_t i = 10; i < 12; ++i) append(i);
    const auto second = opened_->read_page(query::all(), 6, forwards, first.next).value();
    EXPECT_EQ(positions_of(second.events), (places{6, 7, 8, 9, 10, 11}));
}

TEST_F(StoreRead, CursorsOutliveTheStore) {
    const auto first = opened_->read_page(query::all(), 6).value();
    opened_.reopen();
    const auto second = opened_->read_page(query::all(), 6, forwards, first.next).value();
    EXPECT_EQ(positions_of(second.events), (places{6, 7, 8, 9}));
    EXPECT_EQ(second.next, "");
}

TEST_F(StoreRead, RefusesCursorsOfSomethingElse) {
    const auto cursor = opened_->read_page(query::all(), 3).value().next;
    ASSERT_NE(cursor, "");
    EXPECT_THAT(opened_->read_page(query::types({"Late"}), 3, forwards, cursor),
                FailsWith(errc::invalid_argument));
    EXPECT_THAT(opened_->read_page(query::all(), 3, backwards, cursor),
                FailsWith(errc::invalid_argument));
    const fresh_store other;
    EXPECT_THAT(other->read_page(query::all(), 3, forwards, cursor),
                FailsWith(errc::invalid_argument));
    for (const std::string& garbage :
         {std::string{"x"}, std::string{"!!!!"}, cursor + "A", cursor.substr(1),
          cursor.substr(0, cursor.size() - 1), std::string(cursor.size(), 'A'),
          std::string(100'000, 'A'), std::string{"\0\xFF", 2}}) {
        EXPECT_THAT(opened_->read_page(query::all(), 3, forwards, garbage),
                    FailsWith(errc::invalid_argument));
    }
    // A cursor may be used with pages of another size.
    EXPECT_EQ(opened_->read_page(query::all(), 5, forwards, cursor)->events.size(), 5U);
}

TEST_F(StoreRead, PagesHaveOneToTenThousandEvents) {
    EXPECT_THAT(opened_->read_page(query::all(), 0), FailsWith(errc::invalid_argument));
    EXPECT_THAT(opened_->read_page(query::all(), 10'001), FailsWith(errc::invalid_argument));
    const auto page = opened_->read_page(query::all(), 10'000);
    ASSERT_THAT(page, HoldsValue());
    EXPECT_EQ(page->events.size(), 10U);
    EXPECT_EQ(page->next, "");
    EXPECT_EQ(opened_->read_page(query::all(), 1)->events.size(), 1U);
}

TEST_F(StoreRead, ThePositionAfterATimeIsThatOfTheFirstRecordedLater) {
    const auto times = [&] {
        std::vector<timestamp> all;
        for (const auto& e : read_everything(opened_->read_all())) {
            all.push_back(e.view().recorded_at());
        }
        return all;
    }();
    const auto first_after = [&](timestamp t) {
        return static_cast<std::uint64_t>(std::upper_bound(times.begin(), times.end(), t) -
                                          times.begin());
    };
    for (const auto time : times) {
        for (const auto offset : {-1, 0, 1}) {
            const auto asked = time + std::chrono::microseconds{offset};
            EXPECT_EQ(opened_->position_after(asked).value().value, first_after(asked));
        }
    }
    EXPECT_EQ(opened_->position_after(timestamp_min).value(), position{0});
    EXPECT_EQ(opened_->position_after(timestamp_max).value(), position{10});
}

TEST(StoreReadEmpty, AnEmptyStoreAnswersEverything) {
    const fresh_store opened;
    EXPECT_THAT(positions_of(opened->read_all({.direction = backwards})), IsEmpty());
    EXPECT_THAT(positions_of(opened->read(query::types({"A"}))), IsEmpty());
    EXPECT_THAT(opened->read_page(query::all(), 10)->events, IsEmpty());
    EXPECT_THAT(opened->read_one(position{0}), FailsWith(errc::not_found));
    EXPECT_EQ(opened->position_after(timestamp_min).value(), position{0});
    EXPECT_THAT(opened->count(query::all(), {grouping::kind::type, ""}).value(), IsEmpty());
    EXPECT_THAT(opened->correlation_tree("x")->nodes, IsEmpty());
    EXPECT_THAT(opened->critical_path("x")->events, IsEmpty());
    EXPECT_THAT(opened->check(), HoldsValue());
}

}  // namespace
}  // namespace daybook::test
