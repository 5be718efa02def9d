// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/store.hpp>

#include "boundary.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace daybook::replay {

/// Folds one row of a projection, event by event.
class key_walk {
public:
    /// Takes an event that was applied to the row; false ends the walk.
    using visitor = std::function<bool(const event_view&)>;

    key_walk(const store& log, const projections::any_projection& of, std::string_view key);

    /// The boundary of this key's events. Fails as `boundary::of`.
    result<boundary> boundary_at(const point& when) const;

    /// Applies what is there by then. Fails with `projection_failed`, `corrupt` or `io`. To be
    /// called once.
    result<void> run(const boundary& until, const visitor& applied);

    /// The bytes of the row after the event that was applied last; nothing if there is none.
    const std::optional<std::string>& row();

private:
    result<event_reader> read() const;

    const store& log_;
    const projections::any_projection& of_;
    std::string key_;
    std::optional<std::string> row_;
    std::unique_ptr<projections::fold> fold_;
};

}  // namespace daybook::replay
