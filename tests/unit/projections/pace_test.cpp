// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: rates and estimates of builds. Method: the clock is the test's.

#include "pace.hpp"

#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using std::chrono::seconds;

const pace::time start = pace::time{} + std::chrono::hours{1};

TEST(Pace, KnowsNothingUntilSomethingMoved) {
    pace speed;
    EXPECT_EQ(speed.per_second(), 0);
    EXPECT_FALSE(speed.time_for(10));
    speed.note(5, start);
    EXPECT_FALSE(speed.time_for(10));
    speed.note(5, start + seconds{1});
    EXPECT_FALSE(speed.time_for(10));
}

TEST(Pace, TellsHowLongTheRestTakes) {
    pace speed;
    speed.note(0, start);
    speed.note(100, start + seconds{2});
    EXPECT_DOUBLE_EQ(speed.per_second(), 50);
    EXPECT_EQ(speed.time_for(1000), seconds{20});
    EXPECT_EQ(speed.time_for(1001), seconds{21});
    EXPECT_EQ(speed.time_for(0), seconds{0});
}

TEST(Pace, ForgetsWhatWasLongAgo) {
    pace speed;
    std::uint64_t at = 0;
    for (int second = 0; second < 60; ++second) {
        speed.note(at, start + seconds{second});
        at += second < 40 ? 1000 : 10;
    }
    EXPECT_DOUBLE_EQ(speed.per_second(), 10);
    speed.reset();
    EXPECT_EQ(speed.per_second(), 0);
}

TEST(Throttle, LetsEverythingThroughWithoutALimit) {
    throttle limit;
    EXPECT_EQ(limit.portion(500), 500U);
    limit.passed(500, start);
    EXPECT_LE(limit.free_at(), start);
}

TEST(Throttle, LetsATenthOfASecondThroughAtOnce) {
    throttle limit;
    limit.set(1000);
    EXPECT_EQ(limit.portion(500), 100U);
    EXPECT_EQ(limit.portion(50), 50U);
    limit.passed(100, start);
    EXPECT_EQ(limit.free_at(), start + std::chrono::milliseconds{100});
    limit.passed(100, start + std::chrono::milliseconds{50});
    EXPECT_EQ(limit.free_at(), start + std::chrono::milliseconds{200});
    limit.passed(0, start + seconds{9});
    EXPECT_EQ(limit.free_at(), start + seconds{9});
}

TEST(Throttle, LetsAtLeastOneThrough) {
    throttle limit;
    limit.set(1);
    EXPECT_EQ(limit.portion(500), 1U);
    limit.passed(1, start);
    EXPECT_EQ(limit.free_at(), start + seconds{1});
    limit.set(0);
    EXPECT_LE(limit.free_at(), start);
}

}  // namespace
}  // namespace daybook::projections
