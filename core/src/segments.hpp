// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Which segments there are: the sealed ones by their summaries, the tail in memory.

#include "tail_segment.hpp"

#include <memory>
#include <mutex>
#include <vector>

namespace daybook {

constexpr std::uint32_t segment_of(position at) noexcept {
    return static_cast<std::uint32_t>(at.value / limits::segment_events);
}
constexpr std::uint32_t offset_of(position at) noexcept {
    return static_cast<std::uint32_t>(at.value % limits::segment_events);
}
constexpr position position_of(std::uint32_t segment, std::uint32_t offset) noexcept {
    return {segment * limits::segment_events + offset};
}

/// Does not change once published.
struct segment_list {
    std::vector<segment_summary> sealed;              ///< Segment 0, 1, 2 ...
    std::vector<std::shared_ptr<tail_segment>> tail;  ///< Then these; the last one takes events.

    std::uint32_t size() const noexcept {
        return static_cast<std::uint32_t>(sealed.size() + tail.size());
    }
    bool is_sealed(std::uint32_t segment) const noexcept { return segment < sealed.size(); }
    const std::shared_ptr<tail_segment>& in_memory(std::uint32_t segment) const noexcept {
        return tail[segment - sealed.size()];
    }
};

/// The current list; replaced as a whole. Thread safe.
class segments {
public:
    std::shared_ptr<const segment_list> current() const {
        const std::lock_guard lock{mutex_};
        return list_;
    }
    void replace(std::shared_ptr<const segment_list> list) {
        const std::lock_guard lock{mutex_};
        list_.swap(list);  // The old list is freed after the lock is.
    }

    /// A new, empty last segment.
    std::shared_ptr<tail_segment> open_next() {
        const std::lock_guard lock{mutex_};
        auto next = std::make_shared<segment_list>(*list_);
        auto added = std::make_shared<tail_segment>(next->size());
        next->tail.push_back(added);
        list_ = std::move(next);
        return added;
    }
    /// The first of the tail is in the index now.
    void first_is_sealed() {
        const std::lock_guard lock{mutex_};
        auto next = std::make_shared<segment_list>(*list_);
        next->sealed.push_back(next->tail.front()->summary());
        next->tail.erase(next->tail.begin());
        list_ = std::move(next);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const segment_list> list_ = std::make_shared<segment_list>();
};

}  // namespace daybook
