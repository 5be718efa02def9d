// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/view.hpp>
#include <daybook/store.hpp>

#include "cli/command.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

// What the projection commands share.
namespace daybook::cli {

/// The projections named, all built-in ones if none is. Fails with `not_found`, with a suggestion.
result<std::vector<projections::any_projection>> projections_named(
    std::span<const std::string> names);

/// Brings their views up to date, with a progress bar; from the first event on if `rebuild`.
/// Fails as `projections::runner` does.
result<void> catch_up(store& log, const std::vector<projections::any_projection>& which,
                      bool rebuild, console& at);

/// How far a view is.
struct view_progress {
    std::string name;
    std::uint32_t version = 0;
    /// "current", "behind", "not built", "left over" (there is no code for it), or "ahead": it has
    /// seen events that the log has lost.
    std::string_view state;
    position cursor{};
    std::uint64_t lag_events = 0;
    std::uint64_t events_applied = 0;
};

/// Every view of the store and every built-in projection. Changes nothing.
result<std::vector<view_progress>> view_progress_of(store& log);

void tell_progress(const std::vector<view_progress>& views, record_sink& to);

/// Rows of a view, given as JSON, as records of a list: good columns for the built-in views; for
/// others key and JSON.
class view_rows {
public:
    view_rows(std::string_view view, record_sink& to);

    void add(std::string_view key, const std::string& row);

    std::uint64_t count() const noexcept { return count_; }

    struct layout;  ///< Private: which members of a view's rows make columns.

private:
    const layout& layout_;
    record_sink& to_;
    std::uint64_t count_ = 0;
};

/// One row of a view, with all its members.
void tell_row(std::string_view view, std::string_view key, const std::string& row, record_sink& to);

}  // namespace daybook::cli
