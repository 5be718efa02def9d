// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the state at any point is the row that a view stopped there has.
// Method: a view is stepped one event at a time; before each step its rows are compared with a
// replay.

#include <daybook/projections/built_in.hpp>
#include <daybook/projections/orchestration_state.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>
#include <daybook/replay/as_of.hpp>
#include <daybook/replay/replay.hpp>

#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace daybook::replay {
namespace {

using projections::any_projection;
using projections::built_in_projections;
using projections::orchestration_state;
using projections::stored_view;
using test::FailsWith;
using test::fresh_store;

struct by_type {
    static constexpr std::string_view name = "by_type";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;
    static std::string_view key(const event_view& e) { return e.type(); }
    static row apply(row count, const event_view& e) {
        if (e.type() == "Poison") throw std::runtime_error{"no"};
        return count + 1;
    }
};

struct starts_only : by_type {
    static query wants() { return query::types({"AgentSpawned"}); }
};

void append(fresh_store& store, const std::string& stream, const std::string& type,
            std::int64_t second) {
    auto event = test::simple_event(type, R"({"agent_name":"coder"})");
    event.occurred_at = test::test_time(second * 1'000'000);
    store->append(stream, expected::any(), {event}).value();
}

class AsOf : public testing::Test {
protected:
    AsOf() {
        append(store, "issue-1", "OrchestrationStarted", 0);
        append(store, "issue-2", "OrchestrationStarted", 100);
        append(store, "issue-1", "AgentSpawned", 10);
        append(store, "issue-1", "AgentCompleted", 30);
        append(store, "issue-2", "AgentSpawned", 110);
        append(store, "issue-1", "OrchestrationCompleted", 40);
    }
    std::string status_of_one(point when) const {
        const auto reached = state_at<orchestration_state>(*store, "issue-1", when).value();
        return reached.row ? reached.row->status + std::to_string(reached.row->events) : "nothing";
    }
    fresh_store store;
};

TEST_F(AsOf, EqualsAViewStoppedAtEveryPosition) {
    auto all = built_in_projections();
    all.push_back(any_projection::of<by_type>());
    all.push_back(any_projection::of<starts_only>());
    for (const auto& of : all) {
        if (of.name() == "by_type" && !of.wants().any_of.empty()) {
            projections::drop_view(*store, of).value();
        }
        auto views = projections::runner::open(*store, {of}, {.batch_events_max = 1}).value();
        for (std::uint64_t at = 0; at < 6; ++at) {
            ASSERT_TRUE(views.step().value());
            stored_view::open(*store, of)
                .value()
                .scan("", "",
                      [&](std::string_view key, std::string_view row) {
                          const auto replayed =
                              state_bytes_at(*store, of, key, point::at(position{at})).value();
                          EXPECT_EQ(replayed.row, std::string{row})
                              << of.name() << " " << key << " at " << at;
                          return true;
                      })
                .value();
        }
    }
}

TEST_F(AsOf, StopsAfterASequenceOfTheStream) {
    EXPECT_EQ(status_of_one(point::at(sequence{0})), "nothing");
    EXPECT_EQ(status_of_one(point::at(sequence{1})), "running1");
    EXPECT_EQ(status_of_one(point::at(sequence{3})), "running3");
    EXPECT_EQ(status_of_one(point::at(sequence{4})), "completed4");
    EXPECT_EQ(status_of_one(point::start()), "nothing");
}

TEST_F(AsOf, StopsAtWhatHadHappenedByATime) {
    EXPECT_EQ(status_of_one(point::occurred_by(test::test_time(-1))), "nothing");
    EXPECT_EQ(status_of_one(point::occurred_by(test::test_time(0))), "running1");
    EXPECT_EQ(status_of_one(point::occurred_by(test::test_time(29'999'999))), "running2");
    EXPECT_EQ(status_of_one(point::occurred_by(test::test_time(40'000'000))), "completed4");
}

TEST_F(AsOf, StopsAtWhatWasKnownByATime) {
    const auto third = store->read_one(position{2}).value().view().recorded_at();
    EXPECT_EQ(status_of_one(point::recorded_by(timestamp_min)), "nothing");
    const auto last = store->read_one(position{5}).value().view().recorded_at();
    EXPECT_EQ(status_of_one(point::recorded_by(last)), "completed4");
    const auto end = store->position_after(third).value();
    const auto known =
        state_at<orchestration_state>(*store, "issue-1", point::recorded_by(third)).value();
    const auto before =
        state_at<orchestration_state>(*store, "issue-1", point::at(position{end.value - 1}))
            .value();
    EXPECT_EQ(known.row, before.row);
}

TEST_F(AsOf, TellsWhatItWasFoldedFrom) {
    const auto reached =
        state_at<orchestration_state>(*store, "issue-1", point::at(position{4})).value();
    EXPECT_EQ(reached.events, 3U);
    EXPECT_EQ(reached.last, position{3});
    const auto now = state_at<by_type>(*store, "AgentSpawned", point::now()).value();
    EXPECT_EQ(now.row, 2U);
    EXPECT_EQ(now.last, position{4});
}

TEST_F(AsOf, HasNoRowForAKeyThatIsNotThere) {
    const auto reached = state_at<orchestration_state>(*store, "issue-9", point::now()).value();
    EXPECT_FALSE(reached.row);
    EXPECT_EQ(reached.events, 0U);
    EXPECT_FALSE(reached.last);
}

TEST_F(AsOf, IsShownAsJson) {
    const auto of = any_projection::of<by_type>();
    EXPECT_EQ(state_json_at(*store, of, "AgentSpawned", point::now()).value().row, "2");
    EXPECT_EQ(state_json_at(*store, of, "nothing", point::now()).value().row, std::nullopt);
}

TEST_F(AsOf, RefusesASequenceWhereKeysAreNotStreams) {
    EXPECT_THAT(state_at<by_type>(*store, "AgentSpawned", point::at(sequence{1})),
                FailsWith(errc::invalid_argument, "by_type"));
}

TEST_F(AsOf, RefusesPointsThatAreNotThereAndTellsTheEnd) {
    const auto at = [&](point when) {
        return state_at<orchestration_state>(*store, "issue-1", when);
    };
    EXPECT_THAT(at(point::at(sequence{5})),
                FailsWith(errc::invalid_argument, "the stream ends with sequence 4"));
    EXPECT_THAT(at(point::at(position{6})),
                FailsWith(errc::invalid_argument, "the log ends with position 5"));
    EXPECT_THAT(at(point::recorded_by(timestamp_max)),
                FailsWith(errc::invalid_argument, "that time has not come"));
    EXPECT_THAT(at(point::occurred_by(timestamp_max)),
                FailsWith(errc::invalid_argument, "that time has not come"));
    EXPECT_THAT(state_at<orchestration_state>(*store, "issue-9", point::at(sequence{1})),
                FailsWith(errc::invalid_argument, "there is no such stream"));
    EXPECT_THAT(state_at<orchestration_state>(*store, "issue-9", point::at(sequence{0})),
                test::HoldsValue());
}

TEST_F(AsOf, FailsAsTheProjectionDoesButNotBeforeThatPoint) {
    append(store, "issue-1", "Poison", 50);
    EXPECT_THAT(state_at<by_type>(*store, "AgentSpawned", point::now()), test::HoldsValue());
    EXPECT_THAT(state_at<by_type>(*store, "Poison", point::now()),
                FailsWith(errc::projection_failed, "position 6"));
    EXPECT_THAT(state_at<by_type>(*store, "Poison", point::at(position{5})), test::HoldsValue());
}

}  // namespace
}  // namespace daybook::replay
