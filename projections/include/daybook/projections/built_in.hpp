// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace daybook::projections {

/// The projections that come with the library, by name: agent_metrics, orchestration_state,
/// timeline.
std::vector<any_projection> built_in_projections();

/// The built-in projection called `name`, or nothing.
std::optional<any_projection> find_built_in(std::string_view name);

}  // namespace daybook::projections
