// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/suggest.hpp"

#include <algorithm>
#include <vector>

namespace daybook::cli {
namespace {

/// Letters to add, drop, change or swap with their neighbour to make `a` into `b`.
std::size_t edits_between(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> cost(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost[a.size()][b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
    constexpr std::size_t word_bytes_max = 64;  // Longer ones are no slip of a command's name.
    if (word.size() > word_bytes_max) return {};
    const std::string* best = nullptr;
    std::size_t best_edits = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const auto& candidate : candidates) {
        const bool begun = word.size() > 1 && candidate.starts_with(word);
        const std::size_t edits = begun ? 1 : edits_between(word, candidate);
        if (edits >= best_edits) continue;
        best = &candidate;
        best_edits = edits;
    }
    return best == nullptr ? std::string{} : " (did you mean " + *best + "?)";
}

}  // namespace daybook::cli
