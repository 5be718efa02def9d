// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: sealing, reindexing and checking change how questions are answered, never the answers.

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

namespace daybook::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using places = std::vector<std::uint64_t>;

query where(const char* condition) {
    query q;
    q.where.push_back(parse_payload_condition(condition).value());
    return q;
}

class StoreMaintenance : public testing::Test {
protected:
    /// A segment and a bit more, with one event that stands out at each end and at the seam.
    void fill_segment() {
        mark(R"({"n":1,"s":"first"})");
        fill(*opened_, 0, limits::segment_events - 2);
        mark(R"({"n":2,"s":"seam"})");
        mark(R"({"n":3,"s":"seam"})");
        fill(*opened_, 100'000, 1000);
        mark(R"({"n":4,"s":"last"})");
    }
    void mark(const char* payload) {
        opened_->append("mark-1", expected::any(), {simple_event("Mark", payload)}).value();
    }
    void expect_marks_are_found() {
        const places marks{0, limits::segment_events - 1, limits::segment_events,
                           limits::segment_events + 1001};
        EXPECT_EQ(positions_of(opened_->read(query::types({"Mark"}))), marks);
        EXPECT_EQ(positions_of(opened_->read_stream("mark-1")), marks);
        EXPECT_EQ(positions_of(opened_->read(where("/s=seam"))), (places{marks[1], marks[2]}));
        EXPECT_EQ(positions_of(opened_->read(where("/n=1"), {.limit = 1})), places{0});
    }
    static store_options options() {
        auto made = quick_options();
        made.indexed_fields = {"/s"};
        return made;
    }
    fresh_store opened_{options()};
};

TEST_F(StoreMaintenance, SealingAFullSegmentChangesNoAnswer) {
    fill_segment();
    expect_marks_are_found();
    ASSERT_THAT(opened_->finish_background_work(), HoldsValue());
    EXPECT_EQ(opened_->status().segments_sealed, 1U);
    EXPECT_EQ(opened_->status().tail_events, 1002U);
    expect_marks_are_found();
    EXPECT_THAT(opened_->check(), HoldsValue());
    opened_.reopen();
    EXPECT_EQ(opened_->status().segments_sealed, 1U);
    expect_marks_are_found();
}

TEST_F(StoreMaintenance, SealedSegmentsKeepExpectationsAndRepeats) {
    auto known = simple_event("Known");
    known.id = numbered_id(1);
    ASSERT_THAT(opened_->append("old-1", expected::no_stream(), {known, simple_event("More")}),
                HoldsValue());
    fill(*opened_, 0, 2 * limits::segment_events);
    ASSERT_THAT(opened_->finish_background_work(), HoldsValue());
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(opened_->head("old-1")->last, sequence{2});
        EXPECT_EQ(opened_->head("old-1")->at, position{1});
        EXPECT_THAT(opened_->append("old-1", expected::no_stream(), {simple_event("X")}),
                    FailsWith(errc::conflict));
        EXPECT_THAT(opened_->append("old-1", expected::at({1}), {simple_event("X")}),
                    FailsWith(errc::conflict));
        EXPECT_THAT(opened_->append("new-1", expected::any(), {known}), FailsWith(errc::conflict));
        opened_.reopen();
    }
    EXPECT_THAT(opened_->append("old-1", expected::at({2}), {simple_event("X")}), HoldsValue());
}

TEST_F(StoreMaintenance, ReindexingChangesNoAnswer) {
    fill_segment();
    std::uint64_t reported = 0;
    ASSERT_THAT(opened_->reindex({},
                                 [&](std::uint64_t done, std::uint64_t total) {
                                     EXPECT_LE(done, total);
                                     EXPECT_GE(done, reported);
                                     reported = done;
                                 }),
                HoldsValue());
    EXPECT_EQ(reported, opened_->watermark().value);
    EXPECT_THAT(opened_->status().indexed_fields, ElementsAre("/s"));
    expect_marks_are_found();
    EXPECT_THAT(opened_->check(), HoldsValue());
    opened_.reopen();
    expect_marks_are_found();
}

TEST_F(StoreMaintenance, ReindexingTakesOtherFields) {
    fill_segment();
    ASSERT_THAT(opened_->reindex(std::vector<std::string>{"/n", "/s"}), HoldsValue());
    EXPECT_THAT(opened_->status().indexed_fields, ElementsAre("/n", "/s"));
    expect_marks_are_found();
    EXPECT_FALSE(opened_->explain(where("/n=1"))->scans_log);
    ASSERT_THAT(opened_->reindex(std::vector<std::string>{}), HoldsValue());
    EXPECT_THAT(opened_->status().indexed_fields, IsEmpty());
    EXPECT_TRUE(opened_->explain(where("/n=1"))->scans_log);
    expect_marks_are_found();
    EXPECT_THAT(opened_->reindex(std::vector<std::string>{"bad"}),
                FailsWith(errc::invalid_argument, "bad"));
    EXPECT_THAT(opened_->status().indexed_fields, IsEmpty());
    EXPECT_THAT(opened_->check(), HoldsValue());
}

TEST_F(StoreMaintenance, ReindexingAnEmptyStoreIsFine) {
    EXPECT_THAT(opened_->reindex(), HoldsValue());
    EXPECT_THAT(opened_->finish_background_work(), HoldsValue());
    EXPECT_THAT(opened_->check(), HoldsValue());
    EXPECT_THAT(opened_->append("task-1", expected::any(), {simple_event("A")}), HoldsValue());
}

TEST_F(StoreMaintenance, CheckingReportsItsProgress) {
    fill_segment();
    std::uint64_t reported = 0;
    ASSERT_THAT(opened_->check([&](std::uint64_t done, std::uint64_t total) {
        EXPECT_EQ(total, opened_->watermark().value);
        EXPECT_GE(done, reported);
        reported = done;
    }),
                HoldsValue());
    EXPECT_EQ(reported, opened_->watermark().value);
}

TEST_F(StoreMaintenance, PlansSkipSegmentsWithoutCandidates) {
    fill(*opened_, 0, limits::segment_events);
    mark("{}");
    ASSERT_THAT(opened_->finish_background_work(), HoldsValue());
    const auto plan = opened_->explain(query::types({"Mark"})).value();
    EXPECT_EQ(plan.segments, 2U);
    EXPECT_EQ(plan.segments_read, 1U);
    EXPECT_EQ(plan.matches, 1U);
}

}  // namespace
}  // namespace daybook::test
