// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: every so many events of a phase and of a stream are summed up once, whatever happens
// between.

#include <daybook/durable_subscription.hpp>
#include <daybook/orchestration.hpp>
#include <daybook/orchestration/summarizer.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/stored_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

namespace daybook::orchestration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view stream = "issue-SHOP-1";

template <class E>
void put(test::fresh_store& log, const E& event, std::string_view to = stream) {
    auto made = event_of(event).value();
    made.occurred_at =
        test::test_time(1'000'000 * static_cast<std::int64_t>(log->watermark().value));
    log->append(to, expected::any(), {made}).value();
}

/// One event of the phase that goes on.
void put_some(test::fresh_store& log, std::size_t count, std::string_view to = stream) {
    for (std::size_t i = 0; i < count; ++i) put(log, worklog_added{.issue_key = "SHOP-1"}, to);
}

void sum_up(test::fresh_store& log, const summarizer_options& options = {}) {
    auto summaries = summarizer::open(*log, options).value();
    const auto done = summaries.catch_up();
    ASSERT_TRUE(done) << done.error().message;
}

template <class E>
std::vector<E> all_of(const test::fresh_store& log) {
    std::vector<E> found;
    for (const auto& one : test::read_everything(log->read_all()))
        if (one.type() == E::type_name) found.push_back(event_as<E>(one).value());
    return found;
}

TEST(Summarizer, SumsUpEveryTwentyFiveEventsOfAPhase) {
    test::fresh_store log;
    put(log, orchestration_started{.issue_key = "SHOP-1"});
    put(log, phase_started{.phase = "CODE"});
    put_some(log, 23);
    sum_up(log);
    EXPECT_THAT(all_of<phase_summary_created>(log), IsEmpty());
    put_some(log, 30);
    sum_up(log);
    const auto made = all_of<phase_summary_created>(log);
    ASSERT_EQ(made.size(), 2U);
    EXPECT_EQ(made[0].phase, "CODE");
    EXPECT_EQ(made[0].from_sequence, 2U);
    EXPECT_EQ(made[0].to_sequence, 26U);
    EXPECT_EQ(made[0].events, 25U);
    EXPECT_EQ(made[1].from_sequence, 27U);
    EXPECT_EQ(made[1].to_sequence, 51U);
}

TEST(Summarizer, SumsUpEveryHundredEventsOfAnOrchestration) {
    test::fresh_store log;
    put_some(log, 205);
    put_some(log, 99, "issue-SHOP-2");
    sum_up(log);
    const auto made = all_of<orchestration_summary_created>(log);
    ASSERT_EQ(made.size(), 2U);
    EXPECT_EQ(made[0].from_sequence, 1U);
    EXPECT_EQ(made[0].to_sequence, 100U);
    EXPECT_EQ(made[1].from_sequence, 101U);
    EXPECT_EQ(made[1].to_sequence, 200U);
    EXPECT_THAT(all_of<phase_summary_created>(log), IsEmpty()) << "there was no phase";
}

TEST(Summarizer, TellsWhatHappened) {
    test::fresh_store log;
    put(log, phase_started{.phase = "TEST"});
    put(log, agent_spawned{.agent_name = "tester"});
    put(log, gap_identified{.gap_id = "g1", .gap_type = "missing_tests"});
    put(log, gap_identified{.gap_id = "g2", .gap_type = "missing_tests"});
    put(log, gap_resolved{.gap_id = "g1"});
    put(log, agent_failed{.agent_name = "tester", .error_message = "no"});
    sum_up(log, {.phase_events = 6, .orchestration_events = 0});
    const auto made = all_of<phase_summary_created>(log);
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made[0].summary,
              "6 events of phase TEST, from sequence 1 to 6: 1 agent, 2 gaps found, 1 resolved, "
              "1 error");
    const auto& figures = made[0].figures.value();
    EXPECT_EQ(figures.by_type.at("GapIdentified"), 2U);
    EXPECT_THAT(figures.agents, ElementsAre("tester"));
    EXPECT_EQ(figures.gaps_identified, 2U);
    EXPECT_EQ(figures.gaps_resolved, 1U);
    EXPECT_THAT(figures.gaps_open, ElementsAre("g2"));
    EXPECT_EQ(figures.errors, 1U);
    EXPECT_EQ(figures.started_at, test::test_time(0));
    EXPECT_EQ(figures.ended_at, test::test_time(5'000'000));
    EXPECT_EQ(figures.duration_ms, 5000U);
    EXPECT_EQ(figures.first_position, 0U);
    EXPECT_EQ(figures.last_position, 5U);
}

