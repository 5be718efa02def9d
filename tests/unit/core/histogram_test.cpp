// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: quantiles are within the stated 1.1 %, merging loses nothing, buckets are the same
// everywhere. Method: compare with a sorted list, over even, skewed and extreme values.

#include <daybook/histogram.hpp>

#include "support/randomness.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace daybook {
namespace {

constexpr double stated_error = 0.011;

std::uint64_t value_of_rank(const std::vector<std::uint64_t>& sorted, double q) {
    const auto rank = std::ceil(q * static_cast<double>(sorted.size()));
    return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

void expect_quantiles_of(std::vector<std::uint64_t> values) {
    exponential_histogram histogram;
    for (const auto value : values) histogram.record(value);
    std::sort(values.begin(), values.end());
    for (const double q : {0.0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
        const auto exact = static_cast<double>(value_of_rank(values, q));
        EXPECT_NEAR(histogram.quantile(q), exact, exact * stated_error) << "quantile " << q;
    }
    EXPECT_EQ(histogram.min, values.front());
    EXPECT_EQ(histogram.max, values.back());
    EXPECT_EQ(histogram.count, values.size());
}

TEST(ExponentialHistogram, IsZeroWhenEmpty) {
    EXPECT_EQ(exponential_histogram{}.quantile(0.5), 0.0);
    EXPECT_EQ(exponential_histogram{}.mean(), 0.0);
}

TEST(ExponentialHistogram, FindsQuantilesWithinTheStatedError) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    std::vector<std::uint64_t> even, skewed, extreme;
    for (int i = 0; i < 20'000; ++i) {
        even.push_back(1 + random.below(1'000'000));
        skewed.push_back(std::uint64_t{1} << random.below(40));
        extreme.push_back(std::max<std::uint64_t>(1, random.next() >> random.below(64)));
    }
    expect_quantiles_of(even);
    expect_quantiles_of(skewed);
    expect_quantiles_of(extreme);
    expect_quantiles_of({42});
    expect_quantiles_of({std::numeric_limits<std::uint64_t>::max(), 1});
}

TEST(ExponentialHistogram, CountsZerosApart) {
    exponential_histogram histogram;
    for (const std::uint64_t value : {0U, 0U, 0U, 1000U}) histogram.record(value);
    EXPECT_EQ(histogram.quantile(0.5), 0.0);
    EXPECT_NEAR(histogram.quantile(1.0), 1000.0, 11.0);
    EXPECT_EQ(histogram.mean(), 250.0);
}

TEST(ExponentialHistogram, MergesToWhatRecordingTogetherGives) {
    exponential_histogram left, right, together;
    test::randomness random{7};
    for (int i = 0; i < 1'000; ++i) {
        const auto value = random.below(100'000);
        (i % 3 == 0 ? left : right).record(value);
        together.record(value);
    }
    left.merge(right);
    EXPECT_EQ(left, together);
    left.merge({});
    EXPECT_EQ(left, together);
    exponential_histogram empty;
    empty.merge(together);
    EXPECT_EQ(empty, together);
}

TEST(ExponentialHistogram, StopsSummingInsteadOfWrapping) {
    exponential_histogram histogram;
    histogram.record(std::numeric_limits<std::uint64_t>::max());
    histogram.record(5);
    EXPECT_EQ(histogram.sum, std::numeric_limits<std::uint64_t>::max());
}

// The buckets are part of stored rows, so they are pinned here: 32 per doubling.
TEST(ExponentialHistogram, HasTheBucketsOfScaleFive) {
    EXPECT_EQ(histogram_index(1), 0U);
    EXPECT_EQ(histogram_index(2), 32U);
    EXPECT_EQ(histogram_index(3), 50U);
    EXPECT_EQ(histogram_index(1'000'000), 637U);
    EXPECT_EQ(histogram_index(std::numeric_limits<std::uint64_t>::max()), 2047U);
    for (std::uint32_t bit = 0; bit < 64; ++bit) {
        EXPECT_EQ(histogram_index(std::uint64_t{1} << bit), bit * 32);
    }
    for (std::uint64_t value = 1; value < 100'000; ++value) {
        const auto exact = std::floor(std::log2(static_cast<long double>(value)) * 32 + 1e-12L);
        ASSERT_EQ(histogram_index(value), static_cast<std::uint32_t>(exact)) << value;
    }
}

}  // namespace
}  // namespace daybook
