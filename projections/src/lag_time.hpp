// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/runner.hpp>

#include <algorithm>

namespace daybook::projections {

/// Sets the age of the oldest event that each view has not read: one look-up per view behind.
inline void set_lag_times(const store& log, std::vector<view_status>& views) {
    using std::chrono::microseconds;
    for (auto& one : views) {
        if (one.lag_events == 0) continue;
        const auto unread = log.read_one(one.cursor);
        if (!unread) continue;
        const auto now = std::chrono::floor<microseconds>(std::chrono::system_clock::now());
        one.lag_time = std::max(microseconds{0}, microseconds{now - unread->view().recorded_at()});
    }
}

}  // namespace daybook::projections
