// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/as_of.hpp>
#include <daybook/projections/health.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>
#include <daybook/store.hpp>

#include "cli/command.hpp"
#include "cli/known_projections.hpp"

#include <boost/json/value.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What the projection commands share.
namespace daybook::cli {

/// Brings their views up to date, those that are being built too, with a progress bar.
/// Fails as `projections::runner` does.
result<void> catch_up(store& log, const std::vector<projections::any_projection>& which,
                      console& at);

/// The same with a runner that is open already; `label` stands before the bar.
result<void> catch_up(projections::runner& views, std::string label, console& at);

/// A generation's number, as 'projection status' tells it. Fails with `invalid_argument`.
result<std::uint32_t> parse_generation(const std::string& text);

/// The view as it stood then; says where that was, and which checkpoints do not fit.
/// Fails as `projections::as_of_view::open`.
result<std::unique_ptr<const projections::as_of_view>> open_as_of(
    store& log, const projections::any_projection& of, projections::as_of when, console& at);

/// How far a generation of a view is.
struct view_progress {
    std::string name;
    std::uint32_t version = 0;
    std::uint32_t generation = 0;  ///< 0: there is none.
    /// "current", "behind", "building", "paused", "kept" (for switching back), "not built",
    /// "left over" (there is no code for it), or "ahead": it has seen events that the log has lost.
    std::string_view state;
    bool active = false;  ///< Who asks for the view by its name gets it.
    position cursor{};
    std::uint64_t lag_events = 0;
    std::optional<std::chrono::microseconds> lag_time{};  ///< Age of the oldest event not read.
    std::uint64_t lag_bytes = 0;                          ///< An estimate.
    std::uint64_t events_applied = 0;
    projections::parked_counts parked{};
    std::optional<projections::view_digest> digest{};  ///< If it was asked for.
};

enum class digests { none, wanted };

/// Every view of the store and every projection that is known. Changes nothing. Digests cost a scan
/// of each view.
result<std::vector<view_progress>> view_progress_of(store& log,
                                                    std::span<const known_projection> known,
                                                    digests d = digests::none);

/// With columns for digests if they were asked for.
void tell_progress(const std::vector<view_progress>& views, record_sink& to);

/// The key, or the beginning of keys, that people mean by `text`: of a built-in view with several
/// kinds of rows, the first kind need not be named.
std::string key_of_row(const projections::any_projection& of, std::string_view text);

/// A JSON value as a cell; null and empty text are no value.
cell json_cell(const boost::json::value& v);

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
