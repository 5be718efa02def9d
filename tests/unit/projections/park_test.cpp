// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: an event that a projection cannot take is parked with all that comes after it for its key,
// everything else goes on, and whatever is done about it, rows and parked events are those that a
// clean build would give.

#include <daybook/context.hpp>
#include <daybook/projections/health.hpp>
#include <daybook/projections/inline_views.hpp>
#include <daybook/projections/key_gate.hpp>
#include <daybook/projections/park.hpp>

#include "park_support.hpp"
#include "sample_projections.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::append_tagged;
using test::FailsWith;
using test::fresh_store;
using test::Holds;
using test::HoldsValue;
using test::parked_of_picky;
using test::picky;
using test::positions_by_key;
using test::rows_of_picky;
using test::told_of_picky;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Park : public testing::TestWithParam<std::size_t> {
protected:
    Park() { picky::broken = true; }

    runner open_runner(parking_options parking = {.retry_when_opened = false}) {
        return runner::open(*store, {any_projection::of<picky>()},
                            {.batch_events_max = GetParam(),
                             .parking = parking,
                             .clock = [this] { return now; }})
            .value();
    }
    void expect_same_as_clean_build(runner& views) {
        const auto rows = rows_of_picky(*store);
        const auto parked = parked_of_picky(*store);
        views.rebuild("picky").value();
        views.catch_up().value();
        EXPECT_EQ(rows_of_picky(*store), rows);
        EXPECT_EQ(parked_of_picky(*store), parked);
    }

    fresh_store store;
    timestamp now = test::test_time();
};

INSTANTIATE_TEST_SUITE_P(InBatchesOf, Park, testing::Values(1, 3, 1000));

TEST_P(Park, KeepsTheEventAndLaterOnesOfItsKeyAndGoesOnWithTheRest) {
    append_tagged(*store, {"key:a"});
    append_tagged(*store, {"key:a", "bad:yes"});
    append_tagged(*store, {"key:b"});
    append_tagged(*store, {"key:a"});
    append_tagged(*store, {"key:b"});
    append_tagged(*store, {"key:a", "key:c"});
    auto views = open_runner();
    views.catch_up().value();
    EXPECT_EQ(rows_of_picky(*store), (positions_by_key{{"a", {0}}, {"b", {2, 4}}, {"c", {5}}}));
    EXPECT_EQ(parked_of_picky(*store), (positions_by_key{{"a", {1, 3, 5}}}));
    const auto status = views.status("picky").value();
    EXPECT_EQ(status.state, view_state::live);
    EXPECT_EQ(status.parked, (parked_counts{1, 3}));
    EXPECT_EQ(status.events_applied, 6U);
    EXPECT_FALSE(status.last_error);
    expect_same_as_clean_build(views);
}

TEST_P(Park, TellsWhatIsParkedWithReasonAndTimes) {
    append_tagged(*store, {"key:a", "bad:yes"});
    append_tagged(*store, {"key:a"});
    auto views = open_runner();
    views.catch_up().value();
    const auto parked = views.parked("picky").value();
    ASSERT_EQ(parked.size(), 2U);
    const auto& first = parked.front();
    EXPECT_EQ(first.key, "a");
    EXPECT_EQ(first.at, position{0});
    EXPECT_EQ(first.stream, "task-1");
    EXPECT_FALSE(first.held);
    EXPECT_THAT(first.reason, HasSubstr("position 0 (T of task-1): cannot take this"));
    EXPECT_EQ(first.attempts, 1U);
    EXPECT_EQ(first.first_failed_at, now);
    EXPECT_EQ(first.last_failed_at, now);
    EXPECT_EQ(first.next_try, now + std::chrono::milliseconds{100});
    EXPECT_EQ(first.held_behind, 1U);
    EXPECT_TRUE(parked.back().held);
    EXPECT_EQ(parked.back().at, position{1});
    EXPECT_EQ(views.parked("picky", 1).value().size(), 1U);
    EXPECT_THAT(views.parked("nobody"), FailsWith(errc::not_found));
}

