// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a recorder that threads share tells what a histogram of one thread would.

#include "latency_recorder.hpp"

#include "support/randomness.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

namespace daybook {
namespace {

using namespace std::chrono_literals;

TEST(LatencyRecorder, IsEmptyAtFirst) {
    EXPECT_EQ(latency_recorder{}.read(), exponential_histogram{});
}

TEST(LatencyRecorder, TellsWhatAHistogramTells) {
    test::randomness random{7};
    latency_recorder recorder;
    exponential_histogram wanted;
    for (int i = 0; i < 10'000; ++i) {
        const auto ns = 1 + random.below(std::uint64_t{1} << (1 + random.below(40)));
        recorder.record(std::chrono::nanoseconds{ns});
        wanted.record(ns);
    }
    EXPECT_EQ(recorder.read(), wanted);
}

TEST(LatencyRecorder, CountsNoTimeAtAllAsANanosecond) {
    latency_recorder recorder;
    recorder.record(0ns);
    recorder.record(-5ns);
    const auto read = recorder.read();
    EXPECT_EQ(read.count, 2U);
    EXPECT_EQ(read.sum, 2U);
    EXPECT_EQ(read.max, 1U);
}

TEST(LatencyRecorder, KeepsTheExactMaximumOfWhatIsBeyondItsBuckets) {
    latency_recorder recorder;
    recorder.record(10h);
    const auto read = recorder.read();
    EXPECT_EQ(read.count, 1U);
    EXPECT_EQ(read.max, 36'000'000'000'000U);
    EXPECT_LE(read.quantile(1.0), 36'000'000'000'000.0);
}

TEST(LatencyRecorder, LosesNothingOfWhatManyThreadsRecord) {
    constexpr std::uint64_t threads = 4;
    constexpr std::uint64_t each = 20'000;
    latency_recorder recorder;
    std::vector<std::thread> all;
    for (std::uint64_t t = 0; t < threads; ++t) {
        all.emplace_back([&recorder, t] {
            for (std::uint64_t i = 1; i <= each; ++i) {
                recorder.record(std::chrono::nanoseconds{t * each + i});
                if (i % 1000 == 0) {
                    const auto now = recorder.read();  // At any moment it makes sense.
                    EXPECT_LE(now.min, now.max);
                    EXPECT_GE(now.count, i);
                }
            }
        });
    }
    for (auto& one : all) one.join();
    exponential_histogram wanted;
    for (std::uint64_t i = 1; i <= threads * each; ++i) wanted.record(i);
    EXPECT_EQ(recorder.read(), wanted);
}

}  // namespace
}  // namespace daybook
