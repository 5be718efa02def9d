// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/durations.hpp>

namespace daybook::projections {

/// Adds `begun`; true if the oldest was dropped for it.
bool add_span(std::vector<open_span>& open, open_span begun);

/// The span that an end with this id is of: the one with that id, else the oldest of the stream
/// where either side has no id.
std::vector<open_span>::iterator find_span(std::vector<open_span>& open, std::string_view stream,
                                           std::string_view id);

}  // namespace daybook::projections
