// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace daybook::bench {

/// What a row is to reach.
struct target {
    enum class kind {
        ratio_at_least,  ///< Of the ratio.
        at_least,        ///< Of the value, as the next.
        below
    };
    target::kind what{};
    double limit = 0;
};

/// One measured row.
struct row {
    std::string name;
    double value = 0;
    std::string unit;  ///< "events/s", "ms", ...
    /// The same work by the baseline, in the same unit.
    std::optional<double> baseline;
    std::string baseline_is;  ///< e.g. "bare put".
    std::optional<bench::target> wanted;
    /// Percentiles and whatever else was measured on the way.
    std::vector<std::pair<std::string, double>> details;

    /// How the value stands to the baseline: 1 is as good, more is better, for rates and times.
    std::optional<double> ratio() const;
    std::optional<bool> reached() const;
    /// Smaller values are better.
    bool is_cost() const;
};

/// The rows of a run: printed as they come, written as JSON at the end.
class report {
public:
    using context = std::vector<std::pair<std::string, std::string>>;

    explicit report(context where);

    void add(row one);
    std::size_t missed() const noexcept { return missed_; }

    /// In the layout of Google Benchmark: "context" and "benchmarks".
    void write_json(const std::filesystem::path& file) const;

private:
    context where_;
    std::vector<row> rows_;
    std::size_t missed_ = 0;
};

}  // namespace daybook::bench
