// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Tells anchors, in the background, how far the log has come.

#include <daybook/compliance/anchor.hpp>
#include <daybook/result.hpp>
#include <daybook/types.hpp>

#include "repeating.hpp"

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

namespace daybook::compliance {

/// Thread safe. Its thread ends when it is destroyed, after it has told the anchors a last time.
class anchoring {
public:
    /// Makes what is signed durable and gives its checkpoint: nothing is published that could
    /// still be lost.
    using checkpoint_source = std::function<result<verified_checkpoint>()>;
    struct settings {
        anchor_policy policy;
        std::chrono::milliseconds every;
        checkpoint_source newest;
        consistency_source prove;
        std::function<std::uint64_t()> size;
    };

    explicit anchoring(settings chosen);
    ~anchoring();

    /// Now, if there is anything new. Fails as the anchors do.
    result<position> anchor_now();
    /// How far the anchors know, and why they do not know more.
    std::optional<position> anchored() const;
    std::optional<error> failure() const;

private:
    const settings chosen_;
    std::mutex telling_;
    mutable std::mutex mutex_;
    std::optional<position> anchored_;
    std::optional<error> failure_;
    std::optional<repeating> thread_;  ///< Goes first.
};

}  // namespace daybook::compliance
