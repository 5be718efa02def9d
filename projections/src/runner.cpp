// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/runner.hpp>

#include "kept_view.hpp"
#include "lag_time.hpp"
#include "log_feed.hpp"
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
};

error no_such_view(std::string_view name) {
    return fail(errc::not_found,
                "view \"" + std::string{name} + "\" is not registered with this runner");
}

std::optional<error> duplicate_name(const std::vector<any_projection>& projections) {
    std::set<std::string_view> names;
    for (const auto& one : projections) {
        if (names.insert(one.name()).second) continue;
        return fail(errc::invalid_argument, "view \"" + one.name() + "\" is registered twice");
    }
    return std::nullopt;
}

}  // namespace

// Two locks. `work` is held while a batch is read, folded and written. `seen` guards what others
// look at: the views' cursors and failures, `trouble`, `rate`; it is taken for moments, inside
// `work` or alone, and whoever writes these holds both.
struct runner::impl {
    impl(store& of, const runner_options& chosen) : log{of}, options{chosen} {}

    store& log;
    const runner_options options;
    std::vector<std::unique_ptr<kept_view>> views;

    std::mutex work;
    log_feed feed{log};
    json_event current;

    mutable std::mutex seen;
    mutable std::condition_variable changed;
    std::optional<error> trouble;  ///< What the store said when it last failed us.
    rate_meter rate;

    std::mutex starting;
    std::thread worker;
    std::atomic<bool> stopping = false;

    kept_view* find(std::string_view name) const;
    std::vector<reading_view> running() const;
    position first_cursor(position end) const;
    std::optional<error> first_failure() const;
    view_status describe(const kept_view& view) const;

    result<std::uint64_t> step();
    result<void> read_batch(std::vector<reading_view>& reading);
    result<void> finish_batch(reading_view& each);
    result<void> close(kept_view& view, position reached);
    result<void> read_up_to(kept_view& view, position end);
    void work_until_stopped();
    void stop();
};

kept_view* runner::impl::find(std::string_view name) const {
    for (const auto& view : views) {
        if (view->projection().name() == name) return view.get();
    }
    return nullptr;
}

std::vector<reading_view> runner::impl::running() const {
    std::vector<reading_view> found;
    for (const auto& view : views) {
        if (!view->failure()) found.push_back({view.get(), {}, {}});
    }
    return found;
}

position runner::impl::first_cursor(position end) const {
    auto first = end;
    for (const auto& each : running()) first = std::min(first, each.view->steps()->cursor());
    return first;
}

std::optional<error> runner::impl::first_failure() const {
    for (const auto& view : views) {
        if (view->failure()) return view->failure();
    }
    return std::nullopt;
}

// Reads one batch for all views. Returns how many positions the hindmost of them moved on.
result<std::uint64_t> runner::impl::step() {
    auto reading = running();
    const auto from = first_cursor(log.watermark());
    if (reading.empty() || from >= log.watermark()) return std::uint64_t{0};

    const auto began = steady::now();
    std::optional<error> failed;
    if (const auto read = read_batch(reading); !read) failed = read.error();
    for (auto& each : reading) {
        const auto done = failed ? result<void>{*failed} : finish_batch(each);
        if (!done) {
            each.view->steps()->abandon();
            failed = done.error();
        }
    }
    const auto moved = first_cursor(feed.reached()).value - from.value;
    {
        const std::lock_guard lock{seen};
        trouble = failed;
        rate.add(moved, steady::now() - began);
    }
    changed.notify_all();
    if (failed) return *failed;
    return moved;
}

result<void> runner::impl::read_batch(std::vector<reading_view>& reading) {
    std::vector<const query*> wanted;
    for (const auto& each : reading) wanted.push_back(&each.view->projection().wants());
    if (auto sought = feed.seek(union_of(wanted), first_cursor(log.watermark())); !sought)
        return sought;

    for (std::size_t events = 0; events < options.batch_events_max; ++events) {
        const auto next = feed.next();
        if (!next) return next.error();
        if (*next == nullptr) return {};
        current.move_to(**next);
        for (auto& each : reading) {
            if (each.why) continue;
            const auto taken = each.view->steps()->offer(current);
            if (taken) continue;
            each.why = taken.error();
            each.failed_at = current.view().position();
        }
    }
    return {};
}

