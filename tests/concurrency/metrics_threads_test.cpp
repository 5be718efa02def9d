// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: metrics can be looked at while everything else goes on, and add up when it is over.

#include <daybook/metrics.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <atomic>
#include <thread>

namespace daybook::test {
namespace {

TEST(MetricsThreads, AddUpAndNeverFallWhileTheyAreLookedAt) {
    constexpr std::uint64_t writers = 3;
    constexpr std::uint64_t commits_each = 2'000;
    constexpr std::uint64_t loads_each = 500;
    fresh_store opened;
    std::vector<std::thread> threads;
    std::atomic<bool> over{false};
    for (std::uint64_t w = 0; w < writers; ++w) {
        threads.emplace_back([&opened, w] {
            const auto stream = filler_stream(w);
            for (std::uint64_t i = 0; i < commits_each; ++i) {
                const std::vector<new_event> events(1 + i % 30, simple_event("Counted"));
                EXPECT_TRUE(opened->append(stream, expected::any(), events));
            }
        });
        threads.emplace_back([&opened, w] {
            for (std::uint64_t i = 0; i < loads_each; ++i) {
                auto reader = opened->read_stream(filler_stream(w), {.limit = 3});
                while (reader && reader->next().value()) continue;
            }
        });
    }
    std::thread watcher{[&] {
        store_metrics before = opened->metrics();
        while (!over) {
            const auto now = opened->metrics();
            EXPECT_GE(now.count.events, before.count.events);
            EXPECT_GE(now.took.append.count, before.took.append.count);
            EXPECT_GE(rates_between(before, now).events, 0);
            EXPECT_FALSE(metrics_text(now).empty());
            before = now;
        }
    }};
    for (auto& one : threads) one.join();
    over = true;
    watcher.join();
    const auto m = opened->metrics();
    EXPECT_EQ(m.count.commits, writers * commits_each);
    EXPECT_EQ(m.count.events, opened->watermark().value);
    EXPECT_EQ(m.took.append.count, writers * commits_each);
    EXPECT_LE(m.count.groups, m.count.commits);
    EXPECT_EQ(m.took.load.count, writers * loads_each);
    EXPECT_EQ(m.queue_depth, 0U);
}

TEST(MetricsThreads, DoNotWaitForAReindex) {
    fresh_store opened;
    fill(*opened, 0, limits::segment_events + 100);
    store_metrics during;
    bool looked = false;
    // Progress is told while the store is locked for everything that reads an index.
    ASSERT_TRUE(opened->reindex({}, [&](std::uint64_t, std::uint64_t) {
        std::thread{[&] { during = opened->metrics(); }}.join();
        looked = true;
    }));
    ASSERT_TRUE(looked);
    EXPECT_EQ(during.events, limits::segment_events + 100);
    EXPECT_EQ(during.disk.index, 0U);
}

}  // namespace
}  // namespace daybook::test
