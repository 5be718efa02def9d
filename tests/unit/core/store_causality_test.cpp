// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: walks along causes find every event once, at its depth, whatever the graph looks like.

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <algorithm>

namespace daybook::test {
namespace {

using places = std::vector<std::uint64_t>;
using testing::ElementsAre;
using testing::IsEmpty;

class StoreCausality : public testing::Test {
protected:
    /// Event `number`, caused by `causes`; its position is its place in the order of calls.
    void add(std::uint64_t number, std::initializer_list<std::uint64_t> causes,
             std::int64_t seconds = 0, const char* correlation = "run-1") {
        auto e = simple_event("E" + std::to_string(number));
        e.id = numbered_id(number);
        for (const auto cause : causes) e.causes.push_back(numbered_id(cause));
        e.correlation = correlation;
        e.occurred_at = test_time(seconds * 1'000'000);
        opened_->append("task-" + std::to_string(number % 3), expected::any(), {e}).value();
    }
    /// 0 leads to 1 and 2, both lead to 3, and 3 to 4; 5 stands alone.
    void add_diamond() {
        add(0, {}, 0);
        add(1, {0}, 10);
        add(2, {0}, 5);
        add(3, {1, 2}, 20);
        add(4, {3}, 30);
        add(5, {}, 7);
    }
    static places positions_in(const causal_graph& graph) {
        places all;
        for (const auto& node : graph.nodes) all.push_back(node.event.position().value);
        return all;
    }
    static places depths_in(const causal_graph& graph) {
        places all;
        for (const auto& node : graph.nodes) all.push_back(node.depth);
        return all;
    }
    fresh_store opened_;
};

TEST_F(StoreCausality, CausesGoUpstream) {
    add_diamond();
    const auto graph = opened_->causes(numbered_id(4)).value();
    EXPECT_EQ(positions_in(graph), (places{4, 3, 1, 2, 0}));
    EXPECT_EQ(depths_in(graph), (places{0, 1, 2, 2, 3}));
    EXPECT_THAT(graph.nodes[0].parents, IsEmpty());
    EXPECT_THAT(graph.nodes[1].parents, ElementsAre(0U));
    EXPECT_THAT(graph.nodes[4].parents, testing::UnorderedElementsAre(2U, 3U));
    EXPECT_FALSE(graph.truncated);
    EXPECT_THAT(graph.missing, IsEmpty());
}

TEST_F(StoreCausality, EffectsGoDownstream) {
    add_diamond();
    const auto graph = opened_->effects(numbered_id(0)).value();
    EXPECT_EQ(positions_in(graph), (places{0, 1, 2, 3, 4}));
    EXPECT_EQ(depths_in(graph), (places{0, 1, 1, 2, 3}));
    EXPECT_THAT(graph.nodes[3].parents, testing::UnorderedElementsAre(1U, 2U));
    EXPECT_EQ(positions_in(opened_->effects(numbered_id(5)).value()), places{5});
}

TEST_F(StoreCausality, WalksCrossCorrelations) {
    add(0, {}, 0, "run-1");
    add(1, {0}, 0, "run-2");
    add(2, {1}, 0, "");
    EXPECT_EQ(positions_in(opened_->effects(numbered_id(0)).value()), (places{0, 1, 2}));
    EXPECT_EQ(positions_in(opened_->causes(numbered_id(2)).value()), (places{2, 1, 0}));
}

TEST_F(StoreCausality, NamesCausesThatAreNotHere) {
    add(1, {100, 101});
    add(2, {1, 100});
    const auto graph = opened_->causes(numbered_id(2)).value();
    EXPECT_EQ(positions_in(graph), (places{1, 0}));
    EXPECT_THAT(graph.missing, testing::UnorderedElementsAre(numbered_id(100), numbered_id(101)));
    EXPECT_FALSE(graph.truncated);
}

TEST_F(StoreCausality, CyclesAreHarmless) {
    add(1, {2});
    add(2, {1});
    add(3, {3, 2});
    EXPECT_EQ(positions_in(opened_->causes(numbered_id(1)).value()), (places{0, 1}));
    EXPECT_EQ(positions_in(opened_->effects(numbered_id(1)).value()), (places{0, 1, 2}));
    EXPECT_EQ(positions_in(opened_->causes(numbered_id(3)).value()), (places{2, 1, 0}));
    auto tree = positions_in(opened_->correlation_tree("run-1").value());
    std::sort(tree.begin(), tree.end());
    EXPECT_EQ(tree, (places{0, 1, 2}));
    EXPECT_THAT(opened_->critical_path("run-1"), HoldsValue());
}

TEST_F(StoreCausality, ACauseMayComeLaterInTheLog) {
    add(1, {2});
    add(2, {});
    EXPECT_EQ(positions_in(opened_->causes(numbered_id(1)).value()), (places{0, 1}));
    EXPECT_EQ(positions_in(opened_->effects(numbered_id(2)).value()), (places{1, 0}));
    EXPECT_EQ(positions_in(opened_->correlation_tree("run-1").value()), (places{1, 0}));
}

TEST_F(StoreCausality, TheSameCauseTwiceIsOneParent) {
    add(1, {});
    add(2, {1, 1});
    const auto graph = opened_->effects(numbered_id(1)).value();
    EXPECT_EQ(positions_in(graph), (places{0, 1}));
    EXPECT_THAT(graph.nodes[1].parents, ElementsAre(0U));
    const auto upstream = opened_->causes(numbered_id(2)).value();
    EXPECT_EQ(positions_in(upstream), (places{1, 0}));
    EXPECT_THAT(upstream.nodes[1].parents, ElementsAre(0U));
    EXPECT_THAT(opened_->correlation_tree("run-1")->nodes[1].parents, ElementsAre(0U));
}

TEST_F(StoreCausality, EventsOfOneDepthComeByPosition) {
    add(0, {});
    add(1, {0});
    add(2, {0});
    add(3, {2});
    add(4, {1});
    const auto graph = opened_->effects(numbered_id(0)).value();
    EXPECT_EQ(positions_in(graph), (places{0, 1, 2, 3, 4}));
    EXPECT_THAT(graph.nodes[3].parents, ElementsAre(2U));
    EXPECT_THAT(graph.nodes[4].parents, ElementsAre(1U));
}

TEST_F(StoreCausality, StopsAtItsLimits) {
    for (std::uint64_t i = 0; i < 20; ++i) {
        if (i == 0)
            add(0, {});
        else
            add(i, {i - 1});
    }
    const auto shallow = opened_->causes(numbered_id(19), {.depth_max = 3}).value();
    EXPECT_EQ(depths_in(shallow), (places{0, 1, 2, 3}));
    EXPECT_TRUE(shallow.truncated);
    const auto few = opened_->effects(numbered_id(0), {.nodes_max = 5}).value();
    EXPECT_EQ(few.nodes.size(), 5U);
    EXPECT_TRUE(few.truncated);
    const auto whole = opened_->effects(numbered_id(0), {.depth_max = 19, .nodes_max = 20}).value();
    EXPECT_EQ(whole.nodes.size(), 20U);
    EXPECT_FALSE(whole.truncated);
    EXPECT_EQ(opened_->causes(numbered_id(5), {.depth_max = 0})->nodes.size(), 1U);
    EXPECT_TRUE(opened_->correlation_tree("run-1", {.nodes_max = 7})->truncated);
}

TEST_F(StoreCausality, AnUnknownEventIsNotFound) {
    EXPECT_THAT(opened_->causes(numbered_id(1)),
                FailsWith(errc::not_found, to_string(numbered_id(1))));
    EXPECT_THAT(opened_->effects(numbered_id(1)), FailsWith(errc::not_found));
}

TEST_F(StoreCausality, ACorrelationIsAForest) {
    add_diamond();
    add(6, {4}, 0, "run-2");
    add(7, {6}, 0, "run-1");
    const auto tree = opened_->correlation_tree("run-1").value();
    EXPECT_EQ(positions_in(tree), (places{0, 5, 7, 1, 2, 3, 4}));
    EXPECT_EQ(depths_in(tree), (places{0, 0, 0, 1, 1, 2, 3}));
    EXPECT_THAT(opened_->correlation_tree("run-9")->nodes, IsEmpty());
}

TEST_F(StoreCausality, TheCriticalPathEndsLast) {
    add_diamond();
    const auto path = opened_->critical_path("run-1").value();
    EXPECT_EQ(types_of(path.events), (std::vector<std::string>{"E0", "E1", "E3", "E4"}));
    EXPECT_EQ(path.duration, std::chrono::seconds{30});
    EXPECT_THAT(opened_->critical_path("run-9")->events, IsEmpty());
    EXPECT_EQ(opened_->critical_path("run-9")->duration, std::chrono::seconds{0});
}

TEST_F(StoreCausality, TheCriticalPathOfOneEventIsThatEvent) {
    add(1, {}, 5);
    const auto path = opened_->critical_path("run-1").value();
    EXPECT_EQ(types_of(path.events), std::vector<std::string>{"E1"});
    EXPECT_EQ(path.duration, std::chrono::seconds{0});
}

}  // namespace
}  // namespace daybook::test
