// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/view.hpp>
#include <daybook/store.hpp>

#include "cli/command.hpp"
#include "cli/known_projections.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What the projection commands share.
namespace daybook::cli {

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

/// Every view of the store and every projection that is known. Changes nothing.
result<std::vector<view_progress>> view_progress_of(store& log,
                                                    std::span<const known_projection> known);

void tell_progress(const std::vector<view_progress>& views, record_sink& to);

/// Rows of a view, given as JSON, as records of a list: columns are chosen for the built-in views;
/// others have one for each part of the key and each member of the first row.
class view_rows {
public:
    view_rows(const projections::any_projection& of, record_sink& to);
    ~view_rows();

    void add(std::string_view key, const std::string& row);
    /// No more rows come. Must be called, also if there were none.
    void end();

    std::uint64_t count() const noexcept { return count_; }

    struct layout;  ///< Private: which members of a view's rows make columns.

private:
    void begin(layout chosen);

    const projections::any_projection& of_;
    std::unique_ptr<layout> layout_;  ///< Null before the first row.
    record_sink& to_;
    std::uint64_t count_ = 0;
};

/// One row of a view, with all its members.
void tell_row(const projections::any_projection& of, std::string_view key, const std::string& row,
              record_sink& to);

}  // namespace daybook::cli
