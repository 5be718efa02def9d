// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: circles are exactly the sets of nodes that lead to each other, with a way around.
// Method: random graphs against reachability by brute force.

#include "cause_web.hpp"

#include "support/randomness.hpp"

#include <gtest/gtest.h>

#include <set>

namespace daybook::replay {
namespace {

using node = cause_web::node;
using edges = std::set<std::pair<node, node>>;

cause_web web_of(const edges& all) {
    cause_web web{1000};
    for (const auto& [from, to] : all) EXPECT_TRUE(web.add(from, to));
    return web;
}

std::set<std::set<node>> circles_by_force(const edges& all, node nodes) {
    std::vector<std::vector<bool>> reaches(nodes, std::vector<bool>(nodes));
    for (const auto& [from, to] : all) reaches[from][to] = true;
    for (node k = 0; k < nodes; ++k) {
        for (node i = 0; i < nodes; ++i) {
            for (node j = 0; j < nodes; ++j)
                reaches[i][j] = reaches[i][j] || (reaches[i][k] && reaches[k][j]);
        }
    }
    std::set<std::set<node>> circles;
    for (node i = 0; i < nodes; ++i) {
        std::set<node> members;
        for (node j = 0; j < nodes; ++j) {
            if (reaches[i][j] && reaches[j][i]) members.insert(j);
        }
        if (members.size() > 1) circles.insert(members);
    }
    return circles;
}

TEST(CauseWeb, HasNoCirclesWhereNothingLeadsBack) {
    EXPECT_TRUE(cause_web{10}.circles().empty());
    EXPECT_TRUE(web_of({{1, 0}, {2, 0}, {2, 1}, {3, 2}}).circles().empty());
}

TEST(CauseWeb, TellsAShortWayAndWhoElseBelongs) {
    const auto circles =
        web_of({{5, 6}, {6, 7}, {7, 5}, {6, 5}, {6, 8}, {8, 9}, {9, 6}, {1, 5}}).circles();
    ASSERT_EQ(circles.size(), 1U);
    EXPECT_EQ(circles[0].way, (std::vector<node>{5, 6}));
    EXPECT_EQ(circles[0].others, (std::vector<node>{7, 8, 9}));
}

TEST(CauseWeb, TakesNoMoreEdgesThanItMay) {
    cause_web web{2};
    EXPECT_TRUE(web.add(0, 1));
    EXPECT_TRUE(web.add(1, 0));
    EXPECT_FALSE(web.add(1, 2));
    EXPECT_EQ(web.circles().size(), 1U);
}

TEST(CauseWeb, WalksChainsOfAnyLength) {
    constexpr node last = 300'000;
    cause_web web{last + 1};
    for (node i = 0; i < last; ++i) web.add(i, i + 1);
    web.add(last, 0);
    const auto circles = web.circles();
    ASSERT_EQ(circles.size(), 1U);
    EXPECT_EQ(circles[0].way.size(), last + 1U);
}

TEST(CauseWeb, AgreesWithBruteForce) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    for (int round = 0; round < 300; ++round) {
        const auto nodes = static_cast<node>(random.between(2, 12));
        edges all;
        for (auto count = random.below(24); count > 0; --count) {
            const auto from = static_cast<node>(random.below(nodes));
            const auto to = static_cast<node>(random.below(nodes));
            if (from != to) all.emplace(from, to);
        }
        std::set<std::set<node>> found;
        for (const auto& circle : web_of(all).circles()) {
            std::set<node> members{circle.way.begin(), circle.way.end()};
            EXPECT_EQ(circle.way.front(), *members.begin());
            members.insert(circle.others.begin(), circle.others.end());
            EXPECT_EQ(members.size(), circle.way.size() + circle.others.size());
            for (std::size_t i = 0; i < circle.way.size(); ++i)
                EXPECT_TRUE(all.contains({circle.way[i], circle.way[(i + 1) % circle.way.size()]}));
            found.insert(std::move(members));
        }
        EXPECT_EQ(found, circles_by_force(all, nodes));
    }
}

}  // namespace
}  // namespace daybook::replay
