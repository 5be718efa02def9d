// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the built-in views take any event, give the same rows in any batches, and show them as
// JSON. Method: all known types with payloads whose fields have random values of random kinds.

#include <daybook/projections/built_in.hpp>
#include <daybook/projections/orchestration_events.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/testing.hpp>
#include <daybook/projections/view.hpp>
#include <daybook/raw_json.hpp>

#include "odd_events.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

namespace daybook::projections {
namespace {

using test::HoldsValue;
using test::odd_events;

TEST(BuiltIn, AreFoundByName) {
    std::vector<std::string> names;
    for (const auto& one : built_in_projections()) names.push_back(one.name());
    EXPECT_THAT(names, testing::ElementsAre(
                           "activity_feed", "activity_statistics", "agent_metrics", "daily_summary",
                           "entity_history", "orchestration_state", "quality_metrics",
                           "sprint_board", "timeline", "usage", "workflow_metrics"));
    EXPECT_TRUE(find_built_in("timeline"));
    EXPECT_FALSE(find_built_in("nothing"));
}

TEST(BuiltIn, GiveTheSameRowsForAnyEventsInAnyBatches) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    odd_events odd{seed};
    std::vector<detail::given_event> given;
    for (int i = 0; i < 400; ++i) given.push_back({odd.stream(), odd.next()});
    for (const auto& of : built_in_projections()) {
        const auto rows = detail::fold_given(of, given);
        ASSERT_THAT(rows, HoldsValue()) << of.name();
        EXPECT_FALSE(rows->empty());
        for (const auto& [key, bytes] : *rows) {
            const auto text = of.row_json(bytes);
            ASSERT_THAT(text, HoldsValue());
            EXPECT_THAT(check_json(*text), HoldsValue()) << *text;
        }
    }
}

/// The part of the page on built-in views that is about `view`.
std::string documented(const std::string& view) {
    std::ifstream file{DAYBOOK_SOURCE_DIR "/projections/docs/built_in_views.md"};
    std::string section;
    bool within = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("## ")) within = line == "## " + view;
        if (within) section += line + '\n';
    }
    return section;
}

TEST(BuiltIn, HaveEveryFieldOfTheirRowsDocumented) {
    odd_events odd{7};
    std::vector<detail::given_event> given;
    for (int i = 0; i < 60; ++i) given.push_back({odd.stream(), odd.next()});
    for (const auto& of : built_in_projections()) {
        const auto section = documented(of.name());
        const auto rows = detail::fold_given(of, given).value();
        ASSERT_FALSE(rows.empty()) << of.name();
        const auto shown = boost::json::parse(of.row_json(rows.begin()->second).value());
        for (const auto& member : shown.as_object()) {
            const auto name = '`' + std::string{member.key()} + '`';
            EXPECT_NE(section.find(name), std::string::npos) << of.name() << ' ' << name;
        }
    }
}

// Rows of these versions lie in users' stores: another shape needs another version.
TEST(BuiltIn, KeepTheirRowsShapes) {
    const std::set<std::string> changed_once{"entity_history", "sprint_board", "workflow_metrics"};
    std::map<std::string, std::uint64_t> shapes;
    for (const auto& of : built_in_projections()) {
        EXPECT_EQ(of.version(), changed_once.contains(of.name()) ? 2U : 1U);
        shapes[of.name()] = of.row_fingerprint();
    }
    EXPECT_EQ(shapes["agent_metrics"], 15'915'375'581'650'966'101U);
    EXPECT_EQ(shapes["orchestration_state"], 3'126'087'290'775'602'651U);
    EXPECT_EQ(shapes["timeline"], 2'394'862'134'022'364'916U);
    EXPECT_EQ(shapes["activity_feed"], 3'372'007'076'116'555'816U);
    EXPECT_EQ(shapes["activity_statistics"], 10'953'407'625'490'832'427U);
    EXPECT_EQ(shapes["daily_summary"], 17'196'571'576'664'046'846U);
    EXPECT_EQ(shapes["entity_history"], 13'367'311'822'716'180'355U);
    EXPECT_EQ(shapes["quality_metrics"], 16'150'762'535'684'820'553U);
    EXPECT_EQ(shapes["sprint_board"], 7'562'248'334'979'963'543U);
    EXPECT_EQ(shapes["usage"], 11'548'008'765'009'695'530U);
    EXPECT_EQ(shapes["workflow_metrics"], 11'791'414'049'870'571'647U);
}

}  // namespace
}  // namespace daybook::projections
