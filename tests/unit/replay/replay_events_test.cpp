// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: what was selected comes again, all of it, in order, at the pace that was asked for, in a
// context that says so; what is interrupted goes on; what makes no sense is refused.
#include <daybook/effect_guard.hpp>
#include <daybook/emitter.hpp>
#include <daybook/replay/replay_events.hpp>
#include <daybook/replay/replay_target.hpp>

#include "scripted_clock.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <limits>
#include <stdexcept>
#include <thread>

namespace daybook::test {
namespace {

using namespace std::chrono_literals;
using replay::bookmark;
using replay::pace;
using replay::replay_events;
using replay::replay_options;
using replay::replayable;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using numbers = std::vector<std::uint64_t>;

struct declared_handler {
    static constexpr bool replayable = true;
    void operator()(const event_view&) const {}
};
struct denying_handler {
    static constexpr bool replayable = false;
    void operator()(const event_view&) const {}
};
const auto undeclared = [](const event_view&) {};
static_assert(replay::replay_handler<declared_handler>);
static_assert(replay::replay_handler<decltype(replayable(undeclared))>);
static_assert(!replay::replay_handler<decltype(undeclared)>);
static_assert(!replay::replay_handler<denying_handler>);
static_assert(!replay::replay_handler<event_handler>);

/// Remembers positions; may fail, and say where it settled.
class recording_target final : public replay::replay_target {
public:
    result<void> take(const event_view& event) override {
        if (taken.size() == fails_at) return fail(errc::io, "the disk is full");
        if (taken.size() == throws_at) throw std::runtime_error{"out of paper"};
        taken.push_back(event.position().value);
        return {};
    }
    result<std::string> settle() override {
        ++settled;
        return "taken " + std::to_string(taken.size());
    }
    result<void> resume(std::string_view said) override {
        resumed = said;
        return {};
    }

    numbers taken;
    int settled = 0;
    std::string resumed;
    std::size_t fails_at = std::numeric_limits<std::size_t>::max();
    std::size_t throws_at = std::numeric_limits<std::size_t>::max();
};

class ReplayEvents : public testing::Test {
protected:
    /// Ten events, one each second: even ones of task-1, odd ones of task-2.
    void SetUp() override {
        for (int i = 0; i < 10; ++i) {
            auto one = simple_event(i % 3 == 0 ? "Third" : "Other");
            one.occurred_at = test_time(i * 1'000'000);
            one.id = numbered_id(static_cast<std::uint64_t>(i));
            log_->append(i % 2 == 0 ? "task-1" : "task-2", expected::any(), {one}).value();
        }
    }
    numbers replayed(const replay::selection& what) {
        recording_target into;
        const auto done = replay_events(*log_, {.what = what}, into);
        EXPECT_THAT(done, HoldsValue());
        EXPECT_EQ(done->events, into.taken.size());
        return into.taken;
    }
    result<replay::replay_report> try_with(const replay_options& options) {
        return replay_events(*log_, options, unused_);
    }

