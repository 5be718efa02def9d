// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: with 1 to 8 emitting threads and every policy, nothing is lost without being counted,
// nothing is stored twice, and the events of each thread keep their order; whether the target is
// fast, fails now and then, or is a store.
// Method: threads emit numbered events; afterwards what the target has, what was told as lost, and
// the counters must add up. Run it under ThreadSanitizer too.

#include <daybook/emitter.hpp>

#include "bounded_queue.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"
#include "support/scripted_target.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <numeric>
#include <thread>

namespace daybook::test {
namespace {

using namespace std::chrono_literals;

#if defined(__SANITIZE_THREAD__)
constexpr std::uint64_t usual_load_percent = 20;
#else
constexpr std::uint64_t usual_load_percent = 100;
#endif

std::uint64_t load(std::uint64_t count) {
    const auto percent = count_from_environment("DAYBOOK_TEST_LOAD", usual_load_percent);
    return std::max<std::uint64_t>(1, count * percent / 100);
}

void on_threads(std::uint64_t count, const std::function<void(std::uint64_t)>& body) {
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i < count; ++i) threads.emplace_back(body, i);
    for (auto& thread : threads) thread.join();
}

TEST(BoundedQueueThreads, GiveOutEachItemOnceAndInOrder) {
    for (const std::size_t capacity : {1U, 7U, 64U}) {
        SCOPED_TRACE(capacity);
        constexpr std::uint64_t producers = 3;
        constexpr std::uint64_t consumers = 2;
        const auto count = load(20'000);
        bounded_queue<std::pair<std::uint64_t, std::uint64_t>> queue{capacity};
        std::atomic<std::uint64_t> left{producers * count};
        std::vector<std::vector<std::uint64_t>> seen(producers);
        std::mutex mutex;
        on_threads(producers + consumers, [&](std::uint64_t thread) {
            if (thread < producers) {
                for (std::uint64_t i = 0; i < count;) {
                    std::pair item{thread, i};
                    if (queue.push(item)) {
                        ++i;
                    } else {
                        std::this_thread::yield();
                    }
                }
                return;
            }
            std::vector<std::uint64_t> last(producers, 0);
            std::vector<std::vector<std::uint64_t>> mine(producers);
            while (left.load() > 0) {
                const auto item = queue.pop();
                if (!item) {
                    std::this_thread::yield();
                    continue;
                }
                left.fetch_sub(1);
                ASSERT_GE(item->second + 1, last[item->first]) << "out of order";
                last[item->first] = item->second + 1;
                mine[item->first].push_back(item->second);
            }
            const std::lock_guard lock{mutex};
            for (std::uint64_t p = 0; p < producers; ++p) {
                seen[p].insert(seen[p].end(), mine[p].begin(), mine[p].end());
            }
        });
        std::vector<std::uint64_t> all(count);
        std::iota(all.begin(), all.end(), 0);
        for (auto& of_one : seen) {
            std::sort(of_one.begin(), of_one.end());
            ASSERT_EQ(of_one, all);
        }
    }
}

/// What a target has, judged: each thread's events ascending, none twice.
class judged {
public:
    void add(std::string_view type, std::string_view payload) {
        const auto thread = std::stoull(std::string{type.substr(1)});
        const auto number = std::stoull(std::string{payload});
        auto& next = next_[thread];
        if (number < next) wrong_ = "thread " + std::to_string(thread) + ": out of order";
        next = number + 1;
        ++count_;
    }
    std::uint64_t count() const { return count_; }
    const std::string& wrong() const { return wrong_; }

private:
    std::map<std::uint64_t, std::uint64_t> next_;
    std::uint64_t count_ = 0;
    std::string wrong_;
};

std::uint64_t told_in(const scripted_target& target) {
    std::uint64_t told = 0;
    for (const auto& one : target.reports()) {
        const auto payload = boost::json::parse(one.event.payload);
        told += payload.at("total").to_number<std::uint64_t>();
    }
    return told;
}

struct setting {
    std::uint64_t threads;
    when_full full;
    std::size_t events_max;
    std::size_t bytes_max;
    bool failing;  ///< The target fails every third attempt.
};

void PrintTo(const setting& s, std::ostream* out) {
    *out << s.threads << " threads, policy " << static_cast<int>(s.full) << ", " << s.events_max
         << " events, " << s.bytes_max << " bytes" << (s.failing ? ", failing" : "");
}

class EmitterThreads : public testing::TestWithParam<setting> {};

/// Fails now and then, and half of these times although it took the events.
class unsteady_target final : public emitter_target {
public:
    unsteady_target(scripted_target& inner, bool failing) : inner_{inner}, failing_{failing} {}
    result<void> write(const commit_request& events) override {
        if (failing_ && ++attempts_ % 3 == 0) {
            if (attempts_ % 2 == 0) inner_.write(events).value();
            return fail(errc::io, "now and then");
        }
        return inner_.write(events);
    }

private:
    scripted_target& inner_;
    const bool failing_;
    std::uint64_t attempts_ = 0;
};

TEST_P(EmitterThreads, LoseNothingUncounted) {
    const auto& s = GetParam();
    const auto count = load(20'000) / s.threads;
    scripted_target taken;
    unsteady_target target{taken, s.failing};
    emitter_options options;
    options.events_max = s.events_max;
    options.bytes_max = s.bytes_max;
    options.full = s.full;
    options.block_max = 1h;
    options.linger = 1ms;
    options.retry_first = 1ms;
    options.report_interval = 0ms;
    auto emitting = emitter::start(target, options).value();
    std::atomic<std::uint64_t> queued{0};
    on_threads(s.threads, [&](std::uint64_t thread) {
        std::uint64_t mine = 0;
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto made = emitting.emit(
                static_cast<event_level>(i % 3), "task-" + std::to_string(thread % 3),
                [&] { return simple_event("W" + std::to_string(thread), std::to_string(i)); });
            if (made == emission::queued) ++mine;
        }
        queued += mine;
    });
    ASSERT_THAT(emitting.flush(60s), HoldsValue());
    const auto now = emitting.stats();
    judged all;
    for (const auto& one : taken.events()) all.add(one.event.type, one.event.payload);
    EXPECT_EQ(all.wrong(), "");
    EXPECT_EQ(all.count(), now.stored);
    EXPECT_EQ(now.emitted, count * s.threads);
    EXPECT_EQ(now.emitted, now.stored + now.dropped.total());
    EXPECT_EQ(now.waiting, 0U);
    EXPECT_EQ(now.waiting_bytes, 0U);
    EXPECT_EQ(told_in(taken), now.dropped.total());
    EXPECT_EQ(now.dropped_told, now.dropped.total());
    if (s.full == when_full::block) {
        EXPECT_EQ(now.stored, now.emitted);
    }
    if (s.full == when_full::drop_newest) {
        EXPECT_EQ(now.stored, queued.load());
    }
    EXPECT_THAT(emitting.stop(), HoldsValue());
}

std::vector<setting> settings() {
    std::vector<setting> all;
    for (const std::uint64_t threads : {1U, 2U, 4U, 8U}) {
        all.push_back({threads, when_full::drop_newest, 1U << 17U, 1U << 30U, false});
        for (const auto full : {when_full::drop_newest, when_full::drop_oldest, when_full::block}) {
            all.push_back({threads, full, 50, 1U << 30U, threads == 4});
            all.push_back({threads, full, 1U << 17U, 10'000, threads == 8});
        }
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(EverySetting, EmitterThreads, testing::ValuesIn(settings()));

TEST(EmitterThreads, StopWhileTheyEmitAndEverythingIsAccountedFor) {
    for (int round = 0; round < 20; ++round) {
        scripted_target target;
        emitter_options options;
        options.linger = 1ms;
        options.full = static_cast<when_full>(round % 3);
        options.events_max = 100;
        auto emitting = emitter::start(target, options).value();
        std::atomic<std::uint64_t> emitted{0};
        std::atomic<bool> stopped{false};
        on_threads(4, [&](std::uint64_t thread) {
            if (thread == 3) {
                while (emitted.load() < 200) std::this_thread::yield();
                ASSERT_THAT(emitting.stop(60s), HoldsValue());
                stopped = true;
                return;
            }
            for (std::uint64_t i = 0; !stopped; ++i) {
                emitting.emit(event_level::action, "task-1",
                              simple_event("W" + std::to_string(thread), std::to_string(i)));
                ++emitted;
            }
        });
        const auto now = emitting.stats();
        EXPECT_EQ(now.emitted, emitted.load());
        EXPECT_EQ(now.emitted, now.stored + now.dropped.total());
        EXPECT_EQ(now.stored, target.events().size());
        EXPECT_EQ(now.waiting_bytes, 0U);
    }
}

TEST(EmitterThreads, StoreThroughAStoreThatIsClosedAndOpenedMeanwhile) {
    constexpr std::uint64_t threads = 4;
    const auto count = load(5'000);
    fresh_store opened;
    store_target target{*opened};
    emitter_options options;
    options.full = when_full::block;
    options.block_max = 1h;
    options.events_max = 1'000;
    options.linger = 1ms;
    options.retry_first = 1ms;
    auto emitting = emitter::start(target, options).value();
    on_threads(threads + 1, [&](std::uint64_t thread) {
        if (thread == threads) {
            for (int i = 0; i < 5; ++i) {
                while (opened->watermark().value == 0) std::this_thread::yield();
                target.detach();
                opened.reopen();
                target.attach(*opened);
            }
            return;
        }
        for (std::uint64_t i = 0; i < count; ++i) {
            emitting.emit(event_level::action, "task-" + std::to_string(thread),
                          simple_event("W" + std::to_string(thread), std::to_string(i)));
        }
    });
    ASSERT_THAT(emitting.stop(60s), HoldsValue());
    judged all;
    for (const auto& e : read_everything(opened->read_all())) all.add(e.type(), e.payload());
    EXPECT_EQ(all.wrong(), "");
    EXPECT_EQ(all.count(), threads * count);
    EXPECT_THAT(opened->check(), HoldsValue());
}

}  // namespace
}  // namespace daybook::test
