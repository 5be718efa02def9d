// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>
#include <daybook/query.hpp>
#include <daybook/result.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <variant>

namespace daybook {

/// Where a subscription begins.
class start_from {
public:
    /// Position 0.
    static start_from beginning() { return start_from{position{0}}; }
    /// Only what is appended from now on.
    static start_from end() { return start_from{at_end{}}; }
    /// This position, inclusive; the watermark at most.
    static start_from at(position first) { return start_from{first}; }
    /// This sequence of the one stream that the query names, inclusive; the next one at most.
    static start_from at(sequence first) { return start_from{first}; }
    /// The first event recorded at or after `time`.
    static start_from recorded_at(timestamp time) { return start_from{time}; }

    struct at_end {};
    using place = std::variant<position, sequence, timestamp, at_end>;
    const place& where() const noexcept { return where_; }

private:
    explicit start_from(place where) : where_{where} {}
    place where_;
};

struct subscription_options {
    /// Which events: all, `criteria{.stream = "task-42"}`, `criteria{.category = "task"}`, or any
    /// other query, payload conditions included.
    query which{};
    start_from from = start_from::beginning();
    std::stop_token stop{};  ///< A request stops the subscription, as `stop` does.
};

/// Runs `work` soon, on a thread of its choice, not inside the call. Must not throw.
using executor = std::function<void(std::function<void()> work)>;

/// Events as they are stored, in order, from somewhere in the log on and without an end: none is
/// left out, none comes twice. Catching up and being live are one loop over the log.
///
///     auto tasks = log.subscribe({.which = criteria{.category = "task"}}).value();
///     while (!tasks.stopped()) {
///         if (tasks.next(1s).value()) std::cout << tasks->type() << '\n';
///     }
///
/// Nothing is read before it is asked for, so a slow consumer costs no memory: a subscription holds
/// 128 KiB of events (or one larger event), pins nothing in the store and never delays writers.
/// Goes on by itself while and after the store is reindexed.
///
/// One thread at a time may call `next`; `stop`, `stopped`, `cursor` and `lag` may be called from
/// any. Movable, but not while another thread uses it. Must not outlive the store.
class subscription {
public:
    class next_awaiter;

    subscription(subscription&&) noexcept;
    subscription& operator=(subscription&&) noexcept;
    ~subscription();

    /// Moves to the next event that matches; waits for one up to `patience`. False: there is none
    /// yet, or `stop` was called. With no patience it reads on for a bounded time at most, so false
    /// may also mean that there is more to search; `lag` tells.
    ///
    /// Fails with `corrupt` or `io`; the next call tries again at the same place.
    result<bool> next(std::chrono::milliseconds patience);

    /// The event last moved to; valid until the next call of `next`.
    const event_view& operator*() const noexcept;
    const event_view* operator->() const noexcept { return &**this; }

    /// `co_await events.next_async(run)` gives what `next` gives, without a thread that waits:
    ///
    ///     while ((co_await events.next_async(run)).value()) use(*events);
    ///
    /// The coroutine goes on through `run` when there is an event, or with false after `stop`. All
    /// that wait for one store share one thread, which only watches; reading is done through `run`.
    /// Works with every coroutine type and needs no event loop. A coroutine that waits may be
    /// destroyed only where `run` would let it go on; it must have ended before the store is
    /// closed.
    next_awaiter next_async(executor run);

    /// Ends the subscription: `next`, waiting or called later, returns false at once.
    void stop() noexcept;
    bool stopped() const noexcept;

    /// Everything that matches before this position has been returned.
    position cursor() const noexcept;
    /// Positions from the cursor to the watermark.
    std::uint64_t lag() const noexcept;

    struct impl;  ///< Private.
    explicit subscription(std::unique_ptr<impl> made);

private:
    friend struct subscription_access;
    std::unique_ptr<impl> impl_;
};

/// What `subscription::next_async` returns; to be awaited at once.
class subscription::next_awaiter {
public:
    ~next_awaiter();
    next_awaiter(const next_awaiter&) = delete;
    next_awaiter& operator=(const next_awaiter&) = delete;

    bool await_ready();
    template <class Handle>
    void await_suspend(Handle waiting) {
        begin([waiting]() mutable { waiting.resume(); });
    }
    result<bool> await_resume();

private:
    friend class subscription;
    struct state;
    next_awaiter(subscription::impl& of, executor run);
    void begin(std::function<void()> go_on);

    std::shared_ptr<state> state_;
};

/// Called with each event. What it appends is caused by that event (see <daybook/context.hpp>).
using event_handler = std::function<result<void>(const event_view& event)>;

/// Hands the events of a subscription to a handler, one after the other, on a thread of its own.
///
///     subscriber printer{log.subscribe({}).value(), [](const event_view& e) -> result<void> {
///         std::cout << e.type() << '\n';
///         return {};
///     }};
///
/// Ends when `stop` is called, or with a `failure` when the handler fails or throws or the log
/// cannot be read. Every member may be called from any thread. The destructor stops.
class subscriber {
public:
    subscriber(subscription events, event_handler handle);
    subscriber(subscriber&&) noexcept;
    subscriber& operator=(subscriber&&) noexcept;
    ~subscriber();

    /// Lets the handler finish the event it has, and joins the thread. Called by the handler itself
    /// it only asks: no further event is handed over.
    void stop();
    /// Waits until it has ended, by itself or because somebody stopped it.
    void wait() const;
    bool running() const noexcept;

    /// Why it ended by itself; `projection_failed` if the handler threw, else what it or the log
    /// returned, with the place of the event in front.
    std::optional<error> failure() const;

    /// Everything that matches before this position has been handled.
    position cursor() const noexcept;
    std::uint64_t lag() const noexcept;

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook
