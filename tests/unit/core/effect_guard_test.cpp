// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: an effect runs once, whoever asks however often; what nobody knows is decided by the
// policy; replays have no effects. A process that died between is one whose effect threw.
#include <daybook/context.hpp>
#include <daybook/effect_guard.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

namespace daybook::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class EffectGuard : public testing::Test {
protected:
    effect_guard guard(effect_options options = {}) {
        options.durable = durability::written;
        return effect_guard::open(*log_, "mails", options).value();
    }
    /// Leaves an effect of which nobody knows.
    void lose(std::string_view id) {
        auto dying = guard({.if_unknown = unknown_policy::retry});
        ASSERT_THAT(dying.once(id, [] { throw std::runtime_error{"killed"}; }),
                    FailsWith(errc::projection_failed, "killed"));
    }
    result<effect_outcome> run(effect_guard& in, std::string_view id) {
        return in.once(id, [&] { ++ran_; });
    }
    std::vector<std::string> unknown() {
        std::vector<std::string> ids;
        for (const auto& one : unknown_effects(*log_, "mails").value()) ids.push_back(one.id);
        return ids;
    }
    std::vector<std::string> recorded() {
        std::vector<std::string> types;
        for (const auto& e : read_everything(log_->read_stream("daybook.effects-mails")))
            types.emplace_back(e.type());
        return types;
    }
    fresh_store log_;
    int ran_ = 0;
};

TEST_F(EffectGuard, RunsAnEffectOnceAndRecordsIt) {
    auto mails = guard();
    EXPECT_EQ(mails.name(), "mails");
    EXPECT_THAT(run(mails, "order-7/sent"), Holds(effect_outcome::ran));
    EXPECT_THAT(run(mails, "order-7/sent"), Holds(effect_outcome::done_before));
    EXPECT_THAT(run(mails, "order-8/sent"), Holds(effect_outcome::ran));
    EXPECT_EQ(ran_, 2);
    EXPECT_THAT(recorded(),
                ElementsAre("effect_begun", "effect_done", "effect_begun", "effect_done"));
    const auto first = log_->read_one(position{0}).value();
    EXPECT_EQ(first.payload(), R"({"guard":"mails","effect":"order-7/sent","attempt":1})");
    EXPECT_EQ(first.view().tag("effect"), "order-7/sent");
}

TEST_F(EffectGuard, RemembersAfterTheStoreWasClosed) {
    {
        auto mails = guard();
        ASSERT_THAT(run(mails, "a"), Holds(effect_outcome::ran));
    }
    log_.reopen();
    auto mails = guard();
    EXPECT_THAT(run(mails, "a"), Holds(effect_outcome::done_before));
}

TEST_F(EffectGuard, RecordsWhatCausedTheEffect) {
    const auto at = log_->append("task-1", expected::any(), {simple_event("Paid")}).value();
    const auto paid = log_->read_one(at.first).value();
    const context_scope handling{context::of(paid)};
    auto mails = guard();
    ASSERT_THAT(run(mails, "a"), Holds(effect_outcome::ran));
    const auto begun = log_->read_one(position{1}).value();
    EXPECT_THAT(begun.view().causes(), ElementsAre(paid.id()));
}

TEST_F(EffectGuard, RunsAgainWhatSaysThatItDidNotHappen) {
    auto mails = guard();
    const auto refused =
        mails.once("a", []() -> result<void> { return fail(errc::io, "the server is away"); });
    EXPECT_THAT(refused, FailsWith(errc::io, "the server is away"));
    EXPECT_THAT(unknown(), IsEmpty());
    EXPECT_THAT(run(mails, "a"), Holds(effect_outcome::ran));
    EXPECT_THAT(run(mails, "a"), Holds(effect_outcome::done_before));
    EXPECT_EQ(ran_, 1);
}

TEST_F(EffectGuard, DoesNotKnowWhatTimedOutOrThrew) {
    auto mails = guard();
    const auto late =
        mails.once("late", []() -> result<void> { return fail(errc::timed_out, "no answer"); });
    EXPECT_THAT(late, FailsWith(errc::timed_out));
    EXPECT_THAT(mails.once("thrown", [] { throw 7; }), FailsWith(errc::projection_failed));
    EXPECT_THAT(unknown(), ElementsAre("late", "thrown"));
    EXPECT_THAT(run(mails, "late"), FailsWith(errc::refused, "settle it"));
    EXPECT_EQ(ran_, 0);
}

TEST_F(EffectGuard, SkipsOrRetriesTheUnknownAsAsked) {
    lose("a");
    {
        auto mails = guard({.if_unknown = unknown_policy::skip});
        EXPECT_THAT(run(mails, "a"), Holds(effect_outcome::skipped));
        EXPECT_EQ(ran_, 0);
    }
    lose("a");
    EXPECT_THAT(unknown(), ElementsAre("a"));
    EXPECT_EQ(unknown_effects(*log_, "mails").value().front().attempt, 2U);
    auto mails = guard({.if_unknown = unknown_policy::retry});
    EXPECT_THAT(run(mails, "a"), Holds(effect_outcome::ran));
    EXPECT_THAT(run(mails, "a"), Holds(effect_outcome::done_before));
    EXPECT_THAT(unknown(), IsEmpty());
    EXPECT_EQ(ran_, 1);
}

