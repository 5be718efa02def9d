// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: writers and readers on many threads see one log: nothing lost, doubled or reordered, and
// every expectation and condition judged against the log as it was when the commit took its place.
// Method: threads without any order between them, then a look at the whole history. Run it under
// ThreadSanitizer too; DAYBOOK_TEST_LOAD=<percent> makes it shorter or longer.

#include <daybook/context.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <set>
#include <thread>

namespace daybook::test {
namespace {

using testing::IsEmpty;

#if defined(__SANITIZE_THREAD__)
constexpr std::uint64_t usual_load_percent = 15;
#else
constexpr std::uint64_t usual_load_percent = 100;
#endif

std::uint64_t load(std::uint64_t count) {
    const auto percent = count_from_environment("DAYBOOK_TEST_LOAD", usual_load_percent);
    return std::max<std::uint64_t>(1, count * percent / 100);
}

/// Runs `body(0)` ... `body(count - 1)`, each on a thread of its own, and waits for all.
void on_threads(std::uint64_t count, const std::function<void(std::uint64_t)>& body) {
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i < count; ++i) threads.emplace_back(body, i);
    for (auto& thread : threads) thread.join();
}

new_event marked(std::uint64_t writer, std::uint64_t number) {
    auto made = simple_event("W" + std::to_string(writer), std::to_string(number));
    made.tags = {"writer:" + std::to_string(writer)};
    made.id = numbered_id(writer * 1'000'000 + number);
    return made;
}

void expect_gapless(const store& log) {
    auto reader = log.read_all().value();
    std::map<std::string, std::uint64_t, std::less<>> heads;
    std::set<event_id> ids;
    auto recorded = timestamp_min;
    for (std::uint64_t at = 0; reader.next().value(); ++at) {
        ASSERT_EQ(reader->position().value, at);
        ASSERT_EQ(reader->sequence().value, ++heads[std::string{reader->stream()}]);
        ASSERT_LE(recorded, reader->recorded_at());
        ASSERT_TRUE(ids.insert(reader->id()).second) << "doubled";
        recorded = reader->recorded_at();
    }
    EXPECT_EQ(ids.size(), log.watermark().value);
    EXPECT_THAT(log.check(), HoldsValue());
}

/// Payloads of the stream's events by `writer` must count 0, 1, 2 ...
void expect_in_order(const store& log, std::string_view stream, std::uint64_t writer,
                     std::uint64_t count) {
    const auto type = "W" + std::to_string(writer);
    std::uint64_t next = 0;
    auto reader = log.read_stream(stream).value();
    while (reader.next().value()) {
        if (reader->type() != type) continue;
        ASSERT_EQ(reader->payload(), std::to_string(next));
        ++next;
    }
    EXPECT_EQ(next, count) << type << " in " << stream;
}

TEST(StoreThreads, WritersOfTheirOwnStreamsNeverConflict) {
    constexpr std::uint64_t writers = 8;
    const auto count = load(2000);
    fresh_store opened;
    on_threads(writers, [&](std::uint64_t writer) {
        const auto stream = "own-" + std::to_string(writer);
        for (std::uint64_t i = 0; i < count;) {
            std::vector<new_event> events;
            for (auto left = i % 5 + 1; left > 0 && i < count; --left) {
                events.push_back(marked(writer, i++));
            }
            const sequence before{i - events.size()};
            const auto made = opened->append(stream, expected::at(before), events);
            ASSERT_THAT(made, HoldsValue());
            ASSERT_EQ(made->last_sequence, sequence{i});
        }
    });
    EXPECT_EQ(opened->watermark(), position{writers * count});
    expect_gapless(*opened);
    for (std::uint64_t writer = 0; writer < writers; ++writer) {
        expect_in_order(*opened, "own-" + std::to_string(writer), writer, count);
    }
}

TEST(StoreThreads, WritersOfOneStreamTakeTurns) {
    constexpr std::uint64_t writers = 4;
    const auto count = load(1000);
    fresh_store opened;
    std::atomic<std::uint64_t> conflicts{0};
    on_threads(writers, [&](std::uint64_t writer) {
        sequence seen{0};
        for (std::uint64_t i = 0; i < count;) {
            const auto made = opened->append("shared-1", expected::at(seen), {marked(writer, i)});
            if (made) {
                ASSERT_EQ(made->first_sequence, sequence{seen.value + 1});
                seen = made->last_sequence;
                ++i;
                continue;
            }
            ASSERT_THAT(made, FailsWith(errc::conflict));
            const auto& told = *made.error().conflict;
            ASSERT_GT(told.actual, seen);
            ASSERT_EQ(told.events.front().sequence(), sequence{seen.value + 1});
            seen = told.actual;
            ++conflicts;
        }
    });
    RecordProperty("conflicts", std::to_string(conflicts.load()));
    EXPECT_EQ(opened->head("shared-1")->last, sequence{writers * count});
    expect_gapless(*opened);
    for (std::uint64_t w = 0; w < writers; ++w) expect_in_order(*opened, "shared-1", w, count);
}

TEST(StoreThreads, CommitsOverManyStreamsStayTogether) {
    constexpr std::uint64_t writers = 6;
    const auto count = load(500);
    fresh_store opened;
    on_threads(writers, [&](std::uint64_t writer) {
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto made = opened->commit(
                {.streams = {{"shared-1", expected::any(), {marked(writer, 3 * i)}},
                             {"shared-2", expected::any(), {marked(writer, 3 * i + 1)}},
                             {"shared-1", expected::any(), {marked(writer, 3 * i + 2)}}},
                 .conditions = {},
                 .durability = i % 2 == 0 ? durability::buffered : durability::written});
            ASSERT_THAT(made, HoldsValue());
            ASSERT_EQ(made->last.value, made->first.value + 2);
        }
    });
    expect_gapless(*opened);
    auto reader = opened->read_all().value();
    while (reader.next().value()) {
        const std::string writer{reader->type()};
        const auto first = std::stoull(std::string{reader->payload()});
        for (std::uint64_t part = 1; part < 3; ++part) {
            ASSERT_TRUE(reader.next().value());
            ASSERT_EQ(reader->type(), writer);
            ASSERT_EQ(reader->payload(), std::to_string(first + part));
        }
    }
}

