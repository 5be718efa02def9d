// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a report tells what is in the log, all of it and nothing else, and says what it leaves out.
// Method: small logs whose figures are known, and one that is larger than every bound.

#include <daybook/compliance/audit_report.hpp>
#include <daybook/compliance/audit_trail.hpp>
#include <daybook/compliance/report_writers.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::compliance {
namespace {

using test::fresh_store;
using test::test_time;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t minute_us = 60'000'000;

/// An event `at` so many minutes.
new_event event_at(std::int64_t at, std::string type, std::string payload = "{}",
                   std::string agent = {}) {
    new_event made;
    made.type = std::move(type);
    made.payload = std::move(payload);
    made.occurred_at = test_time(at * minute_us);
    if (!agent.empty()) made.actor = {"agent", std::move(agent), "m-1"};
    return made;
}

void add(fresh_store& to, std::string_view stream, new_event event) {
    to->append(stream, expected::any(), {std::move(event)}).value();
}

/// Two issues: one that is done, with an error on the way, and one that is under way.
void add_two_issues(fresh_store& to) {
    const auto one = [&](auto... of) { add(to, "issue-1", event_at(of...)); };
    one(0, "OrchestrationStarted", R"({"issue_type":"bug"})");
    one(1, "PhaseStarted", R"({"phase":"CODE"})");
    one(2, "AgentSpawned", R"({"agent_name":"coder","agent_id":"r1"})", "coder");
    one(5, "ErrorOccurred", R"({"error_message":"no disk","error_type":"io","phase":"CODE"})",
        "coder");
    one(6, "AgentCompleted", R"({"agent_name":"coder","agent_id":"r1"})", "coder");
    one(7, "GapIdentified", R"({"gap_id":"g1","severity":"high"})", "tester");
    one(8, "GapResolved", R"({"gap_id":"g1"})", "coder");
    one(9, "PhaseCompleted", R"({"phase":"CODE"})");
    one(10, "OrchestrationCompleted");
    const auto two = [&](auto... of) { add(to, "issue-2", event_at(of...)); };
    two(4, "OrchestrationStarted", R"({"issue_type":"bug"})");
    two(12, "AgentSpawned", R"({"agent_name":"coder","agent_id":"r2"})", "coder");
    two(14, "AgentFailed", R"({"agent_name":"coder","agent_id":"r2","error_message":"lost"})",
        "coder");
    two(20, "AgentSpawned", R"({"agent_name":"tester","agent_id":"r3"})", "tester");
}

audit_report report_of(const fresh_store& log, const report_request& what = {}) {
    auto made = make_audit_report(*log, what);
    EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
    return made ? *std::move(made) : audit_report{};
}

class AuditReport : public testing::Test {
protected:
    AuditReport() { add_two_issues(log_); }
    fresh_store log_;
};

TEST_F(AuditReport, SaysHowMuchOfTheLogItIsAbout) {
    const auto all = report_of(log_);
    EXPECT_EQ(all.scope.filter, "all events");
    EXPECT_EQ(all.scope.events_in_log, 13U);
    EXPECT_EQ(all.scope.events_in_range, 13U);
    EXPECT_EQ(all.scope.events_in_report, 13U);
    EXPECT_EQ(all.scope.events_not_asked, 0U);
    EXPECT_EQ(all.scope.streams, 2U);
    EXPECT_EQ(all.scope.first_at, test_time());
    EXPECT_EQ(all.scope.last_at, test_time(20 * minute_us));

    const auto some = report_of(
        log_, {.which = criteria{.stream = "issue-1"}, .from = position{2}, .to = position{11}});
    EXPECT_EQ(some.scope.filter, "stream issue-1");
    EXPECT_EQ(some.scope.events_in_log, 13U);
    EXPECT_EQ(some.scope.events_in_range, 9U);
    EXPECT_EQ(some.scope.events_in_report, 7U);
    EXPECT_EQ(some.scope.events_not_asked, 2U);
    EXPECT_EQ(some.scope.first, position{2});
    EXPECT_EQ(some.scope.last, position{8});
}

TEST_F(AuditReport, CountsHowWorkflowsPhasesAndAgentsEnded) {
    const auto made = report_of(log_);
    EXPECT_EQ(made.workflows.started, 2U);
    EXPECT_EQ(made.workflows.completed, 1U);
    EXPECT_EQ(made.workflows.success_rate, 1.0);
    EXPECT_EQ(made.workflows_open, 1U);
    ASSERT_THAT(made.workflow_types, SizeIs(1));
    EXPECT_EQ(made.workflow_types.at("bug").duration.max_ms, 600'000.0);
    ASSERT_THAT(made.phases, SizeIs(1));
    EXPECT_EQ(made.phases[0].name, "CODE");
    EXPECT_EQ(made.phases[0].events, 3U);
    EXPECT_EQ(made.phases[0].errors, 1U);
    EXPECT_EQ(made.phases[0].outcomes.completed, 1U);
    EXPECT_EQ(made.phases[0].outcomes.duration.mean_ms, 480'000.0);
    EXPECT_EQ(made.agent_runs.started, 3U);
    EXPECT_EQ(made.agent_runs.success_rate, 0.5);
    ASSERT_THAT(made.agents, SizeIs(2));
    EXPECT_EQ(made.agents[0].name, "coder");
    EXPECT_EQ(made.agents[0].runs.completed, 1U);
    EXPECT_EQ(made.agents[0].runs.failed, 1U);
    EXPECT_EQ(made.agents[0].busy_ms, 6 * 60'000.0);
    EXPECT_EQ(made.agents[0].utilisation, 1.0) << "it is at work whenever anybody is";
    EXPECT_EQ(made.agents[0].last_error, "lost");
    EXPECT_EQ(made.agents[1].name, "tester");
    EXPECT_EQ(made.agents[1].running, 1U);
    EXPECT_EQ(made.quality.gaps_found, 1U);
    EXPECT_EQ(made.quality.gaps_resolved, 1U);
}

TEST_F(AuditReport, TellsWhatCameBeforeAnErrorAlsoIfThatIsNotInTheReport) {
    const auto made = report_of(log_, {.which = query::types({"ErrorOccurred", "AgentFailed"})});
    EXPECT_EQ(made.errors.total, 2U);
    ASSERT_THAT(made.errors.by_kind, SizeIs(2));
    const auto& failed = made.errors.by_kind[0];
    EXPECT_EQ(failed.name, "AgentFailed");
    ASSERT_THAT(failed.first.before, SizeIs(2));
    EXPECT_EQ(failed.first.before[0].type, "AgentSpawned");
    EXPECT_EQ(failed.first.before[0].position, position{10});
    EXPECT_THAT(failed.preceded_by, ElementsAre(named_count{"(none)", 1}));
    const auto& error = made.errors.by_kind[1];
    EXPECT_EQ(error.name, "ErrorOccurred: io");
    EXPECT_EQ(error.count, 1U);
    EXPECT_THAT(error.by_agent, ElementsAre(named_count{"coder", 1}));
    EXPECT_THAT(error.by_phase, ElementsAre(named_count{"CODE", 1}));
    EXPECT_EQ(error.last.before.size(), 3U);
    EXPECT_THAT(made.errors.by_agent, ElementsAre(named_count{"coder", 2}));

    const auto whole = report_of(log_);
    EXPECT_THAT(whole.errors.by_kind[1].preceded_by, ElementsAre(named_count{"AgentSpawned", 1}));
}

TEST_F(AuditReport, TellsWhoDidWhat) {
    const auto made = report_of(log_);
    ASSERT_THAT(made.actors, SizeIs(3));
    EXPECT_EQ(made.actors[0].id, "coder");
    EXPECT_EQ(made.actors[0].type, "agent");
    EXPECT_EQ(made.actors[0].model, "m-1");
    EXPECT_EQ(made.actors[0].events, 6U);
    EXPECT_EQ(made.actors[0].errors, 2U);
    EXPECT_EQ(made.actors[0].did.front().count, 2U);
    EXPECT_EQ(made.actors[1].id, "(none)");
    std::uint64_t events = 0;
    for (const auto& actor : made.actors) events += actor.events;
    EXPECT_EQ(events, made.scope.events_in_report);
}

TEST_F(AuditReport, ListsWhatWasDoneToTheLogWhateverIsAskedFor) {
    record_action(*log_, configuration_changed{.setting = "reading", .after = "full"},
                  {"user", "ada", ""})
        .value();
    const auto made = report_of(log_, {.which = criteria{.stream = "issue-1"}});
    ASSERT_THAT(made.actions, SizeIs(1));
    EXPECT_EQ(made.actions[0].type, "ConfigurationChanged");
    EXPECT_EQ(made.actions[0].actor, "ada");
    EXPECT_EQ(made.actions[0].position, position{13});
    EXPECT_EQ(made.scope.events_in_report, 9U);
    const auto before = report_of(log_, {.to = position{13}});
    EXPECT_THAT(before.actions, IsEmpty());
}

TEST_F(AuditReport, DrawsWhatWasUnderWay) {
    const auto made = report_of(log_);
    ASSERT_THAT(made.picture.lanes, SizeIs(3));
    EXPECT_EQ(made.picture.lanes[0].kind, "phase");
    EXPECT_THAT(
        made.picture.lanes[0].bars,
        ElementsAre(report_bar{test_time(1 * minute_us), test_time(9 * minute_us), 1, 0, false}));
    EXPECT_EQ(made.picture.lanes[1].name, "coder");
    EXPECT_THAT(
        made.picture.lanes[1].bars,
        ElementsAre(report_bar{test_time(2 * minute_us), test_time(6 * minute_us), 1, 0, false},
                    report_bar{test_time(12 * minute_us), test_time(14 * minute_us), 1, 1, false}));
    EXPECT_TRUE(made.picture.lanes[2].bars.at(0).open);
    std::uint64_t events = 0;
    std::uint64_t errors = 0;
    for (const auto& slot : made.picture.slots) {
        events += slot.events;
        errors += slot.errors;
    }
    EXPECT_EQ(events, 13U);
    EXPECT_EQ(errors, made.errors.total);
    EXPECT_EQ(errors, 3U) << "a gap of severity high is one, too";
}

TEST_F(AuditReport, ListsAsManyEventsAsAskedForAndCountsTheRest) {
    std::vector<position> given;
    const auto made = report_of(log_, {.events_max = 3, .on_event = [&](const report_event& event) {
                                           given.push_back(event.position);
                                           return result<void>{};
                                       }});
    EXPECT_THAT(made.events, SizeIs(3));
    EXPECT_EQ(made.scope.events_listed, 3U);
    EXPECT_EQ(made.scope.events_not_listed, 10U);
    EXPECT_EQ(given.size(), 13U);
    EXPECT_EQ(made.events[2].type, "AgentSpawned");
    EXPECT_EQ(made.events[2].actor, "coder");
    EXPECT_EQ(made.events[2].sequence, sequence{3});
    EXPECT_EQ(made.events[2].leaf_hash, std::nullopt);
}

TEST_F(AuditReport, IsTheSameForTheSameLog) {
    EXPECT_EQ(report_json(report_of(log_)), report_json(report_of(log_)));
}

TEST_F(AuditReport, RefusesWhatIsNoRangeAndTooManyEvents) {
    const auto refusal = [&](const report_request& what) {
        const auto made = make_audit_report(*log_, what);
        EXPECT_FALSE(made.has_value());
        return made ? "" : made.error().message;
    };
    EXPECT_THAT(refusal({.from = position{14}}), HasSubstr("13 events"));
    EXPECT_THAT(refusal({.to = position{14}}), HasSubstr("13 events"));
    EXPECT_THAT(refusal({.from = position{3}, .to = position{2}}), HasSubstr("3 to 2"));
    EXPECT_THAT(refusal({.events_max = report_limits::events_max + 1}), HasSubstr("1000001"));
    EXPECT_THAT(refusal({.which = criteria{.tags = {"lonely"}}}), HasSubstr("lonely"));
}

TEST_F(AuditReport, EndsWithWhatTheReceiverOfEventsSays) {
    const auto made =
        make_audit_report(*log_, {.on_event = [](const report_event&) -> result<void> {
            return fail(errc::io, "the disk is full");
        }});
    ASSERT_FALSE(made.has_value());
    EXPECT_EQ(made.error().code, errc::io);
}

TEST(AuditReportOfNothing, SaysThatThereIsNothing) {
    const fresh_store log;
    const auto made = report_of(log);
    EXPECT_EQ(made.scope.events_in_report, 0U);
    EXPECT_EQ(made.scope.first, std::nullopt);
    EXPECT_THAT(made.picture.lanes, IsEmpty());
    EXPECT_THAT(report_html(made), HasSubstr("There are no events."));
}

TEST(AuditReportOfAnyEvents, DrawsTypesWhereThereAreNoPhasesAndAgents) {
    fresh_store log;
    for (int i = 0; i < 3; ++i) add(log, "order-1", event_at(i, i == 1 ? "Paid" : "Placed"));
    const auto made = report_of(log);
    ASSERT_THAT(made.picture.lanes, SizeIs(2));
    EXPECT_EQ(made.picture.lanes[0].kind, "type");
    EXPECT_EQ(made.picture.lanes[1].name, "Placed");
    EXPECT_THAT(made.picture.lanes[1].bars, SizeIs(2));
}

// Bounds ------------------------------------------------------------------------------------------

TEST(AuditReportBounds, CountWhatHasNoRoomTogether) {
    fresh_store log;
    std::vector<new_event> events;
    constexpr std::size_t names = 700;
    for (std::size_t i = 0; i < names; ++i) {
        const auto name = "n" + std::to_string(i);
        auto made = event_at(static_cast<std::int64_t>(i), "Type" + name, "{}", name);
        made.tags = {"phase:" + name, "severity:error"};
        events.push_back(made);
    }
    log->append("task-1", expected::any(), events).value();
    const auto made = report_of(log);
    EXPECT_THAT(made.by_type, SizeIs(report_limits::types_max + 1));
    EXPECT_EQ(made.by_type.back(), (named_count{"(other)", names - report_limits::types_max}));
    EXPECT_THAT(made.phases, SizeIs(report_limits::phases_max + 1));
    EXPECT_THAT(made.agents, SizeIs(report_limits::agents_max + 1));
    EXPECT_THAT(made.actors, SizeIs(report_limits::actors_max + 1));
    EXPECT_THAT(made.errors.by_kind, SizeIs(report_limits::error_kinds_max + 1));
    std::uint64_t errors = 0;
    for (const auto& kind : made.errors.by_kind) errors += kind.count;
    EXPECT_EQ(errors, names);
    EXPECT_EQ(made.actors.front().id, "(other)");
    EXPECT_EQ(made.actors.front().events, names - report_limits::actors_max);
    EXPECT_THAT(made.picture.lanes, SizeIs(report_limits::lanes_max));
    EXPECT_EQ(made.picture.lanes_left_out, 201U - report_limits::lanes_max) << "with (other)";
    EXPECT_THAT(made.notes, testing::Contains(HasSubstr("actors beyond the first 500")));
    EXPECT_THAT(made.notes, testing::Contains(HasSubstr("agents beyond the first 200")));
}

TEST(AuditReportBounds, KeepBusyTimeExactWhileBarsBecomeFewer) {
    fresh_store log;
    std::vector<new_event> events;
    constexpr int runs = 500;
    for (int i = 0; i < runs; ++i) {
        events.push_back(event_at(3 * i, "AgentSpawned", R"({"agent_name":"a"})"));
        events.push_back(event_at(3 * i + 1, "AgentCompleted", R"({"agent_name":"a"})"));
    }
    log->append("task-1", expected::any(), events).value();
    const auto made = report_of(log);
    ASSERT_THAT(made.agents, SizeIs(1));
    EXPECT_EQ(made.agents[0].busy_ms, runs * 60'000.0);
    ASSERT_THAT(made.picture.lanes, SizeIs(1));
    const auto& bars = made.picture.lanes[0].bars;
    EXPECT_THAT(bars, SizeIs(report_limits::bars_max));
    std::uint64_t drawn = 0;
    for (std::size_t i = 0; i < bars.size(); ++i) {
        drawn += bars[i].runs;
        if (i > 0) {
            EXPECT_GT(bars[i].from, bars[i - 1].to);
        }
    }
    EXPECT_EQ(drawn, static_cast<std::uint64_t>(runs));
    EXPECT_LE(made.picture.slots.size(), 400U);
}

TEST(AuditReportBounds, TimesOfManyCenturiesFitIntoThePicture) {
    fresh_store log;
    auto first = event_at(0, "A");
    first.occurred_at = timestamp_min;
    auto last = event_at(0, "A");
    last.occurred_at = timestamp_max;
    add(log, "task-1", last);
    add(log, "task-1", first);
    const auto made = report_of(log);
    EXPECT_EQ(made.scope.first_at, timestamp_min);
    EXPECT_LE(made.picture.slots.size(), 400U);
    EXPECT_THAT(report_html(made), HasSubstr("<svg"));
}

// Evidence ----------------------------------------------------------------------------------------

TEST_F(AuditReport, OfAnUnsignedLogSaysSo) {
    const auto made = report_of(log_);
    EXPECT_EQ(made.verification.verdict, "not signed");
    EXPECT_THAT(made.verification.statement, HasSubstr("Nothing in this log is signed"));
}

TEST_F(AuditReport, TellsVerdictsAsTheyWereHandedIn) {
    const auto with = [&](std::optional<verification> checked) {
        report_evidence evidence{.is_signed = true, .checked = std::move(checked)};
        return make_audit_report(*log_, {}, evidence).value().verification;
    };
    EXPECT_EQ(with({}).verdict, "not verified");
    const auto whole = with(verification{.to = position{13}, .origin = "example.com/log"});
    EXPECT_EQ(whole.verdict, "verified");
    EXPECT_EQ(whole.statement, "Everything in this range is what was signed.");
    EXPECT_EQ(whole.origin, "example.com/log");
    EXPECT_THAT(with(verification{.to = position{12}}).statement, HasSubstr("not all"));
    const auto bad = with(verification{
        .findings = {{verdict::tampered, "payload", position{4}, "position 4: another payload"}},
        .to = position{13}});
    EXPECT_EQ(bad.verdict, "tampered");
    ASSERT_THAT(bad.findings, SizeIs(1));
    EXPECT_EQ(bad.findings[0].at, position{4});
    verification many{.to = position{13}};
    many.findings.resize(report_limits::findings_max + 2, {verdict::unverifiable, "key", {}, "k"});
    const auto cut = with(many);
    EXPECT_EQ(cut.verdict, "unverifiable");
    EXPECT_THAT(cut.findings, SizeIs(report_limits::findings_max));
    EXPECT_EQ(cut.findings_left_out, 2U);
}

TEST_F(AuditReport, HasTheLeafOfEveryEventThatIsSigned) {
    report_evidence evidence{.is_signed = true};
    evidence.leaf_of = [](position at) -> result<std::optional<digest>> {
        if (at.value > 4) return std::optional<digest>{};
        return std::optional{leaf_hash(std::to_string(at.value))};
    };
    const auto made = make_audit_report(*log_, {}, evidence).value();
    EXPECT_EQ(made.events[4].leaf_hash, leaf_hash("4").hex());
    EXPECT_EQ(made.events[5].leaf_hash, std::nullopt);
    evidence.leaf_of = [](position) -> result<std::optional<digest>> {
        return fail(errc::corrupt, "tile 0: gone");
    };
    EXPECT_EQ(make_audit_report(*log_, {}, evidence).error().code, errc::corrupt);
}

// Words -------------------------------------------------------------------------------------------

TEST(InWords, TellWhatAQueryAsksFor) {
    EXPECT_EQ(in_words(query::all()), "all events");
    EXPECT_EQ(in_words(criteria{}), "all events");
    EXPECT_EQ(in_words(query::types({"A", "B"})), "type A or B");
    query both{criteria{.tags = {"a:1", "b:2"}, .correlation = "c", .since = test_time()}};
    both.any_of.push_back({.stream = "task-1"});
    both.where.push_back({"/n", comparison::greater, "3"});
    both.where.push_back({"/m", comparison::exists, ""});
    EXPECT_EQ(in_words(both),
              "tag a:1 and b:2; correlation c; since 2025-12-22T00:00:00.000Z; or: stream task-1; "
              "where /n > 3; where /m is there");
}

}  // namespace
}  // namespace daybook::compliance
