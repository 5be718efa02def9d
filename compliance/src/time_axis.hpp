// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/audit_report.hpp>

#include <vector>

namespace daybook::compliance {

/// Where times lie in the picture. Long times in which nothing was under way are cut out, so that
/// one late event does not make dots of everything else; all that is left has one scale.
class time_axis {
public:
    struct extent {
        double left, right;
    };
    /// A stretch of time without a cut, and where it lies.
    struct stretch {
        timestamp from{}, until{};
        double left = 0, right = 0;
    };

    /// Requires: the report has events.
    time_axis(const audit_report& report, const extent& plot);

    double x_of(timestamp at) const;
    /// By time; between two of them is a cut, `cut_width` wide.
    const std::vector<stretch>& stretches() const noexcept { return stretches_; }
    /// Microseconds that are left, and those in one unit of width.
    std::int64_t span_us() const noexcept { return span_us_; }
    double us_per_unit() const noexcept { return us_per_unit_; }

    static constexpr double cut_width = 18;
    static constexpr std::size_t cuts_max = 6;
    /// Longer than this part of what is left: it is cut out.
    static constexpr double idle_share = 0.2;

private:
    void cut(const audit_report& report);

    std::vector<stretch> stretches_;
    std::int64_t span_us_ = 0;
    double us_per_unit_ = 1;
};

}  // namespace daybook::compliance
