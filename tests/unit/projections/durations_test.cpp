// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: ends are matched with their beginnings and what cannot be measured is counted; windows hold
// what happened within them, whatever the order of events, in bounded space.

#include <daybook/projections/durations.hpp>
#include <daybook/value_codec.hpp>

#include "agent_log.hpp"
#include "support/event_maker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace daybook::projections {
namespace {

using test::at_second;

TEST(SpanTracker, MeasuresFromBeginningToEnd) {
    span_tracker spans;
    spans.begin("a", "1", at_second(0));
    spans.begin("a", "2", at_second(1));
    spans.begin("b", "", at_second(2));
    EXPECT_EQ(spans.end("a", "2", at_second(4)), 3'000'000U);
    EXPECT_EQ(spans.end("b", "9", at_second(2)), 0U);
    EXPECT_EQ(spans.end("a", "", at_second(5)), 5'000'000U);
    EXPECT_TRUE(spans.open.empty());
}

TEST(SpanTracker, CountsWhatItCannotMeasure) {
    span_tracker spans;
    EXPECT_EQ(spans.end("a", "1", at_second(0)), std::nullopt);
    spans.begin("a", "1", at_second(10));
    EXPECT_EQ(spans.end("a", "2", at_second(11)), std::nullopt);
    EXPECT_EQ(spans.end("a", "1", at_second(9)), std::nullopt);
    EXPECT_EQ(spans.end("a", "1", at_second(12)), std::nullopt);
    const auto odd = oddities_of(spans);
    EXPECT_EQ(odd.ends_without_start, 2U);
    EXPECT_EQ(odd.ends_before_start, 1U);
    EXPECT_EQ(odd.ends_repeated, 1U);
}

TEST(SpanTracker, ForgetsTheOldestBeyondItsBounds) {
    span_tracker spans;
    for (int i = 0; i < 300; ++i) spans.begin("a", std::to_string(i), at_second(i));
    EXPECT_EQ(spans.open.size(), open_spans_max);
    EXPECT_EQ(spans.forgotten, 44U);
    EXPECT_EQ(spans.end("a", "43", at_second(400)), std::nullopt);
    for (int i = 44; i < 300; ++i) EXPECT_TRUE(spans.end("a", std::to_string(i), at_second(400)));
    EXPECT_EQ(spans.ended.size(), ended_spans_max);
}

TEST(OutcomeCounts, HaveRatesOnlyOfWhatEnded) {
    outcome_counts counts;
    counts.record(outcome::started);
    EXPECT_EQ(summarise(counts).success_rate, std::nullopt);
    counts.record(outcome::cancelled);
    EXPECT_EQ(summarise(counts).error_rate, std::nullopt);
    for (int i = 0; i < 3; ++i) counts.record(outcome::completed, 5'000);
    counts.record(outcome::failed);
    EXPECT_EQ(summarise(counts).success_rate, 0.75);
    EXPECT_EQ(summarise(counts).error_rate, 0.25);
    EXPECT_EQ(summarise(counts).duration.count, 3U);
}

TEST(SlidingWindows, HoldWhatHappenedWithinThem) {
    sliding_windows windows;
    windows.record(at_second(0), outcome::completed, 1'000);
    windows.record(at_second(30), outcome::failed);
    EXPECT_EQ(windows.within(window::minute).completed, 1U);
    EXPECT_EQ(windows.within(window::minute).failed, 1U);
    windows.record(at_second(100), outcome::completed, 9'000);
    EXPECT_EQ(windows.within(window::minute).completed, 1U);
    EXPECT_EQ(windows.within(window::minute).failed, 0U);
    EXPECT_EQ(windows.within(window::minute).duration_us.min, 9'000U);
    EXPECT_EQ(windows.within(window::five_minutes).completed, 2U);
    windows.record(at_second(4'000), outcome::started);
    EXPECT_EQ(windows.within(window::hour).completed, 0U);
    EXPECT_EQ(windows.within(window::day).completed, 2U);
    EXPECT_EQ(summarise(windows).until, at_second(4'000));
}

TEST(SlidingWindows, CountLateEventsWhereTheyBelong) {
    sliding_windows windows;
    windows.record(at_second(1'000), outcome::completed);
    windows.record(at_second(980), outcome::failed);
    windows.record(at_second(0), outcome::failed);
    windows.record(at_second(-200'000), outcome::failed);
    EXPECT_EQ(windows.within(window::minute).failed, 1U);
    EXPECT_EQ(windows.within(window::five_minutes).failed, 1U);
    EXPECT_EQ(windows.within(window::hour).failed, 2U);
    EXPECT_EQ(windows.within(window::day).failed, 2U);
    EXPECT_EQ(windows.newest, at_second(1'000));
}

TEST(SlidingWindows, TakeTimesBefore1970) {
    sliding_windows windows;
    windows.record(timestamp_min, outcome::completed);
    windows.record(timestamp{} - std::chrono::seconds{1}, outcome::failed);
    windows.record(timestamp{}, outcome::completed);
    EXPECT_EQ(windows.within(window::minute).failed, 1U);
    EXPECT_EQ(windows.within(window::minute).completed, 1U);
}

/// What a window is by its definition: the newest slots, of everything that was ever recorded.
std::uint64_t counted(const std::vector<timestamp>& times, std::chrono::microseconds length) {
    const auto width = length.count() / window_slots;
    const auto newest = std::max_element(times.begin(), times.end())->time_since_epoch().count();
    return static_cast<std::uint64_t>(std::count_if(times.begin(), times.end(), [&](auto at) {
        return at.time_since_epoch().count() / width > newest / width - window_slots;
    }));
}

TEST(SlidingWindows, AgreeWithACountOfEverything) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    sliding_windows windows;
    std::vector<timestamp> times;
    std::int64_t now = 0;
    for (int i = 0; i < 2'000; ++i) {
        now += static_cast<std::int64_t>(random.below(random.chance(5) ? 3'000 : 20));
        times.push_back(at_second(now - static_cast<std::int64_t>(random.below(400))));
        windows.record(times.back(), outcome::started);
        ASSERT_EQ(windows.within(window::minute).started, counted(times, std::chrono::minutes{1}));
        ASSERT_EQ(windows.within(window::five_minutes).started,
                  counted(times, std::chrono::minutes{5}));
        ASSERT_EQ(windows.within(window::hour).started, counted(times, std::chrono::hours{1}));
        ASSERT_EQ(windows.within(window::day).started, counted(times, std::chrono::hours{24}));
    }
    EXPECT_LE(windows.minute.size() + windows.five_minutes.size() + windows.hour.size() +
                  windows.day.size(),
              48U);
}

TEST(SlidingWindows, HaveQuantilesWithinTheStatedBound) {
    test::randomness random{7};
    sliding_windows windows;
    std::vector<std::uint64_t> values;
    for (int i = 0; i < 5'000; ++i) {
        values.push_back(1 + random.below(std::uint64_t{1} << (1 + random.below(40))));
        windows.record(at_second(i / 100), outcome::completed, values.back());
    }
    std::sort(values.begin(), values.end());
    const auto kept = windows.within(window::minute).duration_us;
    ASSERT_EQ(kept.count, values.size());
    for (const double q : {0.5, 0.95, 0.99}) {
        const auto rank =
            static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
        const auto exact = static_cast<double>(values[rank - 1]);
        EXPECT_NEAR(kept.quantile(q), exact, exact * 0.011) << q;
    }
}

TEST(SlidingWindows, AreKeptInRows) {
    sliding_windows windows;
    for (int i = 0; i < 100; ++i) windows.record(at_second(i * 60), outcome::completed, 5);
    std::string bytes;
    encode_value(windows, bytes);
    EXPECT_EQ(decode_value<sliding_windows>(bytes).value(), windows);
}

}  // namespace
}  // namespace daybook::projections
