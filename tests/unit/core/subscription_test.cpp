// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a subscription returns every event of its query once and in order, from any start, near and
// far from the end of the log, and ends when it is told to.

#include <daybook/subscription.hpp>

#include "subscription_impl.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <thread>

namespace daybook::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

using numbers = std::vector<std::uint64_t>;

/// What is there now.
numbers drained(subscription& events) {
    numbers found;
    do {
        while (events.next(0ms).value()) found.push_back(events->position().value);
    } while (events.lag() > 0);
    return found;
}

numbers drained(const store& log, subscription_options options) {
    auto events = log.subscribe(options).value();
    return drained(events);
}

/// Positions 0 to 5: task-1, note-1, task-1, task-2, note-1, task-1.
void append_six(store& log) {
    const std::pair<const char*, const char*> all[] = {{"task-1", "Opened"}, {"note-1", "Written"},
                                                       {"task-1", "Begun"},  {"task-2", "Opened"},
                                                       {"note-1", "Read"},   {"task-1", "Closed"}};
    for (const auto& [stream, type] : all) {
        log.append(stream, expected::any(), {simple_event(type, R"({"hard":true})")}).value();
    }
}

TEST(Subscription, ReturnsWhatIsThereAndThenWhatComes) {
    fresh_store opened;
    append_six(*opened);
    auto events = opened->subscribe({}).value();
    EXPECT_EQ(events.cursor(), position{0});
    EXPECT_EQ(events.lag(), 6U);
    ASSERT_THAT(events.next(0ms), Holds(true));
    EXPECT_EQ(events->type(), "Opened");
    EXPECT_EQ((*events).stream(), "task-1");
    EXPECT_EQ(events.cursor(), position{1});
    EXPECT_EQ(events.lag(), 5U);
    EXPECT_THAT(drained(events), ElementsAre(1, 2, 3, 4, 5));
    EXPECT_THAT(events.next(1ms), Holds(false));
    opened->append("task-9", expected::any(), {simple_event("Late")}).value();
    ASSERT_THAT(events.next(1h), Holds(true));
    EXPECT_EQ(events->type(), "Late");
}

TEST(Subscription, SelectsByStreamCategoryAndQuery) {
    fresh_store opened;
    append_six(*opened);
    EXPECT_THAT(drained(*opened, {.which = criteria{.stream = "task-1"}}), ElementsAre(0, 2, 5));
    EXPECT_THAT(drained(*opened, {.which = criteria{.category = "note"}}), ElementsAre(1, 4));
    EXPECT_THAT(drained(*opened, {.which = query::types({"Opened", "Read"})}),
                ElementsAre(0, 3, 4));
    query hard{criteria{.stream = "task-2"}};
    hard.where.push_back({.pointer = "/hard", .op = comparison::equal, .value = "true"});
    EXPECT_THAT(drained(*opened, {.which = hard}), ElementsAre(3));
    hard.where.front().value = "false";
    EXPECT_THAT(drained(*opened, {.which = hard}), IsEmpty());
}

TEST(Subscription, StartsAtAPositionAtTheEndOrBeyondNothing) {
    fresh_store opened;
    append_six(*opened);
    EXPECT_THAT(drained(*opened, {.from = start_from::at(position{4})}), ElementsAre(4, 5));
    EXPECT_THAT(drained(*opened, {.from = start_from::at(position{6})}), IsEmpty());
    auto late = opened->subscribe({.from = start_from::end()}).value();
    EXPECT_THAT(drained(late), IsEmpty());
    append_six(*opened);
    EXPECT_THAT(drained(late), ElementsAre(6, 7, 8, 9, 10, 11));
}

TEST(Subscription, RefusesAPositionThatTheLogDoesNotHave) {
    fresh_store opened;
    append_six(*opened);
    EXPECT_THAT(opened->subscribe({.from = start_from::at(position{7})}),
                FailsWith(errc::invalid_argument, "the log ends at 6"));
}