TEST_P(Park, TellsTheLogOnceWithTheParkedEventAsCause) {
    append_tagged(*store, {"key:a", "bad:yes"});
    append_tagged(*store, {"key:a"});
    open_runner().catch_up().value();
    open_runner().catch_up().value();
    auto told = store->read_stream(park_stream("picky")).value().collect().value();
    ASSERT_EQ(told.size(), 1U);
    const auto parked = store->read_one(position{0}).value();
    EXPECT_EQ(told[0].type(), "event_parked");
    EXPECT_THAT(told[0].view().causes(), ElementsAre(parked.id()));
    EXPECT_EQ(told[0].view().occurred_at(), now);
    EXPECT_EQ(told[0].view().actor().id, "daybook-runner");
    EXPECT_EQ(told[0].payload(),
              R"({"view":"picky","version":1,"key":"a","position":0,"event_type":"T",)"
              R"("stream":"task-1","reason":"view \"picky\": position 0 (T of task-1): )"
              R"(cannot take this"})");
}

TEST_P(Park, FollowsInOrderOnceTheEventIsTaken) {
    append_tagged(*store, {"key:a"});
    append_tagged(*store, {"key:a", "bad:yes"});
    for (int i = 0; i < 9; ++i) append_tagged(*store, {"key:a", "key:b"});
    auto views = open_runner();
    views.catch_up().value();
    picky::broken = false;
    const auto outcome = views.retry_key("picky", "a").value();
    EXPECT_EQ(outcome.keys_tried, 1U);
    EXPECT_EQ(outcome.keys_freed, 1U);
    EXPECT_EQ(outcome.events_applied, 10U);
    EXPECT_FALSE(outcome.still_parked);
    EXPECT_EQ(rows_of_picky(*store)["a"],
              (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
    EXPECT_THAT(parked_of_picky(*store), IsEmpty());
    EXPECT_THAT(told_of_picky(*store), ElementsAre("event_parked", "event_retried"));
    EXPECT_THAT(views.retry_key("picky", "a"), FailsWith(errc::not_found, "nothing is parked"));
    append_tagged(*store, {"key:a"});
    views.catch_up().value();
    EXPECT_EQ(rows_of_picky(*store)["a"].size(), 12U);
    expect_same_as_clean_build(views);
}

TEST_P(Park, StopsAtTheNextEventThatFails) {
    append_tagged(*store, {"key:a", "first:no"});
    append_tagged(*store, {"key:a"});
    append_tagged(*store, {"key:a", "bad:yes"});
    append_tagged(*store, {"key:a"});
    auto views = open_runner();
    views.catch_up().value();
    auto outcome = views.retry_event("picky", position{0}).value();
    EXPECT_THAT(outcome.still_parked->message, HasSubstr("not the first"));
    EXPECT_EQ(views.parked("picky").value().front().attempts, 2U);
    EXPECT_THAT(views.retry_event("picky", position{1}), FailsWith(errc::not_found, "follows it"));

    outcome = views.skip_event("picky", position{0}, "was a trial").value();
    EXPECT_EQ(outcome.events_skipped, 1U);
    EXPECT_EQ(outcome.events_applied, 1U);
    EXPECT_THAT(outcome.still_parked->message, HasSubstr("cannot take this"));
    EXPECT_EQ(rows_of_picky(*store), (positions_by_key{{"a", {1}}}));
    EXPECT_EQ(parked_of_picky(*store), (positions_by_key{{"a", {2, 3}}}));
    const auto parked = views.parked("picky").value().front();
    EXPECT_EQ(parked.attempts, 1U);
    EXPECT_EQ(parked.stream, "task-1");
    EXPECT_THAT(told_of_picky(*store), ElementsAre("event_parked", "event_retried", "event_skipped",
                                                   "event_parked", "event_retried"));
    expect_same_as_clean_build(views);
}

TEST_P(Park, ParksOnlyTheKeysThatFail) {
    append_tagged(*store, {"key:b"});
    append_tagged(*store, {"key:a", "key:b", "key:c", "first:no"});
    append_tagged(*store, {"key:a", "key:b"});
    auto views = open_runner();
    views.catch_up().value();
    EXPECT_EQ(rows_of_picky(*store), (positions_by_key{{"b", {0, 1, 2}}}));
    EXPECT_EQ(parked_of_picky(*store), (positions_by_key{{"a", {1, 2}}, {"c", {1}}}));
    expect_same_as_clean_build(views);
    picky::broken = false;
    EXPECT_EQ(views.retry_event("picky", position{1}).value().keys_freed, 2U);
    EXPECT_EQ(rows_of_picky(*store),
              (positions_by_key{{"a", {1, 2}}, {"b", {0, 1, 2}}, {"c", {1}}}));
}

TEST_P(Park, ParksAnEventWithoutAKeyAloneAndPutsItIntoItsPlaceLater) {
    append_tagged(*store, {"key:a"});
    append_tagged(*store, {"key:a", "key:b", "unreadable:yes"});
    append_tagged(*store, {"key:a"});
    append_tagged(*store, {"key:b", "unreadable:yes"});
    append_tagged(*store, {"key:b"});
    auto views = open_runner();
    views.catch_up().value();
    EXPECT_EQ(rows_of_picky(*store), (positions_by_key{{"a", {0, 2}}, {"b", {4}}}));
    EXPECT_EQ(parked_of_picky(*store), (positions_by_key{{"-", {1, 3}}}));
    expect_same_as_clean_build(views);
    EXPECT_THAT(views.retry_all("picky").value().still_parked->message,
                HasSubstr("cannot read this"));
    picky::broken = false;
    const auto outcome = views.retry_event("picky", position{1}).value();
    EXPECT_EQ(outcome.keys_freed, 1U);
    EXPECT_EQ(rows_of_picky(*store), (positions_by_key{{"a", {0, 1, 2}}, {"b", {1, 4}}}));
    EXPECT_EQ(views.retry_all("picky").value().keys_freed, 1U);
    EXPECT_EQ(rows_of_picky(*store), (positions_by_key{{"a", {0, 1, 2}}, {"b", {1, 3, 4}}}));
    EXPECT_EQ(views.status("picky").value().events_applied, 5U);
    append_tagged(*store, {"key:b"});
    views.catch_up().value();
    expect_same_as_clean_build(views);
}

TEST_P(Park, ParksAgainWhatFailsWhenItsRowIsFoldedAgain) {
    append_tagged(*store, {"key:a", "unreadable:yes"});
    append_tagged(*store, {"key:a", "bad:yes"});
    append_tagged(*store, {"key:a"});
    auto views = open_runner();
    views.catch_up().value();
    EXPECT_EQ(parked_of_picky(*store), (positions_by_key{{"-", {0}}, {"a", {1, 2}}}));
    EXPECT_EQ(views.skip_event("picky", position{0}, "not ours").value().events_skipped, 1U);
    EXPECT_EQ(parked_of_picky(*store), (positions_by_key{{"a", {1, 2}}}));
    expect_same_as_clean_build(views);
    EXPECT_EQ(parked_of_picky(*store), (positions_by_key{{"a", {1, 2}}}));
}

TEST_P(Park, SkipsForThisVersionAloneAlsoWhenRebuilt) {
    append_tagged(*store, {"key:a"});
    append_tagged(*store, {"key:a", "bad:yes"});
    append_tagged(*store, {"key:a"});
    append_tagged(*store, {"key:a", "bad:yes"});
    auto views = open_runner();
    views.catch_up().value();
    EXPECT_THAT(views.skip_event("picky", position{1}, " "), FailsWith(errc::invalid_argument));
    EXPECT_THAT(views.skip_event("picky", position{0}, "x"),
                FailsWith(errc::not_found, "position 0 is not parked"));
    EXPECT_THAT(views.skip_event("picky", position{99}, "x"), FailsWith(errc::not_found));
    EXPECT_EQ(views.skip_event("picky", position{3}, "held").value().events_skipped, 1U);
    EXPECT_EQ(views.status("picky").value().parked, (parked_counts{1, 2}));
    EXPECT_EQ(views.skip_event("picky", position{1}, "trial").value().keys_freed, 1U);
    EXPECT_EQ(rows_of_picky(*store), (positions_by_key{{"a", {0, 2}}}));
    picky::broken = false;
    expect_same_as_clean_build(views);

    using next = test::picky_of_version<2>;
    next::broken = false;
    runner::open(*store, {any_projection::of<next>()}).value().catch_up().value();
    EXPECT_EQ(rows_of_picky<next>(*store), (positions_by_key{{"a", {0, 1, 2, 3}}}));
}

TEST_P(Park, RecordsWhoSkippedAndWhy) {
    append_tagged(*store, {"key:a", "bad:yes"});
    auto views = open_runner();
    views.catch_up().value();
    {
        const context_scope by{{.actor = {.type = "user", .id = "ada", .model = {}}}};
        views.skip_event("picky", position{0}, "sent twice").value();
    }
    auto told = store->read(query::types({"event_skipped"})).value().collect().value();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].view().actor().id, "ada");
    EXPECT_EQ(told[0].stream(), "daybook.projection-picky");
    EXPECT_EQ(told[0].payload(),
              R"({"view":"picky","version":1,"key":"a","position":0,"event_type":"T",)"
              R"("stream":"task-1","reason":"sent twice"})");
}

