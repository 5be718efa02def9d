// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: as of every position of a log of 5 000 events, a state is what a naive fold makes it.
// Method: random events in random streams, times running back now and then. One loop folds them
// into a std::map by calling `apply`; after each event, `state_at` is asked for the row that it
// changed and for another one, by position, by sequence and by time.

#include <daybook/projections/agent_metrics.hpp>
#include <daybook/projections/as_of.hpp>
#include <daybook/projections/orchestration_state.hpp>
#include <daybook/projections/view.hpp>
#include <daybook/replay/history.hpp>

#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <map>

namespace daybook::replay {
namespace {

using projections::agent_metrics;
using projections::orchestration_row;
using projections::orchestration_state;
using test::fresh_store;
using test::randomness;

constexpr std::size_t log_events = 5'000;
constexpr std::uint64_t streams = 60;

std::string stream_of(std::uint64_t number) { return "issue-" + std::to_string(number); }

new_event random_event(randomness& random, std::int64_t second) {
    static constexpr std::array<std::string_view, 12> types{
        "OrchestrationStarted", "PhaseStarted",  "PhaseCompleted", "AgentSpawned",
        "AgentCompleted",       "AgentFailed",   "CommitCreated",  "GapIdentified",
        "GapResolved",          "ErrorOccurred", "PRCreated",      "OrchestrationPaused"};
    const auto number = std::to_string(random.below(4));
    auto made = test::simple_event(std::string{random.pick(types)},
                                   R"({"agent_name":"agent-)" + number + R"(","agent_id":")" +
                                       number + R"(","phase":"P)" + number + R"(","sha":")" +
                                       std::to_string(second) + R"(","gap_id":"g)" + number +
                                       R"(","severity":"high","pr_id":)" + number + "}");
    const auto back = random.chance(5) ? static_cast<std::int64_t>(random.below(100)) : 0;
    made.occurred_at = test::test_time((second - back) * 1'000'000);
    return made;
}

void fill(store& log, randomness& random) {
    for (std::size_t i = 0; i < log_events; ++i) {
        const auto event = random_event(random, static_cast<std::int64_t>(i));
        log.append(stream_of(random.below(streams)), expected::any(), {event}).value();
    }
}

std::optional<orchestration_row> row_of(const std::map<std::string, orchestration_row>& rows,
                                        const std::string& stream) {
    const auto found = rows.find(stream);
    return found == rows.end() ? std::nullopt : std::optional{found->second};
}

class AsOfEveryPosition : public testing::Test {
protected:
    AsOfEveryPosition() { fill(*store, random); }

    std::optional<orchestration_row> at(const std::string& stream, point when) const {
        return state_at<orchestration_state>(*store, stream, when).value().row;
    }

    std::uint64_t seed = test::seed_from_environment();
    randomness random{seed};
    fresh_store store;
};

TEST_F(AsOfEveryPosition, EqualsANaiveFold) {
    SCOPED_TRACE(test::how_to_repeat(seed));
    std::map<std::string, orchestration_row> naive;
    auto events = store->read_all().value();
    while (events.next().value()) {
        const std::string stream{events->stream()};
        auto& row = naive[stream];
        row = orchestration_state::apply(std::move(row), json_event{*events});
        ASSERT_EQ(at(stream, point::at(events->position())), row);
        ASSERT_EQ(at(stream, point::at(events->sequence())), row);
        const auto other = stream_of(random.below(streams));
        ASSERT_EQ(at(other, point::at(events->position())), row_of(naive, other));
    }
}

TEST_F(AsOfEveryPosition, EqualsANaiveFoldOfWhatHadOccurred) {
    SCOPED_TRACE(test::how_to_repeat(seed));
    const auto all = test::read_everything(store->read_all());
    for (int i = 0; i < 50; ++i) {
        const auto time =
            test::test_time(static_cast<std::int64_t>(random.below(log_events)) * 1'000'000);
        std::map<std::string, orchestration_row> naive;
        auto events = store->read_all().value();
        while (events.next().value()) {
            if (events->occurred_at() > time) continue;
            auto& row = naive[std::string{events->stream()}];
            row = orchestration_state::apply(std::move(row), json_event{*events});
        }
        for (std::uint64_t s = 0; s < streams; s += 7)
            ASSERT_EQ(at(stream_of(s), point::occurred_by(time)), row_of(naive, stream_of(s)));
    }
}

TEST_F(AsOfEveryPosition, IsInTheHistory) {
    SCOPED_TRACE(test::how_to_repeat(seed));
    for (const auto& stream : {stream_of(0), stream_of(1)}) {
        const auto states = history<orchestration_state>(*store, stream).value();
        EXPECT_EQ(states.size(), store->head(stream).value().last.value);
        for (const auto& then : states)
            ASSERT_EQ(then.row, at(stream, point::at(then.made_by.position())));
    }
}

TEST_F(AsOfEveryPosition, IsTheSameInAViewAsOfThen) {
    SCOPED_TRACE(test::how_to_repeat(seed));
    for (int i = 0; i < 20; ++i) {
        const position then{random.below(log_events)};
        const auto agent = "agent-" + std::to_string(random.below(4));
        const auto view =
            projections::view<agent_metrics>::open(*store, projections::as_of::at(then)).value();
        ASSERT_EQ(state_at<agent_metrics>(*store, agent, point::at(then)).value().row,
                  view.get(agent).value());
    }
}

}  // namespace
}  // namespace daybook::replay
