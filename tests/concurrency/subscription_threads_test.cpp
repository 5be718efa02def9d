// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: whatever writers do meanwhile, each subscriber receives exactly the events of its query
// that come after its start, each once and in order, by whichever way it reads. Method: writers and
// subscribers without any order between them; what each subscriber received is folded into a
// digest, and compared with that of a read of the finished log. DAYBOOK_TEST_LOAD=<percent> makes
// it shorter or longer, DAYBOOK_TEST_SEED=<seed> repeats the choices; tests/concurrency/long_run.sh
// runs it for minutes.

#include <daybook/subscription.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

namespace daybook::test {
namespace {

using namespace std::chrono_literals;

#if defined(__SANITIZE_THREAD__)
constexpr std::uint64_t usual_load_percent = 15;
#else
constexpr std::uint64_t usual_load_percent = 100;
#endif

std::uint64_t load(std::uint64_t count) {
    const auto percent = count_from_environment("DAYBOOK_TEST_LOAD", usual_load_percent);
    return std::max<std::uint64_t>(1, count * percent / 100);
}

/// What somebody received: how many, and a number that depends on which and in which order.
struct digest {
    std::uint64_t events = 0;
    std::uint64_t value = 0xCBF29CE484222325U;
    std::optional<std::uint64_t> last;
    std::string complaint;

    void add(const event_view& e) {
        if (last && e.position().value <= *last && complaint.empty()) {
            complaint = "position " + std::to_string(e.position().value) + " after " +
                        std::to_string(*last);
        }
        last = e.position().value;
        ++events;
        value = (value ^ e.position().value) * 0x100000001B3U;
        value = (value ^ std::hash<std::string_view>{}(e.record())) * 0x100000001B3U;
    }
    friend bool operator==(const digest& a, const digest& b) {
        return a.events == b.events && a.value == b.value;
    }
};

digest digest_of(const store& log, const query& q, position from) {
    digest all;
    auto reader = log.read(q, {.from = from.value}).value();
    while (reader.next().value()) all.add(*reader);
    return all;
}

query some_query(randomness& random) {
    const auto number = [&](std::uint64_t n) { return std::to_string(random.below(n)); };
    switch (random.below(6)) {
        case 0: return criteria{.stream = "task-" + number(20)};
        case 1: return criteria{.category = "task"};
        case 2: return criteria{.types = {"W" + number(4), "W" + number(4)}};
        case 3: return criteria{.tags = {"tenth:" + number(10)}};
        case 4: {
            query q{criteria{.category = "task"}};
            q.where.push_back({"/n", comparison::greater, "50"});
            return q;
        }
        default: return query::all();
    }
}

/// Commits of 1 to 8 events until `wanted` were written by this writer.
void write_events(store& log, std::uint64_t writer, std::uint64_t wanted, std::uint64_t seed) {
    randomness random{seed};
    constexpr std::array durables{durability::buffered, durability::written};
    for (std::uint64_t done = 0; done < wanted;) {
        std::vector<new_event> events(random.between(1, 8));
        for (auto& one : events) {
            one = simple_event("W" + std::to_string(writer),
                               "{\"n\":" + std::to_string(random.below(100)) + "}");
            one.tags = {"tenth:" + std::to_string(done++ % 10)};
        }
        const auto* category = random.chance(80) ? "task-" : "note-";
        log.append(category + std::to_string(random.below(20)), expected::any(), events,
                   random.pick(durables))
            .value();
    }
}

/// A subscription that is read by a thread of its own until it has what was written last.
struct listener {
    query which;
    position from;
    digest received;
    std::uint64_t rest_every = 0;  ///< Yields after so many events: a slow consumer.

    void listen(const store& log, const std::atomic<bool>& written) {
        auto events = log.subscribe({.which = which, .from = start_from::at(from)}).value();
        const auto finished = [&] { return written && events.cursor() >= log.watermark(); };
        while (!finished()) {
            if (!events.next(5ms).value()) continue;
            received.add(*events);
            if (rest_every == 0 || received.events % rest_every != 0) continue;
            const auto now = log.watermark();
            static_cast<void>(log.wait_above(position{now.value + 500}, 1ms));
        }
    }
};

struct crowd_options {
    std::uint64_t writers = 4;
    std::uint64_t subscribers = 50;
    std::uint64_t events = 0;
    bool reindex = false;
};

void run_crowd(const crowd_options& options) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    randomness random{seed};
    fresh_store opened;
    write_events(*opened, 0, options.events / 4, random.next());

