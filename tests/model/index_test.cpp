// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: every answer from the indexes equals a scan of the whole log, for every kind of term: while
// the events are indexed in memory, when they are sealed, across a reopen, and after a reindex.
// Method: brute force (tests/support/oracle.hpp). Repeat a run with DAYBOOK_TEST_SEED=<seed>.

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/oracle.hpp"

#include <cstdlib>

namespace daybook::test {
namespace {

class Index : public testing::Test {
protected:
    static store_options options() {
        auto made = quick_options();
        made.indexed_fields = indexed_fields_of_tests();
        return made;
    }

    /// Events of every shape among filler, so that some stand in each segment and at the seams.
    void write(std::uint64_t segments) {
        for (std::uint64_t part = 0; part <= segments; ++part) {
            append_varied(60);
            if (part == segments) break;
            const auto seam = (part + 1) * limits::segment_events;
            const auto stored = opened_->watermark().value;
            fill(*opened_, part * 1'000'000, seam - 100 - stored);
        }
    }
    void append_varied(int commits) {
        for (int i = 0; i < commits; ++i) {
            opened_->append(make_.stream(), expected::any(), make_.events(6)).value();
        }
    }
    oracle truth() { return oracle{read_everything(opened_->read_all())}; }
    void compare(const char* when, std::uint64_t rounds) {
        const auto all = truth();
        EXPECT_EQ(compare_answers(*opened_, all, make_, rounds), "")
            << when << "; " << how_to_repeat(seed_);
    }

    std::uint64_t seed_ = seed_from_environment();
    event_maker make_{seed_};
    fresh_store opened_{options()};
};

TEST_F(Index, AnswersAsAScanDoesInMemory) {
    append_varied(400);
    compare("in memory", 20);
    opened_.reopen();
    compare("after a reopen", 5);
}

TEST_F(Index, AnswersAsAScanDoesAcrossSegments) {
    write(2);
    compare("while sealing", 1);
    ASSERT_THAT(opened_->finish_background_work(), HoldsValue());
    ASSERT_EQ(opened_->status().segments_sealed, 2U);
    compare("sealed", 1);
    opened_.reopen();
    compare("after a reopen", 1);
    ASSERT_THAT(opened_->reindex(), HoldsValue());
    compare("after a reindex", 1);
    EXPECT_THAT(opened_->check(), HoldsValue());
}

TEST_F(Index, AnswersTheSameWhateverFieldsAreIndexed) {
    write(1);
    const auto all = truth();
    for (const auto& fields : {std::vector<std::string>{}, std::vector<std::string>{""},
                               std::vector<std::string>{"/case/owner", "/list", "/list/1"}}) {
        ASSERT_THAT(opened_->reindex(fields), HoldsValue());
        for (std::uint64_t i = 0; i < 60; ++i) {
            query q;
            q.where.push_back(make_.some_condition());
            EXPECT_EQ(compare_query(*opened_, all, q, {}), "") << how_to_repeat(seed_);
        }
    }
}

TEST_F(Index, AnswersEveryConditionOnEveryValue) {
    append_varied(300);
    const auto all = truth();
    for (const auto& pointer : indexed_fields_of_tests()) {
        for (int op = 0; op < 9; ++op) {
            for (int i = 0; i < 25; ++i) {
                query q;
                q.where.push_back(make_.some_condition());
                q.where.back().pointer = pointer;
                q.where.back().op = static_cast<comparison>(op);
                EXPECT_EQ(compare_query(*opened_, all, q, {}), "") << how_to_repeat(seed_);
                EXPECT_EQ(compare_counts(*opened_, all, q, {}), "") << how_to_repeat(seed_);
            }
        }
    }
}

TEST_F(Index, AnswersAcrossGroupsOfSegments) {
    if (std::getenv("DAYBOOK_TEST_LONG") == nullptr) {
        GTEST_SKIP() << "4.5 million events: runs with DAYBOOK_TEST_LONG=1";
    }
    // Keys of the index are grouped by 64 segments: stand on both sides of such an edge.
    constexpr auto edge = 64 * limits::segment_events;
    append_varied(100);
    fill(*opened_, 0, edge - 100 - opened_->watermark().value);
    append_varied(100);
    fill(*opened_, 10'000'000, 4 * limits::segment_events);
    ASSERT_THAT(opened_->finish_background_work(), HoldsValue());
    compare("across groups", 1);
    opened_.reopen();
    EXPECT_THAT(opened_->check(), HoldsValue());
    for (const auto& e : {read_everything(opened_->read_all({.from = 17, .limit = 1})),
                          read_everything(opened_->read_all({.from = edge, .limit = 1}))}) {
        EXPECT_EQ(opened_->read_one(e.front().id())->position(), e.front().position());
    }
    // Given ids are looked for in every group.
    EXPECT_THAT(opened_->append("task-1", expected::any(), {filler_event(5)}),
                FailsWith(errc::conflict));
    EXPECT_THAT(opened_->append(filler_stream(0), expected::any(), {filler_event(5)}),
                Holds(testing::Field(&append_receipt::repeated, true)));
}

}  // namespace
}  // namespace daybook::test
