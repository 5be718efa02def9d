// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "place_gaps.hpp"

#include <iterator>
#include <utility>

namespace daybook::replay {

bool place_gaps::fill(std::uint64_t number) {
    const auto after = gaps_.upper_bound(number);
    if (after == gaps_.begin()) return false;
    const auto at = std::prev(after);
    const auto first = at->first;
    if (number > at->second.last) return false;
    auto whole = std::move(at->second);
    gaps_.erase(at);
    if (number < whole.last) gaps_.emplace(number + 1, gap{whole.last, whole.found});
    if (number > first) {
        whole.last = number - 1;
        gaps_.emplace(first, std::move(whole));
    }
    return true;
}

}  // namespace daybook::replay
