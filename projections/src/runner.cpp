// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/runner.hpp>

#include "lag_time.hpp"
#include "log_feed.hpp"
#include "registered_view.hpp"
#include "view_bell.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

namespace daybook::projections {
namespace {

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
    std::optional<error> why;  ///< It could not take the event at `failed_at`.
    position failed_at;

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

// So long a batch of views that are behind may take: the live ones wait meanwhile.
constexpr std::chrono::milliseconds slice_of_builds{20};

// A look at the clock costs as much as a simple event.
constexpr std::uint64_t events_between_looks = 16;

error no_such_view(std::string_view name) {
    return fail(errc::not_found,
                "view \"" + std::string{name} + "\" is not registered with this runner");
}

std::optional<error> duplicate_view(const std::vector<any_projection>& projections) {
    std::set<std::pair<std::string_view, std::uint32_t>> seen;
    for (const auto& one : projections) {
        if (seen.emplace(one.name(), one.version()).second) continue;
        return fail(errc::invalid_argument, "view \"" + one.name() + "\" version " +
                                                std::to_string(one.version()) +
                                                " is registered twice");
    }
    return std::nullopt;
}

}  // namespace

// Two locks. `work` is held while a batch is read, folded and written, and while generations come
// and go. `seen` guards what others look at: the views with their cursors and failures, `trouble`,
// `rate`; it is taken for moments, inside `work` or alone, and whoever writes these holds both.
struct runner::impl {
    impl(store& of, const runner_options& chosen) : log{of}, options{chosen} {
        build_limit.set(chosen.build_events_per_second_max);
    }

    store& log;
    const runner_options options;
    std::vector<std::unique_ptr<registered_view>> views;

    std::mutex work;
    log_feed front_feed{log};
    log_feed back_feed{log};
    projections::throttle build_limit;
    json_event current;

    mutable std::mutex seen;
    mutable std::condition_variable changed;
    std::optional<error> trouble;  ///< What the store said when it last failed us.
    rate_meter rate;

    std::mutex starting;
    std::thread worker;
    std::atomic<bool> stopping = false;

    registered_view* find(std::string_view name) const;
    std::vector<reading_view> running() const;
    position first_cursor(position end) const;
    std::optional<error> first_failure() const;
    view_status describe(const registered_view& view) const;
    build_status describe_beside(const kept_generation& of) const;

    template <class Change>
    result<void> change(std::string_view view, const Change& make);

