// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the structs of the orchestration kit carry the events that the requirements name, take no
// word that is none of theirs, and are stored with the metadata that finds them again.
// Method: every struct with something in every member; DAYBOOK_UPDATE_GOLDEN=1 writes the table of
// core/docs/orchestration.md anew.

#include <daybook/orchestration.hpp>
#include <daybook/orchestration/activity.hpp>
#include <daybook/orchestration/agents.hpp>
#include <daybook/orchestration/change.hpp>
#include <daybook/orchestration/event_of.hpp>
#include <daybook/orchestration/event_types.hpp>
#include <daybook/orchestration/gaps.hpp>
#include <daybook/orchestration/lifecycle.hpp>
#include <daybook/orchestration/planning.hpp>
#include <daybook/orchestration/quality.hpp>
#include <daybook/orchestration/recovery.hpp>
#include <daybook/orchestration/summaries.hpp>
#include <daybook/orchestration/tags.hpp>
#include <daybook/orchestration/undertaking.hpp>
#include <daybook/orchestration/vocabulary.hpp>
#include <daybook/orchestration/work.hpp>
#include <daybook/orchestration/workflow.hpp>
#include <daybook/store.hpp>

#include "support/filled_event.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/stored_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>

namespace daybook::orchestration {

struct plan {
    std::string title{};
    task_status status{};
    std::optional<std::string> assignee{};
    std::uint64_t size = 0;
    double progress_percent = 0;
    std::vector<std::string> labels{};
    timestamp due{};
    bool urgent = false;
};
BOOST_DESCRIBE_STRUCT(plan, (),
                      (title, status, assignee, size, progress_percent, labels, due, urgent))

namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

/// Stores one event and gives it back.
event stored(new_event made) { return test::stored({{"task-1", std::move(made)}}).front(); }

std::vector<std::string> tags_in(const event_view& event) {
    std::vector<std::string> tags;
    for (const auto tag : event.tags()) tags.emplace_back(tag);
    return tags;
}

std::string why(const result<new_event>& refused) {
    if (refused) return "was made";
    EXPECT_EQ(refused.error().code, errc::invalid_argument);
    return refused.error().message;
}

template <class E>
std::string why_not_read(std::string payload) {
    const auto read = event_as<E>(test::stored_payload(std::move(payload)));
    if (read) return "was read";
    EXPECT_EQ(read.error().code, errc::invalid_argument);
    return read.error().message;
}

TEST(OrchestrationKit, HasTheTypesOfTheFiveSystems) {
    std::set<std::string_view> types;
    for_each_event_type([&]<class E>(std::type_identity<E>) {
        EXPECT_TRUE(types.insert(E::type_name).second) << E::type_name << " is there twice";
        EXPECT_EQ(event_type_name<E>(), E::type_name);
        EXPECT_EQ(event_schema_version<E>(), "1.0.0");
    });
    EXPECT_EQ(types.size(), event_type_count);
    for (const std::string_view wanted : {"OrchestrationStarted",
                                          "PhaseFailed",
                                          "AgentBlocked",
                                          "GapEscalated",
                                          "PRMerged",
                                          "WorklogAdded",
                                          "ConfluencePageCreated",
                                          "TestRunFailed",
                                          "CheckpointRestored",
                                          "PhaseSummaryCreated",
                                          "OrchestrationSummaryCreated",
                                          "RecoveryFailed",
                                          "agent.conflict_detected",
                                          "orchestration.sprint.metadata_updated",
                                          "orchestration.task.blocked",
                                          "orchestration.session.resumed",
                                          "orchestration.context.assembled",
                                          "orchestration.notification.created",
                                          "orchestration.alert.raised",
                                          "workflow.control_requested",
                                          "workflow.cancelled"}) {
        EXPECT_TRUE(types.contains(wanted)) << wanted;
    }
}

TEST(OrchestrationKit, ReadsBackWhatItMakes) {
    std::vector<std::pair<std::string, new_event>> given;
    for_each_event_type([&]<class E>(std::type_identity<E>) {
        const auto made = event_of(test::filled<E>());
        ASSERT_TRUE(made) << made.error().message;
        EXPECT_EQ(made->type, E::type_name);
        EXPECT_EQ(made->schema, "1.0.0");
        given.emplace_back("task-1", *made);
        // Nothing but what is needed is a valid event, too, and says nothing that it does not know.
        const auto least = event_of(E{});
        ASSERT_TRUE(least) << least.error().message;
        EXPECT_THAT(least->payload, Not(HasSubstr("null"))) << E::type_name;
    });
    const auto events = test::stored(given);
    auto next = events.begin();
    for_each_event_type([&]<class E>(std::type_identity<E>) {
        const auto back = event_as<E>(*next++);
        ASSERT_TRUE(back) << back.error().message;
        EXPECT_EQ(event_to_json(*back), event_to_json(test::filled<E>())) << E::type_name;
    });
}

TEST(OrchestrationKit, RefusesToReadAWordThatIsNone) {
    EXPECT_THAT(why_not_read<gap_identified>(R"({"gap_id":"g","severity":"bad"})"),
                AllOf(HasSubstr("\"severity\" is \"bad\""),
                      HasSubstr("none of: low, medium, high, critical")));
    EXPECT_THAT(why_not_read<activity_started>(R"({"status":"begun"})"),
                HasSubstr("\"status\" is \"begun\", which is none of: started, in_progress, "
                          "completed, paused, failed, conflict"));
    EXPECT_THAT(why_not_read<activity_started>(R"({"severity":"high"})"),
                HasSubstr("none of: info, success, warning, error, critical"));
    EXPECT_THAT(why_not_read<task_status_changed>(
                    R"({"changes":{"status":{"before":"pending","after":"almost"}}})"),
                AllOf(HasSubstr("\"after\" is \"almost\""), HasSubstr("pending, in_progress")));
    EXPECT_THAT(why_not_read<workflow_control_requested>(R"({"action":1})"),
                HasSubstr("none of: pause, resume, cancel"));
    EXPECT_THAT(why_not_read<task_created>(R"({"priority":"P9"})"),
                HasSubstr("none of: P0, P1, P2, P3"));
}

TEST(OrchestrationKit, RefusesToMakeWhatCouldNotBeRead) {
    EXPECT_THAT(why(event_of(gap_identified{.severity = static_cast<gap_severity>(9)})),
                AllOf(HasSubstr("event of type \"GapIdentified\""), HasSubstr("\"severity\""),
                      HasSubstr("none of: low, medium, high, critical")));
    EXPECT_THAT(
        why(event_of(task_status_changed{
            .changes = {.status = from_to(task_status::pending, static_cast<task_status>(77))}})),
        HasSubstr("\"after\""));
    EXPECT_THAT(why(event_of(task_progress_updated{.progress_percent = std::nan("")})),
                HasSubstr("\"progress_percent\" is null"));
}

TEST(OrchestrationKit, TagsEventsWithWhatTheyAreFoundBy) {
    EXPECT_THAT(event_of(agent_failed{.agent_name = "coder", .phase = "CODE"})->tags,
                UnorderedElementsAre("severity:error", "agent:coder", "phase:CODE"));
    EXPECT_THAT(
        event_of(activity_progress{.agent_name = "coder",
                                   .task_id = "T-1",
                                   .project_id = "SHOP",
                                   .severity = severity::warning})
            ->tags,
        UnorderedElementsAre("severity:warning", "agent:coder", "task:T-1", "project:SHOP"));
    EXPECT_THAT(event_of(activity_conflict_detected{
                             .conflict = conflict_details{.severity = gap_severity::critical}})
                    ->tags,
                Contains("severity:critical"));
    EXPECT_THAT(event_of(gap_identified{.gap_id = "g", .severity = gap_severity::low})->tags,
                UnorderedElementsAre("severity:info", "gap:g"));
    EXPECT_THAT(event_of(task_priority_changed{.task_code = "T-1",
                                               .sprint_code = "s",
                                               .changes = {.priority = from_to(task_priority::P2,
                                                                               task_priority::P0)}})
                    ->tags,
                UnorderedElementsAre("severity:info", "task:T-1", "sprint:s", "priority:P0"));
    EXPECT_THAT(event_of(session_started{.session_key = "s9", .agent = "a"})->tags,
                UnorderedElementsAre("severity:info", "session:s9", "agent:a"));
    EXPECT_THAT(event_of(commit_created{.sha = "abc", .branch = "main"})->tags,
                UnorderedElementsAre("severity:info", "git_sha:abc", "branch:main"));
}

// Aggregates and processes make their events with `make_event`.
TEST(OrchestrationKit, TagsEventsThatMakeEventMakes) {
    EXPECT_EQ(make_event(agent_blocked{.agent_name = "coder"}).tags,
              (std::vector<std::string>{"severity:warning", "agent:coder"}));
}

TEST(OrchestrationKit, TellsOnlyWhatChanged) {
    const plan before{.title = "a", .status = task_status::pending, .size = 1};
    EXPECT_THAT(changed(before, before), IsEmpty());
    auto after = before;
    after.status = task_status::blocked;
    after.assignee = "ada";
    after.size = std::numeric_limits<std::uint64_t>::max();
    after.progress_percent = 12.5;
    after.labels = {"x"};
    after.due = timestamp{std::chrono::seconds{1'766'399'400}};
    after.urgent = true;
    auto told = changed(before, after);
    EXPECT_EQ(told.size(), 7U);
    EXPECT_FALSE(told.contains("title"));
    EXPECT_EQ(told["status"], (change<field_value>{"pending", "blocked"}));
    EXPECT_EQ(told["assignee"], (change<field_value>{std::nullopt, "ada"}));
    EXPECT_EQ(told["size"], (change<field_value>{std::int64_t{1}, "18446744073709551615"}));
    EXPECT_EQ(told["progress_percent"], (change<field_value>{0.0, 12.5}));
    EXPECT_EQ(told["labels"].after, (field_value{std::vector<std::string>{"x"}}));
    EXPECT_EQ(told["due"].after, field_value{"2025-12-22T10:30:00.000Z"});
    EXPECT_EQ(told["urgent"], (change<field_value>{false, true}));

    const auto stored_changes = event_as<sprint_metadata_updated>(
        stored(event_of(sprint_metadata_updated{.sprint_code = "s", .changes = told}).value()));
    ASSERT_TRUE(stored_changes) << stored_changes.error().message;
    told["progress_percent"].before = std::int64_t{0};  // JSON has one kind of number.
    EXPECT_EQ(stored_changes->changes, told);
}

TEST(OrchestrationKit, TellsChangesAsTheStructOfAnEvent) {
    const plan before{.title = "a", .status = task_status::pending, .assignee = "ada", .size = 1};
    auto after = before;
    after.status = task_status::completed;
    after.assignee.reset();
    after.size = 2;
    const auto told = changed<task_changes>(before, after);
    EXPECT_EQ(told.status, from_to(task_status::pending, task_status::completed));
    EXPECT_EQ(told.assignee, (change<std::string>{"ada", std::nullopt}));
    EXPECT_EQ(told.title, std::nullopt);
    EXPECT_EQ(make_event(task_status_changed{.task_code = "T", .changes = told}).payload,
              R"({"task_code":"T","changes":{"status":{"before":"pending","after":"completed"},)"
              R"("assignee":{"before":"ada"}},"correlation_chain":[]})");
}

TEST(OrchestrationKit, FillsMetadataFromTheContext) {
    test::fresh_store log;
    const context_scope doing{{.actor = agent_actor("coder", "sonnet"), .session = "s-1"}};
    {
        const undertaking release{"release-7"};
        const undertaking sprint{"sprint-14"};
        EXPECT_THAT(correlation_chain(), ElementsAre("release-7", "sprint-14"));
        log->append("task-1", expected::any(), {event_of(task_created{.task_code = "1"}).value()})
            .value();
    }
    EXPECT_THAT(correlation_chain(), IsEmpty());
    const auto event = test::read_everything(log->read_all()).front();
    const auto& view = event.view();
    EXPECT_EQ(view.actor().id, "coder");
    EXPECT_EQ(view.actor().model, "sonnet");
    EXPECT_EQ(view.correlation(), "sprint-14");
    EXPECT_THAT(tags_in(view), AllOf(Contains("session:s-1"), Contains("chain:release-7"),
                                     Not(Contains("chain:sprint-14"))));
    EXPECT_THAT(event_as<task_created>(view)->correlation_chain,
                ElementsAre("release-7", "sprint-14"));
}

TEST(OrchestrationKit, FindsWhatBelongsToAnUndertakingAndToThoseWithin) {
    test::fresh_store log;
    const auto put = [&](std::string code) {
        log->append("task-" + code, expected::any(),
                    {event_of(task_created{.task_code = code}).value()})
            .value();
    };
    {
        const undertaking release{"release"};
        put("in-release");
        const undertaking sprint{"sprint"};
        put("in-sprint");
        const undertaking task{"task"};
        put("in-task");
    }
    {
        const undertaking other{"other"};
        put("elsewhere");
    }
    const auto streams = [&](std::string_view within) {
        std::vector<std::string> found;
        for (const auto& one : test::read_everything(log->read(within_undertaking(within))))
            found.emplace_back(one.stream());
        return found;
    };
    EXPECT_THAT(streams("release"),
                ElementsAre("task-in-release", "task-in-sprint", "task-in-task"));
    EXPECT_THAT(streams("sprint"), ElementsAre("task-in-sprint", "task-in-task"));
    EXPECT_THAT(streams("task"), ElementsAre("task-in-task"));

    // Who handles an event goes on where it was made.
    const auto events = test::read_everything(log->read(within_undertaking("task")));
    const undertaking handling{events.front().view()};
    EXPECT_THAT(correlation_chain(), ElementsAre("release", "sprint", "task"));
    put("caused");
    EXPECT_THAT(streams("release"), Contains("task-caused"));
    const auto caused = test::read_everything(log->read_stream("task-caused")).front();
    EXPECT_EQ(caused.view().causes().front(), events.front().id());
}

TEST(OrchestrationKit, TakesThePlainContextAsAnUndertaking) {
    const context_scope doing{{.correlation = "plain"}};
    EXPECT_THAT(correlation_chain(), ElementsAre("plain"));
    const undertaking inner{"inner"};
    EXPECT_THAT(correlation_chain(), ElementsAre("plain", "inner"));
    const undertaking same{"inner"};
    EXPECT_THAT(correlation_chain(), ElementsAre("plain", "inner"));
    const undertaking nameless{std::string{}};
    EXPECT_THAT(correlation_chain(), ElementsAre("plain", "inner"));
}

void nest(std::size_t left, result<new_event>& made) {
    if (left == 0) {
        made = event_of(gap_resolved{.gap_id = "g"});
        return;
    }
    const undertaking one{std::to_string(left)};
    nest(left - 1, made);
}

TEST(OrchestrationKit, RefusesUndertakingsThatAreNestedTooDeep) {
    result<new_event> made = new_event{};
    nest(undertakings_max, made);
    EXPECT_TRUE(made);
    nest(undertakings_max + 1, made);
    EXPECT_THAT(why(made), HasSubstr("33 undertakings are nested; 32"));
}

// The table of the document ----------------------------------------------------------------------

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

/// Members by name; those that may be left out in brackets.
template <class E>
std::string members_of_event() {
    std::string all;
    boost::mp11::mp_for_each<daybook::detail::members_of<E>>([&](auto member) {
        using held = daybook::detail::member_type<E, decltype(member)>;
        if (!all.empty()) all += ' ';
        const std::string name = "`" + std::string{member.name} + "`";
        all += is_optional<held>::value ? "[" + name + "]" : name;
    });
    return all;
}

std::string table_of_types() {
    std::string table = "| type | struct | severity | members |\n|---|---|---|---|\n";
    boost::mp11::mp_for_each<event_groups>([&]<class Group>(Group) {
        table += "| **" + std::string{Group::name} + "** | | | |\n";
        boost::mp11::mp_for_each<typename Group::events>([&]<class E>(E) {
            table += "| `" + std::string{E::type_name} + "` | `" +
                     std::string{daybook::detail::unqualified_name<E>()} + "` | " +
                     boost::describe::enum_to_string(severity_of_type<E>(), "") + " | " +
                     members_of_event<E>() + " |\n";
        });
    });
    return table;
}

TEST(OrchestrationKit, IsListedInItsDocument) {
    const std::string page = DAYBOOK_SOURCE_DIR "/core/docs/orchestration.md";
    std::ifstream in{page, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    const std::string begin = "<!-- begin: written by core_orchestration_test -->\n";
    const auto from = text.find(begin);
    const auto to = text.find("<!-- end -->");
    ASSERT_NE(from, std::string::npos) << page;
    ASSERT_NE(to, std::string::npos) << page;
    const auto start = from + begin.size();
    const auto table = table_of_types();
    if (std::getenv("DAYBOOK_UPDATE_GOLDEN") != nullptr) {
        std::ofstream out{page, std::ios::binary};
        out << text.substr(0, start) << table << text.substr(to);
        return;
    }
    EXPECT_EQ(text.substr(start, to - start), table);
}

}  // namespace
}  // namespace daybook::orchestration