TEST_P(Park, TriesAgainWithLongerAndLongerRests) {
    append_tagged(*store, {"key:a", "bad:yes"});
    using std::chrono::milliseconds;
    auto views = open_runner({.retries = {.attempts_max = 4,
                                          .rest_first = milliseconds{10},
                                          .rest_max = milliseconds{50},
                                          .rest_factor = 3},
                              .retry_when_opened = false});
    views.catch_up().value();
    const auto attempts_after = [&](int rest_ms) {
        now += milliseconds{rest_ms};
        views.step().value();
        return views.parked("picky").value().front().attempts;
    };
    EXPECT_EQ(attempts_after(9), 1U);
    EXPECT_EQ(attempts_after(1), 2U);
    EXPECT_EQ(attempts_after(29), 2U);
    EXPECT_EQ(attempts_after(1), 3U);
    EXPECT_EQ(attempts_after(49), 3U);
    EXPECT_EQ(attempts_after(1), 4U);
    EXPECT_EQ(attempts_after(1'000'000), 4U);
    const auto parked = views.parked("picky").value().front();
    EXPECT_FALSE(parked.next_try);
    EXPECT_EQ(parked.first_failed_at, test::test_time());
    EXPECT_EQ(parked.last_failed_at, test::test_time(90'000));
    EXPECT_THAT(told_of_picky(*store), ElementsAre("event_parked"));
}

TEST_P(Park, HealsByItselfWhenAMendedProgramOpensIt) {
    append_tagged(*store, {"key:a", "bad:yes"});
    append_tagged(*store, {"key:a"});
    append_tagged(*store, {"key:b", "unreadable:yes"});
    open_runner({}).catch_up().value();
    picky::broken = false;
    {
        auto views = open_runner();
        views.catch_up().value();
        EXPECT_EQ(views.status("picky").value().parked.keys, 2U);
    }
    auto views = open_runner({});
    views.catch_up().value();
    EXPECT_EQ(rows_of_picky(*store), (positions_by_key{{"a", {0, 1}}, {"b", {2}}}));
    EXPECT_EQ(views.status("picky").value().parked, parked_counts{});
    expect_same_as_clean_build(views);
}

TEST_P(Park, StopsTheViewWhenTooManyKeysAreParked) {
    for (const auto* key : {"key:a", "key:b", "key:c"}) append_tagged(*store, {key, "bad:yes"});
    auto views = open_runner({.retry_when_opened = false, .parked_keys_max = 2});
    EXPECT_THAT(views.catch_up(), FailsWith(errc::too_large, "stops before position 2: 2 keys"));
    EXPECT_EQ(views.status("picky").value().state, view_state::failed);
    EXPECT_EQ(views.status("picky").value().cursor, position{2});
    views.skip_event("picky", position{0}, "room").value();
    views.retry("picky").value();
    EXPECT_THAT(views.catch_up(), HoldsValue());
    EXPECT_EQ(parked_of_picky(*store), (positions_by_key{{"b", {1}}, {"c", {2}}}));
}

TEST_P(Park, StopsTheViewWhenTooManyEventsAreHeld) {
    append_tagged(*store, {"key:a", "bad:yes"});
    for (int i = 0; i < 4; ++i) append_tagged(*store, {"key:a", "key:b"});
    auto views = open_runner({.retry_when_opened = false, .held_events_max = 3});
    EXPECT_THAT(views.catch_up(), FailsWith(errc::too_large, "stops before position 4: 3 events"));
    EXPECT_EQ(parked_of_picky(*store), (positions_by_key{{"a", {0, 1, 2, 3}}}));
    EXPECT_EQ(rows_of_picky(*store), (positions_by_key{{"b", {1, 2, 3}}}));
}

TEST_P(Park, IsAsTheLogAndTheSkipsSayWhateverHappens) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed + GetParam()};
    std::optional<runner> views{open_runner()};
    for (int round = 0; round < 150; ++round) {
        std::vector<std::string> tags{"key:" + std::to_string(random.below(6))};
        if (random.chance(30)) tags.push_back("key:" + std::to_string(6 + random.below(3)));
        if (random.chance(10)) tags.push_back("bad:yes");
        if (random.chance(15)) tags.push_back("first:no");
        if (random.chance(5)) tags.push_back("unreadable:yes");
        append_tagged(*store, tags);
        if (random.chance(50)) views->step().value();
        if (random.chance(4)) {
            views.reset();
            views = open_runner();
        }
        const auto parked = views->parked("picky").value();
        if (parked.empty()) continue;
        const auto& one = parked[random.below(parked.size())];
        if (random.chance(8)) views->skip_event("picky", one.at, "at random").value();
        if (random.chance(8)) views->retry_all("picky").value();
    }
    views->catch_up().value();
    expect_same_as_clean_build(*views);
    picky::broken = false;
    views->retry_all("picky").value();
    views->catch_up().value();
    EXPECT_THAT(parked_of_picky(*store), IsEmpty());
    expect_same_as_clean_build(*views);
}

