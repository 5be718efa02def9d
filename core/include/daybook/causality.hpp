// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include <chrono>
#include <cstddef>
#include <vector>

namespace daybook {

/// An event of a causal walk. `depth` counts steps from where the walk began (0 is the start);
/// `parents` index into the same list: through which events it was reached.
struct causal_node {
    daybook::event event{};
    std::size_t depth = 0;
    std::vector<std::size_t> parents{};
};

/// A causal walk, breadth first, each event once, ties by position. Cycles are harmless.
struct causal_graph {
    std::vector<causal_node> nodes{};
    std::vector<event_id> missing{};  ///< Causes that are named but not in this store.
    bool truncated = false;           ///< `nodes_max` or `depth_max` cut the walk.
};

struct causal_limits {
    std::size_t depth_max = static_cast<std::size_t>(-1);
    std::size_t nodes_max = 100'000;
};

/// The chain of causes that ended last: from a root to the event with the latest time.
struct critical_path {
    std::vector<event> events{};            ///< Root first.
    std::chrono::microseconds duration{0};  ///< From the first to the last.
};

}  // namespace daybook
