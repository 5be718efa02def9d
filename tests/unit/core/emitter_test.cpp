// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: what the header of the emitter says about levels, room, losses, failures and stopping.
// Method: a target that does what the test says. Holding it inside `write` makes the queue fill
// exactly; nothing here depends on how long something takes.

#include <daybook/context.hpp>
#include <daybook/emitter.hpp>
#include <daybook/emitter_target.hpp>
#include <daybook/json.hpp>

#include "support/event_maker.hpp"
#include "support/matchers.hpp"
#include "support/scripted_target.hpp"

#include <boost/json/parse.hpp>

#include <cstdlib>
#include <thread>

namespace daybook::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto action = event_level::action;

emitter_options quick() {
    emitter_options options;
    options.linger = 1ms;
    options.retry_first = 1ms;
    options.retry_max = 2ms;
    options.report_interval = 0ms;
    return options;
}

/// An emitter whose target takes part in the test.
struct Emitter : testing::Test {
    void start(const emitter_options& options = quick()) {
        emitting.emplace(emitter::start(target, options).value());
    }
    emission emit(const std::string& type, event_level level = action) {
        return emitting->emit(level, "task-1", simple_event(type));
    }
    /// Keeps the thread inside the target with one event, "plug", so that the queue is empty and
    /// stays as the test fills it.
    void plug() {
        target.hold();
        ASSERT_EQ(emit("plug"), emission::queued);
        target.await_inside();
    }
    void expect_sum() {
        const auto now = emitting->stats();
        EXPECT_EQ(now.emitted, now.stored + now.rejected + now.dropped.total() + now.waiting);
    }

    scripted_target target;
    std::optional<emitter> emitting;
};

// Levels -----------------------------------------------------------------------------------------

TEST(EventLevel, IncludesThoseBeforeItAndSystemGoesWithDetail) {
    using enum event_level;
    const std::array all{milestone, decision, action, state, detail, system};
    const auto taken_at = [&](event_level set_to) {
        std::vector<event_level> taken;
        for (const auto one : all) {
            if (includes(set_to, one)) taken.push_back(one);
        }
        return taken;
    };
    EXPECT_THAT(taken_at(milestone), ElementsAre(milestone));
    EXPECT_THAT(taken_at(decision), ElementsAre(milestone, decision));
    EXPECT_THAT(taken_at(event_level::action),
                ElementsAre(milestone, decision, event_level::action));
    EXPECT_THAT(taken_at(state), ElementsAre(milestone, decision, event_level::action, state));
    EXPECT_THAT(taken_at(detail), testing::ElementsAreArray(all));
    EXPECT_THAT(taken_at(system), testing::ElementsAreArray(all));
}

TEST(EventLevel, IsReadByNameInEitherCase) {
    EXPECT_THAT(parse_event_level("MILESTONE"), Holds(event_level::milestone));
    EXPECT_THAT(parse_event_level("system"), Holds(event_level::system));
    EXPECT_EQ(to_string(event_level::detail), "DETAIL");
    EXPECT_THAT(parse_event_level("debug"), FailsWith(errc::invalid_argument, "\"debug\""));
    EXPECT_THAT(parse_event_level(""), FailsWith(errc::invalid_argument));
}

TEST_F(Emitter, BuildsNothingBelowItsLevel) {
    start();
    int built = 0;
    const auto build = [&] {
        ++built;
        return simple_event("Built");
    };
    EXPECT_EQ(emitting->emit(event_level::state, "task-1", build), emission::filtered);
    EXPECT_EQ(emitting->emit(event_level::system, "task-1", build), emission::filtered);
    EXPECT_EQ(built, 0);
    EXPECT_EQ(emitting->emit(event_level::milestone, "task-1", build), emission::queued);
    EXPECT_EQ(built, 1);
    emitting->set_level(event_level::detail);
    EXPECT_EQ(emitting->level(), event_level::detail);
    EXPECT_EQ(emitting->emit(event_level::system, "task-1", build), emission::queued);
    ASSERT_THAT(emitting->flush(), HoldsValue());
    EXPECT_EQ(emitting->stats().emitted, 2U) << "what is filtered is not counted";
    const auto stored = target.events();
    ASSERT_EQ(stored.size(), 2U);
    EXPECT_THAT(stored[0].event.tags, ElementsAre("level:MILESTONE"));
    EXPECT_THAT(stored[1].event.tags, ElementsAre("level:SYSTEM"));
}

