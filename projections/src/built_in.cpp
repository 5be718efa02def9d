// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/activity.hpp>
#include <daybook/projections/agent_metrics.hpp>
#include <daybook/projections/built_in.hpp>
#include <daybook/projections/daily_summary.hpp>
#include <daybook/projections/entity_history.hpp>
#include <daybook/projections/orchestration_state.hpp>
#include <daybook/projections/quality_metrics.hpp>
#include <daybook/projections/sprint_board.hpp>
#include <daybook/projections/timeline.hpp>
#include <daybook/projections/usage.hpp>
#include <daybook/projections/workflow_metrics.hpp>

namespace daybook::projections {

std::vector<any_projection> built_in_projections() {
    return {any_projection::of<activity_feed>(),   any_projection::of<activity_statistics>(),
            any_projection::of<agent_metrics>(),   any_projection::of<daily_summary>(),
            any_projection::of<entity_history>(),  any_projection::of<orchestration_state>(),
            any_projection::of<quality_metrics>(), any_projection::of<sprint_board>(),
            any_projection::of<timeline>(),        any_projection::of<usage>(),
            any_projection::of<workflow_metrics>()};
}

std::optional<any_projection> find_built_in(std::string_view name) {
    for (auto& one : built_in_projections()) {
        if (one.name() == name) return std::move(one);
    }
    return std::nullopt;
}

}  // namespace daybook::projections
