// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <vector>

namespace daybook::bench {

class stopwatch {
public:
    double seconds() const { return std::chrono::duration<double>(clock::now() - began_).count(); }

private:
    using clock = std::chrono::steady_clock;
    clock::time_point began_ = clock::now();
};

/// The middle value, or the mean of the two in the middle. Requires: at least one value.
double median(std::vector<double> values);

struct percentiles {
    double p50 = 0;
    double p90 = 0;
    double p99 = 0;
    double max = 0;
};

/// Each is a value that was measured: the smallest that so many percent are not above.
/// Requires: at least one value.
percentiles percentiles_of(std::vector<double> values);

}  // namespace daybook::bench
