// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Reading on for a subscription, a batch at a time.

#include <daybook/event_block.hpp>
#include <daybook/query_matcher.hpp>

#include "engine.hpp"
#include "planner.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace daybook {

/// The matches of a query from a position on, without an end. Copies a bounded batch and lets go of
/// everything else between batches, so that a consumer may take as long as it likes.
///
/// Near the end of the log it takes frames from the cache, which all subscribers have in common,
/// and looks at each event; far behind it goes through the index; and when the index cannot be read
/// (it is being rebuilt, or damaged) through the log itself. Not thread safe, but for `cursor`.
class subscription_feed {
public:
    subscription_feed(engine& e, std::shared_ptr<const compiled_query> q, position from)
        : engine_{e}, filter_{q->source()}, query_{std::move(q)}, read_{from}, cursor_{from.value} {
        generation_ = e.index_generation;
    }

    enum class outcome {
        event,     ///< `current` is the next one.
        behind,    ///< None in the part that was read; there is more to read.
        caught_up  ///< None up to the watermark.
    };
    /// Reads at most one segment's worth of events.
    result<outcome> advance();

    const event_view& current() const noexcept { return current_; }
    /// Everything that matches before it was returned. From any thread.
    position cursor() const noexcept { return {cursor_.load(std::memory_order_acquire)}; }
    /// How far the log was looked at.
    position read() const noexcept { return read_; }

    static constexpr std::size_t batch_bytes_max = 128U << 10U;

private:
    result<void> fill();
    result<void> fill_from_frames(position end);
    result<void> fill_by_index(position end);
    result<void> fill_by_scan(position end);
    result<void> follow_rebuild();
    void keep(event_view event);
    bool full() const noexcept { return batch_.bytes() >= batch_bytes_max; }

    engine& engine_;
    const query_matcher filter_;
    std::shared_ptr<const compiled_query> query_;
    std::uint64_t generation_ = 0;  ///< Of the index that `query_` was made for.
    position read_;
    std::atomic<std::uint64_t> cursor_;

    event_block batch_;
    std::size_t given_ = 0;  ///< Records of the batch that were returned.
    event_view current_;
};

}  // namespace daybook