TEST(Summarizer, AppendsToTheStreamWithWhatBelongsToIt) {
    test::fresh_store log;
    {
        const undertaking release{"release"};
        const undertaking work{"work"};
        put(log, phase_started{.phase = "CODE"});
    }
    const undertaking elsewhere{"elsewhere"};
    sum_up(log, {.phase_events = 1});
    const auto events = test::read_everything(log->read_stream(stream));
    ASSERT_EQ(events.size(), 2U);
    const auto made = events[1].view();
    EXPECT_EQ(made.type(), "PhaseSummaryCreated");
    EXPECT_EQ(made.occurred_at(), events[0].view().occurred_at());
    EXPECT_EQ(made.causes().front(), events[0].id());
    EXPECT_EQ(made.correlation(), "work");
    EXPECT_EQ(made.tag("chain"), "release");
    EXPECT_EQ(made.tag("phase"), "CODE");
    EXPECT_EQ(made.actor().id, "summarizer");
}

TEST(Summarizer, KnowsThePhaseOfAnEvent) {
    test::fresh_store log;
    put(log, phase_started{.phase = "PLAN"});
    put_some(log, 1);                                                     // PLAN
    put(log, checkpoint_created{.checkpoint_id = "c", .phase = "CODE"});  // CODE, it says.
    put(log, phase_completed{.phase = "PLAN"});                           // PLAN
    put_some(log, 1);                                                     // None.
    put(log, phase_started{.phase = "PLAN"});                             // PLAN again
    sum_up(log, {.phase_events = 4, .orchestration_events = 0});
    const auto made = all_of<phase_summary_created>(log);
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made[0].events, 4U);
    EXPECT_EQ(made[0].from_sequence, 1U);
    EXPECT_EQ(made[0].to_sequence, 6U);
    EXPECT_EQ(made[0].figures->by_type.count("CheckpointCreated"), 0U);
}

TEST(Summarizer, DoesNotSumUpSummaries) {
    test::fresh_store log;
    for (int i = 0; i < 10; ++i) put(log, orchestration_summary_created{});
    for (int i = 0; i < 10; ++i) put(log, phase_summary_created{.phase = "CODE"});
    sum_up(log, {.phase_events = 5, .orchestration_events = 5});
    EXPECT_EQ(log->watermark().value, 20U);
    put_some(log, 5);
    for (int again = 0; again < 5; ++again)
        sum_up(log, {.phase_events = 5, .orchestration_events = 5});
    EXPECT_EQ(log->watermark().value, 26U);
}

TEST(Summarizer, KeepsWhatItNeedsOfAnyPayload) {
    test::fresh_store log;
    const std::string long_name(5000, 'x');
    for (const std::string payload :
         {std::string{"[]"}, std::string{R"({"phase":7,"agent_name":null})"}, std::string{"{}"},
          R"({"phase":")" + long_name + R"(","agent_name":")" + long_name + "\"}"}) {
        log->append(stream, expected::any(), {test::simple_event("GapIdentified", payload)})
            .value();
    }
    for (int i = 0; i < 150; ++i) {
        log->append(stream, expected::any(),
                    {test::simple_event("T" + std::to_string(i),
                                        R"({"agent_name":"a)" + std::to_string(i) +
                                            R"(","phase":"p)" + std::to_string(i) + "\"}")})
            .value();
    }
    sum_up(log, {.phase_events = 20, .orchestration_events = 154});
    const auto whole = all_of<orchestration_summary_created>(log);
    ASSERT_EQ(whole.size(), 1U);
    EXPECT_EQ(whole[0].figures->by_type.size(), 101U);
    EXPECT_EQ(whole[0].figures->by_type.at("(other)"), 51U);
    EXPECT_EQ(whole[0].figures->agents.size(), 100U);
    // 64 phases have their own count; the others share one.
    EXPECT_EQ(all_of<phase_summary_created>(log).at(0).phase, "(other)");
}

/// Three streams with phases, in turns.
void put_story(test::fresh_store& log) {
    constexpr std::array<std::string_view, 3> phases{"PLAN", "CODE", "TEST"};
    for (std::size_t part = 0; part < 18; ++part) {
        const auto to = "issue-SHOP-" + std::to_string(part % 3);
        std::vector<new_event> events{
            event_of(phase_started{.phase = std::string{phases[part / 3 % 3]}}).value()};
        events.resize(14, event_of(worklog_added{.issue_key = "SHOP-1"}).value());
        for (auto& one : events) one.occurred_at = test::test_time(static_cast<std::int64_t>(part));
        log->append(to, expected::any(), events).value();
    }
}

