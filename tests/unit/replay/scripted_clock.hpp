// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/replay/replay_events.hpp>

#include <chrono>
#include <functional>
#include <vector>

namespace daybook::test {

/// A clock that never waits: it says when it was asked to, and then that is the time.
class scripted_clock final : public replay::replay_clock {
public:
    time_point now() override { return now_; }
    void wait_until(time_point when, const std::stop_token&) override {
        asked.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(when - time_point{}));
        now_ = std::max(now_, when);
        if (on_wait) on_wait();
    }

    std::vector<std::chrono::milliseconds> asked;  ///< Since the beginning.
    std::function<void()> on_wait;

private:
    time_point now_{};
};

}  // namespace daybook::test
