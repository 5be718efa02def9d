// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a group completes every event at least once, those of a key one at a time and in order,
// tries again what fails, parks what goes on failing with what is behind it, and goes on from there
// after any restart.
// Method: handlers that record what they get and fail as told; waiting is for the group's cursor.

#include <daybook/consumer_group.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <semaphore>
#include <set>
#include <stdexcept>
#include <thread>

namespace daybook::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using numbers = std::vector<std::uint64_t>;

/// Tries once and rests never, unless a test says otherwise.
consumer_group_options quick_group() {
    consumer_group_options options;
    options.retries = {.attempts_max = 1, .rest_first = 0ms, .rest_max = 0ms};
    return options;
}

/// Records what is handled, by stream, and fails for positions that are `bad`.
class recorder {
public:
    event_handler handler() {
        return [this](const event_view& e) { return handle(e); };
    }
    void fails_at(std::set<std::uint64_t> positions) {
        const std::lock_guard lock{mutex_};
        bad_ = std::move(positions);
    }
    numbers completed(const std::string& stream) const {
        const std::lock_guard lock{mutex_};
        const auto found = completed_.find(stream);
        return found == completed_.end() ? numbers{} : found->second;
    }
    std::uint64_t attempts(std::uint64_t at) const {
        const std::lock_guard lock{mutex_};
        const auto found = attempts_.find(at);
        return found == attempts_.end() ? 0 : found->second;
    }
    bool overlapped() const { return overlapped_; }

private:
    result<void> handle(const event_view& e) {
        const std::string stream{e.stream()};
        const auto at = e.position().value;
        std::unique_lock lock{mutex_};
        if (!busy_.insert(stream).second) overlapped_ = true;
        ++attempts_[at];
        const bool is_bad = bad_.contains(at);
        lock.unlock();
        std::this_thread::yield();
        lock.lock();
        busy_.erase(stream);
        if (is_bad) return fail(errc::not_found, "no such room");
        completed_[stream].push_back(at);
        return {};
    }

    mutable std::mutex mutex_;
    std::set<std::string> busy_;
    std::set<std::uint64_t> bad_;
    std::map<std::string, numbers> completed_;
    std::map<std::uint64_t, std::uint64_t> attempts_;
    std::atomic<bool> overlapped_{false};
};

/// `count` events, in turn to task-0, task-1, ... of so many streams.
void append_in_turn(store& log, std::uint64_t count, std::uint64_t streams) {
    for (std::uint64_t i = 0; i < count; ++i) {
        log.append("task-" + std::to_string(i % streams), expected::any(), {simple_event("Tested")})
            .value();
    }
}

numbers positions_of_parked(const consumer_group& of) {
    numbers all;
    for (const auto& one : of.parked().value()) all.push_back(one.at.value);
    return all;
}

TEST(ConsumerGroup, CompletesEveryEventOnceAndEachKeyInOrder) {
    fresh_store opened;
    append_in_turn(*opened, 500, 7);
    recorder seen;
    auto group = consumer_group::open(*opened, "mails", quick_group()).value();
    ASSERT_THAT(group.start(seen.handler()), HoldsValue());
    append_in_turn(*opened, 500, 7);
    EXPECT_TRUE(group.wait_done(position{1000}, 1h));
    EXPECT_EQ(group.status().acknowledged, position{1000});
    EXPECT_EQ(group.status().completed, 1000U);
    EXPECT_EQ(group.status().in_flight, 0U);
    ASSERT_THAT(group.stop(), HoldsValue());
    std::uint64_t all = 0;
    for (int stream = 0; stream < 7; ++stream) {
        const auto handled = seen.completed("task-" + std::to_string(stream));
        EXPECT_TRUE(std::is_sorted(handled.begin(), handled.end()));
        all += handled.size();
    }
    EXPECT_EQ(all, 1000U);
    EXPECT_FALSE(seen.overlapped());
}

TEST(ConsumerGroup, GoesOnWithOtherKeysWhileOneIsSlow) {
    fresh_store opened;
    append_in_turn(*opened, 20, 2);
    std::binary_semaphore release{0};
    std::counting_semaphore<> others{0};
    auto options = quick_group();
    options.consumers = 2;
    auto group = consumer_group::open(*opened, "mails", options).value();
    group
        .start([&](const event_view& e) -> result<void> {
            if (e.position().value == 0) release.acquire();
            if (e.stream() == "task-1") others.release();
            return {};
        })
        .value();
    for (int i = 0; i < 10; ++i) others.acquire();
    EXPECT_EQ(group.status().acknowledged, position{0}) << "the cursor waits for the slow one";
    release.release();
    EXPECT_TRUE(group.wait_done(position{20}, 1h));
}

