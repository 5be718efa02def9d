// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What an emitter dropped, and how much of that has been told.

#include <daybook/emitter.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

namespace daybook {

enum class loss : unsigned { queue_full, bytes_full, too_large, no_memory, stopped };

/// Losses that are told together.
struct loss_report {
    level_counts counts{};
    timestamp since{};
    timestamp until{};
    unsigned reasons = 0;  ///< One bit for each `loss`.

    /// The payload of `events_dropped`. `target_error`: why the target failed meanwhile, if it did.
    std::string payload(const std::optional<std::string>& target_error) const;
};

/// `add` may be called from any thread and takes no lock; `take` from one thread only.
class loss_ledger {
public:
    void add(event_level level, loss why) noexcept;

    /// What was added and not taken yet; nothing if that is nothing.
    std::optional<loss_report> take() noexcept;
    bool untold() const noexcept { return counts().total() != taken_.total(); }
    level_counts counts() const noexcept;

private:
    std::array<std::atomic<std::uint64_t>, event_level_count> lost_{};
    std::atomic<timestamp::rep> since_{0};  // 0: nothing was lost since the last report.
    std::atomic<timestamp::rep> until_{0};
    std::atomic<unsigned> reasons_{0};
    level_counts taken_{};
};

}  // namespace daybook
