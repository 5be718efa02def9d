// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a coroutine can wait for events with nothing but a function that runs work; it goes on
// where that runs it, and ends cleanly when stopped or destroyed. Method: a task type of a dozen
// lines, and an executor that the test turns by hand.

#include <daybook/subscription.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#if defined(__cpp_impl_coroutine)

#include <condition_variable>
#include <coroutine>
#include <deque>
#include <mutex>
#include <thread>

namespace daybook::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Starts at once; the frame lives until the task is destroyed.
struct task {
    struct promise_type {
        task get_return_object() {
            return task{std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        void unhandled_exception() { std::terminate(); }
    };
    explicit task(std::coroutine_handle<promise_type> started) : frame{started} {}
    task(task&& other) noexcept : frame{std::exchange(other.frame, nullptr)} {}
    task& operator=(task&&) = delete;
    ~task() {
        if (frame) frame.destroy();
    }
    bool done() const { return frame.done(); }
    std::coroutine_handle<promise_type> frame;
};

/// Work is done by whoever calls `turn`.
class hand_loop {
public:
    executor runner() {
        return [this](std::function<void()> work) {
            const std::lock_guard lock{mutex_};
            queue_.push_back(std::move(work));
            some_.notify_all();
        };
    }
    /// Waits for a piece of work and does it.
    void turn() {
        std::function<void()> work;
        {
            std::unique_lock lock{mutex_};
            some_.wait(lock, [this] { return !queue_.empty(); });
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        work();
    }

private:
    std::mutex mutex_;
    std::condition_variable some_;
    std::deque<std::function<void()>> queue_;
};

struct seen_by_task {
    std::vector<std::uint64_t> positions;
    std::vector<std::thread::id> threads;
    std::optional<error> failed;
};

task follow(subscription& events, executor run, seen_by_task& seen) {
    for (;;) {
        const auto more = co_await events.next_async(run);
        if (!more) seen.failed = more.error();
        if (!more || !*more) co_return;
        seen.positions.push_back(events->position().value);
        seen.threads.push_back(std::this_thread::get_id());
    }
}

void append_some(store& log, int count, const char* stream = "task-1") {
    for (int i = 0; i < count; ++i) {
        log.append(stream, expected::any(), {simple_event("Tested")}).value();
    }
}

TEST(SubscriptionAsync, TakesWhatIsThereWithoutSuspending) {
    fresh_store opened;
    append_some(*opened, 3);
    hand_loop loop;
    seen_by_task seen;
    auto events = opened->subscribe({}).value();
    const auto running = follow(events, loop.runner(), seen);
    EXPECT_THAT(seen.positions, ElementsAre(0, 1, 2));
    EXPECT_FALSE(running.done());
    events.stop();
    loop.turn();
    EXPECT_TRUE(running.done());
}

TEST(SubscriptionAsync, GoesOnThroughTheExecutorWhenThereIsAnEvent) {
    fresh_store opened;
    hand_loop loop;
    seen_by_task seen;
    auto events = opened->subscribe({.which = criteria{.stream = "task-1"}}).value();
    const auto running = follow(events, loop.runner(), seen);
    EXPECT_THAT(seen.positions, IsEmpty());
    append_some(*opened, 1, "other-1");
    append_some(*opened, 1);
    while (seen.positions.empty()) loop.turn();
    append_some(*opened, 2);
    while (seen.positions.size() < 3) loop.turn();
    EXPECT_THAT(seen.positions, ElementsAre(1, 2, 3));
    for (const auto id : seen.threads) EXPECT_EQ(id, std::this_thread::get_id());
    events.stop();
    while (!running.done()) loop.turn();
    EXPECT_EQ(seen.failed, std::nullopt);
}

TEST(SubscriptionAsync, ReadsFarStretchesPieceByPiece) {
    fresh_store opened;
    fill(*opened, 0, limits::segment_events * 2);
    append_some(*opened, 1, "task-1");
    query q;
    q.any_of.push_back({.types = {"Tested"}});
    q.where.push_back({.pointer = "/absent", .op = comparison::exists, .value = {}});
    hand_loop loop;
    seen_by_task seen;
    auto events = opened->subscribe({.which = q}).value();
    const auto running = follow(events, loop.runner(), seen);
    while (events.lag() > 0) loop.turn();
    EXPECT_THAT(seen.positions, IsEmpty());
    events.stop();
    while (!running.done()) loop.turn();
}

TEST(SubscriptionAsync, ManyWaitTogetherOnOneLoop) {
    fresh_store opened;
    hand_loop loop;
    constexpr std::size_t count = 20;
    std::vector<subscription> all;
    std::vector<seen_by_task> seen(count);
    std::vector<task> running;
    all.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        all.push_back(opened->subscribe({}).value());
        running.push_back(follow(all[i], loop.runner(), seen[i]));
    }
    append_some(*opened, 5);
    const auto all_have = [&](std::size_t wanted) {
        return std::all_of(seen.begin(), seen.end(),
                           [&](const auto& one) { return one.positions.size() == wanted; });
    };
    while (!all_have(5)) loop.turn();
    for (auto& one : all) one.stop();
    for (const auto& one : running) {
        while (!one.done()) loop.turn();
    }
    for (const auto& one : seen) EXPECT_THAT(one.positions, ElementsAre(0, 1, 2, 3, 4));
}

TEST(SubscriptionAsync, MayBeDestroyedWhileItWaits) {
    fresh_store opened;
    hand_loop loop;
    seen_by_task seen;
    {
        auto events = opened->subscribe({}).value();
        const auto running = follow(events, loop.runner(), seen);
        EXPECT_FALSE(running.done());
    }
    append_some(*opened, 1);
    // Another one is served after what the watcher still had for the first.
    seen_by_task other;
    auto events = opened->subscribe({.from = start_from::end()}).value();
    const auto running = follow(events, loop.runner(), other);
    append_some(*opened, 1);
    while (other.positions.empty()) loop.turn();
    EXPECT_THAT(seen.positions, IsEmpty());
    events.stop();
    while (!running.done()) loop.turn();
}

}  // namespace
}  // namespace daybook::test

#endif