TEST(ConsumerGroup, OrdersByTheKeyThatItIsGiven) {
    fresh_store opened;
    append_in_turn(*opened, 300, 10);
    auto options = quick_group();
    options.key = [](const event_view& e) { return std::to_string(e.position().value % 3); };
    std::mutex mutex;
    std::map<std::uint64_t, numbers> by_key;
    auto group = consumer_group::open(*opened, "mails", options).value();
    group
        .start([&](const event_view& e) -> result<void> {
            const std::lock_guard lock{mutex};
            by_key[e.position().value % 3].push_back(e.position().value);
            return {};
        })
        .value();
    EXPECT_TRUE(group.wait_done(position{300}, 1h));
    group.stop().value();
    for (const auto& [key, handled] : by_key) {
        EXPECT_EQ(handled.size(), 100U);
        EXPECT_TRUE(std::is_sorted(handled.begin(), handled.end()));
    }
}

TEST(ConsumerGroup, TriesAgainAndThenGoesOn) {
    fresh_store opened;
    append_in_turn(*opened, 6, 2);
    auto options = quick_group();
    options.retries = {.attempts_max = 4, .rest_first = 1ms, .rest_max = 2ms};
    std::atomic<int> failures_left{3};
    numbers first_stream;
    auto group = consumer_group::open(*opened, "mails", options).value();
    group
        .start([&](const event_view& e) -> result<void> {
            if (e.position().value == 2 && failures_left-- > 0) throw std::runtime_error{"later"};
            if (e.stream() == "task-0") first_stream.push_back(e.position().value);
            return {};
        })
        .value();
    EXPECT_TRUE(group.wait_done(position{6}, 1h));
    group.stop().value();
    EXPECT_THAT(first_stream, ElementsAre(0, 2, 4));
    EXPECT_EQ(group.status().failures, 3U);
    EXPECT_THAT(group.parked().value(), IsEmpty());
}

TEST(ConsumerGroup, ParksAnEventAndHoldsWhatIsBehindIt) {
    fresh_store opened;
    append_in_turn(*opened, 6, 2);  // task-0: 0 2 4, task-1: 1 3 5
    auto options = quick_group();
    options.retries.attempts_max = 3;
    recorder seen;
    seen.fails_at({2});
    auto group = consumer_group::open(*opened, "mails", options).value();
    group.start(seen.handler()).value();
    EXPECT_TRUE(group.wait_done(position{6}, 1h));
    append_in_turn(*opened, 2, 2);  // 6 7
    EXPECT_TRUE(group.wait_done(position{8}, 1h));
    EXPECT_THAT(seen.completed("task-0"), ElementsAre(0));
    EXPECT_THAT(seen.completed("task-1"), ElementsAre(1, 3, 5, 7));
    EXPECT_EQ(seen.attempts(2), 3U);
    EXPECT_EQ(seen.attempts(4), 0U);
    const auto parked = group.parked().value();
    ASSERT_EQ(parked.size(), 3U);
    EXPECT_EQ(parked[0].key, "task-0");
    EXPECT_EQ(parked[0].at, position{2});
    EXPECT_FALSE(parked[0].held);
    EXPECT_EQ(parked[0].attempts, 3U);
    EXPECT_EQ(parked[0].reason, "handle event at position 2 (Tested of task-0): no such room");
    EXPECT_GT(parked[0].parked_at, test_time());
    EXPECT_TRUE(parked[1].held);
    EXPECT_EQ(parked[2].at, position{6});
    EXPECT_EQ(group.status().parked_keys, 1U);
    EXPECT_EQ(group.parked(1)->size(), 1U);
    EXPECT_EQ(group.parked(0)->size(), 0U);
    group.stop().value();
    EXPECT_EQ(durable_subscriptions(*opened)->front().parked, 3U);
    EXPECT_TRUE(durable_subscriptions(*opened)->front().group);
}

