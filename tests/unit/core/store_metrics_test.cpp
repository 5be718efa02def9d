// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: each figure moves by exactly what was done, and nothing else moves it.

#include <daybook/metrics.hpp>

#include "support/exposition.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <thread>

namespace daybook::test {
namespace {

class StoreMetrics : public testing::Test {
protected:
    result<append_receipt> append(const char* stream, std::vector<new_event> events,
                                  expected at = expected::any()) {
        return opened_->append(stream, at, events);
    }
    store_metrics now() const { return opened_->metrics(); }

    fresh_store opened_;
};

TEST_F(StoreMetrics, AreZeroInANewStore) {
    const auto m = now();
    EXPECT_EQ(m.directory, opened_.directory());
    EXPECT_EQ(m.count.events, 0U);
    EXPECT_EQ(m.count.groups, 0U);
    EXPECT_EQ(m.took.append, exponential_histogram{});
    EXPECT_EQ(m.took.load, exponential_histogram{});
    EXPECT_EQ(m.queue_depth, 0U);
    EXPECT_FALSE(m.refuses_writes);
    EXPECT_GT(m.open_for.count(), 0);
}

TEST_F(StoreMetrics, CountWhatIsAppended) {
    ASSERT_TRUE(append("task-1", {simple_event("A"), simple_event("B")}));
    ASSERT_TRUE(append("task-2", {simple_event("C")}));
    const auto m = now();
    EXPECT_EQ(m.count.commits, 2U);
    EXPECT_EQ(m.count.events, 3U);
    EXPECT_EQ(m.count.groups, 2U);
    EXPECT_GT(m.count.bytes, 3U * 80);
    EXPECT_EQ(m.took.append.count, 2U);
    EXPECT_GT(m.took.append.sum, 0U);
    EXPECT_EQ(m.events, 3U);
    EXPECT_EQ(m.hot_segment_events, 3U);
    EXPECT_EQ(m.took.sync.count, 0U);  // These tests only write.
}

TEST_F(StoreMetrics, CountSyncs) {
    ASSERT_TRUE(
        opened_->append("task-1", expected::any(), {simple_event("A")}, durability::synced));
    ASSERT_TRUE(opened_->sync());
    EXPECT_EQ(now().took.sync.count, 2U);
    EXPECT_EQ(now().count.groups, 1U);
}

TEST_F(StoreMetrics, CountAppendsThatStoreNothingByReason) {
    auto known = simple_event("A");
    known.id = numbered_id(1);
    ASSERT_TRUE(append("task-1", {known}));
    ASSERT_THAT(append("task-1", {known}), HoldsValue());  // Repeated.
    ASSERT_THAT(append("task-1", {simple_event("B")}, expected::no_stream()),
                FailsWith(errc::conflict));
    ASSERT_THAT(append("task-1", {simple_event("")}), FailsWith(errc::invalid_argument));
    ASSERT_THAT(append("noname", {simple_event("B")}), FailsWith(errc::invalid_argument));
    const std::vector<new_event> many(limits::commit_events_max + 1, simple_event("B"));
    ASSERT_THAT(append("task-1", many), FailsWith(errc::too_large));
    const auto m = now();
    EXPECT_EQ(m.count.repeated, 1U);
    EXPECT_EQ(m.count.conflicts, 1U);
    EXPECT_EQ(m.count.rejected, 3U);
    EXPECT_EQ(m.count.refused, 0U);
    EXPECT_EQ(m.count.failed, 0U);
    EXPECT_EQ(m.count.commits, 1U);
    EXPECT_EQ(m.took.append.count, 3U);  // Those that had their turn.
}

TEST_F(StoreMetrics, CountWhatAReadOnlyStoreRefuses) {
    ASSERT_TRUE(append("task-1", {simple_event("A")}));
    opened_.close();
    auto options = quick_options();
    options.read_only = true;
    auto reading = store::open(opened_.directory(), options).value();
    ASSERT_THAT(reading.append("task-1", expected::any(), {simple_event("A")}),
                FailsWith(errc::refused));
    EXPECT_EQ(reading.metrics().count.refused, 1U);
}

TEST_F(StoreMetrics, CountEachKindOfRead) {
    const auto first = append("task-1", {simple_event("A"), simple_event("B")}).value().first;
    read_everything(opened_->read_all());
    read_everything(opened_->read_stream("task-1"));
    read_everything(opened_->read(query::types({"B"})));
    ASSERT_TRUE(opened_->read_page(query::types({"A"}), 10));
    const auto one = opened_->read_one(first).value();
    ASSERT_TRUE(opened_->read_one(one.id()));
    ASSERT_TRUE(opened_->head("task-1"));
    ASSERT_TRUE(opened_->count(query::all()));
    ASSERT_TRUE(opened_->causes(one.id()));
    const auto m = now();
    EXPECT_EQ(m.took.read.count, 1U);
    EXPECT_EQ(m.took.load.count, 1U);
    EXPECT_EQ(m.took.query.count, 1U);
    EXPECT_EQ(m.took.page.count, 1U);
    EXPECT_EQ(m.took.lookup.count, 3U);
    EXPECT_EQ(m.took.count.count, 1U);
    EXPECT_EQ(m.took.walk.count, 1U);
    EXPECT_EQ(m.count.events_read, 2U + 2 + 1 + 1);
}

TEST_F(StoreMetrics, CountAReadOnceWhenItEnds) {
    ASSERT_TRUE(append("task-1", {simple_event("A"), simple_event("B"), simple_event("C")}));
    {
        auto reader = opened_->read_stream("task-1").value();
        ASSERT_TRUE(reader.next().value());
        EXPECT_EQ(now().took.load.count, 0U);  // It is still being read.
        auto moved = std::move(reader);
        ASSERT_TRUE(moved.next().value());
        EXPECT_EQ(now().took.load.count, 0U);
    }
    EXPECT_EQ(now().took.load.count, 1U);  // Left before its end.
    EXPECT_EQ(now().count.events_read, 2U);
    auto reader = opened_->read_stream("task-1").value();
    while (reader.next().value()) continue;
    EXPECT_EQ(now().took.load.count, 2U);
    EXPECT_FALSE(reader.next().value());
    EXPECT_EQ(now().took.load.count, 2U);
    reader = opened_->read_stream("task-1").value();  // Takes the place of one that has ended.
    EXPECT_EQ(now().took.load.count, 2U);
    reader = opened_->read_all().value();  // And of one that has not.
    EXPECT_EQ(now().took.load.count, 3U);
    EXPECT_EQ(now().count.events_read, 5U);
}

TEST_F(StoreMetrics, TellSealingSizesCachesAndFiles) {
    fill(*opened_, 0, limits::segment_events + 10);
    ASSERT_TRUE(opened_->finish_background_work());
    auto space = opened_->open_keyspace("rows").value();
    ASSERT_TRUE(opened_->read_one(position{5}));
    ASSERT_TRUE(opened_->read_one(position{5}));
    const auto m = now();
    EXPECT_EQ(m.took.seal.count, 1U);
    EXPECT_EQ(m.segments_sealed, 1U);
    EXPECT_EQ(m.hot_segment_events, 10U);
    EXPECT_GT(m.disk.index, 0U);
    EXPECT_GT(m.disk.streams, 0U);
    EXPECT_GT(m.disk.wal, 0U);
    EXPECT_GT(m.held.memtables, 0U);
    EXPECT_GT(m.held.tail, limits::segment_events);
    EXPECT_GT(m.held.frame_cache, 0U);
    EXPECT_GT(m.frames.hits, 0U);
    EXPECT_GT(m.frames.misses, 0U);
    EXPECT_FALSE(m.blocks.has_value());
    EXPECT_FALSE(m.engine_stalled.has_value());
    ASSERT_TRUE(m.open_files.has_value());
    EXPECT_GT(*m.open_files, 2U);
}

TEST_F(StoreMetrics, TellWhatRocksDbCountsIfItIsToCount) {
    auto options = quick_options();
    options.engine_statistics = true;
    fresh_store counting{options};
    fill(*counting, 0, limits::segment_events + 10);
    ASSERT_TRUE(counting->finish_background_work());
    ASSERT_TRUE(counting->read_one(position{5}));
    const auto m = counting->metrics();
    ASSERT_TRUE(m.blocks.has_value());
    EXPECT_GT(m.blocks->hits + m.blocks->misses, 0U);
    EXPECT_TRUE(m.engine_stalled.has_value());
    const auto read = parse_exposition(metrics_text(m));
    EXPECT_EQ(read.faults, "");
    EXPECT_GE(read.value("daybook_cache_requests_total", {{"cache", "block"}, {"result", "miss"}}),
              0);
}

TEST_F(StoreMetrics, BeginAnewWhenTheStoreIsOpenedAgain) {
    ASSERT_TRUE(append("task-1", {simple_event("A")}));
    opened_.reopen();
    EXPECT_EQ(now().count.events, 0U);
    EXPECT_EQ(now().events, 1U);
}

TEST_F(StoreMetrics, AreTextThatPrometheusReads) {
    ASSERT_TRUE(append("task-1", {simple_event("A")}));
    const auto read = parse_exposition(metrics_text(now()));
    EXPECT_EQ(read.faults, "");
    EXPECT_EQ(
        read.value("daybook_events_appended_total", {{"store", opened_.directory().string()}}), 1);
}

TEST_F(StoreMetrics, DoNotMakeADroppedViewAgain) {
    ASSERT_TRUE(opened_->open_keyspace("gone"));
    ASSERT_TRUE(opened_->drop_keyspace("gone"));
    static_cast<void>(now());
    EXPECT_THAT(opened_->keyspaces().value(), testing::IsEmpty());
}

}  // namespace
}  // namespace daybook::test
