// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "runner_impl.hpp"

#include "park_retrier.hpp"

#include <algorithm>

namespace daybook::projections {
namespace {

// So long a batch of views that are behind may take: the live ones wait meanwhile.
constexpr std::chrono::milliseconds slice_of_builds{20};

// A look at the clock costs as much as a simple event.
constexpr std::uint64_t events_between_looks = 16;

// More do not help: one reads the log for all.
constexpr std::size_t build_threads_usual = 4;

// Retries of the policy between two batches: the views are not to wait for long.
constexpr std::size_t due_lanes_max = 64;

result<void> offer_timed(reading_view& to, const json_event& event) {
    const auto began = steady::now();
    auto taken = to.view->steps()->offer(event);
    to.handling += (steady::now() - began) * timed_one_in;
    return taken;
}

std::size_t threads_for_builds(const runner_options& options) {
    if (options.build_threads > 0) return options.build_threads;
    return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, build_threads_usual);
}

runner_options with_clocks(runner_options options) {
    if (!options.clock) {
        options.clock = [] {
            return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
        };
    }
    if (!options.ticks) options.ticks = [] { return steady::now(); };
    return options;
}

}  // namespace

error no_such_view(std::string_view name) {
    return fail(errc::not_found,
                "view \"" + std::string{name} + "\" is not registered with this runner");
}

runner::impl::impl(store& of, const runner_options& chosen)
    : log{of},
      options{with_clocks(chosen)},
      build_threads{threads_for_builds(chosen)},
      vitals{options.ticks()} {
    build_limit.set(chosen.build_events_per_second_max);
}

registered_view* runner::impl::find(std::string_view name) const {
    registered_view* newest = nullptr;
    for (const auto& view : views) {
        const auto& of = view->projection();
        if (of.name() != name) continue;
        if (newest == nullptr || newest->projection().version() < of.version()) newest = view.get();
    }
    return newest;
}

std::vector<reading_view> runner::impl::running() const {
    std::vector<reading_view> found;
    const auto add = [&](kept_view* rows) {
        if (rows != nullptr && !rows->failure()) found.push_back({.view = rows});
    };
    for (const auto& view : views) {
        add(view->serving());
        if (!view->paused()) add(view->beside());
    }
    return found;
}

position runner::impl::first_cursor(position end) const {
    auto first = end;
    for (const auto& each : running()) first = std::min(first, each.cursor());
    return first;
}

std::optional<error> runner::impl::first_failure() const {
    for (const auto& view : views) {
        for (const auto* rows : view->generations()) {
            if (rows->failure()) return rows->failure();
        }
    }
    return std::nullopt;
}

// Those near the foremost, and the rest: what is being built would keep live views waiting for as
// long as it takes to read the log.
std::pair<reading_group, reading_group> runner::impl::divide() {
    std::pair<reading_group, reading_group> groups{
        {{}, front_feed, options.batch_events_max},
        {{}, back_feed, build_limit.portion(options.batch_events_max)}};
    position foremost;
    auto all = running();
    for (const auto& each : all) foremost = std::max(foremost, each.cursor());
    for (const auto& each : all) {
        const bool near = foremost.value - each.cursor().value <= options.batch_events_max;
        (near ? groups.first : groups.second).views.push_back(each);
    }
    return groups;
}

// Reads one batch for the views in front, then one for those behind. Returns how many positions
// the hindmost of both moved on.
result<std::uint64_t> runner::impl::step() {
    vitals.heard(options.ticks());
    // What cannot be tried again now keeps nobody from reading on.
    const auto retried = retry_due();
    crew_is_needed = false;
    auto [front, back] = divide();
    const auto began = steady::now();
    auto moved = read_group(front);
    if (moved && !back.views.empty()) {
        const auto now = steady::now();
        back.until = now + slice_of_builds;
        if (now >= build_limit.free_at()) {
            const auto behind = read_group(back);
            moved = behind ? result<std::uint64_t>{*moved + *behind} : behind;
        }
    }
    if (!crew_is_needed) crew.reset();
    auto switched = moved ? switch_over_what_is_ready() : result<void>{};
    if (switched && moved && *moved > 0) switched = keep_checkpoints();
    if (!switched) moved = switched.error();
    if (const auto told = tell_notes(); !told && moved) moved = told.error();
    if (!retried && moved) moved = retried.error();
    {
        const auto now = steady::now();
        const std::lock_guard lock{seen};
        trouble = moved ? std::nullopt : std::optional{moved.error()};
        if (moved && *moved > 0) rate.add(*moved, now - began);
        for (const auto& view : views) view->note_pace(now);
    }
    changed.notify_all();
    return moved;
}

