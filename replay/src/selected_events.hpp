// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/query_matcher.hpp>
#include <daybook/replay/replay_events.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace daybook::replay {

/// What a selection comes to in a log as it is now.
struct resolved_selection {
    position first{};
    position end{};
    std::optional<std::vector<position>> chain{};  ///< Of a chain: all its events, by position.
};

/// Fails as `replay_events` does about the selection.
result<resolved_selection> resolve(const store& log, const selection& what);

/// What was selected, as text: the same for the same parameters, on every machine.
std::string parameters_of(const selection& what);

/// A walk over what was selected, by position.
class selected_events {
public:
    static result<selected_events> open(const store& log, const query& which,
                                        const resolved_selection& what, position from);

    /// As `event_reader`.
    result<bool> next();
    const event_view& operator*() const noexcept { return current_; }

private:
    selected_events(const store& log, position end) : log_{&log}, end_{end} {}

    result<bool> next_of_chain();

    const store* log_;
    position end_;
    std::optional<event_reader> reader_;  // Not of a chain.
    std::vector<position> chain_;
    std::size_t in_chain_ = 0;
    query_matcher wanted_;  // Of a chain: the reader finds what is wanted by itself.
    event one_;
    event_view current_;
};

}  // namespace daybook::replay