// Strict ------------------------------------------------------------------------------------------

TEST_P(Park, ParksNothingWhenStrict) {
    append_tagged(*store, {"key:a", "bad:yes"});
    auto views = open_runner({.strict = true});
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed, "cannot take this"));
    EXPECT_THAT(parked_of_picky(*store), IsEmpty());
    EXPECT_THAT(told_of_picky(*store), IsEmpty());
}

struct strict_picky : picky {
    static constexpr std::string_view name = "strict_picky";
    static constexpr bool strict = true;
};

TEST_P(Park, StopsAProjectionThatIsStrictAndNoOther) {
    append_tagged(*store, {"key:a", "bad:yes"});
    append_tagged(*store, {"key:a"});
    auto views =
        runner::open(*store, {any_projection::of<strict_picky>(), any_projection::of<picky>()},
                     {.batch_events_max = GetParam()})
            .value();
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed, "strict_picky"));
    EXPECT_EQ(views.status("strict_picky").value().cursor, position{0});
    EXPECT_EQ(parked_of_picky(*store), (positions_by_key{{"a", {0, 1}}}));
}

// Typed events ------------------------------------------------------------------------------------

TEST_P(Park, ParksAPayloadThatDoesNotFitItsType) {
    const auto add = [&](std::string stream, std::string payload) {
        store
            ->append(std::move(stream), expected::any(),
                     {test::simple_event("OrderPaid", std::move(payload))})
            .value();
    };
    add("order-1", R"({"order_id":"1","amount_cents":5})");
    add("order-1", R"({"order_id":"1","amount_cents":"many"})");
    add("order-1", R"({"order_id":"1","amount_cents":7})");
    auto views =
        runner::open(*store, {any_projection::of<test::open_orders>()},
                     {.batch_events_max = GetParam(), .parking = {.retry_when_opened = false}})
            .value();
    views.catch_up().value();
    const auto parked = views.parked("open_orders").value();
    ASSERT_EQ(parked.size(), 1U);
    EXPECT_FALSE(parked.front().key);
    EXPECT_EQ(parked.front().stream, "order-1");
    EXPECT_EQ(view<test::open_orders>::open(*store).value().get("1").value(), -12);
    EXPECT_THAT(views.retry_all("open_orders").value().still_parked->message,
                HasSubstr("amount_cents"));
}

