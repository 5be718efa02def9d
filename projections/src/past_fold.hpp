// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "folded_rows.hpp"
#include "park_events.hpp"
#include "stepped_view.hpp"

#include <functional>
#include <limits>
#include <optional>
#include <vector>

namespace daybook::projections {

/// Folds a view up to a moment, parks what a runner would park, and keeps nothing but the rows.
class past_fold {
public:
    struct settings {
        std::optional<std::string> only_key{};  ///< This row alone.
        bool strict = false;                    ///< See `parking_options::strict`.
        std::vector<park_events::skip> skips{};
        /// With more decoded rows than this kept in memory it gives up, with `too_large`.
        std::size_t rows_kept_max = std::numeric_limits<std::size_t>::max();
    };
    using event_visitor = std::function<result<void>(const event_view&)>;
    /// Visits events from a position on, in order, until the visitor fails; fails as that does.
    using event_source = std::function<result<void>(position from, const event_visitor&)>;

    /// `rows` hold what the events before `start` made.
    past_fold(const any_projection& of, folded_rows& rows, position start, const settings& how);

    /// Takes the events that `read` gives, all of them before `end`. Fails with
    /// `projection_failed` if one cannot be taken and is not to be parked, or as `read`.
    result<void> run(position end, const event_source& read);

private:
    struct stop {
        event at;
        error why;
    };

    result<void> take(const event_view& given);
    result<void> collect(position reached);
    result<void> settle(const stop& failed);

    folded_rows& rows_;
    settings how_;
    stepped_view steps_;
    json_event current_;
    std::size_t taken_ = 0;
    std::optional<stop> failed_;
    std::optional<position> pause_;  ///< What comes before is collected before this is offered.
};

}  // namespace daybook::projections