TEST_F(Emitter, LetsOutWhatTheBuilderThrows) {
    start();
    const auto build = []() -> new_event { throw std::runtime_error{"mine"}; };
    EXPECT_THROW(emitting->emit(action, "task-1", build), std::runtime_error);
    EXPECT_EQ(emitting->stats().emitted, 0U);
}

// What is captured -------------------------------------------------------------------------------

TEST_F(Emitter, CapturesIdTimeAndContextOfTheCaller) {
    start();
    plug();
    const auto before =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    {
        const context_scope scope{{.correlation = "sprint-7",
                                   .causes = {numbered_id(1)},
                                   .actor = {"agent", "coder-1", "m-2"},
                                   .session = "s-1"}};
        emit("A");
        auto own = simple_event("B");
        own.correlation = "other";
        own.causes = {numbered_id(2)};
        own.actor.id = "ada";
        own.tags = {"session:mine", "level:ACTION"};
        own.id = numbered_id(3);
        own.occurred_at = test_time(5);
        emitting->emit(action, "task-2", own);
    }
    emit("C");
    const auto after =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    target.let_go();
    ASSERT_THAT(emitting->flush(), HoldsValue());
    const auto stored = target.events();
    ASSERT_EQ(stored.size(), 4U);
    const auto& a = stored[1].event;
    EXPECT_EQ(a.correlation, "sprint-7");
    EXPECT_THAT(a.causes, ElementsAre(numbered_id(1)));
    EXPECT_EQ(a.actor, (actor{"agent", "coder-1", "m-2"}));
    EXPECT_THAT(a.tags, ElementsAre("session:s-1", "level:ACTION"));
    EXPECT_TRUE(a.id);
    EXPECT_LE(before, a.occurred_at);
    EXPECT_GE(after, a.occurred_at) << "the time of emitting, not of writing";
    const auto& b = stored[2];
    EXPECT_EQ(b.stream, "task-2");
    EXPECT_EQ(b.event.correlation, "other");
    EXPECT_THAT(b.event.causes, ElementsAre(numbered_id(2)));
    EXPECT_EQ(b.event.actor, (actor{"", "ada", ""}));
    EXPECT_THAT(b.event.tags, ElementsAre("session:mine", "level:ACTION"));
    EXPECT_EQ(b.event.id, numbered_id(3));
    EXPECT_EQ(b.event.occurred_at, test_time(5));
    EXPECT_EQ(stored[3].event.correlation, "");
    EXPECT_LT(a.id, stored[3].event.id);
}

TEST_F(Emitter, CapturesTheTraceOfTheCaller) {
    constexpr std::string_view parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    start();
    {
        context around;
        around.trace.traceparent = parent;
        const context_scope scope{around};
        emit("A");
        auto own = simple_event("B");
        own.extensions = "not JSON";
        emitting->emit(action, "task-1", own);
    }
    ASSERT_THAT(emitting->flush(), HoldsValue());
    const auto stored = target.events();
    ASSERT_EQ(stored.size(), 2U);
    EXPECT_THAT(stored[0].event.extensions, HasSubstr(std::string{parent}));
    EXPECT_EQ(stored[1].event.extensions, "not JSON") << "for the target to refuse";
}

// Batches ----------------------------------------------------------------------------------------

TEST_F(Emitter, WritesWhatWaitsTogetherAndInOrder) {
    start();
    plug();
    for (int i = 0; i < 9; ++i) {
        emitting->emit(action, "task-" + std::to_string(i % 4 / 2),
                       simple_event(std::to_string(i)));
    }
    target.let_go();
    ASSERT_THAT(emitting->flush(), HoldsValue());
    EXPECT_THAT(target.batch_sizes(), ElementsAre(1, 9));
    EXPECT_THAT(target.types(), ElementsAre("plug", "0", "1", "2", "3", "4", "5", "6", "7", "8"));
    EXPECT_EQ(emitting->stats().writes, 2U);
}

