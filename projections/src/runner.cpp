// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/runner.hpp>

#include "runner_impl.hpp"
#include "view_bell.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace daybook::projections {
namespace {

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
    if (options.checkpoint_every_events > 0 && options.checkpoints_kept == 0) {
        return fail(errc::invalid_argument,
                    "runner_options::checkpoints_kept is 0; the least is 1");
    }
    if (auto twice = duplicate_view(projections)) return *std::move(twice);
    // One that is refused leaves nothing behind of those before it in the list.
    for (const auto& one : projections) {
        if (auto checked = registered_view::check_stored(log, one); !checked)
            return checked.error();
    }
    auto made = std::make_unique<impl>(log, options);
    for (auto& one : projections) {
        auto view = registered_view::open(
            log, std::move(one),
            {.rows = {.rows_cached_max = options.rows_cached_max, .parking = options.parking},
             .switches_over = options.switches_over});
        if (!view) return view.error();
        made->views.push_back(*std::move(view));
    }
    return runner{std::move(made)};
}

void runner::start() {
    const std::lock_guard lock{impl_->starting};
    if (impl_->worker.joinable()) return;
    impl_->stopping = false;
    impl_->vitals.thread_began(impl_->options.ticks());
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
    auto target = impl_->log.watermark();
    std::optional<position> start;
    {
        const std::lock_guard working{impl_->work};
        if (auto retried = impl_->retry_due(); !retried) return retried;
    }
    while (true) {
        std::unique_lock working{impl_->work};
        // What was parked meanwhile was told in the log, and is no lag.
        if (std::exchange(impl_->notes_were_told, false)) target = impl_->log.watermark();
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
    const auto silent = impl_->vitals.silent_for(impl_->options.ticks());
    for (auto& each : all) {
        const auto active = active_version(impl_->log, each.name);
        each.active = active && *active == each.version && each.generation != 0;
        complete_status(each, impl_->log, impl_->options.clock());
        each.health = health_of(each, silent, impl_->options.health);
    }
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
