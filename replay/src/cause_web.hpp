// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace daybook::replay {

/// Who was caused by whom, as far as it can be part of a circle.
///
/// The first event of a circle names a cause that comes later. So edges are kept from there on
/// alone, where one waits for its cause.
class cause_web {
public:
    using node = std::uint32_t;

    explicit cause_web(std::size_t edges_max) : edges_max_{edges_max} {}

    /// `effect` names `cause`. False if there is no room.
    bool add(node effect, node cause);

    /// Nodes of which each leads to each other.
    struct circle {
        std::vector<node> way;     ///< A short way from the first of them back to it.
        std::vector<node> others;  ///< Those that are not on it, sorted.
        friend bool operator==(const circle&, const circle&) = default;
    };

    /// All circles of more than one node, by their first one.
    /// Cost: in proportion to nodes and edges, and sorting them.
    std::vector<circle> circles();

private:
    std::size_t edges_max_;
    std::vector<std::pair<node, node>> edges_;
};

}  // namespace daybook::replay