TEST_F(Emitter, BoundsABatchInEventsAndBytes) {
    auto options = quick();
    options.batch_events_max = 4;
    options.batch_bytes_max = 2'000;
    start(options);
    plug();
    for (int i = 0; i < 6; ++i) emit("small");
    for (int i = 0; i < 3; ++i) {
        emitting->emit(action, "task-1",
                       simple_event("large", '"' + std::string(3'000, 'x') + '"'));
    }
    target.let_go();
    ASSERT_THAT(emitting->flush(), HoldsValue());
    EXPECT_THAT(target.batch_sizes(), ElementsAre(1, 4, 3, 1, 1))
        << "two small ones and a large one pass the bytes";
}

TEST_F(Emitter, RejectsOnlyTheEventThatIsToBlame) {
    auto options = quick();
    std::vector<std::string> told;
    options.on_rejected = [&](std::string_view stream, const new_event& e, const error& why) {
        told.push_back(std::string{stream} + " " + e.type + " " + why.message);
        throw std::runtime_error{"ignored"};
    };
    start(options);
    plug();
    std::vector<std::string> good{"plug"};
    for (int i = 0; i < 100; ++i) {
        const bool bad = i == 0 || i == 37 || i == 38 || i == 99;
        const auto stream = "task-" + std::to_string(i / 7);
        emitting->emit(action, stream, simple_event(bad ? "bad" : std::to_string(i)));
        if (!bad) good.push_back(std::to_string(i));
    }
    target.let_go();
    ASSERT_THAT(emitting->flush(), HoldsValue());
    EXPECT_EQ(target.types(), good);
    const auto now = emitting->stats();
    EXPECT_EQ(now.rejected, 4U);
    EXPECT_EQ(now.stored, 97U);
    EXPECT_EQ(now.dropped.total(), 0U);
    EXPECT_FALSE(now.target_failing);
    ASSERT_TRUE(now.last_error);
    EXPECT_EQ(now.last_error->code, errc::invalid_argument);
    EXPECT_TRUE(now.last_error_at);
    EXPECT_THAT(told, ElementsAre("task-0 bad a bad event", "task-5 bad a bad event",
                                  "task-5 bad a bad event", "task-14 bad a bad event"));
    expect_sum();
}

// No room ----------------------------------------------------------------------------------------

TEST_F(Emitter, DropsTheNewestWhenItIsFullOfEvents) {
    auto options = quick();
    options.events_max = 3;
    start(options);
    plug();
    for (const auto* type : {"0", "1", "2"}) EXPECT_EQ(emit(type), emission::queued);
    EXPECT_EQ(emit("3"), emission::dropped);
    EXPECT_EQ(emit("4", event_level::milestone), emission::dropped);
    EXPECT_EQ(emitting->stats().dropped[action], 1U);
    EXPECT_EQ(emitting->stats().dropped[event_level::milestone], 1U);
    EXPECT_EQ(emitting->stats().waiting, 4U);
    expect_sum();
    target.let_go();
    ASSERT_THAT(emitting->flush(), HoldsValue());
    EXPECT_THAT(target.types(), ElementsAre("plug", "0", "1", "2"));
    EXPECT_EQ(emitting->stats().emitted, 6U);
    EXPECT_EQ(emitting->stats().stored, 4U);
    EXPECT_EQ(emitting->stats().waiting, 0U);
}

TEST_F(Emitter, DropsTheOldestThatWait) {
    auto options = quick();
    options.events_max = 3;
    options.full = when_full::drop_oldest;
    start(options);
    plug();
    emit("0", event_level::decision);
    for (const auto* type : {"1", "2", "3", "4"}) EXPECT_EQ(emit(type), emission::queued);
    target.let_go();
    ASSERT_THAT(emitting->flush(), HoldsValue());
    EXPECT_THAT(target.types(), ElementsAre("plug", "2", "3", "4"));
    const auto now = emitting->stats();
    EXPECT_EQ(now.dropped[event_level::decision], 1U);
    EXPECT_EQ(now.dropped[action], 1U);
    EXPECT_EQ(now.emitted, 6U);
    expect_sum();
}

TEST_F(Emitter, BoundsTheBytesThatWait) {
    auto options = quick();
    options.bytes_max = 10'000;
    start(options);
    plug();
    const auto sized = [](std::size_t bytes) {
        return simple_event("sized", '"' + std::string(bytes, 'x') + '"');
    };
    EXPECT_EQ(emitting->emit(action, "task-1", sized(4'000)), emission::queued);
    const auto one = emitting->stats().waiting_bytes;
    EXPECT_GT(one, 4'000U);
    EXPECT_LT(one, 4'500U);
    EXPECT_EQ(emitting->emit(action, "task-1", sized(4'000)), emission::queued);
    EXPECT_EQ(emitting->stats().waiting_bytes, 2 * one);
    EXPECT_EQ(emitting->emit(action, "task-1", sized(4'000)), emission::dropped);
    EXPECT_EQ(emitting->emit(action, "task-1", sized(100)), emission::queued) << "it fits";
    EXPECT_LE(emitting->stats().waiting_bytes, 10'000U);
    target.let_go();
    ASSERT_THAT(emitting->flush(), HoldsValue());
    EXPECT_EQ(emitting->stats().waiting_bytes, 0U);
    EXPECT_EQ(emitting->emit(action, "task-1", sized(20'000)), emission::dropped)
        << "larger than the whole queue";
    ASSERT_THAT(emitting->flush(), HoldsValue());
    EXPECT_THAT(target.reports().back().event.payload, HasSubstr("larger than the queue"));
    expect_sum();
}

TEST_F(Emitter, DropsSeveralOldOnesForALargeOne) {
    auto options = quick();
    options.bytes_max = 6'000;
    options.full = when_full::drop_oldest;
    start(options);
    plug();
    for (int i = 0; i < 10; ++i) emit(std::to_string(i));
    emitting->emit(action, "task-1", simple_event("large", '"' + std::string(5'000, 'x') + '"'));
    target.let_go();
    ASSERT_THAT(emitting->flush(), HoldsValue());
    EXPECT_THAT(target.types(), ElementsAre("plug", "8", "9", "large"));
    EXPECT_EQ(emitting->stats().dropped.total(), 8U);
    expect_sum();
}

TEST_F(Emitter, BlocksUntilThereIsRoom) {
    auto options = quick();
    options.events_max = 2;
    options.full = when_full::block;
    options.block_max = 1h;
    start(options);
    plug();
    emit("0");
    emit("1");
    std::thread waits{[&] {
        EXPECT_EQ(emit("2"), emission::queued);
        EXPECT_EQ(emit("3"), emission::queued);
    }};
    target.let_go();
    waits.join();
    ASSERT_THAT(emitting->flush(), HoldsValue());
    EXPECT_THAT(target.types(), ElementsAre("plug", "0", "1", "2", "3"));
    EXPECT_EQ(emitting->stats().dropped.total(), 0U);
}

TEST_F(Emitter, BlocksNoLongerThanItsDeadline) {
    auto options = quick();
    options.events_max = 2;
    options.full = when_full::block;
    options.block_max = 5ms;
    start(options);
    plug();
    emit("0");
    emit("1");
    EXPECT_EQ(emit("2"), emission::dropped);
    target.let_go();
    ASSERT_THAT(emitting->flush(), HoldsValue());
    EXPECT_THAT(target.types(), ElementsAre("plug", "0", "1"));
    EXPECT_EQ(emitting->stats().dropped[action], 1U);
}

TEST_F(Emitter, StopFreesThoseWhoAreBlocked) {
    auto options = quick();
    options.events_max = 1;
    options.full = when_full::block;
    options.block_max = 1h;
    start(options);
    plug();
    emit("0");
    std::thread waits{[&] { EXPECT_EQ(emit("1"), emission::dropped); }};
    EXPECT_THAT(emitting->stop(0ms), FailsWith(errc::refused));
    waits.join();
    target.let_go();
    expect_sum();
}

// Losses are told --------------------------------------------------------------------------------

TEST_F(Emitter, TellsLossesOnceTheTargetIsBack) {
    auto options = quick();
    options.events_max = 2;
    options.report_stream = "emitter-of-tests";
    start(options);
    target.fail_with(fail(errc::io, "disk \"full\""));
    emit("plug");
    target.await_attempts(2);
    for (int i = 0; i < 5; ++i) emit("A");
    emit("M", event_level::milestone);
    EXPECT_TRUE(emitting->stats().target_failing);
    EXPECT_EQ(emitting->stats().dropped_told, 0U);
    target.recover();
    ASSERT_THAT(emitting->flush(), HoldsValue());
    const auto reports = target.reports();
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].stream, "emitter-of-tests");
    const auto& report = reports[0].event;
    EXPECT_THAT(report.tags, ElementsAre("level:SYSTEM"));
    EXPECT_EQ(report.actor, (actor{"system", "daybook-emitter", ""}));
    const auto payload = boost::json::parse(report.payload).as_object();
    EXPECT_EQ(payload.at("dropped"), (boost::json::value{{"MILESTONE", 1}, {"ACTION", 3}}))
        << report.payload;
    EXPECT_EQ(payload.at("total"), 4);
    EXPECT_EQ(payload.at("reason"), "queue full");
    EXPECT_EQ(payload.at("target_error"), "disk \"full\"");
    const auto time = [&](const char* name) {
        return parse_timestamp(std::string_view{payload.at(name).as_string()}).value();
    };
    EXPECT_LE(time("since"), time("until"));
    EXPECT_LE(time("until"), *report.occurred_at);
    EXPECT_EQ(emitting->stats().dropped_told, 4U);
    EXPECT_FALSE(emitting->stats().target_failing);
    ASSERT_THAT(emitting->flush(), HoldsValue());
    EXPECT_EQ(target.reports().size(), 1U) << "once";
    expect_sum();
}

// A target in trouble ----------------------------------------------------------------------------

TEST_F(Emitter, TriesAgainUntilTheTargetTakesIt) {
    start();
    target.fail_with(fail(errc::refused, "closed"));
    emit("0");
    target.await_attempts(5);
    EXPECT_EQ(emitting->stats().stored, 0U);
    EXPECT_GE(emitting->stats().failed_writes, 4U);
    EXPECT_EQ(emitting->stats().last_error->message, "closed");
    emit("1");
    target.recover();
    ASSERT_THAT(emitting->flush(), HoldsValue());
    EXPECT_THAT(target.types(), ElementsAre("0", "1"));
    EXPECT_EQ(target.repeated(), 0U);
}

TEST_F(Emitter, RepeatsTheSameBatchWhenAnAnswerIsLost) {
    start();
    plug();
    for (int i = 0; i < 10; ++i) emit(std::to_string(i));
    target.lose_answer(fail(errc::io, "who knows"));
    target.let_go();
    emit("later");
    ASSERT_THAT(emitting->flush(), HoldsValue());
    EXPECT_EQ(target.repeated(), 1U) << "the plug: nothing that came after was mixed with it";
    EXPECT_EQ(target.events().size(), 12U);
    EXPECT_EQ(emitting->stats().stored, 12U);
}

TEST_F(Emitter, TakesWhatATargetThrowsForAFailure) {
    start();
    target.throw_from_now();
    emit("0");
    target.await_attempts(2);
    EXPECT_THAT(emitting->stats().last_error->message, HasSubstr("the script says so"));
    target.recover();
    ASSERT_THAT(emitting->flush(), HoldsValue());
    EXPECT_THAT(target.types(), ElementsAre("0"));
}

// Flush and stop ---------------------------------------------------------------------------------

TEST_F(Emitter, FlushWaitsNoLongerThanItsTimeout) {
    start();
    plug();
    emit("0");
    const auto flushed = emitting->flush(2ms);
    EXPECT_THAT(flushed, FailsWith(errc::refused, "2 events still wait after 2 ms"));
    target.let_go();
    EXPECT_THAT(emitting->flush(), HoldsValue());
    EXPECT_EQ(emitting->stats().stored, 2U);
}

TEST_F(Emitter, FlushNamesTheTargetsError) {
    start();
    target.fail_with(fail(errc::io, "no disk"));
    emit("0");
    target.await_attempts(2);
    EXPECT_THAT(emitting->flush(1ms), FailsWith(errc::refused, "no disk"));
    target.recover();
}

TEST_F(Emitter, FlushTriesAFailingTargetAtOnce) {
    auto options = quick();
    options.retry_first = 1h;
    options.retry_max = 1h;
    start(options);
    target.fail_with(fail(errc::io, "no disk"));
    emit("0");
    target.await_attempts(1);
    target.recover();
    // The pause may be about to begin: a flush before it is served by the next one.
    while (!emitting->flush(50ms)) continue;
    EXPECT_THAT(target.types(), ElementsAre("0"));
}

TEST_F(Emitter, StopWritesWhatWaits) {
    start();
    plug();
    for (int i = 0; i < 100; ++i) emit("A");
    target.let_go();
    ASSERT_THAT(emitting->stop(), HoldsValue());
    EXPECT_EQ(target.events().size(), 101U);
    EXPECT_EQ(emit("late"), emission::dropped);
    EXPECT_EQ(emitting->stats().dropped.total(), 1U);
    EXPECT_THAT(emitting->stop(), HoldsValue()) << "again";
    EXPECT_THAT(emitting->flush(), HoldsValue()) << "nothing is left";
    expect_sum();
}

TEST_F(Emitter, StopDropsWhatAFailingTargetDoesNotTake) {
    start();
    target.fail_with(fail(errc::io, "no disk"));
    emit("0");
    target.await_attempts(1);
    for (int i = 0; i < 10; ++i) emit("A", event_level::decision);
    const auto stopped = emitting->stop(2ms);
    EXPECT_THAT(stopped, FailsWith(errc::refused, "11 events were dropped"));
    EXPECT_THAT(stopped, FailsWith(errc::refused, "no disk"));
    const auto now = emitting->stats();
    EXPECT_EQ(now.dropped[event_level::decision], 10U);
    EXPECT_EQ(now.dropped[action], 1U);
    EXPECT_EQ(now.waiting, 0U);
    expect_sum();
}

TEST_F(Emitter, StopDoesNotWaitForATargetThatHangs) {
    start();
    plug();
    for (int i = 0; i < 10; ++i) emit("A");
    EXPECT_THAT(emitting->stop(2ms), FailsWith(errc::refused, "still awaited"));
    EXPECT_EQ(emitting->stats().dropped[action], 10U);
    EXPECT_EQ(emitting->stats().waiting, 1U) << "the one that hangs";
    target.let_go();
    EXPECT_THAT(emitting->stop(), FailsWith(errc::refused, "10 events were dropped"));
    EXPECT_EQ(emitting->stats().stored, 1U) << "its answer counts when it comes";
    EXPECT_EQ(emitting->stats().waiting, 0U);
    EXPECT_THAT(target.types(), ElementsAre("plug"));
    expect_sum();
}

TEST_F(Emitter, StopDoesNotWaitForACallbackThatHangs) {
    std::mutex turn;
    std::unique_lock held{turn};
    auto options = quick();
    options.on_rejected = [&](auto&&...) { const std::lock_guard waits{turn}; };
    start(options);
    emit("bad");
    target.await_attempts(1);
    EXPECT_THAT(emitting->stop(2ms), FailsWith(errc::refused));
    held.unlock();
    EXPECT_THAT(emitting->stop(), HoldsValue());
    EXPECT_EQ(emitting->stats().rejected, 1U);
}

TEST_F(Emitter, IsStoppedByItsDestructor) {
    start();
    plug();
    emit("0");
    target.let_go();
    emitting.reset();
    EXPECT_THAT(target.types(), ElementsAre("plug", "0"));
}

TEST_F(Emitter, MovesWithItsQueue) {
    start();
    auto moved = std::move(*emitting);
    EXPECT_EQ(moved.emit(action, "task-1", simple_event("A")), emission::queued);
    EXPECT_EQ(moved.level(), action);
    emitting.reset();
    ASSERT_THAT(moved.stop(), HoldsValue());
    EXPECT_THAT(target.types(), ElementsAre("A"));
}

TEST(EmitterOptions, ThatMakeNoSenseAreRefused) {
    scripted_target target;
    const auto refused = [&](auto change, std::string_view part) {
        emitter_options options;
        change(options);
        EXPECT_THAT(emitter::start(target, options), FailsWith(errc::invalid_argument, part));
    };
    refused([](auto& o) { o.events_max = 0; }, "events_max is 0");
    refused([](auto& o) { o.events_max = (1U << 24U) + 1; }, "events_max");
    refused([](auto& o) { o.bytes_max = 0; }, "bytes_max");
    refused([](auto& o) { o.batch_events_max = 0; }, "batch_events_max");
    refused([](auto& o) { o.batch_events_max = 65'537; }, "batch_events_max is 65537");
    refused([](auto& o) { o.batch_bytes_max = 0; }, "batch_bytes_max");
    refused([](auto& o) { o.linger = 0ms; }, "linger is 0 ms");
    refused([](auto& o) { o.linger = std::chrono::milliseconds::max(); }, "linger");
    refused([](auto& o) { o.block_max = -1ms; }, "block_max is -1 ms");
    refused([](auto& o) { o.retry_first = 0ms; }, "retry_first");
    refused([](auto& o) { o.retry_max = 0ms; }, "retry_max");
    refused([](auto& o) { o.report_interval = -1ms; }, "report_interval");
    refused([](auto& o) { o.stop_timeout = -1ms; }, "stop_timeout");
    refused([](auto& o) { o.report_stream = "emitter"; }, "has no '-'");
}

}  // namespace
}  // namespace daybook::test
