// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// One thread that waits for all coroutines of a store.

#include <daybook/types.hpp>

#include "watermark_bell.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace daybook {

/// Calls back once the watermark is above a position. Thread safe.
class log_watcher {
public:
    log_watcher(const std::atomic<std::uint64_t>& watermark, watermark_bell& bell)
        : watermark_{watermark}, bell_{bell} {}
    /// Forgets whoever still waits.
    ~log_watcher();

    struct wait {
        position seen;
        std::shared_ptr<const std::atomic<bool>> stopped;  ///< Ends the wait when set and rung.
        std::function<void()> ready;                       ///< Quick; must not throw.
    };
    /// Starts the thread at first use.
    void add(wait one);

private:
    void run();
    bool is_ready(const wait& one) const noexcept {
        return one.stopped->load() || watermark_.load(std::memory_order_acquire) > one.seen.value;
    }

    const std::atomic<std::uint64_t>& watermark_;
    watermark_bell& bell_;
    std::atomic<bool> closing_{false};
    std::atomic<bool> added_some_{false};
    std::mutex mutex_;
    std::vector<wait> added_;
    std::thread thread_;
};

}  // namespace daybook