result<std::uint64_t> runner::impl::read_group(reading_group& group) {
    const auto end = log.watermark();
    const auto from = group.first_cursor(end);
    if (group.views.empty() || from >= end) return std::uint64_t{0};
    std::optional<error> failed;
    if (const auto read = read_batch(group); !read) {
        failed = read.error();
    } else if (&group.feed == &back_feed) {
        build_limit.passed(*read, steady::now());
    }
    for (auto& each : group.views) {
        const auto done = failed ? result<void>{*failed} : finish_batch(each, group.feed.reached());
        if (!done) {
            each.view->steps()->abandon();
            failed = done.error();
        }
    }
    if (failed) return *failed;
    for (auto& each : group.views) {
        // One that failed does not hold the others back.
        if (each.view->failure()) each.view = nullptr;
    }
    std::erase_if(group.views, [](const auto& each) { return each.view == nullptr; });
    return group.first_cursor(group.feed.reached()).value - from.value;
}

// Returns how many events were read.
result<std::uint64_t> runner::impl::read_batch(reading_group& group) {
    std::vector<const query*> wanted;
    for (const auto& each : group.views) wanted.push_back(&each.view->projection().wants());
    if (auto sought = group.feed.seek(union_of(wanted), group.first_cursor(log.watermark()));
        !sought) {
        return sought.error();
    }
    return is_far_behind(group) ? read_with_crew(group) : read_in_turn(group);
}

// So far that it pays to wake other threads.
bool runner::impl::is_far_behind(const reading_group& group) const {
    const auto end = log.watermark();
    return build_threads > 1 &&
           end.value - group.first_cursor(end).value > options.batch_events_max;
}

template <class Take>
result<std::uint64_t> runner::impl::read_events(reading_group& group, const Take& take) {
    std::uint64_t events = 0;
    while (events < group.events_max) {
        const auto next = group.feed.next();
        if (!next) return next.error();
        if (*next == nullptr) break;
        take(**next, events);
        ++events;
        if (events % events_between_looks == 0 && steady::now() >= group.until) break;
    }
    return events;
}

result<std::uint64_t> runner::impl::read_in_turn(reading_group& group) {
    for (auto& each : group.views) each.view->steps()->divide(1);
    return read_events(group, [&](const event_view& event, std::uint64_t index) {
        current.move_to(event);
        const bool timed = index % timed_one_in == 0;
        for (auto& each : group.views) {
            if (each.failed) continue;
            each.failed = timed ? !offer_timed(each, current) : !each.view->steps()->offer(current);
        }
    });
}

result<std::uint64_t> runner::impl::read_with_crew(reading_group& group) {
    crew_is_needed = true;
    if (!crew) crew.emplace(build_threads - 1);
    std::vector<stepped_view*> steps;
    for (auto& each : group.views) steps.push_back(each.view->steps());
    shared_reading reading{*crew, steps};
    auto events =
        read_events(group, [&](const event_view& event, std::uint64_t) { reading.give(event); });
    reading.finish();
    for (std::size_t i = 0; i < group.views.size(); ++i) {
        group.views[i].failed = reading.failed(i);
        group.views[i].handling = reading.handling(i);
    }
    return events;
}

// A view that could not take an event reads the batch again, alone and with care.
result<void> runner::impl::finish_batch(reading_view& each, position reached) {
    auto& steps = *each.view->steps();
    const auto before = steps.cursor();
    auto done = [&]() -> result<void> {
        if (each.failed) {
            steps.abandon();
            return lone_reader{work_on(*each.view)}.read_to(reached);
        }
        if (reached <= before) return {};
        auto closed = work_on(*each.view).close(reached);
        if (closed || closed.error().code != errc::projection_failed) return closed;
        return lone_reader{work_on(*each.view)}.read_to(reached);  // A row was too large.
    }();
    const std::lock_guard lock{seen};
    vitals.handled(each.view->keyspace_name(), each.handling);
    if (steps.cursor() > before) vitals.moved(each.view->keyspace_name(), options.ticks());
    return done;
}

template <class Do>
result<void> runner::impl::each_generation(const Do& visit) {
    for (const auto& view : views) {
        for (auto* rows : view->generations()) {
            if (auto done = visit(*rows); !done) return done;
        }
    }
    return {};
}

result<void> runner::impl::tell_notes() {
    return each_generation([&](kept_view& rows) -> result<void> {
        if (rows.steps()->parks().untold().empty()) return {};
        notes_were_told = true;
        return rows.tell_notes(log);
    });
}

result<void> runner::impl::retry_due() {
    return each_generation([&](kept_view& rows) -> result<void> {
        const auto due = rows.steps()->parks().due_lanes(options.clock(), due_lanes_max);
        if (due.empty()) return {};
        auto tried = park_retrier{work_on(rows), park_events::asked_by::policy}.retry(due);
        if (!tried) return tried.error();
        return tell_notes();
    });
}