TEST(StoreThreads, ReadersSeeAGrowingPrefix) {
    constexpr std::uint64_t writers = 3;
    const auto count = load(4000);
    fresh_store opened;
    std::atomic<bool> done{false};
    std::vector<std::thread> readers;
    for (int r = 0; r < 3; ++r) {
        readers.emplace_back([&, r] {
            std::vector<event_id> seen;
            while (!done || seen.size() < opened->watermark().value) {
                const auto end =
                    opened->wait_above(position{seen.size()}, std::chrono::milliseconds{20});
                ASSERT_GE(end.value, seen.size());
                auto reader = opened->read_all({.from = seen.size()}).value();
                while (reader.next().value()) {
                    ASSERT_EQ(reader->position().value, seen.size());
                    seen.push_back(reader->id());
                }
                ASSERT_GE(seen.size(), end.value) << "what the watermark covers can be read";
                if (seen.empty()) continue;
                // What was seen stays, also through the indexes.
                const auto at = seen.size() * static_cast<std::size_t>(r + 1) / 4;
                ASSERT_EQ(opened->read_one(position{at}).value().id(), seen[at]);
                ASSERT_EQ(opened->read_one(seen[at]).value().position(), position{at});
            }
        });
    }
    std::thread counter{[&] {
        std::uint64_t before = 0;
        while (!done) {
            const auto low = opened->watermark().value;
            const auto groups = opened->count(query::all()).value();
            const auto all = groups.empty() ? 0 : groups.front().count;
            ASSERT_GE(all, std::max(low, before));
            ASSERT_LE(all, opened->watermark().value);
            before = all;
        }
    }};
    on_threads(writers, [&](std::uint64_t writer) {
        for (std::uint64_t i = 0; i < count; ++i) {
            ASSERT_THAT(opened->append("own-" + std::to_string(writer), expected::at({i}),
                                       {marked(writer, i)}),
                        HoldsValue());
        }
    });
    done = true;
    for (auto& reader : readers) reader.join();
    counter.join();
    expect_gapless(*opened);
}

TEST(StoreThreads, AnAppendIsVisibleToItsWriterAtOnce) {
    const auto count = load(1000);
    fresh_store opened;
    on_threads(4, [&](std::uint64_t writer) {
        const auto stream = "own-" + std::to_string(writer);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto made =
                opened->append(stream, expected::any(), {marked(writer, i)},
                               i % 2 == 0 ? durability::buffered : durability::written);
            ASSERT_THAT(made, HoldsValue());
            ASSERT_GT(opened->watermark(), made->last);
            ASSERT_EQ(opened->head(stream)->last, sequence{i + 1});
            if (i % 16 != 0) continue;
            const auto newest =
                read_everything(opened->read(criteria{.tags = {"writer:" + std::to_string(writer)}},
                                             {.direction = direction::backwards, .limit = 1}));
            ASSERT_EQ(newest.size(), 1U);
            ASSERT_EQ(newest[0].position(), made->last);
        }
    });
}