TEST(ConsumerGroup, RetriesWhatIsParkedAndThenWhatIsHeldInOrder) {
    fresh_store opened;
    append_in_turn(*opened, 6, 1);
    recorder seen;
    seen.fails_at({1, 3});
    auto group = consumer_group::open(*opened, "mails", quick_group()).value();
    group.start(seen.handler()).value();
    EXPECT_TRUE(group.wait_done(position{6}, 1h));
    EXPECT_THAT(positions_of_parked(group), ElementsAre(1, 2, 3, 4, 5));
    seen.fails_at({3});
    ASSERT_THAT(group.retry("task-0"), HoldsValue());
    while (seen.attempts(3) == 0) std::this_thread::yield();
    while (group.status().parked < 2) std::this_thread::yield();
    EXPECT_THAT(seen.completed("task-0"), ElementsAre(0, 1, 2));
    EXPECT_THAT(positions_of_parked(group), ElementsAre(3, 4, 5));
    seen.fails_at({});
    ASSERT_THAT(group.retry("task-0"), HoldsValue());
    while (group.status().parked_keys > 0) std::this_thread::yield();
    append_in_turn(*opened, 1, 1);
    EXPECT_TRUE(group.wait_done(position{7}, 1h));
    EXPECT_THAT(seen.completed("task-0"), ElementsAre(0, 1, 2, 3, 4, 5, 6));
    EXPECT_THAT(group.parked().value(), IsEmpty());
}

TEST(ConsumerGroup, SkipsWhatIsParkedAndGoesOnBehindIt) {
    fresh_store opened;
    append_in_turn(*opened, 3, 1);
    recorder seen;
    seen.fails_at({1});
    auto group = consumer_group::open(*opened, "mails", quick_group()).value();
    group.start(seen.handler()).value();
    EXPECT_TRUE(group.wait_done(position{3}, 1h));
    ASSERT_THAT(group.skip("task-0"), HoldsValue());
    while (group.status().parked_keys > 0) std::this_thread::yield();
    EXPECT_THAT(seen.completed("task-0"), ElementsAre(0, 2));
    EXPECT_THAT(group.parked().value(), IsEmpty());
}

TEST(ConsumerGroup, TellsAKeyWithNothingParked) {
    fresh_store opened;
    auto group = consumer_group::open(*opened, "mails").value();
    EXPECT_THAT(group.retry("task-0"), FailsWith(errc::not_found, "task-0"));
    EXPECT_THAT(group.skip("task-0"), FailsWith(errc::not_found, "task-0"));
}

TEST(ConsumerGroup, RefusesToSkipWhatIsBeingTried) {
    fresh_store opened;
    append_in_turn(*opened, 1, 1);
    recorder seen;
    seen.fails_at({0});
    auto group = consumer_group::open(*opened, "mails", quick_group()).value();
    group.start(seen.handler()).value();
    EXPECT_TRUE(group.wait_done(position{1}, 1h));
    group.stop().value();
    ASSERT_THAT(group.retry("task-0"), HoldsValue());
    EXPECT_THAT(group.retry("task-0"), HoldsValue()) << "asked for already";
    EXPECT_THAT(group.skip("task-0"), FailsWith(errc::refused, "tried again"));
}

TEST(ConsumerGroup, KeepsWhatIsParkedOverRestarts) {
    fresh_store opened;
    append_in_turn(*opened, 8, 2);
    recorder seen;
    seen.fails_at({0, 3});
    {
        auto group = consumer_group::open(*opened, "mails", quick_group()).value();
        group.start(seen.handler()).value();
        EXPECT_TRUE(group.wait_done(position{8}, 1h));
    }
    opened.reopen();
    seen.fails_at({});
    auto group = consumer_group::open(*opened, "mails", quick_group()).value();
    EXPECT_EQ(group.status().parked_keys, 2U);
    ASSERT_THAT(group.retry("task-0"), HoldsValue());
    append_in_turn(*opened, 2, 2);
    group.start(seen.handler()).value();
    EXPECT_TRUE(group.wait_done(position{10}, 1h));
    while (group.status().parked_keys > 1) std::this_thread::yield();
    EXPECT_THAT(seen.completed("task-0"), ElementsAre(0, 2, 4, 6, 8));
    EXPECT_THAT(seen.completed("task-1"), ElementsAre(1));
    EXPECT_THAT(positions_of_parked(group), ElementsAre(3, 5, 7, 9));
}

