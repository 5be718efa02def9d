// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "support/measure.hpp"

#include <algorithm>
#include <cmath>

namespace daybook::bench {

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto middle = values.size() / 2;
    if (values.size() % 2 == 1) return values[middle];
    return (values[middle - 1] + values[middle]) / 2;
}

percentiles percentiles_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        const auto rank = std::ceil(share * static_cast<double>(values.size()));
        return values[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
    };
    return {.p50 = at(0.50), .p90 = at(0.90), .p99 = at(0.99), .max = values.back()};
}

}  // namespace daybook::bench
