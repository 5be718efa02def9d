// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/keyspace.hpp>
#include <daybook/projections/checkpoints.hpp>

#include "park_events.hpp"
#include "view_catalog.hpp"

#include <optional>
#include <string>
#include <vector>

/// How checkpoints lie in a store: each in a keyspace of its own, written row by row and last, in
/// one write, with what makes it a checkpoint. See projections/docs/view_layout.md.
namespace daybook::projections::checkpoints {

/// A checkpoint to start from, and what was passed over.
struct start {
    std::optional<keyspace> rows;  ///< Nothing: from the first event.
    position cursor;
    std::vector<std::string> ignored;  ///< Why nearer ones do not fit, a line each.
};

/// That an event is given up, and where the log tells it.
struct told_skip {
    park_events::skip what;
    position told_at;
};

/// The nearest checkpoint of `of` that is not after `at` and fits: made of the generation that
/// serves, by the same query and row type, of the history that the log has, and without skips that
/// came later than `at`.
result<start> nearest(store& log, const any_projection& of, position at,
                      const std::vector<told_skip>& skips);

/// As `keep_checkpoint`, of a generation.
result<view_checkpoint> keep(store& log, const any_projection& of,
                             const catalog::generation_record& from);

/// The cursor of the newest one of a generation; 0 if there is none.
result<position> newest(store& log, std::string_view view, std::uint32_t generation);

/// Drops those of this version, whole or not, whose generation `record` does not know.
result<void> drop_unrecorded(store& log, std::string_view view, std::uint32_t version,
                             const catalog::view_record& record);

/// Drops all of a generation, whole or not.
result<void> drop_of(store& log, std::string_view view, std::uint32_t generation);

}  // namespace daybook::projections::checkpoints
