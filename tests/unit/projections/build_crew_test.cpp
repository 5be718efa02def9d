// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: every thread of a crew gets every event, once and in order, whatever the batches; who gives
// cannot run ahead of the threads by more than the blocks between them.

#include "build_crew.hpp"

#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace daybook::projections {
namespace {

constexpr std::size_t one_block = build_crew::block_events_max;

/// What each thread saw of a batch.
struct seen {
    std::vector<std::uint64_t> numbers;  ///< Of events, from their payloads.
    std::vector<std::size_t> places;     ///< In the batch, as told.
    std::size_t ends = 0;
    bool ended_early = false;
};

std::vector<event> stored_events(const std::vector<new_event>& made) {
    test::fresh_store store;
    for (const auto& one : made) store->append("task-1", expected::any(), {one}).value();
    return store->read_all().value().collect().value();
}

std::vector<event> small_events() {
    return stored_events({test::simple_event("A"), test::simple_event("B"), test::simple_event("C"),
                          test::simple_event("D"), test::simple_event("E")});
}

/// Gives `count` events, in turn those of `from`, and returns what each thread saw.
std::vector<seen> run_batch(build_crew& crew, const std::vector<event>& from, std::size_t count) {
    std::vector<seen> all(crew.threads());
    const build_crew::take_block take = [&](std::size_t thread, const event_block& block,
                                            std::size_t first) {
        auto& mine = all[thread];
        mine.ended_early = mine.ended_early || mine.ends > 0;
        for (std::size_t i = 0; i < block.size(); ++i) {
            mine.numbers.push_back(block[i].position().value);
            mine.places.push_back(first + i);
        }
    };
    const build_crew::end_batch end = [&](std::size_t thread) { ++all[thread].ends; };
    crew.begin(take, end);
    for (std::size_t i = 0; i < count; ++i) crew.give(from[i % from.size()].view());
    crew.finish();
    return all;
}

void expect_all(const seen& of, std::size_t count, std::size_t cycle) {
    ASSERT_EQ(of.numbers.size(), count);
    for (std::size_t i = 0; i < count; ++i) {
        ASSERT_EQ(of.numbers[i], i % cycle);
        ASSERT_EQ(of.places[i], i);
    }
    EXPECT_EQ(of.ends, 1U);
    EXPECT_FALSE(of.ended_early);
}

TEST(BuildCrew, GivesEveryThreadEveryEventInOrder) {
    const auto events = small_events();
    for (const std::size_t threads : {1U, 2U, 5U}) {
        build_crew crew{threads};
        for (const auto count : {std::size_t{0}, std::size_t{1}, one_block - 1, one_block,
                                 one_block + 1, 4 * one_block, 9 * one_block + 7}) {
            SCOPED_TRACE(std::to_string(count) + " events, " + std::to_string(threads) +
                         " threads");
            for (const auto& one : run_batch(crew, events, count))
                expect_all(one, count, events.size());
        }
    }
}

TEST(BuildCrew, HandsOnLargeEventsOneByOne) {
    const std::string text(build_crew::block_bytes_max, 'x');
    const auto events = stored_events({test::simple_event("Large", R"({"text":")" + text + "\"}"),
                                       test::simple_event("Small"), test::simple_event("Small")});
    build_crew crew{2};
    for (const auto& one : run_batch(crew, events, 20)) expect_all(one, 20, events.size());
}

// The bound on memory.
TEST(BuildCrew, LetsNobodyRunAheadByMoreThanItsBlocks) {
    const auto events = small_events();
    build_crew crew{2};
    std::atomic<std::size_t> given = 0;
    std::atomic<std::size_t> furthest_ahead = 0;
    const build_crew::take_block take = [&](std::size_t thread, const event_block&,
                                            std::size_t first) {
        if (thread == 1) return;  // The slower one counts.
        for (int i = 0; i < 100; ++i) std::this_thread::yield();
        const auto ahead = given.load() - first;
        auto known = furthest_ahead.load();
        while (known < ahead && !furthest_ahead.compare_exchange_weak(known, ahead)) continue;
    };
    const build_crew::end_batch end = [](std::size_t) {};
    crew.begin(take, end);
    for (std::size_t i = 0; i < 40 * one_block; ++i) {
        crew.give(events[i % events.size()].view());
        ++given;
    }
    crew.finish();
    EXPECT_LE(furthest_ahead.load(), build_crew::blocks_max * one_block);
}

TEST(BuildCrew, EndsWithoutWork) { build_crew{3}; }

}  // namespace
}  // namespace daybook::projections