TEST(ConsumerGroup, DoesNotHandAgainWhatIsDownAsARowAheadOfTheCursor) {
    fresh_store opened;
    append_in_turn(*opened, 6, 3);  // task-0: 0 3, task-1: 1 4, task-2: 2 5
    std::binary_semaphore release{0};
    recorder seen;
    seen.fails_at({1, 2});
    const auto record = seen.handler();
    auto group = consumer_group::open(*opened, "mails", quick_group()).value();
    group
        .start([&](const event_view& e) -> result<void> {
            if (e.position().value == 0) {
                release.acquire();
                return fail(errc::io, "not yet");
            }
            return record(e);
        })
        .value();
    while (group.status().parked < 2) std::this_thread::yield();
    EXPECT_EQ(group.status().acknowledged, position{0}) << "the first event is not completed";
    seen.fails_at({});
    ASSERT_THAT(group.retry("task-1"), HoldsValue());
    while (group.status().parked_keys > 1) std::this_thread::yield();
    ASSERT_THAT(group.skip("task-2"), HoldsValue());
    while (group.status().parked_keys > 0) std::this_thread::yield();
    release.release();
    group.stop().value();

    // Position 0 is parked at last; what was done ahead of the cursor stays done.
    EXPECT_THAT(positions_of_parked(group), ElementsAre(0, 3));
    group.start(record).value();
    EXPECT_TRUE(group.wait_done(position{6}, 1h));
    EXPECT_THAT(seen.completed("task-1"), ElementsAre(1, 4));
    EXPECT_THAT(seen.completed("task-2"), ElementsAre(5));
    EXPECT_EQ(seen.attempts(2), 1U);
}

TEST(ConsumerGroup, HandsOutAgainWhatWasNotCompletedWhenStopped) {
    fresh_store opened;
    append_in_turn(*opened, 3, 1);
    auto options = quick_group();
    options.retries = {.attempts_max = 2, .rest_first = 1h, .rest_max = 1h};
    std::binary_semaphore tried{0};
    auto group = consumer_group::open(*opened, "mails", options).value();
    group
        .start([&](const event_view& e) -> result<void> {
            if (e.position().value < 1) return {};
            tried.release();
            return fail(errc::io, "not now");
        })
        .value();
    tried.acquire();
    group.stop().value();
    EXPECT_EQ(group.status().acknowledged, position{1});
    EXPECT_FALSE(group.status().running);
    recorder seen;
    group.start(seen.handler()).value();
    EXPECT_TRUE(group.wait_done(position{3}, 1h));
    EXPECT_THAT(seen.completed("task-0"), ElementsAre(1, 2));
}

TEST(ConsumerGroup, HoldsNoMoreInFlightThanItMay) {
    fresh_store opened;
    append_in_turn(*opened, 200, 50);
    auto options = quick_group();
    options.in_flight_max = 8;
    std::atomic<std::uint64_t> most{0};
    std::atomic<consumer_group*> itself{nullptr};
    auto group = consumer_group::open(*opened, "mails", options).value();
    group
        .start([&](const event_view&) -> result<void> {
            itself.wait(nullptr);
            const auto now = itself.load()->status().in_flight;
            auto known = most.load();
            while (now > known && !most.compare_exchange_weak(known, now)) {
            }
            return {};
        })
        .value();
    itself = &group;
    itself.notify_all();
    EXPECT_TRUE(group.wait_done(position{200}, 1h));
    EXPECT_LE(most, 8U);
    EXPECT_GT(most, 0U);
}

TEST(ConsumerGroup, StopsWhenTooManyKeysAreParked) {
    fresh_store opened;
    append_in_turn(*opened, 50, 50);
    auto options = quick_group();
    options.parked_keys_max = 10;
    auto group = consumer_group::open(*opened, "mails", options).value();
    group.start([](const event_view&) -> result<void> { return fail(errc::io, "all is lost"); })
        .value();
    EXPECT_FALSE(group.wait_done(position{50}, 1h));
    ASSERT_TRUE(group.failure());
    EXPECT_EQ(group.failure()->code, errc::refused);
    EXPECT_THAT(group.failure()->message, HasSubstr("11 keys are parked"));
    EXPECT_THAT(group.failure()->message, HasSubstr("all is lost"));
    EXPECT_FALSE(group.status().running);
}

TEST(ConsumerGroup, StopsWhenItsKeyFunctionFails) {
    fresh_store opened;
    append_in_turn(*opened, 3, 1);
    auto options = quick_group();
    options.key = [](const event_view& e) -> std::string {
        if (e.position().value == 1) throw std::runtime_error{"no key"};
        return "all";
    };
    {
        auto group = consumer_group::open(*opened, "mails", options).value();
        group.start([](const event_view&) -> result<void> { return {}; }).value();
        EXPECT_FALSE(group.wait_done(position{3}, 1h));
        EXPECT_EQ(group.failure()->code, errc::projection_failed);
        EXPECT_THAT(group.failure()->message, HasSubstr("position 1"));
    }
    options.key = [](const event_view&) { return std::string(513, 'k'); };
    auto group = consumer_group::open(*opened, "mails", options).value();
    group.start([](const event_view&) -> result<void> { return {}; }).value();
    EXPECT_FALSE(group.wait_done(position{3}, 1h));
    EXPECT_THAT(group.failure()->message, HasSubstr("513 bytes; the limit is 512"));
}

