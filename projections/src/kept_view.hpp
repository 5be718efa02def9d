// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include "stepped_view.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace daybook::projections {

/// A stepped view with its place in a store: the input and output of one generation of a view.
///
/// Whoever makes one has the right to write the view: see `claim`.
class kept_view {
public:
    /// Opens the rows in `keyspace_name` where they were left, or begins them. Fails as
    /// `runner::open`.
    static result<std::unique_ptr<kept_view>> open(store& log, any_projection of,
                                                   std::string_view keyspace_name,
                                                   std::size_t rows_cached_max);

    kept_view(const kept_view&) = delete;
    kept_view& operator=(const kept_view&) = delete;

    const any_projection& projection() const noexcept { return projection_; }
    const std::string& keyspace_name() const noexcept { return rows_.name(); }

    stepped_view* steps() const noexcept { return steps_.get(); }

    /// Why the view does not go on, if it does not.
    const std::optional<error>& failure() const noexcept { return steps_->failure(); }

    /// From now on this is what readers get of the view (`claim::name`): who waits for it or
    /// listens to its changes hears of them, and that its rows may not be what they were.
    void serve_as(std::string view);

    /// Ends the batch and stores it. The cursor moves only when the caller then says
    /// `steps()->written()`. On failure the batch is taken back.
    result<void> store_batch(position reached);

private:
    kept_view(any_projection of, keyspace rows)
        : projection_{std::move(of)}, rows_{std::move(rows)} {}

    result<layout::cursor_record> read_or_begin(position log_end);

    any_projection projection_;
    keyspace rows_;
    std::unique_ptr<stepped_view> steps_;  ///< Reads through `rows_`.
    keyspace_batch batch_;
    std::string told_as_;  ///< Empty: it is built beside.
};

}  // namespace daybook::projections
