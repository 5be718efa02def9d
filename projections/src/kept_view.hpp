// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include "claims.hpp"
#include "stepped_view.hpp"

#include <memory>
#include <optional>

namespace daybook::projections {

/// A stepped view with its place in a store: the input and output of one view.
class kept_view {
public:
    /// Opens the view where it was left, or begins it. Fails as `runner::open`.
    static result<std::unique_ptr<kept_view>> open(store& log, any_projection of,
                                                   std::size_t rows_cached_max);

    kept_view(const kept_view&) = delete;
    kept_view& operator=(const kept_view&) = delete;

    const any_projection& projection() const noexcept { return projection_; }

    /// Null only after a rebuild that failed half way.
    stepped_view* steps() const noexcept { return steps_.get(); }

    /// Why the view does not go on, if it does not.
    const std::optional<error>& failure() const noexcept {
        return steps_ ? steps_->failure() : lost_;
    }

    /// Ends the batch and stores it. The cursor moves only when the caller then says
    /// `steps()->written()`. On failure the batch is taken back.
    result<void> store_batch(position reached);

    /// Drops all rows and begins again at the first event.
    result<void> begin_again(store& log);

private:
    kept_view(any_projection of, claim right, std::size_t rows_cached_max)
        : projection_{std::move(of)},
          right_to_write_{std::move(right)},
          rows_cached_max_{rows_cached_max} {}

    result<void> drop_and_open(store& log);
    result<void> open_rows(store& log);
    result<layout::cursor_record> read_or_begin(keyspace& rows, position log_end) const;

    any_projection projection_;
    claim right_to_write_;
    std::size_t rows_cached_max_;
    std::optional<keyspace> rows_;
    std::unique_ptr<stepped_view> steps_;  ///< Reads through `rows_`.
    std::optional<error> lost_;            ///< Set while there are no steps.
    keyspace_batch batch_;
};

}  // namespace daybook::projections
