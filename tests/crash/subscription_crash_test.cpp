// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: after kill -9 at any moment a durable subscription goes on with nothing left out and
// nothing repeated that was acknowledged, and a consumer group completes or keeps every event, each
// stream in order. Method: another process consumes and says what it does; it is killed between
// handling and acknowledging as often as anywhere else, and started again on the same store.

#include "crash/crash_batch.hpp"
#include "crash/crash_consumers.hpp"
#include "crash/written_process.hpp"
#include "support/event_maker.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"
#include "support/temp_directory.hpp"

#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

namespace daybook::test {
namespace {

constexpr std::uint64_t events_count = 2000;

void make_log(const std::filesystem::path& directory) {
    auto log = store::open(directory, crash_options()).value();
    for (std::uint64_t i = 0; i < events_count; ++i) {
        const auto stream = "task-" + std::to_string(i % consumed_streams);
        log.append(stream, expected::any(), {simple_event("Tested")}, durability::written).value();
    }
}

kill_moment some_moment(randomness& random) {
    return {1 + random.below(random.chance(20) ? 5 : 500),
            std::chrono::microseconds{random.below(random.chance(50) ? 200 : 5000)}};
}

TEST(SubscriptionCrash, AFollowerGoesOnWhereItAcknowledged) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    randomness random{seed};
    const temp_directory home;
    make_log(home / "store");
    std::uint64_t acknowledged = 0;  // The next position after it.
    std::uint64_t handled = 0;
    for (std::uint64_t round = 0; round < count_from_environment("DAYBOOK_CRASH_ROUNDS", 12);
         ++round) {
        const auto heard =
            run_task_and_kill(home / "store", "follow", events_count, some_moment(random));
        ASSERT_EQ(heard.complaint, "");
        std::istringstream lines{heard.said};
        std::string what;
        std::uint64_t at = 0;
        for (bool first = true; lines >> what >> at;) {
            if (what == "over") break;
            if (what == "acknowledged") {
                ASSERT_EQ(at + 1, handled);
                acknowledged = handled;
                continue;
            }
            // The last acknowledgement may have been made and not told.
            ASSERT_GE(at, first ? acknowledged : handled);
            ASSERT_LE(at, handled);
            handled = at + 1;
            first = false;
        }
    }
    auto log = store::open(home / "store", crash_options()).value();
    auto left = durable_subscription::open(log, follower_name).value();
    EXPECT_GE(left.acknowledged().value, acknowledged);
    EXPECT_LE(left.acknowledged().value, handled);
    auto next = left.acknowledged().value;
    while (left.next(std::chrono::milliseconds{0}).value()) {
        ASSERT_EQ(left->position().value, next++);
    }
    EXPECT_EQ(next, events_count);
}

/// Positions of a stream in the order in which they were handled, one list for each life.
using lives = std::vector<std::map<std::uint64_t, std::vector<std::uint64_t>>>;

void expect_in_order(const lives& all) {
    for (const auto& life : all) {
        for (const auto& [stream, handled] : life) {
            for (std::size_t i = 1; i < handled.size(); ++i) {
                ASSERT_EQ(handled[i], handled[i - 1] + consumed_streams) << "stream " << stream;
            }
        }
    }
}

/// Of each stream with a bad event, that one and all behind it.
std::vector<std::uint64_t> positions_to_be_parked() {
    std::vector<std::uint64_t> all;
    for (std::uint64_t stream = 0; stream < consumed_streams; ++stream) {
        bool behind = false;
        for (auto at = stream; at < events_count; at += consumed_streams) {
            behind = behind || is_bad(at);
            if (behind) all.push_back(at);
        }
    }
    return all;
}

TEST(SubscriptionCrash, AGroupLosesNothingAndKeepsTheOrderOfKeys) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    randomness random{seed};
    const temp_directory home;
    make_log(home / "store");
    lives all;
    std::set<std::uint64_t> handled;
    for (std::uint64_t round = 0; round < count_from_environment("DAYBOOK_CRASH_ROUNDS", 12);
         ++round) {
        const auto heard =
            run_task_and_kill(home / "store", "share", events_count, some_moment(random));
        ASSERT_EQ(heard.complaint, "");
        std::istringstream lines{heard.said};
        auto& life = all.emplace_back();
        std::string what;
        for (std::uint64_t at = 0; lines >> what >> at && what != "over";) {
            life[at % consumed_streams].push_back(at);
            handled.insert(at);
        }
    }
    auto log = store::open(home / "store", crash_options()).value();
    auto group = consumer_group::open(log, sharers_name, sharers_options()).value();
    std::mutex mutex;
    bool mend = false;
    all.emplace_back();
    group
        .start([&](const event_view& e) -> result<void> {
            const std::lock_guard lock{mutex};
            const auto at = e.position().value;
            if (!mend && is_bad(at)) return fail(errc::not_found, "bad");
            all.back()[at % consumed_streams].push_back(at);
            handled.insert(at);
            return {};
        })
        .value();
    ASSERT_TRUE(group.wait_done(position{events_count}, std::chrono::minutes{1}));
    std::vector<std::uint64_t> parked;
    for (const auto& one : group.parked(events_count).value()) parked.push_back(one.at.value);
    EXPECT_EQ(parked, positions_to_be_parked());
    {
        const std::lock_guard lock{mutex};
        EXPECT_EQ(handled.size() + parked.size(), events_count);
        expect_in_order(all);
        all.emplace_back();
        mend = true;
    }
    for (const auto* key : {"task-0", "task-1", "task-2"}) group.retry(key).value();
    while (group.status().parked_keys > 0) std::this_thread::yield();
    group.stop().value();
    EXPECT_EQ(handled.size(), events_count);
    expect_in_order(all);
}

}  // namespace
}  // namespace daybook::test