struct paid_by_stream {
    static constexpr std::string_view name = "paid_by_stream";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    using row = std::int64_t;
    using events = std::variant<test::order_paid>;
    static row apply(row sum, const test::order_paid& e) { return sum + e.amount_cents; }
};

TEST_P(Park, KnowsTheKeyOfAnUnreadableEventIfItIsTheStream) {
    for (const auto* payload :
         {R"({"amount_cents":5})", R"({"amount_cents":[]})", R"({"amount_cents":7})"}) {
        store->append("order-1", expected::any(), {test::simple_event("OrderPaid", payload)})
            .value();
        store->append("order-1", expected::any(), {test::simple_event("Other", payload)}).value();
    }
    auto views =
        runner::open(*store, {any_projection::of<paid_by_stream>()},
                     {.batch_events_max = GetParam(), .parking = {.retry_when_opened = false}})
            .value();
    views.catch_up().value();
    const auto parked = views.parked("paid_by_stream").value();
    ASSERT_EQ(parked.size(), 2U);
    EXPECT_EQ(parked.front().key, "order-1");
    EXPECT_EQ(parked.front().at, position{2});
    EXPECT_EQ(parked.back().at, position{4});
    EXPECT_EQ(view<paid_by_stream>::open(*store).value().get("order-1").value(), 5);
    views.skip_event("paid_by_stream", position{2}, "no amount").value();
    EXPECT_EQ(view<paid_by_stream>::open(*store).value().get("order-1").value(), 12);
}