TEST(StoreThreads, OfManyThatWantAUniqueNameOneWins) {
    constexpr std::uint64_t rivals = 8;
    const auto names = load(100);
    fresh_store opened;
    std::vector<std::atomic<int>> winners(names);
    on_threads(rivals, [&](std::uint64_t rival) {
        for (std::uint64_t name = 0; name < names; ++name) {
            auto claim = marked(rival, name);
            claim.tags = {"name:" + std::to_string(name)};
            const auto made = opened->commit(
                {.streams = {{"user-" + std::to_string(rival), expected::any(), {claim}}},
                 .conditions = {{criteria{.tags = claim.tags}, {}}}});
            if (made)
                ++winners[name];
            else
                ASSERT_THAT(made, FailsWith(errc::conflict));
        }
    });
    for (const auto& count : winners) EXPECT_EQ(count, 1);
    EXPECT_EQ(opened->watermark(), position{names});
    expect_gapless(*opened);
}

TEST(StoreThreads, RepeatsFromManyThreadsStoreOnce) {
    constexpr std::uint64_t rivals = 6;
    const auto count = load(200);
    fresh_store opened;
    std::atomic<std::uint64_t> fresh{0};
    on_threads(rivals, [&](std::uint64_t) {
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto made = opened->append("task-" + std::to_string(i % 7), expected::any(),
                                             {marked(0, 2 * i), marked(0, 2 * i + 1)});
            ASSERT_THAT(made, HoldsValue());
            if (!made->repeated) ++fresh;
        }
    });
    EXPECT_EQ(fresh, count);
    EXPECT_EQ(opened->watermark(), position{2 * count});
    expect_gapless(*opened);
}

TEST(StoreThreads, EachThreadHasItsOwnContext) {
    const auto count = load(300);
    fresh_store opened;
    on_threads(6, [&](std::uint64_t writer) {
        const context_scope scope{
            {"run-" + std::to_string(writer), {numbered_id(writer)}, {}, std::to_string(writer)}};
        for (std::uint64_t i = 0; i < count; ++i) {
            auto e = simple_event("W" + std::to_string(writer));
            ASSERT_THAT(opened->append("shared-1", expected::any(), {e}), HoldsValue());
        }
    });
    auto reader = opened->read_all().value();
    while (reader.next().value()) {
        const std::string writer{reader->type().substr(1)};
        ASSERT_EQ(reader->correlation(), "run-" + writer);
        ASSERT_EQ(reader->tag("session"), writer);
        ASSERT_EQ(reader->causes().front(), numbered_id(std::stoull(writer)));
    }
}