TEST(Subscription, StartsAtASequenceOfItsStream) {
    fresh_store opened;
    append_six(*opened);
    const query stream{criteria{.stream = "task-1"}};
    const auto from = [&](std::uint64_t first) {
        return drained(*opened, {.which = stream, .from = start_from::at(sequence{first})});
    };
    EXPECT_THAT(from(0), ElementsAre(0, 2, 5));
    EXPECT_THAT(from(1), ElementsAre(0, 2, 5));
    EXPECT_THAT(from(2), ElementsAre(2, 5));
    EXPECT_THAT(from(4), IsEmpty());
    EXPECT_THAT(opened->subscribe({.which = stream, .from = start_from::at(sequence{5})}),
                FailsWith(errc::invalid_argument, "it is at 3"));
    EXPECT_THAT(opened->subscribe({.from = start_from::at(sequence{1})}),
                FailsWith(errc::invalid_argument, "no single stream"));
    EXPECT_THAT(drained(*opened, {.which = criteria{.stream = "new-1"},
                                  .from = start_from::at(sequence{1})}),
                IsEmpty());
}

TEST(Subscription, StartsAtATime) {
    fresh_store opened;
    append_six(*opened);
    const auto third = opened->read_one(position{3})->view().recorded_at();
    numbers wanted;
    for (std::uint64_t at = 0; at < 6; ++at) {
        if (opened->read_one(position{at})->view().recorded_at() >= third) wanted.push_back(at);
    }
    EXPECT_EQ(drained(*opened, {.from = start_from::recorded_at(third)}), wanted);
    EXPECT_THAT(drained(*opened, {.from = start_from::recorded_at(timestamp_max)}), IsEmpty());
    EXPECT_EQ(drained(*opened, {.from = start_from::recorded_at(timestamp_min)}).size(), 6U);
}

TEST(Subscription, RefusesAQueryThatMakesNoSense) {
    fresh_store opened;
    EXPECT_THAT(opened->subscribe({.which = criteria{.stream = "nodash"}}),
                FailsWith(errc::invalid_argument, "nodash"));
}

TEST(Subscription, FindsTheSameFarFromTheEndAsAReader) {
    auto options = quick_options();
    options.indexed_fields = indexed_fields_of_tests();
    fresh_store opened{options};
    event_maker make{42};
    while (opened->watermark().value < 3000) {
        opened->append(make.stream(), expected::any(), make.events(20)).value();
    }
    fill(*opened, 0, limits::segment_events * 2);
    for (std::uint64_t i = 0; i < 200; ++i) {
        opened->append(make.stream(), expected::any(), make.events(20)).value();
    }
    for (std::uint64_t kind = 0; kind < event_maker::query_kinds; ++kind) {
        const auto q = make.query_of_kind(kind);
        EXPECT_EQ(drained(*opened, {.which = q}), positions_of(opened->read(q))) << describe(q);
        const auto near = opened->watermark().value - 1500;
        EXPECT_EQ(drained(*opened, {.which = q, .from = start_from::at(position{near})}),
                  positions_of(opened->read(q, {.from = near})))
            << describe(q);
    }
}

