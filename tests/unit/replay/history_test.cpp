// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a history has every state of a key with the event that made it, the same as `state_at`
// tells them; its changes, one after the other, are those between its ends.

#include <daybook/projections/agent_metrics.hpp>
#include <daybook/projections/entity_history.hpp>
#include <daybook/projections/orchestration_state.hpp>
#include <daybook/projections/workflow_metrics.hpp>
#include <daybook/replay/history.hpp>

#include "patched.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace daybook::replay {
namespace {

namespace json = boost::json;
using projections::any_projection;
using projections::orchestration_state;
using test::FailsWith;
using test::fresh_store;
using testing::ElementsAre;

/// What is open of each order; none once it is paid. The key is a tag.
struct open_cents {
    static constexpr std::string_view name = "open_cents";
    static constexpr std::uint32_t version = 1;
    using row = std::int64_t;
    static query wants() { return query::types({"Placed", "Noted", "Paid", "Poison"}); }
    static std::optional<std::string> key(const event_view& e) {
        const auto order = e.tag("order");
        return order ? std::optional{std::string{*order}} : std::nullopt;
    }
    static std::optional<row> apply(row open, const event_view& e) {
        if (e.type() == "Poison") throw std::runtime_error{"no"};
        if (e.type() == "Paid") return std::nullopt;
        return e.type() == "Placed" ? open + 100 : open;
    }
};

void append(fresh_store& store, const std::string& stream, const std::string& type,
            std::int64_t second, const std::string& payload = "{}") {
    auto event = test::simple_event(type, payload);
    event.tags = {"order:7"};
    event.occurred_at = test::test_time(second * 1'000'000);
    store->append(stream, expected::any(), {event}).value();
}

class History : public testing::Test {
protected:
    History() {
        append(store, "issue-1", "OrchestrationStarted", 0);
        append(store, "cart-1", "Placed", 5);
        append(store, "issue-1", "PhaseStarted", 10, R"({"phase":"CODE"})");
        append(store, "issue-2", "OrchestrationStarted", 12);
        append(store, "issue-1", "AgentSpawned", 20, R"({"agent_name":"coder"})");
        append(store, "cart-1", "Noted", 25);
        append(store, "issue-1", "AgentCompleted", 30, R"({"agent_name":"coder"})");
        append(store, "cart-2", "Paid", 35);
        append(store, "issue-1", "PhaseCompleted", 40, R"({"phase":"CODE"})");
        append(store, "cart-2", "Placed", 45);
    }

    std::vector<std::uint64_t> positions(const history_options& options) const {
        std::vector<std::uint64_t> found;
        for (const auto& then : history<orchestration_state>(*store, "issue-1", options).value())
            found.push_back(then.made_by.position().value);
        return found;
    }