TEST(StoreThreads, SealingGoesOnBesideWritersAndReaders) {
    const auto count = load(150'000);
    fresh_store opened;
    std::atomic<bool> done{false};
    std::thread asking{[&] {
        while (!done) {
            // The newest and the oldest of a type, wherever its segment is just now.
            const auto newest = positions_of(opened->read(
                query::types({"Filled1"}), {.direction = direction::backwards, .limit = 3}));
            ASSERT_TRUE(std::is_sorted(newest.rbegin(), newest.rend()));
            const auto low = opened->watermark().value / 3;
            const auto groups = opened->count(query::types({"Filled1"})).value();
            ASSERT_GE(groups.empty() ? 0 : groups.front().count, low);
        }
    }};
    fill(*opened, 0, count);
    done = true;
    asking.join();
    ASSERT_THAT(opened->finish_background_work(), HoldsValue());
    EXPECT_EQ(opened->status().segments_sealed, count / limits::segment_events);
    expect_gapless(*opened);
}

TEST(StoreThreads, ReindexingHoldsWritersAndReadersUpAndLosesNothing) {
    const auto count = load(20'000);
    fresh_store opened;
    fill(*opened, 0, count);
    std::atomic<bool> done{false};
    std::thread writing{[&] {
        for (std::uint64_t i = 0; !done; ++i) {
            ASSERT_THAT(opened->append("own-1", expected::at({i}), {marked(1, i)}), HoldsValue());
        }
    }};
    std::thread reading{[&] {
        while (!done) {
            const auto groups = opened->count(query::types({"Filled0"})).value();
            ASSERT_EQ(groups.front().count, (count + 2) / 3);
            // A reader that the reindex overtakes says so; one made afterwards reads on.
            auto reader = opened->read_stream("filler-0", {.limit = 2}).value();
            const auto events = reader.collect();
            if (events)
                ASSERT_EQ(events->size(), 2U);
            else
                ASSERT_THAT(events, FailsWith(errc::refused));
        }
    }};
    for (int i = 0; i < 5; ++i) EXPECT_THAT(opened->reindex(), HoldsValue());
    done = true;
    writing.join();
    reading.join();
    expect_gapless(*opened);
    EXPECT_EQ(positions_of(opened->read_stream("own-1")).size(), opened->watermark().value - count);
}

TEST(StoreThreads, ReindexingAgainAndAgainLeavesAppendsAndReadsTheirTurns) {
    constexpr std::uint64_t turns = 20;
    fresh_store opened;
    fill(*opened, 0, load(20'000));
    std::atomic<int> working{2};
    std::thread writing{[&] {
        for (std::uint64_t i = 0; i < turns; ++i) {
            ASSERT_THAT(opened->append("own-1", expected::at({i}), {marked(1, i)}), HoldsValue());
        }
        --working;
    }};
    std::thread reading{[&] {
        for (std::uint64_t i = 0; i < turns; ++i) ASSERT_THAT(opened->head("own-1"), HoldsValue());
        --working;
    }};
    while (working > 0) ASSERT_THAT(opened->reindex(), HoldsValue());
    writing.join();
    reading.join();
}

TEST(StoreThreads, ReadersThatOverlapWithoutEndLeaveAppendsAndReindexingTheirTurns) {
    fresh_store opened;
    fill(*opened, 0, load(20'000));
    std::atomic<bool> done{false};
    std::vector<std::thread> reading;
    for (int i = 0; i < 4; ++i) {
        reading.emplace_back([&] {
            while (!done) ASSERT_THAT(opened->count(query::types({"Filled0"})), HoldsValue());
        });
    }
    for (std::uint64_t i = 0; i < 20; ++i) {
        EXPECT_THAT(opened->append("own-1", expected::at({i}), {marked(1, i)}), HoldsValue());
    }
    for (int i = 0; i < 5; ++i) EXPECT_THAT(opened->reindex(), HoldsValue());
    done = true;
    for (auto& thread : reading) thread.join();
}

TEST(StoreThreads, KeyspaceBatchesAreSeenWhole) {
    const auto count = load(2000);
    fresh_store opened;
    auto area = opened->open_keyspace("view").value();
    std::atomic<bool> done{false};
    std::thread reading{[&] {
        while (!done) {
            std::set<std::string> values;
            ASSERT_THAT(area.scan("", "",
                                  [&](std::string_view, std::string_view value) {
                                      values.emplace(value);
                                      return true;
                                  }),
                        HoldsValue());
            ASSERT_LE(values.size(), 1U);
        }
    }};
    for (std::uint64_t i = 0; i < count; ++i) {
        keyspace_batch batch;
        for (int row = 0; row < 5; ++row) batch.put(std::to_string(row), std::to_string(i));
        ASSERT_THAT(area.write(batch), HoldsValue());
    }
    done = true;
    reading.join();
}

TEST(StoreThreads, WaitersAreWokenByWhatTheyWaitFor) {
    const auto count = load(500);
    fresh_store opened;
    std::vector<std::thread> waiting;
    for (int i = 0; i < 4; ++i) {
        waiting.emplace_back([&] {
            for (std::uint64_t seen = 0; seen < count;) {
                const auto now = opened->wait_above(position{seen}, std::chrono::minutes{2});
                ASSERT_GT(now.value, seen) << "woken by nothing";
                seen = now.value;
            }
        });
    }
    for (std::uint64_t i = 0; i < count; ++i) {
        ASSERT_THAT(opened->append("task-1", expected::any(), {marked(0, i)}), HoldsValue());
    }
    for (auto& thread : waiting) thread.join();
}

TEST(StoreThreads, OpeningTwiceAtOnceGivesOneStore) {
    for (int round = 0; round < 5; ++round) {
        const temp_directory home;
        std::atomic<int> opened{0};
        std::atomic<int> arrived{0};
        on_threads(4, [&](std::uint64_t) {
            const auto mine = store::open(home / "s");
            if (mine)
                ++opened;
            else
                EXPECT_EQ(mine.error().code, errc::locked) << mine.error().message;
            // Whoever has it keeps it until everybody has tried.
            ++arrived;
            while (arrived < 4) std::this_thread::yield();
        });
        EXPECT_EQ(opened, 1);
    }
}

}  // namespace
}  // namespace daybook::test
