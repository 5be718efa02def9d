// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/generations.hpp>
#include <daybook/projections/park.hpp>
#include <daybook/store.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::projections {

/// When a view counts as unwell; see `view_health`.
struct health_limits {
    /// Its cursor has not moved for so long, and the log has events that it has not read for as
    /// long.
    std::chrono::milliseconds stuck_after{60'000};
    /// The runner's thread was started, and nothing was heard of it for so long: an `apply` that
    /// does not return, a disk that hangs.
    std::chrono::milliseconds silent_after{60'000};
};

struct runner_options {
    /// Events between two writes of rows and cursor. More is faster and takes more memory.
    std::size_t batch_events_max = 16'384;
    /// Decoded rows kept in memory, per view.
    std::size_t rows_cached_max = 65'536;
    /// Threads that build a view which is more than a batch behind the log: one reads, the others
    /// fold, each some of the views or, of fewer views, some of the keys of each (see
    /// `any_projection::divides_by_key`), so `key` and `apply` may be called by several at a time.
    /// 1: one thread does all. 0: as many as there are cores, at most 4.
    ///
    /// Rows and cursor are written in one batch all the same, and the same as by one thread. Memory
    /// beyond that of one thread: 4 blocks of 1 MiB and one event each, and with more than two
    /// threads the changed rows of a batch once more.
    std::size_t build_threads = 0;
    /// How long the thread sleeps at most before it looks whether it shall stop.
    std::chrono::milliseconds patience{100};
    /// Events read per second for views that are far behind the others, which are those that are
    /// being built; 0 for no limit. See `runner::throttle`.
    std::uint64_t build_events_per_second_max = 0;
    /// What is built beside takes the place of what serves as soon as it has caught up, if it does
    /// not have more events parked; else only when `runner::switch_to` asks for it.
    bool switches_over = true;
    /// What becomes of events that a projection cannot take.
    parking_options parking{};
    health_limits health{};
    /// Where times of failures and ages come from, and what health is measured by; default: the
    /// system's clocks. Rows never depend on them.
    std::function<timestamp()> clock{};
    std::function<std::chrono::steady_clock::time_point()> ticks{};
    /// Keeps a checkpoint of each view whenever it has read so many events since the last; 0 for
    /// none. See checkpoints.hpp. Views move on when the rows are copied, which costs a scan. None
    /// is made of a view in which events are parked.
    std::uint64_t checkpoint_every_events = 0;
    std::size_t checkpoints_kept = 4;  ///< Of each generation, the newest; at least 1.
};

enum class view_state {
    building,  ///< Behind the log.
    live,      ///< Has everything that the log has.
    failed     ///< Stands before an event that it could not take; see `view_status::last_error`.
};
BOOST_DESCRIBE_ENUM(view_state, building, live, failed)

enum class build_state {
    building,
    paused,   ///< See `runner::pause`.
    waiting,  ///< Has caught up and is kept so; waits for `runner::switch_to`.
    failed    ///< Stands before an event that it could not take.
};
BOOST_DESCRIBE_ENUM(build_state, building, paused, waiting, failed)

/// A generation that is built beside the one that readers get.
struct build_status {
    std::uint32_t generation = 0;
    std::string keyspace;
    build_state state{};
    position cursor;
    std::uint64_t lag_events = 0;
    std::uint64_t events_applied = 0;
    parked_counts parked;
    double events_per_second = 0;  ///< Read, over the last seconds, waits included.
    std::optional<std::chrono::seconds> time_left;  ///< At this pace; nothing if not known yet.
    std::optional<error> last_error;
};

enum class view_health {
    well,
    stopped,  ///< See `view_state::failed`.
    stuck,    ///< See `health_limits::stuck_after`.
    silent    ///< See `health_limits::silent_after`.
};
BOOST_DESCRIBE_ENUM(view_health, well, stopped, stuck, silent)

/// What a view is doing. While the first generation of a version is built beside another version,
/// so that nothing of it serves, its state is `building` and its cursor the build's.
struct view_status {
    std::string name;
    std::uint32_t version = 0;
    std::uint32_t generation = 0;  ///< The one that serves; 0 if none does yet.
    bool active = false;           ///< Readers by name get it.
    std::string keyspace;
    view_state state{};
    position cursor;               ///< The next position to read: all before is in the rows.
    std::uint64_t lag_events = 0;  ///< Positions from the cursor to the log's end.
    /// An estimate: what an event takes in the log on average, on disk and compressed, times
    /// `lag_events`.
    std::uint64_t lag_bytes = 0;
    std::chrono::microseconds lag_time{0};  ///< Age of the oldest event not read yet.
    /// When it will be live, by the rate so far and if nothing is appended; nothing if there is no
    /// rate yet.
    std::optional<std::chrono::milliseconds> eta;
    std::uint64_t events_applied = 0;  ///< Since the view's first event; skipped ones not counted.
    double events_per_second = 0;      ///< Read, over the last second or more of work.
    std::optional<error> last_error;
    std::optional<build_status> beside;  ///< What is being built, if anything is.
    parked_counts parked;                ///< Now; `runner::parked` lists them.
    /// Spent in the projection and its rows since `open`; an estimate from one event in 64.
    std::chrono::microseconds handler_time{0};
    view_health health{};
    std::chrono::milliseconds still_for{0};  ///< Since the cursor moved last, or `open`.
};

/// Keeps views up to date: reads the log once for all of them, catches up, and stays live.
///
///     auto views = runner::open(store, {any_projection::of<open_orders>()}).value();
///     views.start();
///
/// Rows and cursor of a view are written in one batch, so after kill -9 no event is missed and none
/// is applied twice. A projection that throws parks that event and the later ones of the same key;
/// all else goes on. In strict mode it stops its own view exactly before the event; the others go
/// on.
///
/// A new version of a projection, or a `rebuild` of the same, makes a new generation of rows beside
/// those that readers get (see generations.hpp), from the first event on, in the background of the
/// live views. Readers see it when it has caught up, all at once, and the old rows are kept for
/// switching back. A build goes on after a restart or a kill -9 where it was. Two versions of one
/// view may be kept by one runner, so that the old one stays live while the new one is built.
///
/// Every member may be called from any thread. Must not outlive its store. The destructor stops.
class runner {
public:
    /// Opens the view of each projection, at the cursor where it was left. Where only a name is
    /// asked for below, the newest version of those given is meant.
    ///
    /// Fails, with nothing opened, with `invalid_argument` (two with one name and version; or the
    /// query or the row of a view changed and its version did not: raise it, or `drop_view` first),
    /// `locked` (another runner has the view), `corrupt` or `io`.
    static result<runner> open(store& log, std::vector<any_projection> projections,
                               const runner_options& options = {});

    runner(runner&&) noexcept;
    runner& operator=(runner&&) noexcept;
    ~runner();

    /// Starts the thread that keeps the views live. Does nothing if it runs.
    void start();
    /// Finishes the batch under way and joins the thread. Does nothing if it does not run.
    void stop();

    /// Works on the calling thread until every view has what the log has now, those built beside
    /// too (but for paused ones).
    ///
    /// May be called with or without `start`. Fails with `projection_failed` if a view failed, now
    /// or before (the others are then caught up), or with `io` or `corrupt`.
    result<void> catch_up(const progress_callback& progress = {});

    /// One batch on the calling thread; false if there was nothing to read, or not yet (see
    /// `throttle`). What `start` and `catch_up` are made of, for tests and for programs with a loop
    /// of their own.
    result<bool> step();

    /// Waits until `view` has the event at `at`; false if `deadline` comes first. Somebody must do
    /// the work: see `start`. Fails with `not_found`, or `projection_failed` if the view failed.
    result<bool> wait_for(std::string_view view, position at,
                          std::chrono::steady_clock::time_point deadline) const;

    /// Begins to build `view` again from the first event, beside the rows that readers get, and
    /// returns; `start`, `catch_up` or `step` do the work. One that was being built begins anew.
    /// Drops the generation of this version that was kept before. Fails with `not_found` or `io`.
    result<void> rebuild(std::string_view view);

    /// What is built of `view` waits until `resume`, also over restarts. Fails with `not_found` if
    /// nothing is being built, or `io`.
    result<void> pause(std::string_view view);
    result<void> resume(std::string_view view);

    /// Drops what is being built of `view`. Fails as `pause`.
    result<void> abandon(std::string_view view);

    /// From now on reads so many events per second for what is being built; 0 for no limit.
    void throttle(std::uint64_t events_per_second);

    /// Makes a generation of `view` the one that serves: at once if it has caught up, else as soon
    /// as it has, whatever is parked in it. Switches back to a kept one, too, which first reads
    /// what it missed. Of the one that serves, makes its version the active one.
    ///
    /// Fails with `not_found`, `invalid_argument` (another one is being built) or `io`.
    result<void> switch_to(std::string_view view, std::uint32_t generation);

    /// Compares the two that `generations_to_compare` gives, and holds them still meanwhile. Fails
    /// as that does, or as `compare_generations`.
    result<view_comparison> compare(std::string_view view, const compare_options& options = {});

    /// Lets a failed view try its event again. Fails with `not_found`.
    result<void> retry(std::string_view view);

    // What is parked: see park.hpp. These work on the calling thread, beside `start` too, and fail
    // with `not_found` (the view, or that nothing of it is parked), `corrupt` or `io`. That an
    // event fails again is no failure of the call: the outcome says so.

    /// What is parked in `view`, by position, then what is held behind it; `limit` at most.
    result<std::vector<parked_view_event>> parked(std::string_view view,
                                                  std::size_t limit = 1000) const;
    /// Tries the parked event of `key` again, and then what is held behind it, in order.
    result<retry_outcome> retry_key(std::string_view view, std::string_view key);
    /// Tries the event at `at` again, for every key for which it is parked, and then what is held
    /// behind it. Fails with `not_found` if it is held itself: its turn has not come.
    result<retry_outcome> retry_event(std::string_view view, position at);
    /// Tries everything again; nothing parked is a success.
    result<retry_outcome> retry_all(std::string_view view);
    /// Gives the event at `at` up, parked or held, for every key for which it is, and goes on with
    /// what waits behind it. The decision and its `reason` are an event in the log, whose actor is
    /// that of the ambient context; a rebuild of this version heeds it.
    /// Fails with `invalid_argument` without a reason, and with `too_large` after
    /// `skipped_events_max`.
    result<retry_outcome> skip_event(std::string_view view, position at, std::string_view reason);

    /// Views that lie in the store and that this runner has no projection for, by name: nobody
    /// keeps them up to date, unless another runner does. They are left alone.
    result<std::vector<built_view>> unattended() const;

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

/// `drop_version` of this one.
result<void> drop_view(store& log, const any_projection& projection);

}  // namespace daybook::projections
