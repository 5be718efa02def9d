// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a subscriber hands over each event once, and ends only with a told reason or on demand.

#include <daybook/context.hpp>
#include <daybook/subscription.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <atomic>
#include <semaphore>
#include <stdexcept>

namespace daybook::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

void append_some(store& log, int count) {
    for (int i = 0; i < count; ++i) {
        log.append("task-1", expected::any(), {simple_event("T" + std::to_string(i))}).value();
    }
}

TEST(Subscriber, HandsOverWhatIsThereAndWhatComes) {
    fresh_store opened;
    append_some(*opened, 3);
    std::vector<std::string> seen;
    std::counting_semaphore<> arrived{0};
    subscriber live{opened->subscribe({}).value(), [&](const event_view& e) -> result<void> {
                        seen.emplace_back(e.type());
                        arrived.release();
                        return {};
                    }};
    for (int i = 0; i < 3; ++i) arrived.acquire();
    EXPECT_TRUE(live.running());
    opened->append("task-1", expected::any(), {simple_event("Late")}).value();
    arrived.acquire();
    live.stop();
    EXPECT_FALSE(live.running());
    EXPECT_THAT(seen, ElementsAre("T0", "T1", "T2", "Late"));
    EXPECT_EQ(live.cursor(), position{4});
    EXPECT_EQ(live.lag(), 0U);
    EXPECT_EQ(live.failure(), std::nullopt);
    live.stop();
}

TEST(Subscriber, EndsBeforeTheEventThatItsHandlerRefuses) {
    fresh_store opened;
    append_some(*opened, 3);
    subscriber live{opened->subscribe({}).value(), [](const event_view& e) -> result<void> {
                        if (e.type() == "T1") return fail(errc::not_found, "no such room");
                        return {};
                    }};
    live.wait();
    ASSERT_TRUE(live.failure());
    EXPECT_EQ(live.failure()->code, errc::not_found);
    EXPECT_EQ(live.failure()->message, "handle event at position 1 (T1 of task-1): no such room");
    EXPECT_FALSE(live.running());
    EXPECT_EQ(live.cursor(), position{1});
    EXPECT_EQ(live.lag(), 2U);
}

TEST(Subscriber, TakesWhatItsHandlerThrowsForAFailure) {
    fresh_store opened;
    append_some(*opened, 1);
    subscriber first{opened->subscribe({}).value(), [](const event_view&) -> result<void> {
                         throw std::runtime_error{"out of rooms"};
                     }};
    first.wait();
    EXPECT_EQ(first.failure()->code, errc::projection_failed);
    EXPECT_THAT(first.failure()->message, HasSubstr("the handler threw: out of rooms"));
    subscriber second{opened->subscribe({}).value(),
                      [](const event_view&) -> result<void> { throw 7; }};
    second.wait();
    EXPECT_EQ(second.failure()->code, errc::projection_failed);
}

TEST(Subscriber, LetsItsHandlerStopIt) {
    fresh_store opened;
    append_some(*opened, 5);
    std::atomic<subscriber*> itself{nullptr};
    int handled = 0;
    subscriber live{opened->subscribe({}).value(), [&](const event_view&) -> result<void> {
                        itself.wait(nullptr);
                        ++handled;
                        itself.load()->stop();
                        return {};
                    }};
    itself = &live;
    itself.notify_all();
    live.wait();
    EXPECT_EQ(live.failure(), std::nullopt);
    live.stop();
    EXPECT_EQ(handled, 1);
}

TEST(Subscriber, FinishesTheEventUnderWayWhenStopped) {
    fresh_store opened;
    append_some(*opened, 1);
    std::binary_semaphore entered{0};
    std::binary_semaphore leave{0};
    subscriber live{opened->subscribe({}).value(), [&](const event_view&) -> result<void> {
                        entered.release();
                        leave.acquire();
                        return {};
                    }};
    entered.acquire();
    leave.release();
    auto moved = std::move(live);
    moved.stop();
    EXPECT_EQ(moved.cursor(), position{1});
}

TEST(Subscriber, MakesTheEventTheCauseOfWhatItsHandlerAppends) {
    fresh_store opened;
    auto asked = simple_event("Asked");
    asked.correlation = "sprint-7";
    opened->append("task-1", expected::any(), {asked}).value();
    std::binary_semaphore answered{0};
    subscriber live{opened->subscribe({.which = criteria{.stream = "task-1"}}).value(),
                    [&](const event_view&) -> result<void> {
                        const auto made =
                            opened->append("task-2", expected::any(), {simple_event("Answered")});
                        answered.release();
                        return made ? result<void>{} : made.error();
                    }};
    answered.acquire();
    live.stop();
    const auto answer = opened->read_one(position{1}).value();
    EXPECT_EQ(answer.view().correlation(), "sprint-7");
    EXPECT_THAT(answer.view().causes(), ElementsAre(opened->read_one(position{0})->id()));
}

}  // namespace
}  // namespace daybook::test
