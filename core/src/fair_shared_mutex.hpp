// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// A shared mutex in which neither side starves. glibc lets readers in as long as others are inside,
// so that a busy store would never be reindexed, and a writer that comes straight back can pass
// readers that are still falling asleep.

#include <atomic>
#include <mutex>
#include <shared_mutex>

namespace daybook {

/// For std::unique_lock and std::shared_lock. A thread must not take it shared twice: a writer that
/// waits in between would stop both.
class fair_shared_mutex {
public:
    /// Whoever waits to write holds the gate, and readers who come later wait behind it. It is open
    /// again while the writer is at work: these readers are then next.
    void lock() {
        ++writers_;
        gate_.lock();
        inside_.lock();
        gate_.unlock();
        --writers_;
    }
    void unlock() { inside_.unlock(); }

    void lock_shared() {
        if (writers_.load(std::memory_order_relaxed) > 0) {
            const std::lock_guard until_it_opens{gate_};
        }
        inside_.lock_shared();
    }
    /// Never waits; gives way to a writer that does.
    bool try_lock_shared() {
        return writers_.load(std::memory_order_relaxed) == 0 && inside_.try_lock_shared();
    }
    void unlock_shared() { inside_.unlock_shared(); }

private:
    std::atomic<int> writers_{0};
    std::mutex gate_;
    std::shared_mutex inside_;
};

}  // namespace daybook
