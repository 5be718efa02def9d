// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a commit over several streams, with conditions, happens as a whole or not at all.

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

namespace daybook::test {
namespace {

using testing::AnyOf;
using testing::IsEmpty;

std::vector<new_event> named(std::initializer_list<const char*> types) {
    std::vector<new_event> events;
    for (const auto* type : types) events.push_back(simple_event(type));
    return events;
}

std::vector<new_event> numbered(std::initializer_list<std::uint64_t> numbers) {
    std::vector<new_event> events;
    for (const auto number : numbers) {
        events.push_back(simple_event("E" + std::to_string(number)));
        events.back().id = numbered_id(number);
    }
    return events;
}

new_event tagged(std::string type, std::string tag) {
    auto made = simple_event(std::move(type));
    made.tags.push_back(std::move(tag));
    return made;
}

TEST(StoreCommit, PutsEachPartWhereItBelongs) {
    fresh_store opened;
    const auto made =
        opened->commit({.streams = {{"task-1", expected::no_stream(), named({"A", "B"})},
                                    {"task-2", expected::any(), named({"C"})}}});
    ASSERT_THAT(made, HoldsValue());
    EXPECT_EQ(made->first, position{0});
    EXPECT_EQ(made->last, position{2});
    EXPECT_FALSE(made->repeated);
    EXPECT_NE(made->id, event_id{});
    ASSERT_EQ(made->streams.size(), 2U);
    EXPECT_EQ(made->streams[0].first, position{0});
    EXPECT_EQ(made->streams[0].last, position{1});
    EXPECT_EQ(made->streams[0].last_sequence, sequence{2});
    EXPECT_EQ(made->streams[1].first, position{2});
    EXPECT_EQ(made->streams[1].first_sequence, sequence{1});
    EXPECT_EQ(types_of(read_everything(opened->read_all())),
              (std::vector<std::string>{"A", "B", "C"}));
}

TEST(StoreCommit, TakesTheSameStreamSeveralTimes) {
    fresh_store opened;
    const auto made =
        opened->commit({.streams = {{"task-1", expected::no_stream(), named({"A"})},
                                    {"task-2", expected::any(), named({"B"})},
                                    {"task-1", expected::at({1}), named({"C", "D"})},
                                    {"task-1", expected::stream_exists(), named({"E"})}}});
    ASSERT_THAT(made, HoldsValue());
    ASSERT_EQ(made->streams.size(), 4U);
    EXPECT_EQ(made->streams[2].first_sequence, sequence{2});
    EXPECT_EQ(made->streams[3].last_sequence, sequence{4});
    EXPECT_EQ(types_of(read_everything(opened->read_stream("task-1"))),
              (std::vector<std::string>{"A", "C", "D", "E"}));
    EXPECT_EQ(opened->head("task-1")->at, position{4});
}

TEST(StoreCommit, LaterPartsExpectWhatEarlierOnesLeave) {
    fresh_store opened;
    const auto refused =
        opened->commit({.streams = {{"task-1", expected::no_stream(), named({"A"})},
                                    {"task-1", expected::no_stream(), named({"B"})}}});
    ASSERT_THAT(refused, FailsWith(errc::conflict, "task-1"));
    EXPECT_EQ(opened->watermark(), position{0});
    EXPECT_EQ(opened->head("task-1")->last, sequence{0});
}

TEST(StoreCommit, StoresNothingWhenOnePartFails) {
    fresh_store opened;
    ASSERT_THAT(opened->append("task-2", expected::any(), named({"X"})), HoldsValue());
    const auto refused =
        opened->commit({.streams = {{"task-1", expected::any(), named({"A"})},
                                    {"task-2", expected::no_stream(), named({"B"})},
                                    {"task-3", expected::any(), named({"C"})}}});
    ASSERT_THAT(refused, FailsWith(errc::conflict, "task-2"));
    EXPECT_EQ(refused.error().conflict->stream, "task-2");
    EXPECT_EQ(refused.error().conflict->actual, sequence{1});
    EXPECT_EQ(opened->watermark(), position{1});
    EXPECT_EQ(opened->head("task-1")->last, sequence{0});
    EXPECT_EQ(opened->append("task-1", expected::no_stream(), named({"A"}))->first, position{1});
}

TEST(StoreCommit, RefusesToCommitNothing) {
    fresh_store opened;
    EXPECT_THAT(opened->commit({}), FailsWith(errc::invalid_argument));
    EXPECT_THAT(opened->commit({.streams = {{"task-1", expected::any(), {}}}}),
                FailsWith(errc::invalid_argument, "task-1"));
    EXPECT_THAT(opened->append("task-1", expected::any(), std::span<const new_event>{}),
                FailsWith(errc::invalid_argument));
    EXPECT_EQ(opened->watermark(), position{0});
}

TEST(StoreCommit, ARepeatReturnsTheFirstReceipt) {
    fresh_store opened;
    const commit_request request{.streams = {{"task-1", expected::no_stream(), numbered({1, 2})},
                                             {"task-2", expected::any(), numbered({3})},
                                             {"task-1", expected::any(), numbered({4})}}};
    const auto first = opened->commit(request).value();
    ASSERT_THAT(opened->append("task-1", expected::any(), named({"After"})), HoldsValue());
    for (int round = 0; round < 2; ++round) {
        const auto again = opened->commit(request);
        ASSERT_THAT(again, HoldsValue());
        EXPECT_TRUE(again->repeated);
        EXPECT_EQ(again->id, first.id);
        EXPECT_EQ(again->first, first.first);
        EXPECT_EQ(again->last, first.last);
        ASSERT_EQ(again->streams.size(), 3U);
        EXPECT_EQ(again->streams[2].first_sequence, sequence{3});
        EXPECT_EQ(again->streams[2].first, position{3});
        EXPECT_EQ(opened->watermark(), position{5});
        opened.reopen();
    }
}

TEST(StoreCommit, ARepeatIsRecognisedBeforeItsConditionsAreAsked) {
    fresh_store opened;
    const commit_request request{.streams = {{"user-1", expected::no_stream(), numbered({1})}},
                                 .conditions = {{.fail_if_match = query::types({"E1"})}}};
    ASSERT_THAT(opened->commit(request), HoldsValue());
    const auto again = opened->commit(request);
    ASSERT_THAT(again, HoldsValue());
    EXPECT_TRUE(again->repeated);
}

TEST(StoreCommit, RefusesARepeatThatIsMixedWithNewEvents) {
    fresh_store opened;
    ASSERT_THAT(opened->commit({.streams = {{"task-1", expected::any(), numbered({1})},
                                            {"task-2", expected::any(), numbered({2})}}}),
                HoldsValue());
    EXPECT_THAT(opened->commit({.streams = {{"task-1", expected::any(), numbered({1})},
                                            {"task-2", expected::any(), numbered({3})}}}),
                FailsWith(errc::conflict));
    EXPECT_EQ(opened->watermark(), position{2});
}

TEST(StoreCommit, RefusesAnIdInTwoParts) {
    fresh_store opened;
    EXPECT_THAT(opened->commit({.streams = {{"task-1", expected::any(), numbered({1})},
                                            {"task-2", expected::any(), numbered({1})}}}),
                AnyOf(FailsWith(errc::invalid_argument), FailsWith(errc::conflict)));
    EXPECT_EQ(opened->watermark(), position{0});
}

TEST(StoreCommit, AConditionWithoutAPlaceLooksAtEveryEvent) {
    fresh_store opened;
    const query taken{criteria{.tags = {"name:ann"}}};
    ASSERT_THAT(
        opened->commit({.streams = {{"user-1", expected::any(), {tagged("Named", "name:ann")}}},
                        .conditions = {{.fail_if_match = taken}}}),
        HoldsValue());
    const auto refused =
        opened->commit({.streams = {{"user-2", expected::any(), {tagged("Named", "name:ann")}}},
                        .conditions = {{.fail_if_match = taken}}});
    ASSERT_THAT(refused, FailsWith(errc::conflict));
    EXPECT_EQ(refused.error().conflict->what, conflict::kind::condition);
    EXPECT_EQ(positions_of(refused.error().conflict->events), std::vector<std::uint64_t>{0});
    EXPECT_EQ(opened->watermark(), position{1});
}

TEST(StoreCommit, AConditionLooksOnlyAfterItsPlace) {
    fresh_store opened;
    ASSERT_THAT(opened->append("task-1", expected::any(), named({"A", "B", "A"})), HoldsValue());
    const auto attempt = [&](std::uint64_t after) {
        return opened->commit({.streams = {{"task-2", expected::any(), named({"C"})}},
                               .conditions = {{query::types({"A"}), position{after}}}});
    };
    EXPECT_THAT(attempt(0), FailsWith(errc::conflict));
    EXPECT_THAT(attempt(1), FailsWith(errc::conflict));
    EXPECT_THAT(attempt(2), HoldsValue());
    EXPECT_THAT(attempt(1'000'000), HoldsValue());
    EXPECT_THAT(attempt(~std::uint64_t{0}), HoldsValue());
}

TEST(StoreCommit, EveryConditionMustHold) {
    fresh_store opened;
    ASSERT_THAT(opened->append("task-1", expected::any(), named({"A"})), HoldsValue());
    const query none = query::types({"None"});
    const query some = query::types({"A"});
    const auto attempt = [&](const query& one, const query& two) {
        return opened->commit({.streams = {{"task-2", expected::any(), named({"C"})}},
                               .conditions = {{one, {}}, {two, {}}}});
    };
    EXPECT_THAT(attempt(none, some), FailsWith(errc::conflict));
    EXPECT_THAT(attempt(some, none), FailsWith(errc::conflict));
    EXPECT_THAT(attempt(none, none), HoldsValue());
}

TEST(StoreCommit, ConditionsMayAskForPayloads) {
    fresh_store opened;
    ASSERT_THAT(opened->append("task-1", expected::any(), {simple_event("A", R"({"n":3})")}),
                HoldsValue());
    const auto attempt = [&](const char* text) {
        query q;
        q.where.push_back(parse_payload_condition(text).value());
        return opened->commit(
            {.streams = {{"task-2", expected::any(), named({"C"})}}, .conditions = {{q, {}}}});
    };
    EXPECT_THAT(attempt("/n=3.0"), FailsWith(errc::conflict));
    EXPECT_THAT(attempt("/n>3"), HoldsValue());
}

TEST(StoreCommit, ACommitIsNotHeldAgainstItsOwnEvents) {
    fresh_store opened;
    EXPECT_THAT(opened->commit({.streams = {{"task-1", expected::any(), named({"A"})}},
                                .conditions = {{query::types({"A"}), {}}}}),
                HoldsValue());
}

TEST(StoreCommit, RefusesAConditionThatMakesNoSense) {
    fresh_store opened;
    query q;
    q.where.push_back({.pointer = "no-slash", .op = comparison::exists});
    EXPECT_THAT(opened->commit({.streams = {{"task-1", expected::any(), named({"A"})}},
                                .conditions = {{q, {}}}}),
                FailsWith(errc::invalid_argument, "no-slash"));
    EXPECT_EQ(opened->watermark(), position{0});
}

TEST(StoreCommit, AConditionShowsAtMost32Events) {
    fresh_store opened;
    ASSERT_THAT(
        opened->append("task-1", expected::any(), std::vector<new_event>(50, simple_event("A"))),
        HoldsValue());
    const auto refused = opened->commit({.streams = {{"task-2", expected::any(), named({"C"})}},
                                         .conditions = {{query::types({"A"}), position{4}}}});
    ASSERT_THAT(refused, FailsWith(errc::conflict));
    const auto& events = refused.error().conflict->events;
    ASSERT_EQ(events.size(), 32U);
    EXPECT_EQ(events.front().position(), position{5});
}

TEST(StoreCommit, TakesItsOwnDurability) {
    fresh_store opened;
    for (const auto durable : {durability::buffered, durability::written, durability::synced}) {
        EXPECT_THAT(opened->commit({.streams = {{"task-1", expected::any(), named({"A"})}},
                                    .conditions = {},
                                    .durability = durable}),
                    HoldsValue());
    }
    opened.reopen();
    EXPECT_EQ(opened->watermark(), position{3});
}

TEST(StoreCommit, CommitsHaveTheirOwnIds) {
    fresh_store opened;
    const commit_request request{.streams = {{"task-1", expected::any(), named({"A"})}}};
    const auto one = opened->commit(request).value();
    const auto two = opened->commit(request).value();
    EXPECT_NE(one.id, two.id);
    EXPECT_FALSE(two.repeated);
}

}  // namespace
}  // namespace daybook::test
