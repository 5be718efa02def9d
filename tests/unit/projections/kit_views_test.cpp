// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: every event of the orchestration kit means something to the built-in views, and none finds
// a field of it odd.
// Method: one event of each struct, with something in every member, in one stream.

#include <daybook/orchestration.hpp>
#include <daybook/projections/activity.hpp>
#include <daybook/projections/agent_metrics.hpp>
#include <daybook/projections/daily_summary.hpp>
#include <daybook/projections/entity_history.hpp>
#include <daybook/projections/orchestration_events.hpp>
#include <daybook/projections/orchestration_state.hpp>
#include <daybook/projections/quality_metrics.hpp>
#include <daybook/projections/sprint_board.hpp>
#include <daybook/projections/timeline.hpp>
#include <daybook/projections/usage.hpp>
#include <daybook/projections/workflow_metrics.hpp>

#include "sample/demo_sprint.hpp"
#include "support/filled_event.hpp"
#include "support/stored_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace daybook::projections {
namespace {

using orchestration::event_of;
using orchestration::for_each_event_type;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// One of each, in `stream`.
std::vector<event> one_of_each(const std::string& stream) {
    std::vector<std::pair<std::string, new_event>> given;
    for_each_event_type([&]<class E>(std::type_identity<E>) {
        given.emplace_back(stream, event_of(test::filled<E>()).value());
    });
    return test::stored(given);
}

/// The rows of a projection by key, folded without an engine.
template <class P>
std::map<std::string, typename P::row> rows_of(const std::vector<event>& events) {
    std::map<std::string, typename P::row> rows;
    for (const auto& one : events) {
        const json_event current{one.view()};
        const auto add = [&](const std::string& key) {
            rows[key] = P::apply(std::move(rows[key]), current);
        };
        if constexpr (!requires { P::key(current); }) {
            add(std::string{one.stream()});
        } else if constexpr (requires { P::key(current).has_value(); }) {
            if (const auto key = P::key(current)) add(*key);
        } else {
            for (const auto& key : P::key(current)) add(key);
        }
    }
    return rows;
}

TEST(KitInViews, HasAStructForEveryKnownTypeAndAMeaningForEveryStruct) {
    std::set<std::string> of_kit;
    for_each_event_type([&]<class E>(std::type_identity<E>) {
        EXPECT_NE(event_kind_of(E::type_name), event_kind::other) << E::type_name;
        std::string name{E::type_name};
        if (name.starts_with("orchestration.")) name.erase(0, 14);
        of_kit.insert(name);
    });
    std::set<std::string> of_views;
    for (const auto& known : known_event_types()) of_views.emplace(known.type);
    EXPECT_EQ(of_kit, of_views);
}

TEST(KitInViews, GradesEventsAsTheViewsDo) {
    for_each_event_type([]<class E>(std::type_identity<E>) {
        EXPECT_EQ(orchestration::severity_of_type<E>(),
                  default_severity(event_kind_of(E::type_name)))
            << E::type_name;
    });
}

TEST(KitInViews, IsALineOfTheTimelineAndTheFeed) {
    for (const auto& one : one_of_each("issue-SHOP-1")) {
        const json_event current{one.view()};
        const auto entry = activity_feed::entry_of(current);
        // No type of the kit is told as an event of another system is: by its name.
        EXPECT_THAT(entry.message, Not(HasSubstr(std::string{one.type()})));
        EXPECT_THAT(entry.message, Not(IsEmpty())) << one.type();
        if (const auto severity = one.view().tag("severity")) {
            EXPECT_EQ(boost::describe::enum_to_string(entry.severity, ""), *severity);
        }
    }
}

TEST(KitInViews, MakesUpTheStateOfAStream) {
    const auto rows = rows_of<orchestration_state>(one_of_each("issue-SHOP-1"));
    const auto& row = rows.at("issue-SHOP-1");
    EXPECT_EQ(row.events_other, 0U);
    EXPECT_EQ(row.odd_fields, 0U);
    boost::mp11::mp_for_each<
        boost::describe::describe_members<orchestration_counts, boost::describe::mod_public>>(
        [&](auto member) { EXPECT_GT(row.counts.*member.pointer, 0U) << member.name; });
    EXPECT_EQ(row.title, "a name");
    EXPECT_EQ(row.progress_percent, 50U);
    EXPECT_EQ(row.priority, "P3");
    EXPECT_EQ(row.tracker_status, "a to_status");
    EXPECT_EQ(row.last_checkpoint, "a checkpoint_id");
    EXPECT_EQ(row.session, "a session_key");
}

TEST(KitInViews, IsCountedByAgentByGapAndByTest) {
    const auto events = one_of_each("issue-SHOP-1");
    std::uint64_t runs = 0;
    for (const auto& [name, row] : rows_of<agent_metrics>([&] {
             auto of_agents = events;
             std::erase_if(of_agents, [](const event& one) {
                 return !agent_metrics::wants().matches(one.view());
             });
             return of_agents;
         }())) {
        EXPECT_EQ(row.odd_fields, 0U) << name;
        runs += row.spawned;
    }
    EXPECT_EQ(runs, 2U);  // AgentSpawned, agent.started.

    auto of_quality = events;
    std::erase_if(of_quality,
                  [](const event& one) { return !quality_metrics::wants().matches(one.view()); });
    const auto quality = quality_metrics::present(rows_of<quality_metrics>(of_quality).at("all"));
    EXPECT_EQ(quality.odd_fields, 0U);
    EXPECT_EQ(quality.gaps_found, 1U);
    EXPECT_EQ(quality.gaps_resolved, 1U);
    EXPECT_EQ(quality.checks.passed, 1U);
    EXPECT_EQ(quality.test_runs.failed, 1U);
    EXPECT_EQ(quality.tests_passed, 100U);
    EXPECT_EQ(quality.coverage_percent, 50.0);
    EXPECT_EQ(quality.score, 50.0);
}

TEST(KitInViews, IsOnTheBoardAndInTheHistory) {
    using namespace orchestration;
    std::vector<std::pair<std::string, new_event>> given;
    const auto add = [&](const auto& one) { given.emplace_back("task-T1", event_of(one).value()); };
    add(task_created{
        .task_code = "T1", .title = "Log in", .sprint_code = "14", .priority = task_priority::P2});
    add(task_assigned{.task_code = "T1", .assignee = "coder"});
    add(task_status_changed{
        .task_code = "T1",
        .changes = {.status = from_to(task_status::pending, task_status::in_progress)}});
    add(task_priority_changed{
        .task_code = "T1", .changes = {.priority = from_to(task_priority::P2, task_priority::P0)}});
    add(task_progress_updated{.task_code = "T1", .progress_percent = 40});
    add(task_blocked{
        .task_code = "T1",
        .reason = "no schema",
        .changes = {.status = from_to(task_status::in_progress, task_status::blocked)}});
    add(activity_conflict_detected{
        .agent_type = "agent-api",
        .agent_name = "API Agent",
        .task_id = "T1",
        .task_description = "Log in",
        .conflict = conflict_details{.type = "contract", .file = "login.ts"}});
    const auto events = test::stored(given);
    const auto task = rows_of<sprint_board>(events).at("task:T1");
    EXPECT_EQ(task.title, "Log in");
    EXPECT_EQ(task.sprint, "14");
    EXPECT_EQ(task.priority, "P0");
    EXPECT_EQ(task.assignee, "API Agent");
    EXPECT_EQ(task.progress_percent, 40U);
    EXPECT_EQ(task.state, "blocked");
    EXPECT_EQ(task.blocked_by, "contract");
    EXPECT_EQ(task.odd_fields, 0U);
    const auto history = rows_of<entity_history>(events).at("task-T1");
    EXPECT_EQ(history.fields.at("status").value, "blocked");
    EXPECT_EQ(history.fields.at("priority").value, "P0");
    EXPECT_EQ(history.fields.at("assignee").value, "coder");
    EXPECT_EQ(history.befores_odd, 0U);
}

TEST(KitInViews, LeavesNoFieldOddInAnyView) {
    const auto events = one_of_each("issue-SHOP-1");
    for (const auto& [key, row] : rows_of<sprint_board>(events))
        EXPECT_EQ(row.odd_fields, 0U) << key;
    for (const auto& [key, row] : rows_of<usage>(events)) EXPECT_EQ(row.odd_fields, 0U) << key;
    for (const auto& [key, row] : rows_of<work_in_streams>(events))
        EXPECT_EQ(row.also.odd_fields, 0U) << key;
    const auto days = rows_of<daily_summary>(events);
    EXPECT_THAT(days, Not(IsEmpty()));
    EXPECT_EQ(days.begin()->second.events, orchestration::event_type_count);
    const auto statistics = rows_of<activity_statistics>(events).at("all");
    EXPECT_EQ(statistics.by_type.size(), orchestration::event_type_count);
    EXPECT_THAT(statistics.by_agent, Not(IsEmpty()));
}

// The sample writes its payloads by hand: both know the same fields.
TEST(KitInViews, ReadsEveryEventOfTheSample) {
    std::set<std::string_view> read;
    std::vector<std::pair<std::string, new_event>> given;
    for (auto& one : sample::demo_sprint().events) given.emplace_back(one.stream, one.event);
    for (const auto& one : test::stored(given)) {
        for_each_event_type([&]<class E>(std::type_identity<E>) {
            if (one.type() != E::type_name) return;
            const auto known = event_as<E>(one);
            EXPECT_TRUE(known) << known.error().message << "\n" << one.payload();
            read.insert(E::type_name);
        });
    }
    EXPECT_EQ(read.size(), 53U);  // All that it writes.
}

}  // namespace
}  // namespace daybook::projections
