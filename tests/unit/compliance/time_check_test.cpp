// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: times that cannot be are told, times that can be are not, to the microsecond of the skew.

#include <daybook/compliance/time_check.hpp>

#include "growing_log.hpp"
#include "support/matchers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::compliance {
namespace {

using namespace std::chrono_literals;
using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using test::growing_log;
using testing::HasSubstr;
using testing::SizeIs;

constexpr timestamp noon{1'700'000'000s};

witnessed_size seen(std::uint64_t size, std::chrono::microseconds after, bool as_newest = true) {
    return {size, noon + after, as_newest ? "witness w" : "CN = tsa", as_newest};
}

std::optional<finding> told(std::vector<witnessed_size> known, std::uint64_t at,
                            std::chrono::microseconds recorded,
                            std::chrono::microseconds occurred = {}) {
    time_check check{known, 1min};
    return check.take({at}, noon + recorded, noon + std::min(recorded, occurred));
}

TEST(TimeCheck, TakesWhatLiesBetweenItsNeighbours) {
    const std::vector known{seen(10, 0h), seen(20, 1h), seen(30, 2h)};
    EXPECT_FALSE(told({}, 5, 0h)) << "nobody says anything";
    EXPECT_FALSE(told(known, 15, 30min));
    EXPECT_FALSE(told(known, 5, -24h));
    EXPECT_FALSE(told(known, 40, 24h));
}

TEST(TimeCheck, TellsBackdatingBeyondTheSkew) {
    const std::vector known{seen(10, 0h), seen(20, 1h)};
    EXPECT_FALSE(told(known, 20, 59min)) << "exactly the skew";
    const auto found = told(known, 20, 59min - 1us);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->what, verdict::tampered);
    EXPECT_EQ(found->kind, "time");
    EXPECT_EQ(found->at, position{20});
    EXPECT_THAT(found->message, HasSubstr("backdated"));
    EXPECT_FALSE(told(known, 19, 59min - 1us)) << "the log had that at an hour";
}

TEST(TimeCheck, TellsForwardDatingBeyondTheSkew) {
    const std::vector known{seen(10, 0h), seen(20, 1h)};
    EXPECT_FALSE(told(known, 19, 61min));
    const auto found = told(known, 19, 61min + 1us);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->what, verdict::tampered);
    EXPECT_THAT(found->message, HasSubstr("dated forward"));
    EXPECT_FALSE(told(known, 20, 61min + 1us)) << "nobody saw that";
}

TEST(TimeCheck, TellsTheClockOfWhoeverMadeTheEventApart) {
    const std::vector known{seen(10, 0h)};
    time_check check{known, 1min};
    EXPECT_FALSE(check.take({8}, noon, noon + 1min));
    const auto found = check.take({9}, noon, noon + 1min + 1us);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->what, verdict::unverifiable);
    EXPECT_THAT(found->message, HasSubstr("says that it happened at"));
}

TEST(TimeCheck, TellsTimesThatGoBack) {
    time_check check{{}, 1min};
    EXPECT_FALSE(check.take({0}, noon, noon));
    EXPECT_FALSE(check.take({1}, noon, noon));
    const auto found = check.take({2}, noon - 1us, noon);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->what, verdict::tampered);
    EXPECT_THAT(found->message, HasSubstr("before the one before it"));
    EXPECT_FALSE(check.take({3}, noon - 1us, noon)) << "told once";
}

TEST(TimeCheck, HoldsEventsAgainstTheTightestBounds) {
    // The word for 20 came late, that for 30 early: both bind the events before.
    const std::vector late_then_early{seen(10, 5h), seen(20, 2h), seen(30, 3h)};
    EXPECT_TRUE(told(late_then_early, 25, 4h)) << "30 events were seen at 3 hours";
    EXPECT_TRUE(told(late_then_early, 5, 3h)) << "20 events were seen at 2 hours";
    EXPECT_TRUE(told(late_then_early, 40, 4h)) << "10 events were the most at 5 hours";
}

TEST(TimeCheck, TakesTheFirstWordForOneSize) {
    const std::vector renewed{seen(10, 0h, false), seen(10, 48h, false)};
    EXPECT_FALSE(told(renewed, 10, 1h)) << "stamped again later, which says nothing";
    EXPECT_TRUE(told(renewed, 9, 1h));
}

