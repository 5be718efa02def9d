// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Walks along causes, up and down, through the cause index.

#include <daybook/causality.hpp>

#include "engine.hpp"

namespace daybook {

result<causal_graph> walk_causes(engine& e, const event_id& start, const causal_limits& limits);
result<causal_graph> walk_effects(engine& e, const event_id& start, const causal_limits& limits);
result<causal_graph> tree_of(engine& e, std::string_view correlation, const causal_limits& limits);
result<critical_path> path_of(engine& e, std::string_view correlation);

}  // namespace daybook
