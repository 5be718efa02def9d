// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: an instant tells who was at work on what, what was left to do, and what happened around it:
// of a stream, of an undertaking, of everything; by each kind of point.

#include <daybook/replay/instant.hpp>

#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::replay {
namespace {

using test::FailsWith;
using test::fresh_store;
using testing::ElementsAre;
using testing::IsEmpty;

void append(fresh_store& store, const std::string& stream, const std::string& correlation,
            const std::string& type, std::int64_t second, const std::string& payload = "{}") {
    auto event = test::simple_event(type, payload);
    event.correlation = correlation;
    event.occurred_at = test::test_time(second * 1'000'000);
    store->append(stream, expected::any(), {event}).value();
}

std::vector<std::uint64_t> positions(const std::vector<event>& events) {
    std::vector<std::uint64_t> found;
    for (const auto& one : events) found.push_back(one.position().value);
    return found;
}

std::vector<std::string> agents(const instant& then) {
    std::vector<std::string> found;
    for (const auto& one : then.active_agents) found.push_back(one.stream + " " + one.agent.name);
    return found;
}

std::vector<std::string> tasks(const instant& then) {
    std::vector<std::string> found;
    for (const auto& one : then.pending_tasks) found.push_back(one.id + " " + one.state);
    return found;
}

std::vector<std::string> open_streams(const instant& then) {
    std::vector<std::string> found;
    for (const auto& one : then.open_streams) found.push_back(one.stream + " " + one.phase);
    return found;
}

point at_second(std::int64_t second) {
    return point::occurred_by(test::test_time(second * 1'000'000));
}

class Instant : public testing::Test {
protected:
    Instant() {
        append(store, "issue-1", "a", "OrchestrationStarted", 0);                      // 0
        append(store, "issue-1", "a", "PhaseStarted", 10, R"({"phase":"CODE"})");      // 1
        append(store, "task-11", "a", "task.created", 11, R"({"title":"Write it"})");  // 2
        append(store, "task-12", "a", "task.created", 12, R"({"title":"Test it"})");   // 3
        append(store, "issue-2", "b", "OrchestrationStarted", 15);                     // 4
        append(store, "issue-1", "a", "AgentSpawned", 20, R"({"agent_name":"coder"})");
        append(store, "issue-2", "b", "AgentSpawned", 25, R"({"agent_name":"writer"})");
        append(store, "task-11", "a", "task.status_changed", 30, R"({"new_status":"completed"})");
        append(store, "issue-1", "a", "AgentCompleted", 35, R"({"agent_name":"coder"})");
        append(store, "issue-1", "a", "OrchestrationCompleted", 40);  // 9
    }
    instant look(const scope& where, point when, const instant_options& options = {}) const {
        return instant_at(*store, where, when, options).value();
    }
    fresh_store store;
};

TEST_F(Instant, OfAStreamHasItsStateAndTheTasksOfItsUndertaking) {
    const auto then = look(scope::stream("issue-1"), at_second(26), {.around = 2});
    EXPECT_EQ(then.events, 3U);
    EXPECT_EQ(then.last, position{5});
    ASSERT_TRUE(then.state);
    EXPECT_EQ(then.state->phase, "CODE");
    EXPECT_EQ(
        then.state,
        state_at<projections::orchestration_state>(*store, "issue-1", at_second(26)).value().row);
    EXPECT_THAT(agents(then), ElementsAre("issue-1 coder"));
    EXPECT_EQ(then.pending_tasks.size(), 2U);
    EXPECT_THAT(open_streams(then), ElementsAre("issue-1 CODE"));
    EXPECT_THAT(positions(then.before), ElementsAre(1, 5));
    EXPECT_THAT(positions(then.after), ElementsAre(8, 9));
}

TEST_F(Instant, MeansTheSameByEveryKindOfPoint) {
    const auto where = scope::stream("issue-1");
    for (const auto& when : {at_second(34), point::at(position{7}), at_second(30)}) {
        const auto then = look(where, when);
        EXPECT_EQ(then.events, 3U);
        ASSERT_EQ(then.pending_tasks.size(), 1U);
        EXPECT_EQ(then.pending_tasks.front().id, "12");
        EXPECT_THAT(positions(then.after), ElementsAre(8, 9));
    }
    // Task 11 was completed after the third event of the stream and before its fourth.
    EXPECT_EQ(look(where, point::at(sequence{3})).pending_tasks.size(), 2U);
    EXPECT_EQ(look(where, point::at(sequence{4})).pending_tasks.size(), 1U);
    const auto end = look(where, point::now());
    EXPECT_THAT(end.after, IsEmpty());
    EXPECT_THAT(end.open_streams, IsEmpty());
    EXPECT_EQ(end.state->status, "completed");
    const auto recorded = store->read_one(position{9}).value().view().recorded_at();
    EXPECT_EQ(look(where, point::recorded_by(recorded)).state, end.state);
}

TEST_F(Instant, OfAnUndertakingHasAllItsStreams) {
    const auto then = look(scope::correlation("a"), point::at(position{6}), {.around = 1});
    EXPECT_EQ(then.events, 5U);
    EXPECT_FALSE(then.state);
    EXPECT_THAT(agents(then), ElementsAre("issue-1 coder"));
    EXPECT_THAT(open_streams(then), ElementsAre("issue-1 CODE", testing::StartsWith("task-11"),
                                                testing::StartsWith("task-12")));
    EXPECT_THAT(positions(then.before), ElementsAre(5));
    EXPECT_THAT(positions(then.after), ElementsAre(7));
    EXPECT_THAT(look(scope::correlation("none"), point::now()).before, IsEmpty());
}

TEST_F(Instant, OfEverythingHasWhatGoesOnAnywhere) {
    const auto then = look(scope::everything(), at_second(25), {.around = 3});
    EXPECT_EQ(then.events, 7U);
    EXPECT_THAT(agents(then), ElementsAre("issue-1 coder", "issue-2 writer"));
    EXPECT_THAT(positions(then.before), ElementsAre(4, 5, 6));
    EXPECT_THAT(positions(then.after), ElementsAre(7, 8, 9));
    EXPECT_EQ(then.open_streams_total, 4U);
}

TEST_F(Instant, PutsEventsInTheOrderOfTheirTimesIfItIsByOccurrence) {
    append(store, "issue-3", "c", "OrchestrationStarted", 5);  // 10
    append(store, "issue-3", "c", "PhaseStarted", 13, "{}");   // 11
    const auto then = look(scope::everything(), at_second(12), {.around = 2});
    EXPECT_THAT(positions(then.before), ElementsAre(2, 3));
    EXPECT_THAT(positions(then.after), ElementsAre(11, 4));
    EXPECT_EQ(then.events, 5U);
    EXPECT_EQ(then.last, position{10});
    const auto known = look(scope::everything(), point::at(position{3}), {.around = 2});
    EXPECT_THAT(positions(known.after), ElementsAre(4, 5));
}

TEST_F(Instant, BoundsItsListsAndCountsWhatThereWas) {
    const auto then = look(scope::everything(), at_second(26), {.around = 0, .items_max = 1});
    EXPECT_EQ(then.active_agents.size(), 1U);
    EXPECT_EQ(then.active_agents_total, 2U);
    EXPECT_EQ(then.open_streams.size(), 1U);
    EXPECT_EQ(then.open_streams_total, 4U);
    EXPECT_EQ(then.pending_tasks.size(), 1U);
    EXPECT_GT(then.pending_tasks_total, 1U);
    EXPECT_THAT(then.before, IsEmpty());
    EXPECT_THAT(then.after, IsEmpty());
}

TEST_F(Instant, BeforeTheFirstEventIsEmpty) {
    for (const auto& when : {point::start(), at_second(-1)}) {
        const auto then = look(scope::stream("issue-1"), when, {.around = 1});
        EXPECT_EQ(then.events, 0U);
        EXPECT_FALSE(then.last);
        EXPECT_FALSE(then.state);
        EXPECT_THAT(tasks(then), IsEmpty());
        EXPECT_THAT(positions(then.after), ElementsAre(0));
    }
}

TEST_F(Instant, RefusesWhatIsNotThere) {
    EXPECT_THAT(instant_at(*store, scope::stream("issue-1"), point::at(sequence{6})),
                FailsWith(errc::invalid_argument, "the stream ends with sequence 5"));
    EXPECT_THAT(instant_at(*store, scope::stream("issue-9"), point::at(sequence{1})),
                FailsWith(errc::invalid_argument, "there is no such stream"));
    EXPECT_THAT(instant_at(*store, scope::correlation("a"), point::at(sequence{1})),
                FailsWith(errc::invalid_argument, "not of one stream"));
    EXPECT_THAT(instant_at(*store, scope::everything(), point::at(position{10})),
                FailsWith(errc::invalid_argument, "the log ends with position 9"));
    EXPECT_THAT(instant_at(*store, scope::everything(), point::occurred_by(timestamp_max)),
                FailsWith(errc::invalid_argument, "has not come"));
    EXPECT_THAT(instant_at(*store, scope::correlation(""), point::now()),
                FailsWith(errc::invalid_argument, "correlation"));
    EXPECT_THAT(instant_at(*store, scope::stream(""), point::now()),
                FailsWith(errc::invalid_argument));
}

}  // namespace
}  // namespace daybook::replay
