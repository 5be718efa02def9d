// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What a reader has in place of a committer: it takes in what the writer, another process, has
// written. See core/docs/reading_beside_a_writer.md.

#include "engine.hpp"
#include "rebuild.hpp"

#include <chrono>
#include <mutex>

namespace daybook {

/// Thread safe.
class follower {
public:
    explicit follower(engine& e) : engine_{e} {}

    /// Takes in the log as it is now; returns where it ends. All that is new appears at once, and
    /// nothing that has a gap before it. Waits for calls that are reading. Fails with `corrupt`,
    /// `io` or `refused` (too much of the log has no index); what was seen before stays.
    result<position> refresh();

    /// `refresh` for those who wait: leaves out what would cost more than a quarter of the time. A
    /// failure is not told: it may pass.
    void look();

    /// Of the last event that is seen. Never waits.
    timestamp last_recorded() const noexcept {
        return timestamp{std::chrono::microseconds{last_recorded_.load()}};
    }

private:
    using clock = std::chrono::steady_clock;
    struct view;
    result<void> follow();
    result<void> take_in(std::shared_ptr<database> db);
    void publish(view& next);

    engine& engine_;
    std::mutex mutex_;  ///< Taken before the engine's.
    bool started_ = false;
    clock::time_point next_look_{};
    std::atomic<std::int64_t> last_recorded_{timestamp_min.time_since_epoch().count()};
};

}  // namespace daybook
