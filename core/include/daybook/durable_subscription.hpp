// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>
#include <daybook/subscription.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

struct durable_options {
    query which{};  ///< Stays the same for a name; see `durable_subscription::open`.
    start_from from = start_from::beginning();  ///< Where a new name begins.
    bool create_if_missing = true;
    std::stop_token stop{};
};

/// A subscription with a name, whose cursor is kept in the store: it goes on where it was left.
///
///     auto mails = durable_subscription::open(log, "mails", {.which = orders}).value();
///     while (mails.next(1h).value()) {
///         send(*mails);
///         mails.acknowledge(mails->position()).value();
///     }
///
/// At least once: after the process ends, however it ends, every event that was not acknowledged
/// comes again, in order, beginning with the first of them; none is left out. An acknowledgement
/// survives kill -9. After a power cut the cursor may be older than acknowledged, never newer.
///
/// One holder at a time has a name. Threads as for `subscription`; `acknowledge` and `acknowledged`
/// may be called from any. Must not outlive the store.
class durable_subscription {
public:
    /// Goes on with `name` (1 to 200 of a-z 0-9 _ . -), or begins it.
    ///
    /// Fails with `invalid_argument` (a bad name, query or start; or the name belongs to another
    /// query or to a consumer group), `not_found` (missing, and `create_if_missing` is off),
    /// `locked` (somebody in this process holds it), `refused`, `corrupt` or `io`.
    static result<durable_subscription> open(store& log, std::string_view name,
                                             const durable_options& options = {});

    durable_subscription(durable_subscription&&) noexcept;
    durable_subscription& operator=(durable_subscription&&) noexcept;
    ~durable_subscription();

    const std::string& name() const noexcept;

    // As for `subscription`.
    result<bool> next(std::chrono::milliseconds patience);
    const event_view& operator*() const noexcept;
    const event_view* operator->() const noexcept { return &**this; }
    void stop() noexcept;
    bool stopped() const noexcept;

    /// All events up to and including `last` are done. What was acknowledged before stays so.
    /// Costs one small write; a caller that can stand more repetition acknowledges now and then.
    ///
    /// Fails with `invalid_argument` if no event at `last` or after it was returned yet, and with
    /// `io` or `refused`.
    result<void> acknowledge(position last);

    /// Where it would go on: everything that matches before is acknowledged.
    position acknowledged() const noexcept;
    /// Positions from there to the watermark.
    std::uint64_t lag() const noexcept;

private:
    struct impl;
    explicit durable_subscription(std::unique_ptr<impl> opened);
    std::unique_ptr<impl> impl_;
};

/// What is kept for a name.
struct durable_status {
    std::string name{};
    bool group = false;  ///< It belongs to a `consumer_group`.
    position acknowledged{};
    std::uint64_t lag_events = 0;
    std::uint64_t parked = 0;  ///< Events of a group that are parked or held behind parked ones.
};

/// Every durable subscription and consumer group of the store, by name. Cost: one look at each
/// parked event.
result<std::vector<durable_status>> durable_subscriptions(store& log);

/// Forgets the cursor of `name` and what is parked. Fails with `not_found`, `locked` (it is in use)
/// or `io`.
result<void> drop_durable_subscription(store& log, std::string_view name);

}  // namespace daybook
