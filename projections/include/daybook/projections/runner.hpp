// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/store.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::projections {

struct runner_options {
    /// Events between two writes of rows and cursor. More is faster and takes more memory.
    std::size_t batch_events_max = 16'384;
    /// Decoded rows kept in memory, per view.
    std::size_t rows_cached_max = 65'536;
    /// How long the thread sleeps at most before it looks whether it shall stop.
    std::chrono::milliseconds patience{100};
};

enum class view_state {
    building,  ///< Behind the log.
    live,      ///< Has everything that the log has.
    failed     ///< Stands before an event that it could not take; see `view_status::last_error`.
};
BOOST_DESCRIBE_ENUM(view_state, building, live, failed)

/// What a view is doing.
struct view_status {
    std::string name;
    std::uint32_t version = 0;
    std::string keyspace;
    view_state state{};
    position cursor;               ///< The next position to read: all before is in the rows.
    std::uint64_t lag_events = 0;  ///< Positions from the cursor to the log's end.
    std::chrono::microseconds lag_time{0};  ///< Age of the oldest event not read yet.
    std::uint64_t events_applied = 0;  ///< Since the view's first event; skipped ones not counted.
    double events_per_second = 0;      ///< Read, over the last second or more of work.
    std::optional<error> last_error;
};

/// Keeps views up to date: reads the log once for all of them, catches up, and stays live.
///
///     auto views = runner::open(store, {any_projection::of<open_orders>()}).value();
///     views.start();
///
/// Rows and cursor of a view are written in one batch, so after kill -9 no event is missed and none
/// is applied twice. A projection that throws stops its own view exactly before that event; the
/// others go on. A new version of a projection builds in a keyspace of its own; the old one stays.
///
/// Every member may be called from any thread. Must not outlive its store. The destructor stops.
class runner {
public:
    /// Opens the view of each projection, at the cursor where it was left.
    ///
    /// Fails, with nothing opened, with `invalid_argument` (two with one name; or the query or the
    /// row of a view changed and its version did not: raise it, or `drop_view` first), `locked`
    /// (another runner has the view), `corrupt` or `io`.
    static result<runner> open(store& log, std::vector<any_projection> projections,
                               const runner_options& options = {});

    runner(runner&&) noexcept;
    runner& operator=(runner&&) noexcept;
    ~runner();

    /// Starts the thread that keeps the views live. Does nothing if it runs.
    void start();
    /// Finishes the batch under way and joins the thread. Does nothing if it does not run.
    void stop();

    /// Works on the calling thread until every view has what the log has now.
    ///
    /// May be called with or without `start`. Fails with `projection_failed` if a view failed, now
    /// or before (the others are then caught up), or with `io` or `corrupt`.
    result<void> catch_up(const progress_callback& progress = {});

    /// One batch on the calling thread; false if there was nothing to read. What `start` and
    /// `catch_up` are made of, for tests and for programs with a loop of their own.
    result<bool> step();

    /// Waits until `view` has the event at `at`; false if `deadline` comes first. Somebody must do
    /// the work: see `start`. Fails with `not_found`, or `projection_failed` if the view failed.
    result<bool> wait_for(std::string_view view, position at,
                          std::chrono::steady_clock::time_point deadline) const;

    /// Drops the rows of `view` and begins again at the first event. Readers opened before see the
    /// old rows, and must be opened again. Fails with `not_found` or `io`.
    result<void> rebuild(std::string_view view);

    /// Lets a failed view try its event again. Fails with `not_found`.
    result<void> retry(std::string_view view);

    std::vector<view_status> status() const;
    result<view_status> status(std::string_view view) const;

private:
    struct impl;
    explicit runner(std::unique_ptr<impl> opened);
    std::unique_ptr<impl> impl_;
};

/// Waits until each of `names` has the event at `last`: `append_receipt::last` or
/// `commit_receipt::last`. What is read of them afterwards shows what was appended.
///
/// Fails with `timed_out` when `patience` is over (the message names the first view that is not so
/// far), `not_found` or `projection_failed` as `runner::wait_for`.
result<void> wait_for_views(const runner& views, position last,
                            std::initializer_list<std::string_view> names,
                            std::chrono::milliseconds patience);

/// Removes the rows and the cursor of this version of a view. No runner may have it open.
/// Fails with `not_found` if it was never built, `locked`, or `io`.
result<void> drop_view(store& log, const any_projection& projection);

}  // namespace daybook::projections
