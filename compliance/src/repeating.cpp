// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "repeating.hpp"

#include <utility>

namespace daybook::compliance {

repeating::repeating(std::chrono::milliseconds every, std::function<void()> what)
    : every_{every}, what_{std::move(what)}, thread_{[this] { run(); }} {}

repeating::~repeating() {
    {
        const std::lock_guard lock{mutex_};
        ends_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void repeating::run() {
    std::unique_lock lock{mutex_};
    while (!wake_.wait_for(lock, every_, [this] { return ends_; })) {
        lock.unlock();
        what_();
        lock.lock();
    }
}

}  // namespace daybook::compliance