// A view that could not take an event keeps what came before it, and stands there.
result<void> runner::impl::finish_batch(reading_view& each) {
    if (!each.why) return close(*each.view, feed.reached());
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

void runner::impl::work_until_stopped() {
    while (!stopping) {
        const auto end = log.watermark();
        const auto moved = [this] {
            const std::lock_guard lock{work};
            return step();
        }();
        if (moved && *moved > 0) continue;
        if (moved) {
            static_cast<void>(log.wait_above(end, options.patience));
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
view_status runner::impl::describe(const kept_view& view) const {
    const auto& of = view.projection();
    view_status now;
    now.name = of.name();
    now.version = of.version();
    now.keyspace = of.keyspace_name();
    now.events_per_second = rate.per_second();
    now.last_error = view.failure() ? view.failure() : trouble;
    const auto end = log.watermark();
    if (view.steps() != nullptr) {
        now.cursor = view.steps()->cursor();
        now.events_applied = view.steps()->events_applied();
    }
    now.lag_events = std::max(end, now.cursor).value - now.cursor.value;
    now.state = now.lag_events == 0 ? view_state::live : view_state::building;
    if (view.failure()) now.state = view_state::failed;
    return now;
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
    if (auto twice = duplicate_name(projections)) return *std::move(twice);
    auto made = std::make_unique<impl>(log, options);
    for (auto& one : projections) {
        auto view = kept_view::open(log, std::move(one), options.rows_cached_max);
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
        position reached;
        {
            const std::lock_guard lock{impl_->work};
            reached = impl_->first_cursor(target);
            if (!start) start = reached;
            if (progress) progress(reached.value - start->value, target.value - start->value);
            if (reached >= target) break;
            const auto moved = impl_->step();
            if (!moved) return moved.error();
        }
    }
    const std::lock_guard lock{impl_->seen};
    if (auto failure = impl_->first_failure()) return *std::move(failure);
    return {};
}

result<bool> runner::wait_for(std::string_view view, position at,
                              std::chrono::steady_clock::time_point deadline) const {
    const auto* found = impl_->find(view);
    if (found == nullptr) return no_such_view(view);
    std::unique_lock lock{impl_->seen};
    const auto there = [&] { return found->steps() != nullptr && found->steps()->cursor() > at; };
    const auto lost = [&] { return found->failure().has_value(); };
    impl_->changed.wait_until(lock, deadline, [&] { return there() || lost(); });
    if (there()) return true;
    if (lost()) return *found->failure();
    return false;
}

result<void> runner::rebuild(std::string_view view) {
    auto* found = impl_->find(view);
    if (found == nullptr) return no_such_view(view);
    const std::lock_guard working{impl_->work};
    const std::lock_guard lock{impl_->seen};
    return found->begin_again(impl_->log);
}

result<void> runner::retry(std::string_view view) {
    auto* found = impl_->find(view);
    if (found == nullptr) return no_such_view(view);
    const std::lock_guard working{impl_->work};
    const std::lock_guard lock{impl_->seen};
    if (found->steps() != nullptr) found->steps()->retry();
    return {};
}

std::vector<view_status> runner::status() const {
    std::vector<view_status> all;
    {
        const std::lock_guard lock{impl_->seen};
        for (const auto& view : impl_->views) all.push_back(impl_->describe(*view));
    }
    set_lag_times(impl_->log, all);
    return all;
}

result<view_status> runner::status(std::string_view view) const {
    for (auto& each : status()) {
        if (each.name == view) return std::move(each);
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
    const auto right = claim::take(log, projection.keyspace_name());
    if (!right) {
        return fail(errc::locked,
                    "view \"" + projection.name() + "\": a runner of this program has it");
    }
    return log.drop_keyspace(projection.keyspace_name());
}

}  // namespace daybook::projections
