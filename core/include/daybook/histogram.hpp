// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>

#include <cstdint>
#include <vector>

namespace daybook {

/// One bucket of an `exponential_histogram`: how many values lie in
/// [2^(index/32), 2^((index+1)/32)).
struct histogram_bucket {
    std::uint32_t index = 0;
    std::uint64_t count = 0;
    friend bool operator==(const histogram_bucket&, const histogram_bucket&) = default;
};
BOOST_DESCRIBE_STRUCT(histogram_bucket, (), (index, count))

/// A distribution of whole numbers from which quantiles are read, in little memory.
///
/// Buckets grow by 2^(1/32), as in an OpenTelemetry exponential histogram of scale 5, so a quantile
/// is at most 1.1 % away from the value of that rank, whatever the distribution. Count, sum,
/// minimum and maximum are exact. Two histograms merge without loss. Made with integer arithmetic
/// only: the same values give the same buckets on every machine. At most 2 048 buckets.
struct exponential_histogram {
    std::vector<histogram_bucket> buckets;  ///< Ascending by index, none empty.
    std::uint64_t zeros = 0;                ///< Values that are 0.
    std::uint64_t count = 0;
    std::uint64_t sum = 0;  ///< Stops at its largest value instead of wrapping.
    std::uint64_t min = 0;
    std::uint64_t max = 0;

    void record(std::uint64_t value);
    void merge(const exponential_histogram& other);

    /// 0 if nothing was recorded.
    double mean() const noexcept;
    /// The value of rank `q` (0 to 1; 0.5 is the median), within 1.1 %; 0 if nothing was recorded.
    double quantile(double q) const noexcept;

    friend bool operator==(const exponential_histogram&, const exponential_histogram&) = default;
};
BOOST_DESCRIBE_STRUCT(exponential_histogram, (), (buckets, zeros, count, sum, min, max))

/// How many buckets there are between a number and its double.
inline constexpr std::uint32_t histogram_buckets_per_doubling = 32;

/// The bucket of `value`, which is not 0.
std::uint32_t histogram_index(std::uint64_t value) noexcept;

}  // namespace daybook
