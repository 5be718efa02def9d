// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/runner.hpp>

#include "log_feed.hpp"
#include "lone_reader.hpp"
#include "registered_view.hpp"
#include "shared_reading.hpp"
#include "vital_signs.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

// How a runner works: reading in batches, groups of views, parking and retries. Its calls are in
// runner.cpp and runner_parking.cpp.
namespace daybook::projections {

using steady = std::chrono::steady_clock;

/// Events per second of work, over stretches of a second or more.
class rate_meter {
public:
    void add(std::uint64_t events, steady::duration worked) {
        events_ += events;
        worked_s_ += std::chrono::duration<double>(worked).count();
        if (worked_s_ <= 0 || (known_ && worked_s_ < 1)) return;
        per_second_ = static_cast<double>(events_) / worked_s_;
        if (worked_s_ < 1) return;
        known_ = true;
        events_ = 0;
        worked_s_ = 0;
    }
    double per_second() const noexcept { return per_second_; }

private:
    std::uint64_t events_ = 0;
    double worked_s_ = 0;
    double per_second_ = 0;
    bool known_ = false;  ///< A whole stretch was measured.
};

/// A view in a batch that is being read.
struct reading_view {
    kept_view* view;
    bool failed = false;  ///< It could not take an event; the rest of the batch is left out.
    steady::duration handling{};

    position cursor() const { return view->steps()->cursor(); }
};

/// Views that are near each other in the log and read it together.
struct reading_group {
    std::vector<reading_view> views;
    log_feed& feed;
    std::uint64_t events_max;
    steady::time_point until = steady::time_point::max();

    position first_cursor(position end) const {
        auto first = end;
        for (const auto& each : views) first = std::min(first, each.cursor());
        return first;
    }
};

error no_such_view(std::string_view name);

// Two locks. `work` is held while a batch is read, folded and written, and while generations come
// and go. `seen` guards what others look at: the views with their cursors and failures, `trouble`,
// `rate`; it is taken for moments, inside `work` or alone, and whoever writes these holds both.
struct runner::impl {
    impl(store& of, const runner_options& chosen);

    store& log;
    const runner_options options;
    const std::size_t build_threads;
    std::vector<std::unique_ptr<registered_view>> views;

    std::mutex work;
    log_feed front_feed{log};
    log_feed back_feed{log};
    projections::throttle build_limit;
    json_event current;
    std::optional<build_crew> crew;  ///< While something is built.
    bool crew_is_needed = false;     ///< By this step.

    mutable std::mutex seen;
    mutable std::condition_variable changed;
    std::optional<error> trouble;  ///< What the store said when it last failed us.
    rate_meter rate;
    vital_signs vitals;
    bool notes_were_told = false;  ///< By `work`: park events were appended.

    std::mutex starting;
    std::thread worker;
    std::atomic<bool> stopping = false;

    registered_view* find(std::string_view name) const;
    std::vector<reading_view> running() const;
    position first_cursor(position end) const;
    std::optional<error> first_failure() const;
    view_status describe(const registered_view& view) const;
    build_status describe_beside(const registered_view& view) const;

    result<void> change(std::string_view view,
                        const std::function<result<void>(registered_view&)>& make);

    result<std::uint64_t> step();
    std::pair<reading_group, reading_group> divide();
    result<std::uint64_t> read_group(reading_group& group);
    result<std::uint64_t> read_batch(reading_group& group);
    template <class Take>
    result<std::uint64_t> read_events(reading_group& group, const Take& take);
    bool is_far_behind(const reading_group& group) const;
    result<std::uint64_t> read_in_turn(reading_group& group);
    result<std::uint64_t> read_with_crew(reading_group& group);
    result<void> finish_batch(reading_view& each, position reached);
    view_work work_on(kept_view& rows) { return {rows, log, seen, options.clock}; }
    template <class Do>
    result<void> each_generation(const Do& visit);
    result<void> tell_notes();
    result<void> retry_due();
    result<retry_outcome> retry_lanes(
        const registered_view& view,
        const std::function<std::vector<std::string>(const park_ledger&)>& lanes_of);
    result<retry_outcome> skip_event(const registered_view& view, position at,
                                     std::string_view reason);
    result<void> switch_over_what_is_ready();
    result<void> keep_checkpoints();
    bool ready(const registered_view& view) const;
    std::chrono::milliseconds time_to_wait();
    void wait_for_turn();
    void work_until_stopped();
    void stop();
};

}  // namespace daybook::projections
