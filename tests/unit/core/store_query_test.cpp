// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: every kind of term selects what it says, counts add up, and a plan tells the truth.
// Random queries against brute force are in tests/model.

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <algorithm>

namespace daybook::test {
namespace {

using places = std::vector<std::uint64_t>;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t hour = 3'600'000'000;

/// Six events whose fields are easy to tell apart; "/agent" is indexed, "/n" is not.
class StoreQuery : public testing::Test {
protected:
    StoreQuery() : opened_{options()} {
        add("task-1", "Started", R"({"agent":"coder","n":1})", {"phase:CODE"}, "run-1", "ann");
        add("task-1", "Progress", R"({"agent":"coder","n":2.5,"files":["a.cpp","b.cpp"]})",
            {"phase:CODE", "severity:error"}, "run-1", "ann");
        add("task-2", "Started", R"({"agent":"tester","n":3,"done":true})", {"phase:TEST"}, "run-2",
            "bob");
        add("task-2", "Finished", R"({"agent":"tester","n":"3","note":null})",
            {"phase:TEST", "phase:CODE"}, "run-2", "bob");
        add("sprint-1", "Finished", R"({"n":10,"deep":{"er":"x"}})", {}, "", "");
        add("sprint-1", "Started", "[1,2]", {"severity:error"}, "run-1", "ann");
    }
    static store_options options() {
        auto made = quick_options();
        made.indexed_fields = {"/agent"};
        return made;
    }
    void add(const char* stream, const char* type, std::string payload,
             std::vector<std::string> tags, const char* correlation, const char* by) {
        auto e = simple_event(type, std::move(payload));
        const auto number = opened_->watermark().value;
        e.id = numbered_id(number);
        if (number > 0) e.causes = {numbered_id(number - 1)};
        e.tags = std::move(tags);
        e.correlation = correlation;
        e.actor = {number % 2 == 0 ? "agent" : "user", by, ""};
        e.occurred_at = test_time(static_cast<std::int64_t>(number) * 10 * hour);
        opened_->append(stream, expected::any(), {e}).value();
    }
    places found(const criteria& c) { return positions_of(opened_->read(c)); }
    places found_where(const char* condition) {
        query q;
        q.where.push_back(parse_payload_condition(condition).value());
        return positions_of(opened_->read(q));
    }
    fresh_store opened_;
};

TEST_F(StoreQuery, EveryCriterionSelects) {
    EXPECT_EQ(found({.types = {"Started"}}), (places{0, 2, 5}));
    EXPECT_EQ(found({.types = {"Started", "Progress"}}), (places{0, 1, 2, 5}));
    EXPECT_EQ(found({.tags = {"phase:CODE"}}), (places{0, 1, 3}));
    EXPECT_EQ(found({.tags = {"phase:CODE", "severity:error"}}), (places{1}));
    EXPECT_EQ(found({.stream = "task-2"}), (places{2, 3}));
    EXPECT_EQ(found({.category = "sprint"}), (places{4, 5}));
    EXPECT_EQ(found({.correlation = "run-1"}), (places{0, 1, 5}));
    EXPECT_EQ(found({.actor = "bob"}), (places{2, 3}));
    EXPECT_EQ(found({.actor_type = "user"}), (places{1, 3, 5}));
    EXPECT_EQ(found({.id = numbered_id(3)}), (places{3}));
    EXPECT_EQ(found({.cause = numbered_id(3)}), (places{4}));
    EXPECT_EQ(found({.since = test_time(20 * hour)}), (places{2, 3, 4, 5}));
    EXPECT_EQ(found({.until = test_time(20 * hour)}), (places{0, 1}));
    EXPECT_EQ(found({.since = test_time(20 * hour), .until = test_time(20 * hour + 1)}),
              (places{2}));
    EXPECT_EQ(found({}), (places{0, 1, 2, 3, 4, 5}));
}

TEST_F(StoreQuery, WhatIsNotThereSelectsNothing) {
    EXPECT_THAT(found({.types = {"Start"}}), IsEmpty());
    EXPECT_THAT(found({.tags = {"phase:COD"}}), IsEmpty());
    EXPECT_THAT(found({.stream = "task-3"}), IsEmpty());
    EXPECT_THAT(found({.category = "tas"}), IsEmpty());
    EXPECT_THAT(found({.id = numbered_id(99)}), IsEmpty());
    EXPECT_THAT(found({.types = {"Started"}, .stream = "task-1", .actor = "bob"}), IsEmpty());
    EXPECT_THAT(found({.since = test_time(hour), .until = test_time(2 * hour)}), IsEmpty());
}

TEST_F(StoreQuery, CriteriaAndAlternativesCombine) {
    EXPECT_EQ(found({.types = {"Started"}, .correlation = "run-1"}), (places{0, 5}));
    query either;
    either.any_of = {criteria{.stream = "task-1"}, criteria{.tags = {"severity:error"}}};
    EXPECT_EQ(positions_of(opened_->read(either)), (places{0, 1, 5}));
    either.where.push_back({.pointer = "/agent", .op = comparison::exists});
    EXPECT_EQ(positions_of(opened_->read(either)), (places{0, 1}));
}

TEST_F(StoreQuery, EveryComparisonSelects) {
    EXPECT_EQ(found_where("/agent=coder"), (places{0, 1}));
    EXPECT_EQ(found_where("/agent!=coder"), (places{2, 3}));
    EXPECT_EQ(found_where("/agent^=te"), (places{2, 3}));
    EXPECT_EQ(found_where("/agent*=ode"), (places{0, 1}));
    EXPECT_EQ(found_where("/agent>coder"), (places{2, 3}));
    EXPECT_EQ(found_where("/agent"), (places{0, 1, 2, 3}));
    EXPECT_EQ(found_where("/n=3"), (places{2}));
    EXPECT_EQ(found_where("/n=\"3\""), (places{3}));
    EXPECT_EQ(found_where("/n=2.5"), (places{1}));
    EXPECT_EQ(found_where("/n<3"), (places{0, 1}));
    EXPECT_EQ(found_where("/n<=3"), (places{0, 1, 2}));
    EXPECT_EQ(found_where("/n>2"), (places{1, 2, 4}));
    EXPECT_EQ(found_where("/n>=3"), (places{2, 4}));
    EXPECT_EQ(found_where("/n!=3"), (places{0, 1, 3, 4}));
    EXPECT_EQ(found_where("/done=true"), (places{2}));
    EXPECT_EQ(found_where("/note=null"), (places{3}));
    EXPECT_EQ(found_where("/note"), (places{3}));
    EXPECT_EQ(found_where("/files*=b.cpp"), (places{1}));
    EXPECT_EQ(found_where("/files/1=b.cpp"), (places{1}));
    EXPECT_EQ(found_where("/deep/er=x"), (places{4}));
    EXPECT_EQ(found_where("/0=1"), (places{5}));
}

TEST_F(StoreQuery, APayloadMayBeDeep) {
    for (const std::size_t depth : {30U, 40U, 250U}) {
        const auto deep = std::string(depth, '[') + std::string(depth, ']');
        add("deep-1", "Deep", R"({"agent":"diver","n":7,"deep":)" + deep + "}", {}, "", "");
    }
    EXPECT_EQ(found_where("/agent=diver").size(), 3U);
    EXPECT_EQ(found_where("/n=7").size(), 3U);
    EXPECT_EQ(found_where("/deep/0/0").size(), 3U);
}

TEST_F(StoreQuery, BeginsAnywhereAndGoesBothWays) {
    const query started = query::types({"Started"});
    EXPECT_EQ(positions_of(opened_->read(started, {.from = 1})), (places{2, 5}));
    EXPECT_EQ(positions_of(opened_->read(started, {.from = 2, .limit = 1})), (places{2}));
    EXPECT_EQ(positions_of(opened_->read(started, {.direction = direction::backwards})),
              (places{5, 2, 0}));
    EXPECT_EQ(positions_of(opened_->read(started, {.direction = direction::backwards, .from = 4})),
              (places{2, 0}));
    EXPECT_THAT(positions_of(opened_->read(started, {.from = 6})), IsEmpty());
    EXPECT_THAT(positions_of(opened_->read(started, {.limit = 0})), IsEmpty());
}

using counts = std::vector<group_count>;

TEST_F(StoreQuery, CountsGroupByEverything) {
    const auto count = [&](grouping::kind by, std::string key = {}) {
        return opened_->count(query::all(), {by, std::move(key)}).value();
    };
    EXPECT_EQ(count(grouping::kind::none), (counts{{"", 6}}));
    EXPECT_EQ(count(grouping::kind::type),
              (counts{{"Started", 3}, {"Finished", 2}, {"Progress", 1}}));
    EXPECT_EQ(count(grouping::kind::actor), (counts{{"ann", 3}, {"bob", 2}}));
    EXPECT_EQ(count(grouping::kind::tag, "phase"), (counts{{"CODE", 3}, {"TEST", 2}}));
    EXPECT_THAT(count(grouping::kind::tag, "none"), IsEmpty());
    EXPECT_EQ(count(grouping::kind::field, "/agent"), (counts{{"coder", 2}, {"tester", 2}}));
    EXPECT_EQ(count(grouping::kind::day),
              (counts{{"2025-12-22", 3}, {"2025-12-23", 2}, {"2025-12-24", 1}}));
    EXPECT_EQ(count(grouping::kind::month), (counts{{"2025-12", 6}}));
    EXPECT_EQ(count(grouping::kind::hour).front(), (group_count{"2025-12-22T00", 1}));
    EXPECT_EQ(count(grouping::kind::hour).size(), 6U);
    auto categories = count(grouping::kind::category);
    EXPECT_EQ(categories, (counts{{"task", 4}, {"sprint", 2}}));
}

TEST_F(StoreQuery, CountsKeepToTheQuery) {
    const query q{criteria{.tags = {"phase:CODE"}}};
    EXPECT_EQ(opened_->count(q).value(), (counts{{"", 3}}));
    EXPECT_EQ(opened_->count(q, {grouping::kind::actor, ""}).value(),
              (counts{{"ann", 2}, {"bob", 1}}));
    query where;
    where.where.push_back(parse_payload_condition("/n>2").value());
    EXPECT_EQ(opened_->count(where).value(), (counts{{"", 3}}));
    EXPECT_EQ(opened_->count(where, {grouping::kind::tag, "phase"}).value(),
              (counts{{"CODE", 1}, {"TEST", 1}}));
}

TEST_F(StoreQuery, CountsRefuseGroupingsThatMakeNoSense) {
    EXPECT_THAT(opened_->count(query::all(), {grouping::kind::field, "no-slash"}),
                FailsWith(errc::invalid_argument, "no-slash"));
    EXPECT_THAT(opened_->count(query::all(), {grouping::kind::tag, ""}),
                FailsWith(errc::invalid_argument));
}

TEST_F(StoreQuery, APlanTellsWhatWasRead) {
    const auto by_type = opened_->explain(query::types({"Started"})).value();
    EXPECT_FALSE(by_type.scans_log);
    EXPECT_TRUE(by_type.exact_from_index);
    EXPECT_EQ(by_type.matches, 3U);
    EXPECT_EQ(by_type.candidates, 3U);
    EXPECT_EQ(by_type.segments, 1U);
    EXPECT_EQ(by_type.segments_read, 1U);
    ASSERT_FALSE(by_type.steps.empty());
    EXPECT_EQ(by_type.steps[0].what, "type=Started");
    EXPECT_EQ(by_type.steps[0].candidates, 3U);

    query unindexed;
    unindexed.where.push_back(parse_payload_condition("/n>2").value());
    const auto scan = opened_->explain(unindexed).value();
    EXPECT_TRUE(scan.scans_log);
    EXPECT_FALSE(scan.exact_from_index);
    EXPECT_EQ(scan.matches, 3U);

    const auto none = opened_->explain(criteria{.types = {"None"}}).value();
    EXPECT_EQ(none.matches, 0U);
    EXPECT_EQ(none.candidates, 0U);
    EXPECT_EQ(none.segments_read, 0U);
}

}  // namespace
}  // namespace daybook::test