TEST(StaleCheckpoint, IsOneWhoseNewestWordIsTooOld) {
    const time_limits limits{.max_age = 24h, .now = noon + 24h};
    EXPECT_FALSE(find_stale(std::vector{seen(10, 0h)}, limits)) << "exactly";
    const auto found = find_stale(std::vector{seen(10, -1us), seen(5, -2h)}, limits);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->what, verdict::unverifiable);
    EXPECT_EQ(found->kind, "age");
    EXPECT_THAT(found->message, HasSubstr("1 d old"));
    EXPECT_FALSE(find_stale(std::vector{seen(10, -1us)}, {.now = noon + 24h})) << "any age";
}

TEST(StaleCheckpoint, IsOneThatNobodySaw) {
    const auto found = find_stale({}, {.max_age = 24h, .now = noon});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->what, verdict::unverifiable);
    EXPECT_THAT(found->message, HasSubstr("nobody"));
}

TEST(StaleCheckpoint, IsNotMadeFreshByATimeStampWhereAWitnessSpoke) {
    const time_limits limits{.max_age = 24h, .now = noon + 48h};
    EXPECT_FALSE(find_stale(std::vector{seen(10, 47h, false)}, limits));
    EXPECT_TRUE(find_stale(std::vector{seen(10, 0h), seen(10, 47h, false)}, limits))
        << "whoever has an old checkpoint can have it stamped";
}

TEST(StaleCheckpoint, FromTheFutureIsNoneThatCanBeTold) {
    const time_limits limits{.max_age = 24h, .now = noon};
    EXPECT_FALSE(find_stale(std::vector{seen(10, 1min)}, limits));
    const auto found = find_stale(std::vector{seen(10, 1min + 1us)}, limits);
    ASSERT_TRUE(found);
    EXPECT_THAT(found->message, HasSubstr("in the future"));
}

TEST(StaleCheckpoint, IsHeldAgainstThisClockByDefault) {
    EXPECT_TRUE(find_stale(std::vector{seen(10, 0h)}, {.max_age = 24h})) << "noon was in 2023";
    EXPECT_FALSE(find_stale(std::vector{seen(10, 0h)}, {.max_age = 24h * 365 * 200}));
}

TEST(TimesOfEvidence, AreThoseOfWitnessesThatAreBelieved) {
    growing_log log{"example.com/a"};
    const auto key = ed25519_signer(std::string(32, 'w')).value();
    const auto witness = verifier_key::of("witness.example/w", *key).value();
    const auto cosigned = [&](std::chrono::sys_seconds at) {
        auto note = signed_note::parse(log.note(5)).value();
        note.add(cosign(note.text(), witness.name(), *key, at).value()).value();
        return anchor_evidence{.note = note.str()};
    };
    const auto good = cosigned(std::chrono::floor<std::chrono::seconds>(noon));
    const auto said = times_of(good, log.origin(), log.keys(), {.witnesses = {witness}});
    ASSERT_THAT(said, HoldsValue());
    ASSERT_THAT(said->times, SizeIs(1));
    EXPECT_EQ(said->checkpoint.size(), 5U);
    EXPECT_EQ(said->times.front().at, noon);
    EXPECT_TRUE(said->times.front().as_newest);
    EXPECT_THAT(times_of(good, log.origin(), log.keys(), {})->times, SizeIs(0));
    const std::vector<verifier_key> none;
    EXPECT_THAT(times_of(good, log.origin(), none, {}), FailsWith(errc::not_found));

    const auto endless = cosigned(std::chrono::sys_seconds::max());
    EXPECT_EQ(
        times_of(endless, log.origin(), log.keys(), {.witnesses = {witness}})->times.front().at,
        timestamp_max);
    auto forged = good;
    const auto line = forged.note.rfind(' ') + 20;
    forged.note[line] = forged.note[line] == 'A' ? 'B' : 'A';
    EXPECT_THAT(times_of(forged, log.origin(), log.keys(), {.witnesses = {witness}}),
                FailsWith(errc::corrupt));
}

}  // namespace
}  // namespace daybook::compliance
