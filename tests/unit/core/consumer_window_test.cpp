// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: of each key the oldest event is handed out, one at a time; what rests comes back when it is
// due; the oldest event that is not completed is known.

#include "consumer_window.hpp"

#include "stored_event.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"

#include <map>

namespace daybook::test {
namespace {

using time = consumer_window::time;
using std::chrono::seconds;
using testing::ElementsAre;

constexpr time start{};
constexpr position nowhere{999};

consumer_window::entry entry_at(std::uint64_t at, std::string key, std::size_t bytes = 2) {
    auto made = event_with_payload('"' + std::string(bytes - 2, 'x') + '"');
    std::string record{made.view().record()};
    record::place(record.data(), position{at}, sequence{1}, stored_time);
    return {std::move(key), event{event_view::parse(record).value()}};
}

std::uint64_t taken(consumer_window& from, time now = start) {
    const auto one = from.take(now);
    return one ? one->what.position().value : nowhere.value;
}

TEST(ConsumerWindow, HandsOutTheOldestOfEachKey) {
    consumer_window window{{10, 1 << 20}};
    window.add(entry_at(3, "a"));
    window.add(entry_at(4, "a"));
    window.add(entry_at(7, "b"));
    EXPECT_EQ(taken(window), 3U);
    EXPECT_EQ(taken(window), 7U);
    EXPECT_EQ(taken(window), nowhere.value);
    window.complete({7});
    EXPECT_EQ(taken(window), nowhere.value);
    window.complete({3});
    EXPECT_EQ(taken(window), 4U);
    window.complete({4});
    EXPECT_EQ(window.size(), 0U);
}

TEST(ConsumerWindow, KnowsTheOldestThatIsNotCompleted) {
    consumer_window window{{10, 1 << 20}};
    EXPECT_EQ(window.oldest(nowhere), nowhere);
    window.add(entry_at(3, "a"));
    window.add(entry_at(4, "b"));
    static_cast<void>(taken(window));
    static_cast<void>(taken(window));
    window.complete({4});
    EXPECT_EQ(window.oldest(nowhere), position{3});
    window.complete({3});
    EXPECT_EQ(window.oldest(nowhere), nowhere);
    auto kept = entry_at(1, "c");
    kept.parked_before = true;
    window.add(std::move(kept));
    EXPECT_EQ(window.oldest(nowhere), nowhere) << "the cursor does not wait for what has a row";
}

TEST(ConsumerWindow, LetsAnEventRestAndItsKeyWait) {
    consumer_window window{{10, 1 << 20}};
    window.add(entry_at(1, "a"));
    window.add(entry_at(2, "a"));
    EXPECT_EQ(taken(window), 1U);
    window.rest({1}, start + seconds{5});
    EXPECT_EQ(taken(window, start + seconds{4}), nowhere.value);
    EXPECT_EQ(window.next_due(), start + seconds{5});
    EXPECT_EQ(taken(window, start + seconds{5}), 1U);
    EXPECT_EQ(window.next_due(), std::nullopt);
}

TEST(ConsumerWindow, TakesOutAKeyAndLeavesTheOthers) {
    consumer_window window{{10, 1 << 20}};
    for (std::uint64_t at = 0; at < 6; ++at) window.add(entry_at(at, at % 2 == 0 ? "even" : "odd"));
    EXPECT_EQ(taken(window), 0U);
    std::vector<std::uint64_t> later;
    for (const auto& one : window.take_out_key({0})) later.push_back(one->what.position().value);
    EXPECT_THAT(later, ElementsAre(2, 4));
    EXPECT_EQ(window.size(), 3U);
    EXPECT_EQ(window.oldest(nowhere), position{1});
    EXPECT_EQ(taken(window), 1U);
}

TEST(ConsumerWindow, IsFullByEventsAndByBytesButTakesOneAlways) {
    consumer_window few{{2, 1 << 20}};
    few.add(entry_at(1, "a"));
    EXPECT_TRUE(few.has_room());
    few.add(entry_at(2, "b"));
    EXPECT_FALSE(few.has_room());
    consumer_window small{{100, 10}};
    EXPECT_TRUE(small.has_room());
    small.add(entry_at(1, "a", 5000));
    EXPECT_FALSE(small.has_room());
    static_cast<void>(taken(small));
    small.complete({1});
    EXPECT_TRUE(small.has_room());
    few.clear();
    EXPECT_TRUE(few.has_room());
    EXPECT_EQ(taken(few), nowhere.value);
}

TEST(ConsumerWindow, KeepsTheOrderOfKeysWhateverHappens) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    randomness random{seed};
    consumer_window window{{20, 1 << 20}};
    std::map<std::string, std::uint64_t> last;
    std::vector<std::shared_ptr<consumer_window::entry>> held;
    auto now = start;
    std::uint64_t next = 0;
    for (int step = 0; step < 5000; ++step) {
        if (random.chance(50) && window.has_room()) {
            window.add(entry_at(next++, std::string(1, static_cast<char>('a' + random.below(5)))));
        } else if (auto one = window.take(now)) {
            auto& before = last[one->key];
            ASSERT_GE(one->what.position().value + 1, before);
            before = one->what.position().value + 1;
            for (const auto& other : held) ASSERT_NE(other->key, one->key);
            held.push_back(one);
        }
        if (!held.empty() && random.chance(60)) {
            const auto place =
                held.begin() + static_cast<std::ptrdiff_t>(random.below(held.size()));
            const auto at = (*place)->what.position();
            if (random.chance(70)) {
                window.complete(at);
            } else {
                window.rest(at, now + seconds{random.below(10)});
            }
            held.erase(place);
        }
        now += seconds{1};
    }
    EXPECT_GT(next, 1000U);
}

}  // namespace
}  // namespace daybook::test
