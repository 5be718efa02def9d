// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace daybook::cli {

/// An event in the order in which a tree of causes is drawn.
struct drawn_event {
    daybook::event event;
    std::size_t depth = 0;          ///< Causes above it in the drawing; roots have 0.
    std::vector<position> parents;  ///< Its causes among the drawn events, the main one first.
    std::string lines;              ///< The tree lines in front of it.
};

/// Orders `events` so that each stands below its main cause (the first that is among them), roots
/// and siblings by position. An only child stands straight below its parent, without indentation,
/// so long chains stay readable. Cycles are harmless. Lines are ASCII unless `utf8`.
std::vector<drawn_event> draw_causes(std::vector<event> events, bool utf8);

}  // namespace daybook::cli
