// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::test {

/// The Prometheus text format, version 0.0.4, read as strictly as its description allows.
struct exposition {
    struct sample {
        std::string name;  ///< With _bucket, _sum or _count, for histograms.
        std::map<std::string, std::string> labels;  ///< Unescaped.
        double value = 0;
    };
    struct family {
        std::string name;
        std::string type;
        std::string help;
        std::vector<sample> samples;
    };
    std::vector<family> families;
    /// Everything that is wrong with the text, a line each; empty if nothing is.
    std::string faults;

    const family* find(std::string_view name) const;
    /// The value of the sample of `name` that has all of `labels`; NaN if it is not exactly one.
    double value(std::string_view name,
                 const std::map<std::string, std::string>& labels = {}) const;
};

/// Reads `text`, and checks names, escapes, that each family is described once and stands in one
/// place, that no sample comes twice, that counters end in _total and histograms add up.
exposition parse_exposition(std::string_view text);

}  // namespace daybook::test
