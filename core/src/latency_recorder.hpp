// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Counting what happens, from many threads, without a lock and without waiting for each other.

#include <daybook/histogram.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace daybook {

/// A count that one thread at a time adds to, handed on with what else that thread owns; any
/// thread may read it. Costs no locked instruction.
class owned_tally {
public:
    void add(std::uint64_t amount) noexcept {
        value_.store(get() + amount, std::memory_order_relaxed);
    }
    std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// A count that any thread adds to.
class shared_tally {
public:
    void add(std::uint64_t amount) noexcept { value_.fetch_add(amount, std::memory_order_relaxed); }
    std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// An `exponential_histogram` of nanoseconds that any thread adds to: two relaxed additions, and a
/// third store for a value that is longer or shorter than all before.
class latency_recorder {
public:
    using clock = std::chrono::steady_clock;

    void record(clock::duration took) noexcept;

    /// What was recorded so far. While others record, sum, minimum and maximum may be ahead of the
    /// buckets by what is being added; the count is always that of the buckets.
    exponential_histogram read() const;

private:
    /// Up to 2^44 ns, that is 4.9 hours; what took longer counts in the last bucket.
    static constexpr std::size_t buckets = std::size_t{44} * histogram_buckets_per_doubling;

    std::array<std::atomic<std::uint64_t>, buckets> counts_{};
    std::atomic<std::uint64_t> sum_{0};
    std::atomic<std::uint64_t> shortest_{~std::uint64_t{0}};
    std::atomic<std::uint64_t> longest_{0};
};

}  // namespace daybook
