// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace daybook::compliance {

/// Does something every so often, in a thread of its own that ends, after what is under way, when
/// this is destroyed.
class repeating {
public:
    repeating(std::chrono::milliseconds every, std::function<void()> what);
    ~repeating();
    repeating(const repeating&) = delete;
    repeating& operator=(const repeating&) = delete;

private:
    void run();

    const std::chrono::milliseconds every_;
    const std::function<void()> what_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool ends_ = false;
    std::thread thread_;
};

}  // namespace daybook::compliance
