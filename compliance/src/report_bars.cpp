// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "report_bars.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace daybook::compliance {
namespace {

report_bar together(const report_bar& a, const report_bar& b) {
    return {std::min(a.from, b.from), std::max(a.to, b.to), a.runs + b.runs, a.failed + b.failed,
            a.open || b.open};
}

/// By time; what overlaps, as one.
std::vector<report_bar> apart(std::vector<report_bar> bars) {
    std::sort(bars.begin(), bars.end(), [](const auto& a, const auto& b) {
        return std::pair{a.from, a.to} < std::pair{b.from, b.to};
    });
    std::vector<report_bar> merged;
    for (const auto& bar : bars) {
        if (!merged.empty() && bar.from < merged.back().to) {
            merged.back() = together(merged.back(), bar);
        } else {
            merged.push_back(bar);
        }
    }
    return merged;
}

/// At most `most` of bars that are sorted and apart: closes the smallest gaps.
std::vector<report_bar> at_most(std::vector<report_bar> bars, std::size_t most) {
    if (bars.size() <= most) return bars;
    const auto gap_before = [&](std::size_t i) { return bars[i].from - bars[i - 1].to; };
    std::vector<std::size_t> by_gap(bars.size() - 1);
    for (std::size_t i = 0; i < by_gap.size(); ++i) by_gap[i] = i + 1;
    const auto closed = bars.size() - most;
    std::nth_element(by_gap.begin(), by_gap.begin() + static_cast<std::ptrdiff_t>(closed - 1),
                     by_gap.end(), [&](std::size_t a, std::size_t b) {
                         return std::pair{gap_before(a), a} < std::pair{gap_before(b), b};
                     });
    std::vector<bool> closes(bars.size());
    for (std::size_t i = 0; i < closed; ++i) closes[by_gap[i]] = true;
    std::vector<report_bar> fewer{bars.front()};
    for (std::size_t i = 1; i < bars.size(); ++i) {
        if (closes[i]) {
            fewer.back() = together(fewer.back(), bars[i]);
        } else {
            fewer.push_back(bars[i]);
        }
    }
    return fewer;
}

/// Rounds down, also below 0.
std::int64_t quotient(std::int64_t number, std::int64_t by) {
    return number / by - (number % by < 0 ? 1 : 0);
}

}  // namespace

void bar_list::add(const report_bar& bar) {
    bars_.push_back(bar);
    if (bars_.size() == 2 * bars_kept) bars_ = at_most(apart(std::move(bars_)), bars_kept);
}

std::vector<report_bar> bar_list::sorted(std::size_t most) const {
    return at_most(apart(bars_), most);
}

std::uint64_t bar_list::busy_us() const {
    std::uint64_t sum = 0;
    for (const auto& bar : apart(bars_))
        sum += static_cast<std::uint64_t>((bar.to - bar.from).count());
    return sum;
}

void slot_row::add(timestamp at, bool error) {
    auto& slot = tallies_[quotient(at.time_since_epoch().count(), width_us_)];
    ++slot.events;
    if (error) ++slot.errors;
    if (tallies_.size() > 8 * slots_max) widen();
}

void slot_row::finish() {
    while (tallies_.size() > slots_max) widen();
}

void slot_row::widen() {
    width_us_ *= 2;
    for (auto& [slot, tally] : std::exchange(tallies_, {})) {
        auto& into = tallies_[quotient(slot, 2)];
        into.events += tally.events;
        into.errors += tally.errors;
    }
}

std::vector<report_slot> slot_row::slots() const {
    std::vector<report_slot> list;
    for (const auto& [slot, tally] : tallies_) {
        list.push_back(
            {timestamp{std::chrono::microseconds{slot * width_us_}}, tally.events, tally.errors});
    }
    return list;
}

}  // namespace daybook::compliance