    fresh_store store;
};

TEST_F(History, HasEveryStateWithTheEventThatMadeIt) {
    const auto states = history<orchestration_state>(*store, "issue-1").value();
    ASSERT_EQ(states.size(), 5U);
    for (std::size_t i = 0; i < states.size(); ++i) {
        const auto at = states[i].made_by.position();
        EXPECT_EQ(states[i].made_by.sequence(), sequence{i + 1});
        EXPECT_EQ(states[i].row,
                  state_at<orchestration_state>(*store, "issue-1", point::at(at)).value().row);
    }
    EXPECT_EQ(states[0].row->phase, "");
    EXPECT_EQ(states[1].row->phase, "CODE");
}

TEST_F(History, IsOfWhateverKeyAProjectionHas) {
    const auto states = history<open_cents>(*store, "7").value();
    std::vector<std::optional<std::int64_t>> rows;
    for (const auto& then : states) rows.push_back(then.row);
    // Noted changes nothing and is told all the same; after Paid it begins anew.
    EXPECT_THAT(rows, ElementsAre(100, 100, std::nullopt, 100));
    EXPECT_EQ(states[2].made_by.type(), "Paid");
    EXPECT_EQ(history<projections::agent_metrics>(*store, "coder").value().size(), 2U);
    EXPECT_TRUE(history<open_cents>(*store, "8").value().empty());
}

TEST_F(History, IsOfRowsThatAreMadeFromOthers) {
    using projections::workflow_metrics;
    const auto key = projections::kind_key<projections::work_metrics>("agents");
    const auto states = history<workflow_metrics>(*store, key).value();
    ASSERT_GT(states.size(), 1U);
    for (const auto& then : states) {
        const auto at = point::at(then.made_by.position());
        EXPECT_EQ(then.row, state_at<workflow_metrics>(*store, key, at).value().row);
    }
}

TEST_F(History, LiesBetweenTwoPoints) {
    EXPECT_THAT(positions({.after = point::at(sequence{1}), .until = point::at(sequence{3})}),
                ElementsAre(2, 4));
    EXPECT_THAT(positions({.after = point::at(position{2}), .until = point::at(position{7})}),
                ElementsAre(4, 6));
    EXPECT_THAT(positions({.after = point::occurred_by(test::test_time(10'000'000)),
                           .until = point::occurred_by(test::test_time(39'999'999))}),
                ElementsAre(4, 6));
    const auto recorded = store->read_one(position{8}).value().view().recorded_at();
    EXPECT_THAT(positions({.until = point::recorded_by(recorded)}), ElementsAre(0, 2, 4, 6, 8));
    EXPECT_THAT(positions({.until = point::start()}), ElementsAre());
    EXPECT_THAT(positions({.after = point::now()}), ElementsAre());
    EXPECT_THAT(positions({.after = point::at(sequence{1}), .states_max = 2}), ElementsAre(2, 4));
    EXPECT_THAT(positions({.states_max = 0}), ElementsAre());
}

TEST_F(History, IsLeftWhenTheVisitorHasSeenEnough) {
    int seen = 0;
    const auto visited = for_each_state(*store, any_projection::of<orchestration_state>(),
                                        "issue-1", [&](const past_state&) { return ++seen < 2; });
    EXPECT_THAT(visited, test::HoldsValue());
    EXPECT_EQ(seen, 2);
}

TEST_F(History, TellsChangesThatAddUpToThoseBetweenItsEnds) {
    for (const auto& [of, key] :
         {std::pair{any_projection::of<orchestration_state>(), "issue-1"},
          std::pair{any_projection::of<projections::entity_history>(), "issue-1"},
          std::pair{any_projection::of<open_cents>(), "7"}}) {
        for (std::uint64_t from = 0; from < 9; ++from) {
            const auto before = point::at(position{from});
            const auto after = point::at(position{9});
            const auto whole = difference_between(*store, of, key, before, after).value();
            auto document = whole.before.row ? json::parse(*whole.before.row) : json::value{};
            for_each_state(*store, of, key,
                           [&](const past_state& then) {
                               document = test::patched(document, json_patch(then.changes));
                               EXPECT_EQ(document,
                                         then.row ? json::parse(*then.row) : json::value{});
                               return true;
                           },
                           {.after = before, .until = after})
                .value();
            EXPECT_EQ(document, whole.after.row ? json::parse(*whole.after.row) : json::value{});
        }
    }
}

TEST_F(History, TellsHowTwoInstantsDiffer) {
    const auto of = any_projection::of<orchestration_state>();
    const auto there =
        difference_between(*store, of, "issue-1", point::at(sequence{2}), point::at(sequence{3}))
            .value();
    EXPECT_EQ(there.before.events, 2U);
    EXPECT_EQ(there.after.last, position{4});
    EXPECT_THAT(describe(there.changes), testing::Contains("counts/agents_spawned: 0 -> 1"));
    EXPECT_THAT(describe(there.changes),
                testing::Contains(testing::StartsWith("active_agents/coder added")));
    const auto back =
        difference_between(*store, of, "issue-1", point::at(sequence{3}), point::at(sequence{2}))
            .value();
    EXPECT_EQ(test::patched(json::parse(*back.before.row), json_patch(back.changes)),
              json::parse(*there.before.row));
    const auto same =
        difference_between(*store, of, "issue-9", point::start(), point::now()).value();
    EXPECT_TRUE(same.changes.empty());
    EXPECT_FALSE(same.after.row);
}

TEST_F(History, RefusesPointsThatAreNotThere) {
    EXPECT_THAT(history<orchestration_state>(*store, "issue-1", {.until = point::at(sequence{6})}),
                FailsWith(errc::invalid_argument, "the stream ends with sequence 5"));
    EXPECT_THAT(history<orchestration_state>(*store, "issue-1", {.after = point::at(position{10})}),
                FailsWith(errc::invalid_argument, "the log ends with position 9"));
    EXPECT_THAT(history<open_cents>(*store, "7", {.after = point::at(sequence{1})}),
                FailsWith(errc::invalid_argument, "open_cents"));
    EXPECT_THAT(difference_between(*store, any_projection::of<orchestration_state>(), "issue-1",
                                   point::start(), point::occurred_by(timestamp_max)),
                FailsWith(errc::invalid_argument, "has not come"));
}

TEST_F(History, FailsWhereTheProjectionDoesAndHasTheStatesBefore) {
    append(store, "cart-2", "Poison", 50);
    int seen = 0;
    EXPECT_THAT(for_each_state(*store, any_projection::of<open_cents>(), "7",
                               [&](const past_state&) { return ++seen > 0; }),
                FailsWith(errc::projection_failed, "position 10"));
    EXPECT_EQ(seen, 4);
    EXPECT_THAT(history<open_cents>(*store, "7", {.until = point::at(position{9})}),
                test::HoldsValue());
}

/// A projection that is put together at run time and shows its rows as it likes.
TEST_F(History, RefusesRowsThatAreNotShownAsJson) {
    const auto typed = any_projection::of<open_cents>();
    projections::projection_parts parts{.name = "odd", .version = 1, .wants = typed.wants()};
    parts.make_fold = [&](const query&, projections::row_source rows,
                          projections::fold_options options) {
        return typed.make_fold(std::move(rows), std::move(options));
    };
    parts.row_json = [](std::string_view) -> result<std::string> { return std::string{"{"}; };
    const auto odd = any_projection::of_parts(parts).value();
    const auto any = [](const past_state&) { return true; };
    EXPECT_THAT(for_each_state(*store, odd, "7", any), FailsWith(errc::projection_failed, "odd"));
    EXPECT_THAT(difference_between(*store, odd, "7", point::start(), point::now()),
                FailsWith(errc::projection_failed, "odd"));
}

}  // namespace
}  // namespace daybook::replay