TEST_F(EffectGuard, IsToldWhatBecameOfTheUnknown) {
    lose("sent");
    lose("lost");
    auto mails = guard();
    ASSERT_THAT(mails.settle("sent", settled_as::done), HoldsValue());
    ASSERT_THAT(mails.settle("lost", settled_as::not_done), HoldsValue());
    EXPECT_THAT(unknown(), IsEmpty());
    EXPECT_THAT(run(mails, "sent"), Holds(effect_outcome::done_before));
    EXPECT_THAT(mails.settle("lost", settled_as::done), FailsWith(errc::conflict));
    EXPECT_THAT(run(mails, "lost"), Holds(effect_outcome::ran));
    EXPECT_THAT(mails.settle("lost", settled_as::not_done), FailsWith(errc::conflict, "done"));
    EXPECT_THAT(mails.settle("never", settled_as::done), FailsWith(errc::not_found));
}

TEST_F(EffectGuard, RunsNothingInAReplay) {
    const replay_mark again{.name = "again", .store = log_->status().store_id};
    auto mails = guard();
    ASSERT_THAT(run(mails, "done"), Holds(effect_outcome::ran));
    const auto before = log_.contents();
    const context_scope in_replay{{.replay = again}};
    EXPECT_THAT(run(mails, "done"), Holds(effect_outcome::done_before));
    EXPECT_THAT(run(mails, "new"), Holds(effect_outcome::suppressed));
    EXPECT_EQ(ran_, 1);
    EXPECT_EQ(log_.contents(), before);
}

TEST_F(EffectGuard, RunsInAReplayWhatIsNotDoneIfAllowed) {
    const replay_mark again{.name = "again", .store = log_->status().store_id};
    auto mails = guard({.in_replay = replay_policy::run});
    ASSERT_THAT(run(mails, "done"), Holds(effect_outcome::ran));
    const context_scope in_replay{{.replay = again}};
    EXPECT_THAT(run(mails, "done"), Holds(effect_outcome::done_before));
    EXPECT_THAT(run(mails, "new"), Holds(effect_outcome::ran));
    const auto begun = log_->read_one(position{2}).value();
    EXPECT_EQ(begun.view().tag("replay"), "again");
}

TEST_F(EffectGuard, LetsOneOfManyThreadsRunAnEffect) {
    constexpr int threads_count = 8;
    constexpr int effects_count = 40;
    auto mails = guard();
    std::vector<std::atomic<int>> runs(effects_count);
    std::atomic<int> told{0};
    std::latch all_here{threads_count};
    std::vector<std::thread> threads;
    for (int t = 0; t < threads_count; ++t) {
        threads.emplace_back([&] {
            all_here.arrive_and_wait();
            for (std::size_t i = 0; i < effects_count; ++i) {
                const auto done = mails.once("e" + std::to_string(i), [&] { ++runs[i]; });
                if (done && *done == effect_outcome::ran) ++told;
                if (!done) ADD_FAILURE() << done.error().message;
            }
        });
    }
    for (auto& one : threads) one.join();
    for (const auto& count : runs) EXPECT_EQ(count, 1);
    EXPECT_EQ(told, effects_count);
}

TEST_F(EffectGuard, RefusesWhatMakesNoSense) {
    auto mails = guard();
    EXPECT_THAT(effect_guard::open(*log_, "mails"), FailsWith(errc::locked, "mails"));
    for (const std::string name : {"", "Mails", "a/b"})
        EXPECT_THAT(effect_guard::open(*log_, name), FailsWith(errc::invalid_argument));
    EXPECT_THAT(unknown_effects(*log_, "A"), FailsWith(errc::invalid_argument));
    EXPECT_THAT(run(mails, ""), FailsWith(errc::invalid_argument));
    EXPECT_THAT(run(mails, "a\nb"), FailsWith(errc::invalid_argument));
    EXPECT_THAT(run(mails, std::string(401, 'x')), FailsWith(errc::invalid_argument));
    EXPECT_THAT(run(mails, std::string(400, 'x')), Holds(effect_outcome::ran));
    const auto nested = mails.once("outer", [&]() -> result<void> {
        EXPECT_THAT(run(mails, "outer"), FailsWith(errc::invalid_argument, "itself"));
        return {};
    });
    EXPECT_THAT(nested, Holds(effect_outcome::ran));
}

TEST_F(EffectGuard, RunsNothingThatCannotBeRecorded) {
    log_.close();
    auto reading = quick_options();
    reading.read_only = true;
    auto log = store::open(log_.directory(), reading).value();
    auto mails = effect_guard::open(log, "mails").value();
    EXPECT_THAT(run(mails, "a"), FailsWith(errc::refused));
    EXPECT_EQ(ran_, 0);
}

TEST_F(EffectGuard, DoesNotTakeAnotherEventForItsOwn) {
    {
        auto mails = guard();
        ASSERT_THAT(run(mails, "a"), Holds(effect_outcome::ran));
    }
    const auto begun = log_->read_one(position{0}).value();
    fresh_store other;
    auto foreign = simple_event("effect_begun");
    foreign.id = begun.id();
    other->append("task-1", expected::any(), {foreign}).value();
    auto mails = effect_guard::open(*other, "mails").value();
    EXPECT_THAT(run(mails, "a"), FailsWith(errc::corrupt, "position 0"));
    EXPECT_EQ(ran_, 1);
}

}  // namespace
}  // namespace daybook::test
