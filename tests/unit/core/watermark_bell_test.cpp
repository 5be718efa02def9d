// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: who waits is woken by a ring, by the end of its patience, or by what it finds when it looks
// for itself.

#include "watermark_bell.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace daybook::test {
namespace {

using namespace std::chrono_literals;

TEST(WatermarkBell, WakesWhoWaitsWhenItRings) {
    watermark_bell bell;
    std::atomic<bool> ready{false};
    std::thread waits{[&] {
        EXPECT_TRUE(bell.wait_until(watermark_bell::after(1h), [&] { return ready.load(); }));
    }};
    ready = true;
    bell.ring();
    waits.join();
}

TEST(WatermarkBell, GivesUpAtTheDeadline) {
    watermark_bell bell;
    EXPECT_FALSE(bell.wait_until(watermark_bell::after(1ms), [] { return false; }));
    EXPECT_TRUE(bell.wait_until(watermark_bell::after(-1ms), [] { return true; }));
    EXPECT_GT(watermark_bell::after(std::chrono::milliseconds::max()),
              watermark_bell::clock::now() + 24h);
}

TEST(WatermarkBell, LetsThoseWhoWaitLookForThemselves) {
    watermark_bell bell;
    int looks = 0;
    bell.look_with([&] { ++looks; });
    EXPECT_TRUE(bell.wait_until(watermark_bell::after(1h), [&] { return looks == 3; }));
    EXPECT_EQ(looks, 3);
    EXPECT_FALSE(bell.wait_until(watermark_bell::after(0ms), [] { return false; }));
    EXPECT_EQ(looks, 4) << "however little patience there is, one look is taken";
}

}  // namespace
}  // namespace daybook::test
