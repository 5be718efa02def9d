// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/context.hpp>

#include "subscription_impl.hpp"
#include "text.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

namespace daybook {
namespace {

result<void> guarded(const event_handler& handle, const event_view& event) {
    try {
        return handle(event);
    } catch (const std::exception& thrown) {
        return fail(errc::projection_failed, cat("the handler threw: ", thrown.what()));
    } catch (...) {
        return fail(errc::projection_failed,
                    "the handler threw something that is no std::exception");
    }
}

}  // namespace

result<void> call_handler(const event_handler& handle, const event_view& event) {
    const context_scope caused_by{context::of(event)};
    auto handled = guarded(handle, event);
    if (handled) return handled;
    auto why = handled.error();
    why.message = cat("handle event at position ", event.position(), " (", event.type(), " of ",
                      event.stream(), "): ", why.message);
    return why;
}

struct subscriber::impl {
    impl(subscription from, event_handler handle)
        : events{std::move(from)},
          handler{std::move(handle)},
          handled{events.cursor().value},
          worker{[this] { work(); }} {}

    void work();
    result<void> work_until_stopped();
    void stop();

    subscription events;
    const event_handler handler;
    std::atomic<std::uint64_t> handled;

    mutable std::mutex mutex;
    mutable std::condition_variable changed;
    bool ended = false;
    std::optional<error> failed;

    std::atomic<std::thread::id> worker_id;  ///< Set by the thread itself.
    std::mutex joining;
    std::thread worker;  ///< Last: it uses the others.
};

result<void> subscriber::impl::work_until_stopped() {
    while (!events.stopped()) {
        const auto more = events.next(std::chrono::hours{1});
        if (!more) return more.error();
        if (*more) {
            if (auto ok = call_handler(handler, *events); !ok) return ok;
        }
        handled.store(events.cursor().value, std::memory_order_release);
    }
    return {};
}

void subscriber::impl::work() {
    worker_id = std::this_thread::get_id();
    auto outcome = work_until_stopped();
    const std::lock_guard lock{mutex};
    if (!outcome) failed = outcome.error();
    ended = true;
    changed.notify_all();
}

void subscriber::impl::stop() {
    events.stop();
    if (std::this_thread::get_id() == worker_id.load()) return;
    const std::lock_guard lock{joining};
    if (worker.joinable()) worker.join();
}

subscriber::subscriber(subscription events, event_handler handle)
    : impl_{std::make_unique<impl>(std::move(events), std::move(handle))} {}
subscriber::subscriber(subscriber&&) noexcept = default;

subscriber& subscriber::operator=(subscriber&& other) noexcept {
    if (this == &other) return *this;
    if (impl_) impl_->stop();
    impl_ = std::move(other.impl_);
    return *this;
}

subscriber::~subscriber() {
    if (impl_) impl_->stop();
}

void subscriber::stop() { impl_->stop(); }

void subscriber::wait() const {
    std::unique_lock lock{impl_->mutex};
    impl_->changed.wait(lock, [this] { return impl_->ended; });
}

bool subscriber::running() const noexcept {
    const std::lock_guard lock{impl_->mutex};
    return !impl_->ended;
}

std::optional<error> subscriber::failure() const {
    const std::lock_guard lock{impl_->mutex};
    return impl_->failed;
}

position subscriber::cursor() const noexcept { return {impl_->handled.load()}; }

std::uint64_t subscriber::lag() const noexcept {
    const auto end = subscription_access::engine_of(impl_->events).end();
    return std::max(end, cursor()).value - cursor().value;
}

}  // namespace daybook
