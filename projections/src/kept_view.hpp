// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include "stepped_view.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace daybook::projections {

/// Writes more into a batch of a view.
using write_more = std::function<void(const layout::write_sink& sink)>;

/// How a view is kept; see `runner_options`.
struct keeping {
    std::size_t rows_cached_max;
    parking_options parking{};
};

/// A stepped view with its place in a store: the input and output of one generation of a view.
///
/// Whoever makes one has the right to write the view: see `claim`.
class kept_view {
public:
    /// Opens the rows in `keyspace_name` where they were left, or begins them. Fails as
    /// `runner::open`.
    static result<std::unique_ptr<kept_view>> open(store& log, any_projection of,
                                                   std::string_view keyspace_name,
                                                   const keeping& how);

    kept_view(const kept_view&) = delete;
    kept_view& operator=(const kept_view&) = delete;

    const any_projection& projection() const noexcept { return projection_; }
    const std::string& keyspace_name() const noexcept { return rows_.name(); }

    /// What the keyspace holds: rows, and what is parked.
    const keyspace& rows() const noexcept { return rows_; }

    stepped_view* steps() const noexcept { return steps_.get(); }

    /// Why the view does not go on, if it does not.
    const std::optional<error>& failure() const noexcept { return steps_->failure(); }

    /// From now on this is what readers get of the view (`claim::name`): who waits for it or
    /// listens to its changes hears of them, and that its rows may not be what they were.
    void serve_as(std::string view);

    /// Ends the batch and stores it. The cursor moves only when the caller then says
    /// `steps()->written()`. On failure the batch is taken back.
    result<void> store_batch(position reached, const write_more& more = {});

    /// Reads from the log which events were given up.
    result<void> heed_skips(const store& log);

    /// Tells in the log what was parked and retried since. What cannot be told now stays noted.
    result<void> tell_notes(store& log);

private:
    kept_view(any_projection of, keyspace rows)
        : projection_{std::move(of)}, rows_{std::move(rows)} {}

    result<layout::cursor_record> read_or_begin(position log_end);
    result<void> load_parked(const store& log);

    any_projection projection_;
    keyspace rows_;
    std::unique_ptr<stepped_view> steps_;  ///< Reads through `rows_`.
    keyspace_batch batch_;
    std::string told_as_;  ///< Empty: it is built beside.
};

}  // namespace daybook::projections