// Feedback ----------------------------------------------------------------------------------------

struct refuses_everything {
    static constexpr std::string_view name = "refuses_everything";
    static constexpr std::uint32_t version = 1;
    using row = std::int64_t;
    static std::string key(const event_view& e) { return std::to_string(e.position().value); }
    static row apply(row, const event_view&) { throw std::runtime_error{"no"}; }
};

TEST_P(Park, DoesNotFeedOnWhatItTells) {
    append_tagged(*store, {"key:a"});
    append_tagged(*store, {"key:b"});
    auto views = runner::open(*store,
                              {any_projection::of<refuses_everything>(),
                               any_projection::of<test::count_by_type>()},
                              {.batch_events_max = GetParam()})
                     .value();
    views.catch_up().value();
    views.catch_up().value();
    EXPECT_EQ(store->watermark(), position{4});
    EXPECT_EQ(views.status("refuses_everything").value().parked, (parked_counts{2, 2}));
    EXPECT_EQ(view<test::count_by_type>::open(*store).value().get("event_parked").value(),
              std::nullopt);
}

struct counts_parked {
    static constexpr std::string_view name = "counts_parked";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;
    static query wants() { return criteria{.category = "daybook.projection"}; }
    static std::string_view key(const event_view& e) { return e.stream(); }
    static row apply(row count, const event_view&) { return count + 1; }
};

TEST_P(Park, GivesParkEventsToViewsThatNameThem) {
    append_tagged(*store, {"key:a", "bad:yes"});
    open_runner().catch_up().value();
    runner::open(*store, {any_projection::of<counts_parked>()}).value().catch_up().value();
    EXPECT_EQ(view<counts_parked>::open(*store).value().get("daybook.projection-picky").value(),
              1U);
}

// Other ways to run and to write a view ----------------------------------------------------------

TEST(ParkRunner, LeavesNoParkedEventsToAnInlineView) {
    fresh_store store;
    picky::broken = true;
    append_tagged(*store, {"key:a", "bad:yes"});
    EXPECT_THAT(inline_views::open(*store, {any_projection::of<picky>()}),
                FailsWith(errc::projection_failed, "cannot take this"));
    EXPECT_THAT(parked_of_picky(*store), IsEmpty());
    runner::open(*store, {any_projection::of<picky>()}).value().catch_up().value();
    EXPECT_THAT(inline_views::open(*store, {any_projection::of<picky>()}),
                FailsWith(errc::projection_failed, "events are parked in it"));
}

struct counted_kind {
    static constexpr std::string_view name = "counted";
    using row = std::uint64_t;
    static std::string key(const event_view&) { return "all"; }
    static row apply(row count, const event_view& e) {
        if (e.tag("bad")) throw std::runtime_error{"cannot count this"};
        return count + 1;
    }
};
struct with_kinds {
    static constexpr std::string_view name = "with_kinds";
    static constexpr std::uint32_t version = 1;
    using kinds = std::tuple<counted_kind>;
};

TEST(ParkRunner, StopsAViewWithSeveralKindsOfRows) {
    fresh_store store;
    append_tagged(*store, {"bad:yes"});
    auto views = runner::open(*store, {any_projection::of<with_kinds>()}).value();
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed, "cannot count this"));
    EXPECT_EQ(views.status("with_kinds").value().parked, parked_counts{});
}

// What nobody looks after -------------------------------------------------------------------------

TEST(ParkRunner, TellsOfViewsThatItHasNoCodeFor) {
    fresh_store store;
    append_tagged(*store, {"key:a"});
    runner::open(*store, {any_projection::of<picky>(), any_projection::of<test::trail>()})
        .value()
        .catch_up()
        .value();
    auto views = runner::open(*store, {any_projection::of<test::trail>()}).value();
    const auto unattended = views.unattended().value();
    ASSERT_EQ(unattended.size(), 1U);
    EXPECT_EQ(unattended.front().name, "picky");
    EXPECT_EQ(unattended.front().cursor, position{1});
    EXPECT_EQ(rows_of_picky(*store), (positions_by_key{{"a", {0}}}));
}

}  // namespace
}  // namespace daybook::projections