    std::vector<listener> listeners(options.subscribers);
    for (std::size_t i = 0; i < listeners.size(); ++i) {
        if (i % 2 == 1) listeners[i].which = some_query(random);
        if (i % 5 >= 3) listeners[i].from = {random.below(opened->watermark().value + 1)};
        if (i % 7 == 6) listeners[i].rest_every = 100;
    }
    std::atomic<bool> written{false};
    std::vector<std::thread> reading;
    for (auto& one : listeners) {
        reading.emplace_back([&] { one.listen(*opened, written); });
    }
    std::vector<std::thread> writing;
    for (std::uint64_t w = 0; w < options.writers; ++w) {
        writing.emplace_back(write_events, std::ref(*opened), w, options.events / options.writers,
                             random.next());
    }
    for (int i = 0; options.reindex && i < 3; ++i) {
        opened->reindex(std::vector<std::string>(i % 2 == 0 ? 1 : 0, "/n")).value();
        static_cast<void>(
            opened->wait_above({opened->watermark().value + options.events / 8}, 100ms));
    }
    for (auto& one : writing) one.join();
    written = true;
    for (auto& one : reading) one.join();

    for (const auto& one : listeners) {
        EXPECT_EQ(one.received.complaint, "");
        const auto wanted = digest_of(*opened, one.which, one.from);
        EXPECT_EQ(one.received.events, wanted.events) << describe(one.which);
        EXPECT_TRUE(one.received == wanted) << describe(one.which);
    }
}

TEST(SubscriptionThreads, FiftySubscribersAndFourWritersAgree) {
    run_crowd({.events = load(80'000)});
}

TEST(SubscriptionThreads, SubscribersGoOnWhileTheStoreIsReindexed) {
    run_crowd({.writers = 2, .subscribers = 10, .events = load(40'000), .reindex = true});
}

TEST(SubscriptionThreads, StartingAmongCommitsMissesAndRepeatsNothing) {
    fresh_store opened;
    const auto rounds = load(300);
    std::atomic<bool> enough{false};
    std::thread writer{[&] {
        for (std::uint64_t i = 0; !enough; ++i) write_events(*opened, 1, 10, i);
    }};
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const auto before = opened->watermark();
        auto events = opened->subscribe({.from = start_from::end()}).value();
        ASSERT_GE(events.cursor(), before);
        auto next = events.cursor().value;
        for (int i = 0; i < 20; ++i) {
            ASSERT_TRUE(events.next(1h).value());
            ASSERT_EQ(events->position().value, next++);
        }
    }
    enough = true;
    writer.join();
}

TEST(SubscriptionThreads, StopWakesAllThatWait) {
    fresh_store opened;
    std::vector<subscription> all;
    for (int i = 0; i < 20; ++i) all.push_back(opened->subscribe({}).value());
    std::vector<std::thread> waiting;
    for (auto& one : all) waiting.emplace_back([&] { EXPECT_FALSE(one.next(1h).value()); });
    for (auto& one : all) one.stop();
    for (auto& one : waiting) one.join();
}

TEST(SubscriptionThreads, SubscribersOnThreadsOfTheirOwnAgree) {
    fresh_store opened;
    std::vector<digest> received(8);
    const auto count = load(10'000);
    {
        std::vector<subscriber> live;
        for (auto& one : received) {
            live.emplace_back(opened->subscribe({}).value(),
                              [&one](const event_view& e) -> result<void> {
                                  one.add(e);
                                  return {};
                              });
        }
        std::thread writer{[&] { write_events(*opened, 1, count, 7); }};
        writer.join();
        for (const auto& one : live) {
            while (one.lag() > 0) std::this_thread::yield();
            EXPECT_EQ(one.failure(), std::nullopt);
        }
    }
    for (const auto& one : received) EXPECT_TRUE(one == digest_of(*opened, {}, {}));
}

}  // namespace
}  // namespace daybook::test
