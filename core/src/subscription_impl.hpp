// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/subscription.hpp>

#include "subscription_feed.hpp"

#include <atomic>
#include <memory>
#include <optional>

namespace daybook {

class store;

struct subscription::impl {
    impl(engine& e, std::shared_ptr<const compiled_query> q, position from)
        : of{e}, feed{e, std::move(q), from} {}

    result<bool> next(std::chrono::milliseconds patience);
    void stop() noexcept {
        stopped->store(true);
        of.bell.ring();
    }

    engine& of;
    subscription_feed feed;
    /// Shared with the log watcher, which may look at it a moment longer.
    std::shared_ptr<std::atomic<bool>> stopped = std::make_shared<std::atomic<bool>>(false);
    struct stop_this {
        impl* what;
        void operator()() const noexcept { what->stop(); }
    };
    std::optional<std::stop_callback<stop_this>> on_request;
};

struct subscription_access {
    static engine& engine_of(const subscription& s) noexcept { return s.impl_->of; }
};

/// What `store::subscribe` does.
result<subscription> open_subscription(const store& log, engine& e,
                                       const subscription_options& options);

/// Calls `handle` as user code: in the context of `event`, and what it throws becomes an error. An
/// error names the event.
result<void> call_handler(const event_handler& handle, const event_view& event);

}  // namespace daybook
