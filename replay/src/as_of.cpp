// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/replay/as_of.hpp>

#include "key_walk.hpp"

namespace daybook::replay {

using projections::any_projection;

result<state<std::string>> state_bytes_at(const store& log, const any_projection& of,
                                          std::string_view key, point when) {
    key_walk walk{log, of, key};
    const auto until = walk.boundary_at(when);
    if (!until) return until.error();
    state<std::string> reached;
    const auto walked = walk.run(*until, [&](const event_view& event) {
        ++reached.events;
        reached.last = event.position();
        return true;
    });
    if (!walked) return walked.error();
    reached.row = walk.row();
    return reached;
}

result<state<std::string>> state_json_at(const store& log, const any_projection& of,
                                         std::string_view key, point when) {
    auto reached = state_bytes_at(log, of, key, when);
    if (!reached || !reached->row) return reached;
    auto text = of.row_json(*reached->row);
    if (!text) return text.error();
    reached->row = *std::move(text);
    return reached;
}

}  // namespace daybook::replay