// It has caught up with the log, as nearly as a batch, and is not behind what readers have.
bool runner::impl::ready(const registered_view& view) const {
    const auto* rows = view.beside();
    if (rows == nullptr || rows->failure() || view.paused() || !view.switches_over()) return false;
    const auto cursor = rows->steps()->cursor();
    if (log.watermark().value - cursor.value > options.batch_events_max) return false;
    if (!view.parks_no_more()) return false;
    return std::all_of(views.begin(), views.end(), [&](const auto& other) {
        if (other->projection().name() != view.projection().name()) return true;
        return other->serving() == nullptr || other->serving()->steps()->cursor() <= cursor;
    });
}

result<void> runner::impl::switch_over_what_is_ready() {
    for (const auto& view : views) {
        if (!ready(*view)) continue;
        const std::lock_guard lock{seen};
        if (auto switched = view->switch_over(); !switched) return switched;
    }
    return {};
}

result<void> runner::impl::keep_checkpoints() {
    if (options.checkpoint_every_events == 0) return {};
    for (const auto& view : views) {
        auto kept =
            view->keep_checkpoints(options.checkpoint_every_events, options.checkpoints_kept);
        if (!kept) return kept;
    }
    return {};
}

// `work` is held.
std::chrono::milliseconds runner::impl::time_to_wait() {
    const auto now = steady::now();
    const auto turn = build_limit.free_at();
    if (turn <= now) return options.patience;
    return std::min(options.patience, std::chrono::ceil<std::chrono::milliseconds>(turn - now));
}

void runner::impl::wait_for_turn() {
    const auto patience = [this] {
        const std::lock_guard lock{work};
        return time_to_wait();
    }();
    std::unique_lock lock{seen};
    changed.wait_for(lock, patience, [this] { return stopping.load(); });
}

void runner::impl::work_until_stopped() {
    while (!stopping) {
        vitals.heard(options.ticks());
        const auto end = log.watermark();
        auto patience = options.patience;
        const auto moved = [&] {
            const std::lock_guard lock{work};
            auto stepped = step();
            patience = time_to_wait();
            return stepped;
        }();
        if (moved && *moved > 0) continue;
        if (moved) {
            static_cast<void>(log.wait_above(end, patience));
            continue;
        }
        // The store is in trouble: what it was is in `trouble`, and we try again.
        std::unique_lock lock{seen};
        changed.wait_for(lock, options.patience, [this] { return stopping.load(); });
    }
}

void runner::impl::stop() {
    const std::lock_guard lock{starting};
    if (!worker.joinable()) return;
    stopping = true;
    changed.notify_all();
    worker.join();
    vitals.thread_ended();
}

// `seen` is held.
view_status runner::impl::describe(const registered_view& view) const {
    const auto& of = view.projection();
    view_status now;
    now.name = of.name();
    now.version = of.version();
    now.events_per_second = rate.per_second();
    now.last_error = view.failure() ? view.failure() : trouble;
    if (view.serving_generation()) now.generation = view.serving_generation()->record.generation;
    if (view.generation_beside()) now.beside = describe_beside(view);
    const auto end = log.watermark();
    const auto* rows = view.serving() != nullptr ? view.serving() : view.beside();
    if (rows != nullptr) {
        now.keyspace = rows->keyspace_name();
        now.cursor = rows->steps()->cursor();
        now.events_applied = rows->steps()->events_applied();
        now.parked = rows->steps()->parks().counts();
        now.handler_time = vitals.handler_time(now.keyspace);
        now.still_for = vitals.still_for(now.keyspace, options.ticks());
    }
    now.lag_events = std::max(end, now.cursor).value - now.cursor.value;
    now.state =
        now.lag_events == 0 && view.serving() != nullptr ? view_state::live : view_state::building;
    if (view.failure()) now.state = view_state::failed;
    return now;
}

build_status runner::impl::describe_beside(const registered_view& view) const {
    const auto& of = *view.generation_beside();
    const auto& steps = *of.rows->steps();
    build_status now;
    now.generation = of.record.generation;
    now.keyspace = of.rows->keyspace_name();
    now.cursor = steps.cursor();
    now.events_applied = steps.events_applied();
    now.parked = steps.parks().counts();
    now.lag_events = std::max(log.watermark(), now.cursor).value - now.cursor.value;
    now.events_per_second = of.speed.per_second();
    now.time_left = of.speed.time_for(now.lag_events);
    now.last_error = steps.failure();
    const bool waits = (!of.record.switches_over || !view.parks_no_more()) &&
                       now.lag_events <= options.batch_events_max;
    now.state = steps.failure()    ? build_state::failed
                : of.record.paused ? build_state::paused
                : waits            ? build_state::waiting
                                   : build_state::building;
    if (now.state != build_state::building) now.time_left.reset();
    return now;
}

result<void> runner::impl::change(std::string_view view,
                                  const std::function<result<void>(registered_view&)>& make) {
    auto* found = find(view);
    if (found == nullptr) return no_such_view(view);
    result<void> done;
    {
        const std::lock_guard working{work};
        const std::lock_guard lock{seen};
        done = make(*found);
    }
    changed.notify_all();
    return done;
}

}  // namespace daybook::projections