    result<std::uint64_t> step();
    std::pair<reading_group, reading_group> divide();
    result<std::uint64_t> read_group(reading_group& group);
    result<std::uint64_t> read_batch(reading_group& group);
    result<void> finish_batch(reading_view& each, position reached);
    result<void> close(kept_view& view, position reached);
    result<void> read_up_to(kept_view& view, position end);
    result<void> switch_over_what_is_ready();
    bool ready(const registered_view& view) const;
    std::chrono::milliseconds time_to_wait();
    void wait_for_turn();
    void work_until_stopped();
    void stop();
};

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
        if (rows != nullptr && !rows->failure()) found.push_back({rows, {}, {}});
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
        for (const auto* rows : {view->serving(), view->beside()}) {
            if (rows != nullptr && rows->failure()) return rows->failure();
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
    for (auto& each : all) {
        const bool near = foremost.value - each.cursor().value <= options.batch_events_max;
        (near ? groups.first : groups.second).views.push_back(std::move(each));
    }
    return groups;
}

// Reads one batch for the views in front, then one for those behind. Returns how many positions
// the hindmost of both moved on.
result<std::uint64_t> runner::impl::step() {
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
    auto switched = moved ? switch_over_what_is_ready() : result<void>{};
    if (!switched) moved = switched.error();
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
    std::uint64_t events = 0;
    while (events < group.events_max) {
        const auto next = group.feed.next();
        if (!next) return next.error();
        if (*next == nullptr) break;
        ++events;
        current.move_to(**next);
        for (auto& each : group.views) {
            if (each.why) continue;
            const auto taken = each.view->steps()->offer(current);
            if (taken) continue;
            each.why = taken.error();
            each.failed_at = current.view().position();
        }
        if (events % events_between_looks == 0 && steady::now() >= group.until) break;
    }
    return events;
}

// A view that could not take an event keeps what came before it, and stands there.
result<void> runner::impl::finish_batch(reading_view& each, position reached) {
    if (!each.why) return close(*each.view, reached);
    each.view->steps()->abandon();
    auto stored = read_up_to(*each.view, each.failed_at);
    const std::lock_guard lock{seen};
    each.view->steps()->fail_at_cursor(*each.why);
    return stored;
}

result<void> runner::impl::close(kept_view& view, position reached) {
    if (reached <= view.steps()->cursor()) return {};
    auto stored = view.store_batch(reached);
    if (!stored) return stored;
    const std::lock_guard lock{seen};
    view.steps()->written();
    return {};
}

result<void> runner::impl::read_up_to(kept_view& view, position end) {
    log_feed alone{log};
    if (auto sought = alone.seek(view.projection().wants(), view.steps()->cursor()); !sought)
        return sought;
    while (alone.reached() < end) {
        const auto next = alone.next();
        if (!next) return next.error();
        if (*next == nullptr || (*next)->position() >= end) break;
        current.move_to(**next);
        if (auto taken = view.steps()->offer(current); !taken) return taken;
    }
    return close(view, end);
}

// It has caught up with the log, as nearly as a batch, and is not behind what readers have.
bool runner::impl::ready(const registered_view& view) const {
    const auto* rows = view.beside();
    if (rows == nullptr || rows->failure() || view.paused() || !view.switches_over()) return false;
    const auto cursor = rows->steps()->cursor();
    if (log.watermark().value - cursor.value > options.batch_events_max) return false;
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
    if (view.generation_beside()) now.beside = describe_beside(*view.generation_beside());
    const auto end = log.watermark();
    const auto* rows = view.serving() != nullptr ? view.serving() : view.beside();
    if (rows != nullptr) {
        now.keyspace = rows->keyspace_name();
        now.cursor = rows->steps()->cursor();
        now.events_applied = rows->steps()->events_applied();
    }
    now.lag_events = std::max(end, now.cursor).value - now.cursor.value;
    now.state =
        now.lag_events == 0 && view.serving() != nullptr ? view_state::live : view_state::building;
    if (view.failure()) now.state = view_state::failed;
    return now;
}

build_status runner::impl::describe_beside(const kept_generation& of) const {
    const auto& steps = *of.rows->steps();
    build_status now;
    now.generation = of.record.generation;
    now.keyspace = of.rows->keyspace_name();
    now.cursor = steps.cursor();
    now.events_applied = steps.events_applied();
    now.lag_events = std::max(log.watermark(), now.cursor).value - now.cursor.value;
    now.events_per_second = of.speed.per_second();
    now.time_left = of.speed.time_for(now.lag_events);
    now.last_error = steps.failure();
    const bool waits = !of.record.switches_over && now.lag_events <= options.batch_events_max;
    now.state = steps.failure()    ? build_state::failed
                : of.record.paused ? build_state::paused
                : waits            ? build_state::waiting
                                   : build_state::building;
    if (now.state != build_state::building) now.time_left.reset();
    return now;
}

template <class Change>
result<void> runner::impl::change(std::string_view view, const Change& make) {
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

runner::runner(std::unique_ptr<impl> opened) : impl_{std::move(opened)} {}
runner::runner(runner&&) noexcept = default;

runner& runner::operator=(runner&& other) noexcept {
    if (this == &other) return *this;
    if (impl_) impl_->stop();
    impl_ = std::move(other.impl_);
    return *this;
}

runner::~runner() {
    if (impl_) impl_->stop();
}

result<runner> runner::open(store& log, std::vector<any_projection> projections,
                            const runner_options& options) {
    if (options.batch_events_max == 0) {
        return fail(errc::invalid_argument,
                    "runner_options::batch_events_max is 0; the least is 1");
    }
    if (auto twice = duplicate_view(projections)) return *std::move(twice);
    auto made = std::make_unique<impl>(log, options);
    for (auto& one : projections) {
        auto view = registered_view::open(
            log, std::move(one),
            {.rows_cached_max = options.rows_cached_max, .switches_over = options.switches_over});
        if (!view) return view.error();
        made->views.push_back(*std::move(view));
    }
    return runner{std::move(made)};
}

void runner::start() {
    const std::lock_guard lock{impl_->starting};
    if (impl_->worker.joinable()) return;
    impl_->stopping = false;
    impl_->worker = std::thread{[state = impl_.get()] { state->work_until_stopped(); }};
}

void runner::stop() { impl_->stop(); }

result<bool> runner::step() {
    const std::lock_guard lock{impl_->work};
    const auto moved = impl_->step();
    if (!moved) return moved.error();
    return *moved > 0;
}

result<void> runner::catch_up(const progress_callback& progress) {
    const auto target = impl_->log.watermark();
    std::optional<position> start;
    while (true) {
        std::unique_lock working{impl_->work};
        const auto reached = impl_->first_cursor(target);
        if (!start) start = reached;
        if (progress) progress(reached.value - start->value, target.value - start->value);
        if (reached >= target) break;
        const auto moved = impl_->step();
        if (!moved) return moved.error();
        working.unlock();
        if (*moved == 0) impl_->wait_for_turn();
    }
    const std::lock_guard working{impl_->work};
    if (auto switched = impl_->switch_over_what_is_ready(); !switched) return switched;
    const std::lock_guard lock{impl_->seen};
    if (auto failure = impl_->first_failure()) return *std::move(failure);
    return {};
}

result<bool> runner::wait_for(std::string_view view, position at,
                              std::chrono::steady_clock::time_point deadline) const {
    const auto* found = impl_->find(view);
    if (found == nullptr) return no_such_view(view);
    std::unique_lock lock{impl_->seen};
    const auto there = [&] {
        return found->serving() != nullptr && found->serving()->steps()->cursor() > at;
    };
    const auto lost = [&] { return found->failure().has_value(); };
    impl_->changed.wait_until(lock, deadline, [&] { return there() || lost(); });
    if (there()) return true;
    if (lost()) return *found->failure();
    return false;
}

result<void> runner::rebuild(std::string_view view) {
    return impl_->change(view, [](registered_view& of) { return of.begin_beside(); });
}

result<void> runner::pause(std::string_view view) {
    return impl_->change(view, [](registered_view& of) { return of.pause(true); });
}

result<void> runner::resume(std::string_view view) {
    return impl_->change(view, [](registered_view& of) { return of.pause(false); });
}

result<void> runner::abandon(std::string_view view) {
    return impl_->change(view, [](registered_view& of) { return of.abandon(); });
}

void runner::throttle(std::uint64_t events_per_second) {
    const std::lock_guard working{impl_->work};
    impl_->build_limit.set(events_per_second);
}

result<void> runner::switch_to(std::string_view view, std::uint32_t generation) {
    auto chosen =
        impl_->change(view, [&](registered_view& of) { return of.bring_back(generation); });
    if (!chosen) return chosen;
    const std::lock_guard working{impl_->work};
    return impl_->switch_over_what_is_ready();
}

result<view_comparison> runner::compare(std::string_view view, const compare_options& options) {
    if (impl_->find(view) == nullptr) return no_such_view(view);
    const std::lock_guard working{impl_->work};
    const auto pair = generations_to_compare(impl_->log, view);
    if (!pair) return pair.error();
    return compare_generations(impl_->log, pair->first, pair->second, options);
}

result<void> runner::retry(std::string_view view) {
    return impl_->change(view, [](registered_view& of) -> result<void> {
        if (of.serving() != nullptr) of.serving()->steps()->retry();
        if (of.beside() != nullptr) of.beside()->steps()->retry();
        return {};
    });
}

std::vector<view_status> runner::status() const {
    std::vector<view_status> all;
    {
        const std::lock_guard lock{impl_->seen};
        for (const auto& view : impl_->views) all.push_back(impl_->describe(*view));
    }
    for (auto& each : all) {
        const auto active = active_version(impl_->log, each.name);
        each.active = active && *active == each.version && each.generation != 0;
    }
    set_lag_times(impl_->log, all);
    return all;
}

result<view_status> runner::status(std::string_view view) const {
    const auto* found = impl_->find(view);
    if (found == nullptr) return no_such_view(view);
    for (auto& each : status()) {
        if (each.name == view && each.version == found->projection().version())
            return std::move(each);
    }
    return no_such_view(view);
}

result<void> wait_for_views(const runner& views, position last,
                            std::initializer_list<std::string_view> names,
                            std::chrono::milliseconds patience) {
    const auto deadline = view_bell::after(patience);
    for (const auto name : names) {
        const auto there = views.wait_for(name, last, deadline);
        if (!there) return there.error();
        if (*there) continue;
        return fail(errc::timed_out, "view \"" + std::string{name} +
                                         "\": it does not have position " +
                                         std::to_string(last.value) + " after " +
                                         std::to_string(patience.count()) + " ms");
    }
    return {};
}

result<void> drop_view(store& log, const any_projection& projection) {
    return drop_version(log, projection.name(), projection.version());
}

}  // namespace daybook::projections