TEST(ConsumerGroup, RefusesOptionsThatMakeNoSenseAndNamesOfOthers) {
    fresh_store opened;
    for (auto member :
         {&consumer_group_options::consumers, &consumer_group_options::in_flight_max,
          &consumer_group_options::in_flight_bytes_max, &consumer_group_options::acknowledge_every,
          &consumer_group_options::parked_keys_max}) {
        consumer_group_options options;
        options.*member = 0;
        EXPECT_THAT(consumer_group::open(*opened, "g", options), FailsWith(errc::invalid_argument));
    }
    consumer_group_options never;
    never.retries.attempts_max = 0;
    EXPECT_THAT(consumer_group::open(*opened, "g", never),
                FailsWith(errc::invalid_argument, "attempts_max"));
    static_cast<void>(durable_subscription::open(*opened, "alone").value());
    EXPECT_THAT(consumer_group::open(*opened, "alone"),
                FailsWith(errc::invalid_argument, "no consumer group"));
    static_cast<void>(consumer_group::open(*opened, "group").value());
    EXPECT_THAT(durable_subscription::open(*opened, "group"),
                FailsWith(errc::invalid_argument, "a consumer group"));
    EXPECT_THAT(consumer_group::open(*opened, "none", {.create_if_missing = false}),
                FailsWith(errc::not_found));
    const auto held = consumer_group::open(*opened, "group").value();
    EXPECT_THAT(consumer_group::open(*opened, "group"), FailsWith(errc::locked));
}

TEST(ConsumerGroup, MovesItsCursorOverWhatDoesNotMatch) {
    fresh_store opened;
    fill(*opened, 0, 10'000);
    auto options = quick_group();
    options.which = criteria{.category = "task"};
    auto group = consumer_group::open(*opened, "mails", options).value();
    recorder seen;
    group.start(seen.handler()).value();
    EXPECT_TRUE(group.wait_done(position{10'000}, 1h));
    append_in_turn(*opened, 3, 1);
    EXPECT_TRUE(group.wait_done(position{10'003}, 1h));
    EXPECT_EQ(seen.completed("task-0").size(), 3U);
    group.stop().value();
    EXPECT_EQ(group.status().acknowledged, position{10'003});
}

TEST(ConsumerGroup, DropsWhatIsParkedWithItsName) {
    fresh_store opened;
    append_in_turn(*opened, 4, 2);
    recorder seen;
    seen.fails_at({0});
    {
        auto group = consumer_group::open(*opened, "mails", quick_group()).value();
        group.start(seen.handler()).value();
        EXPECT_TRUE(group.wait_done(position{4}, 1h));
    }
    ASSERT_THAT(drop_durable_subscription(*opened, "mails"), HoldsValue());
    const auto anew = consumer_group::open(*opened, "mails", quick_group()).value();
    EXPECT_THAT(anew.parked().value(), IsEmpty());
    EXPECT_EQ(anew.status().acknowledged, position{0});
}

TEST(ConsumerGroup, EndsWithEverythingCompletedHoweverHandlersFail) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    fresh_store opened;
    append_in_turn(*opened, 600, 13);
    auto options = quick_group();
    options.retries = {.attempts_max = 2, .rest_first = 0ms, .rest_max = 1ms};
    options.in_flight_max = 30;
    std::mutex mutex;
    randomness random{seed};
    std::map<std::string, numbers> completed;
    const auto handle = [&](const event_view& e) -> result<void> {
        const std::lock_guard lock{mutex};
        if (random.chance(20)) return fail(errc::io, "bad luck");
        completed[std::string{e.stream()}].push_back(e.position().value);
        return {};
    };
    for (bool finished = false; !finished;) {
        auto group = consumer_group::open(*opened, "mails", options).value();
        group.start(handle).value();
        for (int i = 0; i < 10 && !finished; ++i) {
            static_cast<void>(group.wait_done(position{600}, 2ms));
            for (const auto& one : group.parked().value()) {
                if (!one.held) static_cast<void>(group.retry(one.key));
            }
            finished = group.wait_done(position{600}, 0ms) && group.status().parked_keys == 0;
        }
    }
    for (auto& [stream, handled] : completed) {
        // A restart goes back to the cursor; without the repeats the order is that of the stream.
        numbers firsts;
        for (const auto at : handled) {
            if (firsts.empty() || at > firsts.back()) firsts.push_back(at);
        }
        EXPECT_EQ(firsts, positions_of(opened->read_stream(stream))) << stream;
    }
    EXPECT_EQ(completed.size(), 13U);
}

}  // namespace
}  // namespace daybook::test
