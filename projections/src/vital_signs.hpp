// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/runner.hpp>

#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace daybook::projections {

/// Signs of life of a runner's thread and its views. `heard`, `thread_began`, `thread_ended` and
/// `silent_for` may be called from any thread; all else under the runner's lock.
class vital_signs {
public:
    using time = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    explicit vital_signs(time opened) : opened_{opened}, heard_{opened} {}

    void thread_began(time now) noexcept {
        heard_ = now;
        has_thread_ = true;
    }
    void thread_ended() noexcept { has_thread_ = false; }
    void heard(time now) noexcept { heard_ = now; }
    /// How long the thread has said nothing; nothing if there is none.
    std::optional<std::chrono::milliseconds> silent_for(time now) const noexcept;

    void moved(std::string_view view, time now);
    void handled(std::string_view view, duration took);
    std::chrono::milliseconds still_for(std::string_view view, time now) const;
    std::chrono::microseconds handler_time(std::string_view view) const;

private:
    struct signs {
        time moved;
        duration handling{};
    };
    signs& of(std::string_view view);

    time opened_;
    std::atomic<time> heard_;
    std::atomic<bool> has_thread_ = false;
    std::map<std::string, signs, std::less<>> views_;
};

/// Fills what is read from the store: lag in bytes and time, and from them the ETA.
void complete_status(view_status& of, const store& log, timestamp now);

view_health health_of(const view_status& of, std::optional<std::chrono::milliseconds> silent,
                      const health_limits& limits) noexcept;

}  // namespace daybook::projections