TEST(Subscription, ReturnsEventsLargerThanItsBatch) {
    fresh_store opened;
    const auto large = simple_event("Large", '"' + std::string(600'000, 'x') + '"');
    for (int i = 0; i < 3; ++i) opened->append("task-1", expected::any(), {large}).value();
    auto events = opened->subscribe({}).value();
    for (int i = 0; i < 3; ++i) {
        ASSERT_THAT(events.next(0ms), Holds(true));
        EXPECT_EQ(events->payload(), large.payload);
    }
    EXPECT_THAT(events.next(0ms), Holds(false));
}

TEST(Subscription, ReadsNoFurtherAheadThanOneBatch) {
    fresh_store opened;
    fill(*opened, 0, limits::segment_events + 10'000);
    query some;
    some.any_of.push_back({.types = {std::string{opened->read_one(position{0})->type()}}});
    for (const auto& which : {query::all(), some}) {
        const auto events = opened->subscribe({}).value();
        auto& engine = subscription_access::engine_of(events);
        subscription_feed feed{engine, compiled_query::make(which, engine.rules).value(), {}};
        for (int i = 0; i < 3000; ++i) {
            ASSERT_THAT(feed.advance(), Holds(subscription_feed::outcome::event));
            if (i % 500 != 0) continue;
            std::size_t ahead = 0;
            for (auto at = feed.cursor(); at < feed.read(); ++at.value) {
                const auto event = opened->read_one(at).value();
                if (which.matches(event)) ahead += event.view().record().size();
            }
            const auto last = feed.current().record().size();
            ASSERT_LE(ahead, subscription_feed::batch_bytes_max + last);
        }
    }
}

TEST(Subscription, GivesUpSearchingWhenPatienceIsOver) {
    fresh_store opened;
    fill(*opened, 0, limits::segment_events * 2);
    query nothing;
    nothing.where.push_back({.pointer = "/absent", .op = comparison::exists, .value = {}});
    auto events = opened->subscribe({.which = nothing}).value();
    EXPECT_THAT(events.next(0ms), Holds(false));
    EXPECT_EQ(events.cursor(), position{limits::segment_events});
    EXPECT_GT(events.lag(), 0U);
    EXPECT_THAT(drained(events), IsEmpty());
    EXPECT_EQ(events.lag(), 0U);
}

TEST(Subscription, ReturnsNothingOnceStopped) {
    fresh_store opened;
    append_six(*opened);
    auto events = opened->subscribe({}).value();
    EXPECT_FALSE(events.stopped());
    events.stop();
    EXPECT_TRUE(events.stopped());
    EXPECT_THAT(events.next(1h), Holds(false));
    EXPECT_EQ(events.cursor(), position{0});
}

TEST(Subscription, WakesWhenStoppedByAnotherThreadOrAToken) {
    fresh_store opened;
    std::stop_source source;
    auto first = opened->subscribe({}).value();
    auto second = opened->subscribe({.stop = source.get_token()}).value();
    std::thread waits{[&] {
        EXPECT_THAT(first.next(1h), Holds(false));
        EXPECT_THAT(second.next(std::chrono::milliseconds::max()), Holds(false));
    }};
    first.stop();
    source.request_stop();
    waits.join();
    EXPECT_TRUE(second.stopped());
}

TEST(Subscription, MayBeMovedWithItsStopToken) {
    fresh_store opened;
    append_six(*opened);
    std::stop_source source;
    auto events = opened->subscribe({.stop = source.get_token()}).value();
    ASSERT_THAT(events.next(0ms), Holds(true));
    auto moved = std::move(events);
    EXPECT_EQ(moved->position(), position{0});
    EXPECT_THAT(drained(moved), ElementsAre(1, 2, 3, 4, 5));
    source.request_stop();
    EXPECT_TRUE(moved.stopped());
}

TEST(Subscription, GoesOnAfterAReindexWithOtherFields) {
    fresh_store opened;
    const auto numbered = [&](std::uint64_t first, std::uint64_t count) {
        for (auto i = first; i < first + count; i += 1000) {
            std::vector<new_event> some;
            for (auto n = i; n < i + 1000; ++n) {
                some.push_back(simple_event("Counted", "{\"rest\":" + std::to_string(n % 7) + "}"));
            }
            opened->append("task-1", expected::any(), some).value();
        }
    };
    numbered(0, 70'000);
    query q;
    q.where.push_back({.pointer = "/rest", .op = comparison::equal, .value = "3"});
    auto events = opened->subscribe({.which = q}).value();
    numbers found;
    for (int i = 0; i < 1500; ++i) {
        ASSERT_THAT(events.next(0ms), Holds(true));
        found.push_back(events->position().value);
    }
    for (const auto& fields : {std::vector<std::string>{"/rest"}, std::vector<std::string>{}}) {
        opened->reindex(fields).value();
        numbered(70'000, 5000);
        for (const auto at : drained(events)) found.push_back(at);
    }
    EXPECT_EQ(found, positions_of(opened->read(q)));
}

TEST(Subscription, FollowsAStoreThatIsOpenForReadingOnly) {
    fresh_store opened;
    append_six(*opened);
    const auto directory = opened.directory();
    opened.close();
    auto options = quick_options();
    options.read_only = true;
    const auto log = store::open(directory, options).value();
    auto events = log.subscribe({}).value();
    EXPECT_EQ(drained(events).size(), 6U);
    EXPECT_THAT(events.next(1ms), Holds(false));
}

}  // namespace
}  // namespace daybook::test
