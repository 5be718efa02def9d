// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace daybook::projections {

/// How fast something moves through the log, pauses and waits included: over the last 5 to 10
/// seconds, or since it began. The clock is the caller's.
class pace {
public:
    using time = std::chrono::steady_clock::time_point;

    /// It stands at `at` now.
    void note(std::uint64_t at, time now) {
        if (!older_) older_ = newer_ = mark{at, now};
        if (now - newer_->when >= stretch) {
            older_ = newer_;
            newer_ = mark{at, now};
        }
        last_ = mark{at, now};
    }

    /// Forgets all: it stood still by intention, or begins again.
    void reset() { older_ = newer_ = last_ = std::nullopt; }

    /// Positions per second; 0 until something moved.
    double per_second() const noexcept {
        if (!older_ || last_->when <= older_->when || last_->at <= older_->at) return 0;
        return static_cast<double>(last_->at - older_->at) /
               std::chrono::duration<double>{last_->when - older_->when}.count();
    }

    /// How long `positions` more take at this pace; nothing if it does not move.
    std::optional<std::chrono::seconds> time_for(std::uint64_t positions) const noexcept {
        const double rate = per_second();
        if (rate <= 0) return std::nullopt;
        return std::chrono::ceil<std::chrono::seconds>(
            std::chrono::duration<double>{static_cast<double>(positions) / rate});
    }

private:
    static constexpr std::chrono::seconds stretch{5};

    struct mark {
        std::uint64_t at;
        time when;
    };
    std::optional<mark> older_;
    std::optional<mark> newer_;
    std::optional<mark> last_;
};

/// Lets through so many events per second. The clock is the caller's.
class throttle {
public:
    using time = std::chrono::steady_clock::time_point;

    /// 0: as many as come.
    void set(std::uint64_t per_second) noexcept {
        per_second_ = per_second;
        free_at_ = {};
    }
    std::uint64_t per_second() const noexcept { return per_second_; }

    /// When something may be let through again; long past if now.
    time free_at() const noexcept { return free_at_; }

    /// How many events may pass at once: a tenth of a second's, and at most `wanted`.
    std::uint64_t portion(std::uint64_t wanted) const noexcept {
        if (per_second_ == 0) return wanted;
        return std::clamp<std::uint64_t>(per_second_ / 10, 1, wanted);
    }

    void passed(std::uint64_t events, time now) noexcept {
        if (per_second_ == 0) return;
        const std::chrono::duration<double> cost{static_cast<double>(events) /
                                                 static_cast<double>(per_second_)};
        free_at_ = std::max(free_at_, now) + std::chrono::ceil<std::chrono::nanoseconds>(cost);
    }

private:
    std::uint64_t per_second_ = 0;
    time free_at_{};
};

}  // namespace daybook::projections
