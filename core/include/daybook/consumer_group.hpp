// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/durable_subscription.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

/// How often an event is tried, and how long after each failure it rests: `rest_first`, then
/// `rest_factor` times as long each time, `rest_max` at most.
struct retry_policy {
    std::uint32_t attempts_max = 5;
    std::chrono::milliseconds rest_first{100};
    std::chrono::milliseconds rest_max{10'000};
    std::uint32_t rest_factor = 2;
};

/// The rest after so many failures, 1 at least.
std::chrono::milliseconds rest_after(const retry_policy& policy, std::uint32_t failures);

struct consumer_group_options {
    query which{};                              ///< Stays the same for a name.
    start_from from = start_from::beginning();  ///< Where a new name begins.
    bool create_if_missing = true;
    std::size_t consumers = 4;  ///< Threads that call the handler.
    /// Events with equal keys are handled one at a time and in order. Default: the stream. At most
    /// 512 bytes. Called by one thread.
    std::function<std::string(const event_view&)> key{};
    retry_policy retries{};
    /// Events that were read and are not completed, and their bytes: the memory of the group.
    std::size_t in_flight_max = 1024;
    std::size_t in_flight_bytes_max = 32U << 20U;
    /// The cursor is written after so many completed events, when all are, and by `stop`.
    std::size_t acknowledge_every = 64;
    /// With more keys parked than this something else is wrong: the group stops.
    std::size_t parked_keys_max = 10'000;
};

/// An event that could not be handled, or one that waits behind such a one of the same key.
struct parked_event {
    std::string key{};
    position at{};
    bool held = false;           ///< Not tried yet: an event of its key before it is parked.
    std::uint32_t attempts = 0;  ///< In its last round.
    std::string reason{};        ///< What the handler said last.
    timestamp parked_at{};
};

struct group_status {
    bool running = false;
    position acknowledged{};
    std::uint64_t lag_events = 0;   ///< Positions from there to the watermark.
    std::uint64_t in_flight = 0;    ///< Read and not completed.
    std::uint64_t completed = 0;    ///< Since `open`, as the next two.
    std::uint64_t failures = 0;     ///< Times that the handler failed.
    std::uint64_t parked = 0;       ///< Times that an event was parked.
    std::uint64_t parked_keys = 0;  ///< Keys that wait behind a parked event now.
};

/// Several consumers that share the events of one durable subscription.
///
///     auto mails = consumer_group::open(log, "mails", {.which = orders}).value();
///     mails.start([](const event_view& order) -> result<void> { return send(order); });
///
/// Events of one key are handled one at a time, in order; other keys go on meanwhile. An event that
/// fails is tried again after a rest; its key waits. After the last attempt it is *parked*: kept in
/// the store with the reason, and with it, in order, whatever comes later for its key, until
/// somebody says `retry` or `skip`.
///
/// At least once: the cursor moves only over events that were completed, skipped or written down as
/// parked; none is left out. After the process ends, however it ends, and after `stop` and `start`,
/// the events from the cursor on come again, those of a key in order. These can be events that were
/// completed: all that came after the oldest one that was not. What is parked stays so.
///
/// Every member may be called from any thread. Must not outlive the store. The destructor stops.
class consumer_group {
public:
    /// Goes on with `name`, or begins it; hands nothing over before `start`. Fails as
    /// `durable_subscription::open`, and with `invalid_argument` for options that are 0.
    static result<consumer_group> open(store& log, std::string_view name,
                                       consumer_group_options options = {});

    consumer_group(consumer_group&&) noexcept;
    consumer_group& operator=(consumer_group&&) noexcept;
    ~consumer_group();

    /// Starts the consumers, which all call `handle`. Does nothing if they run.
    /// Fails with `invalid_argument`, `corrupt` or `io`.
    result<void> start(event_handler handle);
    /// Lets the handlers finish the events they have, joins, and writes the cursor. Not to be
    /// called by a handler. Fails if the cursor cannot be written.
    result<void> stop();

    /// Why the group stopped by itself: the log could not be read, the cursor or a parked event not
    /// be written, the key function failed, or too many keys are parked. Cleared by `start`.
    std::optional<error> failure() const;

    group_status status() const;
    /// Waits until everything that matches before `end` is completed, skipped or parked, and the
    /// cursor written. False: the patience is over, or the group has stopped.
    bool wait_done(position end, std::chrono::milliseconds patience) const;

    /// What is parked or held, by key, in order; `limit` at most.
    result<std::vector<parked_event>> parked(std::size_t limit = 1000) const;
    /// Tries the parked event of `key` again, and then what is held behind it, in order. At once if
    /// the group runs, else when it is started. Fails with `not_found` if nothing of it is parked.
    result<void> retry(std::string_view key);
    /// Gives the parked event of `key` up, and goes on with what is held behind it. Fails with
    /// `not_found`, and with `refused` if it is being tried again.
    result<void> skip(std::string_view key);

private:
    struct impl;
    explicit consumer_group(std::unique_ptr<impl> opened);
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook
