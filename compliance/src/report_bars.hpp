// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/audit_report.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace daybook::compliance {

/// The bars of one lane, in bounded memory: when there are too many, those with the least time
/// between them become one.
class bar_list {
public:
    void add(const report_bar& bar);
    /// By time, none overlapping another, at most `most`.
    std::vector<report_bar> sorted(std::size_t most) const;
    /// How long anything was under way. Exact as long as no more than `bars_kept` lie apart.
    std::uint64_t busy_us() const;
    bool empty() const noexcept { return bars_.empty(); }

    static constexpr std::size_t bars_kept = 1024;

private:
    std::vector<report_bar> bars_;
};

/// Events over time, in slots that become longer as they become many.
class slot_row {
public:
    void add(timestamp at, bool error);
    /// At most `slots_max`: lengthens them if there are more.
    void finish();
    std::uint64_t slot_us() const noexcept { return static_cast<std::uint64_t>(width_us_); }
    std::vector<report_slot> slots() const;

    static constexpr std::size_t slots_max = 400;

private:
    struct slot_tally {
        std::uint64_t events = 0, errors = 0;
    };
    void widen();

    std::int64_t width_us_ = std::int64_t{1} << 10U;
    std::map<std::int64_t, slot_tally> tallies_;  // By slot: slot n begins n * width after 1970.
};

}  // namespace daybook::compliance
