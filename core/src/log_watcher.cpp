// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "log_watcher.hpp"

#include <algorithm>
#include <iterator>

namespace daybook {

log_watcher::~log_watcher() {
    closing_ = true;
    bell_.ring();
    if (thread_.joinable()) thread_.join();
}

void log_watcher::add(wait one) {
    {
        const std::lock_guard lock{mutex_};
        added_.push_back(std::move(one));
        added_some_ = true;
        if (!thread_.joinable()) thread_ = std::thread{[this] { run(); }};
    }
    bell_.ring();
}

void log_watcher::run() {
    std::vector<wait> waiting;
    while (!closing_) {
        {
            const std::lock_guard lock{mutex_};
            std::move(added_.begin(), added_.end(), std::back_inserter(waiting));
            added_.clear();
            added_some_ = false;
        }
        const auto ready = std::stable_partition(waiting.begin(), waiting.end(),
                                                 [&](const wait& one) { return !is_ready(one); });
        std::for_each(ready, waiting.end(), [](const wait& one) { one.ready(); });
        waiting.erase(ready, waiting.end());
        bell_.wait_until(watermark_bell::after(std::chrono::hours{1}), [&] {
            return closing_ || added_some_ ||
                   std::any_of(waiting.begin(), waiting.end(),
                               [&](const wait& one) { return is_ready(one); });
        });
    }
}

}  // namespace daybook
