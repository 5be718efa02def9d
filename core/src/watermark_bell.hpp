// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// How those who wait for the log to grow are woken.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>

namespace daybook {

/// Thread safe.
class watermark_bell {
public:
    using clock = std::chrono::steady_clock;

    /// Wakes who waits, so that they look again. Call after storing what they look at. Costs one
    /// load if nobody waits.
    void ring() noexcept {
        std::atomic_thread_fence(std::memory_order_seq_cst);
        if (waiters_.load() == 0) return;
        const std::lock_guard lock{mutex_};
        rung_.notify_all();
    }

    /// Waits until `ready()` or `deadline`; says whether it is ready. `ready` must be quick and
    /// must not wait: it is asked under a lock.
    template <class Ready>
    bool wait_until(clock::time_point deadline, const Ready& ready) {
        if (!look_) return ready() || wait(deadline, ready);
        for (;;) {
            if (ready()) return true;
            look_();
            const auto next_look = clock::now() + look_every;
            if (wait(std::min(deadline, next_look), ready)) return true;
            if (next_look >= deadline) return false;
        }
    }

    /// For a log that another process writes, where nobody rings: those who wait call `look`, now
    /// and then, outside any lock; it moves the watermark. To be set before anybody waits.
    void look_with(std::function<void()> look) { look_ = std::move(look); }
    static constexpr std::chrono::milliseconds look_every{20};

    /// `patience` from now, however long that is.
    static clock::time_point after(std::chrono::milliseconds patience) {
        constexpr std::chrono::hours longest{24 * 365};
        return clock::now() + (patience < longest ? patience : longest);
    }

private:
    template <class Ready>
    bool wait(clock::time_point deadline, const Ready& ready) {
        std::unique_lock lock{mutex_};
        ++waiters_;
        std::atomic_thread_fence(std::memory_order_seq_cst);
        const bool is_ready = rung_.wait_until(lock, deadline, ready);
        --waiters_;
        return is_ready;
    }

    std::function<void()> look_;
    std::mutex mutex_;
    std::condition_variable rung_;
    std::atomic<int> waiters_{0};
};

}  // namespace daybook