/// What was summed up, in order. Where it lies depends on when it was.
std::vector<std::string> summaries_in(const test::fresh_store& log) {
    std::vector<std::string> made;
    const auto tell = [&](const std::string& of, const auto& one) {
        made.push_back(of + ' ' + std::to_string(one.events) + ' ' +
                       value_to_json(one.figures->by_type) + ' ' +
                       to_string(one.figures->started_at) + ' ' + to_string(one.figures->ended_at));
    };
    for (const auto& one : all_of<phase_summary_created>(log)) tell(one.phase, one);
    for (const auto& one : all_of<orchestration_summary_created>(log)) tell("all", one);
    return made;
}

TEST(Summarizer, MakesTheSameWhereverItIsInterrupted) {
    const summarizer_options options{.phase_events = 7, .orchestration_events = 20};
    test::fresh_store whole;
    put_story(whole);
    sum_up(whole, options);
    const auto undisturbed = summaries_in(whole);
    for (const std::size_t steps : {1, 60, 255, 256, 258}) {
        SCOPED_TRACE(steps);
        test::fresh_store log;
        put_story(log);
        // What it has made is there, what it has kept in memory is lost.
        for (int interruption = 0; interruption < 3; ++interruption) {
            auto summaries = summarizer::open(*log, options).value();
            for (std::size_t i = 0; i < steps; ++i) summaries.step().value();
        }
        sum_up(log, options);
        EXPECT_EQ(log->watermark(), whole->watermark());
        EXPECT_EQ(summaries_in(log), undisturbed);
    }
}

TEST(Summarizer, RecognisesWhatItMadeIfItsCursorIsLost) {
    test::fresh_store log;
    put_story(log);
    sum_up(log);
    const auto before = log.contents();
    drop_durable_subscription(*log, "summaries").value();
    log->drop_keyspace("daybook.summaries.summaries").value();
    auto again = summarizer::open(*log).value();
    again.catch_up().value();
    EXPECT_EQ(log.contents(), before);
    EXPECT_GT(again.counts().phase_summaries, 0U);
    EXPECT_EQ(again.counts().repeated,
              again.counts().phase_summaries + again.counts().orchestration_summaries);
}

TEST(Summarizer, GoesOnWithOtherNumbers) {
    test::fresh_store log;
    put_some(log, 15);
    sum_up(log, {.phase_events = 0, .orchestration_events = 10});
    put_some(log, 20);
    sum_up(log, {.phase_events = 0, .orchestration_events = 20});
    const auto made = all_of<orchestration_summary_created>(log);
    ASSERT_EQ(made.size(), 2U);
    EXPECT_EQ(made[1].events, 20U);
    EXPECT_EQ(made[1].from_sequence, 11U);
}

TEST(Summarizer, RefusesWhatMakesNoSense) {
    test::fresh_store log;
    const auto none = summarizer::open(*log, {.phase_events = 0, .orchestration_events = 0});
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, errc::invalid_argument);
    EXPECT_THAT(none.error().message, HasSubstr("neither"));
    EXPECT_EQ(summarizer::open(*log, {.name = "Bad Name"}).error().code, errc::invalid_argument);
    auto first = summarizer::open(*log).value();
    EXPECT_EQ(summarizer::open(*log).error().code, errc::locked);
}

TEST(Summarizer, TellsOfDamageAndStops) {
    test::fresh_store log;
    put_some(log, 3);
    auto kept = log->open_keyspace("daybook.summaries.summaries").value();
    keyspace_batch batch;
    batch.put(stream, "\x7f\x7f");
    kept.write(batch).value();
    auto summaries = summarizer::open(*log).value();
    const auto failed = summaries.catch_up();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, errc::corrupt);
    EXPECT_THAT(failed.error().message, HasSubstr("issue-SHOP-1"));
    EXPECT_EQ(summaries.step().error().code, errc::corrupt) << "it must be opened anew";
}

TEST(Summarizer, SumsUpWhatComesUntilItIsStopped) {
    test::fresh_store log;
    put(log, phase_started{.phase = "CODE"});
    auto seen = log->subscribe({.which = query::types({"PhaseSummaryCreated"})}).value();
    auto summaries = summarizer::open(*log).value();
    std::jthread running{[&](std::stop_token stop) { EXPECT_TRUE(summaries.run(stop)); }};
    put_some(log, 24);
    EXPECT_TRUE(seen.next(std::chrono::minutes{1}).value());
    running.request_stop();
    running.join();
    EXPECT_EQ(summaries.counts().phase_summaries, 1U);
}

}  // namespace
}  // namespace daybook::orchestration
