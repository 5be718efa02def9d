// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "time_axis.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace daybook::compliance {
namespace {

using std::chrono::microseconds;

/// A time in which nothing was under way.
struct idle_time {
    timestamp from, until;
    std::int64_t us() const { return (until - from).count(); }
};

/// The idle times of a report, the longest first.
std::vector<idle_time> idle_times(const audit_report& report) {
    std::vector<std::pair<timestamp, timestamp>> busy;
    for (const auto& lane : report.picture.lanes) {
        for (const auto& bar : lane.bars) busy.emplace_back(bar.from, bar.to);
    }
    for (const auto& slot : report.picture.slots) {
        busy.emplace_back(slot.from, slot.from + microseconds{report.picture.slot_us});
    }
    std::sort(busy.begin(), busy.end());
    std::vector<idle_time> idle;
    auto reached = *report.scope.first_at;
    for (const auto& [from, until] : busy) {
        if (from > reached) idle.push_back({reached, from});
        reached = std::max(reached, until);
    }
    std::stable_sort(idle.begin(), idle.end(),
                     [](const auto& a, const auto& b) { return a.us() > b.us(); });
    return idle;
}

}  // namespace

time_axis::time_axis(const audit_report& report, const extent& plot) {
    const auto from = *report.scope.first_at;
    const auto until = std::max(*report.scope.last_at, from + microseconds{1'000});
    stretches_.push_back({from, until});
    span_us_ = (until - from).count();
    cut(report);
    const auto cuts = static_cast<double>(stretches_.size() - 1);
    us_per_unit_ = static_cast<double>(span_us_) / (plot.right - plot.left - cuts * cut_width);
    double x = plot.left;
    for (auto& one : stretches_) {
        one.left = x;
        one.right = x + static_cast<double>((one.until - one.from).count()) / us_per_unit_;
        x = one.right + cut_width;
    }
}

void time_axis::cut(const audit_report& report) {
    for (const auto& idle : idle_times(report)) {
        const bool is_long =
            static_cast<double>(idle.us()) > idle_share * static_cast<double>(span_us_);
        if (!is_long || stretches_.size() > cuts_max) break;
        const auto around = std::find_if(stretches_.begin(), stretches_.end(), [&](const auto& s) {
            return s.from <= idle.from && idle.until <= s.until;
        });
        if (around == stretches_.end()) continue;
        const stretch after{idle.until, around->until};
        around->until = idle.from;
        stretches_.insert(around + 1, after);
        span_us_ -= idle.us();
    }
    span_us_ = std::max<std::int64_t>(span_us_, 1'000);
}

double time_axis::x_of(timestamp at) const {
    for (const auto& one : stretches_) {
        if (at < one.from) return one.left;
        if (at <= one.until) {
            return one.left + static_cast<double>((at - one.from).count()) / us_per_unit_;
        }
    }
    return stretches_.back().right;
}

}  // namespace daybook::compliance