    fresh_store log_;
    recording_target unused_;
};

TEST_F(ReplayEvents, HandsOverAllEventsInOrder) {
    numbers seen;
    const auto done = replay_events(
        *log_, {}, replayable([&](const event_view& e) { seen.push_back(e.position().value); }));
    EXPECT_THAT(seen, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    ASSERT_THAT(done, HoldsValue());
    EXPECT_EQ(done->events, 10U);
    EXPECT_EQ(done->first, position{0});
    EXPECT_EQ(done->last, position{9});
    EXPECT_EQ(done->next, position{10});
    EXPECT_EQ(done->end, position{10});
    EXPECT_FALSE(done->stopped);
}

TEST_F(ReplayEvents, TakesHandlersThatDeclareIt) {
    EXPECT_THAT(replay_events(*log_, {}, declared_handler{}), HoldsValue());
}

TEST_F(ReplayEvents, SelectsByQueryPlaceAndTime) {
    EXPECT_THAT(replayed({.which = query::types({"Third"})}), ElementsAre(0, 3, 6, 9));
    EXPECT_THAT(replayed({.from = start_from::at(position{7})}), ElementsAre(7, 8, 9));
    EXPECT_THAT(
        replayed({.which = criteria{.stream = "task-2"}, .from = start_from::at(sequence{4})}),
        ElementsAre(7, 9));
    EXPECT_THAT(replayed({.which = criteria{.since = test_time(8'000'000)}}), ElementsAre(8, 9));
    const auto fifth = log_->read_one(position{5}).value().view().recorded_at();
    const auto from = log_->position_after(fifth - 1us).value();
    EXPECT_EQ(replayed({.from = start_from::recorded_at(fifth)}),
              replayed({.from = start_from::at(from)}));
    EXPECT_THAT(replayed({.from = start_from::at(position{2}), .until = position{4}}),
                ElementsAre(2, 3));
    EXPECT_THAT(replayed({.from = start_from::at(position{10})}), IsEmpty());
}

TEST_F(ReplayEvents, FollowsAChainBeyondItsCorrelation) {
    const auto append = [&](std::uint64_t id, std::string correlation,
                            std::vector<event_id> causes) {
        auto one = simple_event("Chained");
        one.id = numbered_id(id);
        one.correlation = std::move(correlation);
        one.causes = std::move(causes);
        log_->append("task-3", expected::any(), {one}).value();
    };
    append(100, "run-1", {});
    append(101, "run-2", {});
    append(102, "run-2", {numbered_id(100)});
    append(103, "", {numbered_id(102), numbered_id(101)});
    append(104, "run-1", {numbered_id(103)});
    append(105, "run-2", {numbered_id(101)});
    EXPECT_THAT(replayed({.chain = "run-1"}), ElementsAre(10, 12, 13, 14));
    EXPECT_THAT(replayed({.which = criteria{.correlation = "run-2"}, .chain = "run-1"}),
                ElementsAre(12));
    EXPECT_THAT(replayed({.chain = "run-1", .from = start_from::at(position{13})}),
                ElementsAre(13, 14));
    EXPECT_THAT(replayed({.chain = "run-1", .until = position{13}}), ElementsAre(10, 12));
    EXPECT_THAT(replayed({.chain = "no such"}), IsEmpty());
}

TEST_F(ReplayEvents, DoesNotSeeWhatIsAppendedMeanwhile) {
    int seen = 0;
    ASSERT_THAT(replay_events(*log_, {.may_append = true}, replayable([&](const event_view&) {
                    ++seen;
                    log_->append("task-9", expected::any(), {simple_event("New")}).value();
                })),
                HoldsValue());
    EXPECT_EQ(seen, 10);
    EXPECT_EQ(log_->watermark(), position{20});
    const auto appended = log_->read_one(position{13}).value();
    EXPECT_EQ(appended.view().tag("replay"), "replay");
    EXPECT_THAT(appended.view().causes(), ElementsAre(numbered_id(3)));
}

TEST_F(ReplayEvents, MarksTheContextAndRefusesAppends) {
    EXPECT_FALSE(context_scope::current().replay);
    const auto done = replay_events(
        *log_, {.name = "mails-again"}, replayable([&](const event_view&) -> result<void> {
            EXPECT_EQ(context_scope::current().replay.name, "mails-again");
            EXPECT_EQ(context_scope::current().replay.store, log_->status().store_id);
            const auto made = log_->append("task-9", expected::any(), {simple_event("New")});
            return made ? result<void>{} : made.error();
        }));
    EXPECT_THAT(done, FailsWith(errc::refused, "event at position 0 (Third in task-1)"));
    EXPECT_EQ(log_->watermark(), position{10});
    EXPECT_FALSE(context_scope::current().replay);
}

TEST_F(ReplayEvents, LetsNoEffectHappen) {
    auto mails = effect_guard::open(*log_, "mails").value();
    int sent = 0;
    ASSERT_THAT(replay_events(*log_, {}, replayable([&](const event_view& e) {
                    EXPECT_THAT(mails.once(to_string(e.id()), [&] { ++sent; }),
                                Holds(effect_outcome::suppressed));
                })),
                HoldsValue());
    EXPECT_EQ(sent, 0);
}

TEST_F(ReplayEvents, LetsEmittersDropWhatIsEmitted) {
    store_target target{*log_};
    auto emitting = emitter::start(target).value();
    const auto emit = [&] {
        return emitting.emit(event_level::milestone, "task-9", simple_event("E"));
    };
    ASSERT_THAT(replay_events(
                    *log_, {.what = {.until = position{1}}},
                    replayable([&](const event_view&) { EXPECT_EQ(emit(), emission::filtered); })),
                HoldsValue());
    ASSERT_THAT(
        replay_events(*log_, {.what = {.until = position{1}}, .may_append = true},
                      replayable([&](const event_view&) { EXPECT_EQ(emit(), emission::queued); })),
        HoldsValue());
    ASSERT_THAT(emitting.flush(), HoldsValue());
    EXPECT_EQ(log_->read_one(position{10}).value().view().tag("replay"), "replay");
}

TEST_F(ReplayEvents, WaitsAsLongAsItTook) {
    scripted_clock clock;
    recording_target into;
    ASSERT_THAT(
        replay_events(*log_,
                      {.what = {.until = position{4}}, .pace = pace::original(), .clock = &clock},
                      into),
        HoldsValue());
    EXPECT_THAT(clock.asked, ElementsAre(0ms, 1000ms, 2000ms, 3000ms));
    clock = {};
    ASSERT_THAT(
        replay_events(
            *log_,
            {.what = {.which = query::types({"Third"})}, .pace = pace::faster(10), .clock = &clock},
            into),
        HoldsValue());
    EXPECT_THAT(clock.asked, ElementsAre(0ms, 300ms, 600ms, 900ms));
    clock = {};
    ASSERT_THAT(replay_events(*log_, {.clock = &clock}, into), HoldsValue());
    EXPECT_THAT(clock.asked, IsEmpty());
}

TEST_F(ReplayEvents, CutsLongPausesAndDoesNotWaitWhereTimesRunBack) {
    for (const std::int64_t second : {3600L, 30L, 3601L, 250'000'000'000L}) {
        auto one = simple_event("Late");
        one.occurred_at = test_time(second * 1'000'000);
        log_->append("task-1", expected::any(), {one}).value();
    }
    scripted_clock clock;
    recording_target into;
    const replay::selection late{.from = start_from::at(position{9})};
    ASSERT_THAT(
        replay_events(*log_,
                      {.what = late,
                       .pace = {.times = 1, .longest_pause = std::chrono::milliseconds{5000}},
                       .clock = &clock},
                      into),
        HoldsValue());
    EXPECT_THAT(clock.asked, ElementsAre(0ms, 5000ms, 5000ms, 6000ms, 11000ms));
    clock = {};
    // A pause of thousands of years, a million times longer, is no overflow.
    ASSERT_THAT(
        replay_events(*log_, {.what = late, .pace = pace::faster(1e-6), .clock = &clock}, into),
        HoldsValue());
    EXPECT_GT(clock.asked.back(), 24h * 365 * 90);
}

TEST_F(ReplayEvents, StopsWhenAsked) {
    std::stop_source stop;
    recording_target into;
    const auto done = replay_events(*log_,
                                    {.stop = stop.get_token(),
                                     .progress =
                                         [&](const replay::replay_report& so_far) {
                                             if (so_far.events == 3) stop.request_stop();
                                         }},
                                    into);
    ASSERT_THAT(done, HoldsValue());
    EXPECT_TRUE(done->stopped);
    EXPECT_EQ(done->next, position{3});
    EXPECT_EQ(done->end, position{10});
    EXPECT_THAT(into.taken, ElementsAre(0, 1, 2));
    EXPECT_EQ(into.settled, 1);
}

TEST_F(ReplayEvents, StopsWhileItWaits) {
    std::stop_source stop;
    scripted_clock clock;
    clock.on_wait = [&] {
        if (clock.asked.size() == 3) stop.request_stop();
    };
    recording_target into;
    const auto done = replay_events(
        *log_, {.pace = pace::original(), .stop = stop.get_token(), .clock = &clock}, into);
    ASSERT_THAT(done, HoldsValue());
    EXPECT_TRUE(done->stopped);
    EXPECT_THAT(into.taken, ElementsAre(0, 1));
}

TEST_F(ReplayEvents, WakesTheMachinesClockForAStop) {
    std::stop_source stop;
    std::jthread asks{[&] { stop.request_stop(); }};
    auto& clock = replay::replay_clock::of_machine();
    clock.wait_until(clock.now() + 24h, stop.get_token());
    EXPECT_TRUE(stop.stop_requested());
    clock.wait_until(clock.now() + 1ms, {});
    clock.wait_until(clock.now() - 1h, {});
}

TEST_F(ReplayEvents, NamesTheEventThatTheTargetFailedAt) {
    recording_target into;
    into.fails_at = 4;
    EXPECT_THAT(replay_events(*log_, {.name = "n"}, into),
                FailsWith(errc::io,
                          "replay \"n\": event at position 4 (Other in task-1): the disk is full"));
    into = {};
    into.throws_at = 0;
    EXPECT_THAT(replay_events(*log_, {}, into),
                FailsWith(errc::projection_failed, "it threw: out of paper"));
}

TEST_F(ReplayEvents, GoesOnAtItsBookmark) {
    auto mark = bookmark::in_store(*log_, "again").value();
    const replay_options options{.what = {.which = query::types({"Third"})}, .bookmark = &mark};
    recording_target into;
    into.fails_at = 2;
    EXPECT_THAT(replay_events(*log_, options, into), FailsWith(errc::io, "position 6"));
    EXPECT_EQ(into.resumed, "");

    recording_target rest;
    const auto done = replay_events(*log_, options, rest);
    ASSERT_THAT(done, HoldsValue());
    EXPECT_EQ(rest.resumed, "taken 2");
    EXPECT_THAT(rest.taken, ElementsAre(6, 9));
    EXPECT_EQ(done->events, 2U);
    EXPECT_EQ(done->events_before, 2U);

    recording_target nothing;
    EXPECT_THAT(replay_events(*log_, options, nothing), HoldsValue());
    EXPECT_THAT(nothing.taken, IsEmpty());
    log_->append("task-1", expected::any(), {simple_event("Third")}).value();
    recording_target since;
    EXPECT_THAT(replay_events(*log_, options, since), HoldsValue());
    EXPECT_THAT(since.taken, ElementsAre(10));
}

TEST_F(ReplayEvents, KeepsItsPlaceAsOftenAsAsked) {
    auto mark = bookmark::in_store(*log_, "again").value();
    recording_target into;
    ASSERT_THAT(replay_events(*log_,
                              {.bookmark = &mark,
                               .bookmark_every = 4,
                               .progress =
                                   [&](const replay::replay_report& so_far) {
                                       if (so_far.events < 8) return;
                                       EXPECT_THAT(mark.read().value().value_or(""),
                                                   HasSubstr("\"next\":8"));
                                   }},
                              into),
                HoldsValue());
    EXPECT_EQ(into.settled, 3);
}

TEST_F(ReplayEvents, RefusesABookmarkOfAnotherReplay) {
    auto mark = bookmark::in_store(*log_, "again").value();
    recording_target into;
    ASSERT_THAT(replay_events(*log_, {.bookmark = &mark}, into), HoldsValue());
    const auto before = mark.read().value();
    const replay::selection others[] = {{.which = query::types({"Third"})},
                                        {.chain = "run-1"},
                                        {.from = start_from::at(position{1})},
                                        {.until = position{9}}};
    for (const auto& other : others) {
        EXPECT_THAT(replay_events(*log_, {.what = other, .bookmark = &mark}, into),
                    FailsWith(errc::invalid_argument, "\"again\" in"));
    }
    EXPECT_EQ(mark.read().value(), before);
    fresh_store other;
    EXPECT_THAT(replay_events(*other, {.bookmark = &mark}, into),
                FailsWith(errc::invalid_argument, "another store"));
}

TEST_F(ReplayEvents, RefusesADamagedBookmark) {
    auto mark = bookmark::in_store(*log_, "again").value();
    ASSERT_THAT(try_with({.bookmark = &mark}), HoldsValue());
    const auto sound = mark.read().value().value();
    const auto replaced = [&](std::string_view part, std::string_view by) {
        auto text = sound;
        return text.replace(text.find(part), part.size(), by);
    };
    const std::pair<std::string, errc> damaged[] = {
        {"", errc::corrupt},
        {"[]", errc::corrupt},
        {std::string(5000, '['), errc::corrupt},
        {sound.substr(0, sound.size() / 2), errc::corrupt},
        {replaced("\"next\":10", "\"next\":11"), errc::corrupt},
        {replaced("\"next\":10", "\"next\":-1"), errc::corrupt},
        {replaced("\"next\"", "\"text\""), errc::corrupt},
        {replaced("\"format\":1", "\"format\":2"), errc::unsupported}};
    for (const auto& [text, code] : damaged) {
        ASSERT_THAT(mark.write(text), HoldsValue());
        EXPECT_THAT(try_with({.bookmark = &mark}), FailsWith(code, "\"again\" in")) << text;
    }
}

TEST_F(ReplayEvents, TellsInADryRunWhatWouldHappen) {
    auto mark = bookmark::in_store(*log_, "again").value();
    recording_target into;
    std::vector<std::string> told;
    const auto done = dry_run(
        *log_,
        {.what = {.which = query::types({"Third"})}, .pace = pace::faster(2), .bookmark = &mark},
        into, [&](const event_view& event, const replay::foreseen& would) {
            told.push_back(would.what + " " + std::to_string(event.position().value) + " after " +
                           std::to_string(would.after.count()));
        });
    ASSERT_THAT(done, HoldsValue());
    EXPECT_EQ(done->events, 4U);
    EXPECT_EQ(done->end, position{10});
    EXPECT_THAT(told, ElementsAre("take 0 after 0", "take 3 after 1500000", "take 6 after 3000000",
                                  "take 9 after 4500000"));
    EXPECT_THAT(into.taken, IsEmpty());
    EXPECT_EQ(into.settled, 0);
    EXPECT_EQ(mark.read().value(), std::nullopt);
}

TEST_F(ReplayEvents, CallsNoHandlerInADryRun) {
    auto never = replayable([](const event_view&) { ADD_FAILURE() << "was called"; });
    replay::handler_target into{never};
    int told = 0;
    ASSERT_THAT(dry_run(*log_, {}, into,
                        [&](const event_view&, const replay::foreseen& would) {
                            EXPECT_EQ(would.what, "handle");
                            ++told;
                        }),
                HoldsValue());
    EXPECT_EQ(told, 10);
}

TEST_F(ReplayEvents, RefusesWhatMakesNoSense) {
    const auto future = std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now() + 24h);
    const std::pair<replay_options, const char*> refused[] = {
        {{.name = ""}, "a name is"},
        {{.name = "A b"}, "a name is"},
        {{.what = {.from = start_from::end()}}, "begins at the end"},
        {{.what = {.from = start_from::recorded_at(future)}}, "in the future"},
        {{.what = {.from = start_from::at(position{11})}}, "the log ends at 10"},
        {{.what = {.from = start_from::at(sequence{1})}}, "no single stream"},
        {{.what = {.which = criteria{.stream = "task-1"}, .from = start_from::at(sequence{7})}},
         "is at 5"},
        {{.what = {.until = position{11}}}, "the log ends at 10"},
        {{.what = {.from = start_from::at(position{5}), .until = position{4}}}, "behind its end"},
        {{.what = {.which = criteria{.tags = {"no colon"}}}}, "no colon"},
        {{.pace = pace::faster(-1)}, "pace"},
        {{.pace = pace::faster(std::numeric_limits<double>::infinity())}, "pace"},
        {{.pace = {.times = 1, .longest_pause = -1us}}, "longest pause"},
        {{.bookmark_every = 0}, "bookmark_every"}};
    for (const auto& [options, why] : refused) {
        EXPECT_THAT(try_with(options), FailsWith(errc::invalid_argument, why));
        EXPECT_THAT(replay::check_replay(*log_, options), FailsWith(errc::invalid_argument, why));
    }
    EXPECT_THAT(replay::check_replay(*log_, {}), HoldsValue());
    EXPECT_THAT(unused_.taken, IsEmpty());
    EXPECT_EQ(unused_.settled, 0);
}

}  // namespace
}  // namespace daybook::test
