// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "latency_recorder.hpp"

#include <algorithm>
#include <functional>

namespace daybook {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

template <class Better>
void keep_better(std::atomic<std::uint64_t>& best, std::uint64_t value, Better better) {
    auto known = best.load(relaxed);
    while (better(value, known) && !best.compare_exchange_weak(known, value, relaxed)) continue;
}

}  // namespace

void latency_recorder::record(clock::duration took) noexcept {
    const auto counted = std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
    // The clock's steps may be coarser than what is measured: such a value is a nanosecond.
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(counted, 1));
    keep_better(longest_, value, std::greater<>{});
    keep_better(shortest_, value, std::less<>{});
    sum_.fetch_add(value, relaxed);
    const auto index = std::min<std::size_t>(histogram_index(value), buckets - 1);
    counts_[index].fetch_add(1, relaxed);
}

exponential_histogram latency_recorder::read() const {
    exponential_histogram all;
    for (std::uint32_t index = 0; index < buckets; ++index) {
        const auto count = counts_[index].load(relaxed);
        if (count == 0) continue;
        all.buckets.push_back({index, count});
        all.count += count;
    }
    if (all.count == 0) return all;
    all.sum = sum_.load(relaxed);
    all.max = longest_.load(relaxed);
    all.min = std::min(shortest_.load(relaxed), all.max);
    return all;
}

}  // namespace daybook
