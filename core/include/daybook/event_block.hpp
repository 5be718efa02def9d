// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

/// Copies of stored events, side by side in one piece of memory: to read ahead, or to hand events
/// to another thread, without an allocation for each.
///
/// Several threads may read it; who adds must be alone.
class event_block {
public:
    /// Cost: one copy of the record.
    void add(event_view event) {
        records_ += event.record();
        ends_.push_back(records_.size());
    }

    /// Keeps the memory for what is added next.
    void clear() noexcept {
        records_.clear();
        ends_.clear();
    }

    std::size_t size() const noexcept { return ends_.size(); }
    bool empty() const noexcept { return ends_.empty(); }

    /// Of all records.
    std::size_t bytes() const noexcept { return records_.size(); }
    /// Held, for records of now and later.
    std::size_t capacity_bytes() const noexcept { return records_.capacity(); }

    /// Valid until the block changes. Requires: `index` < `size()`.
    event_view operator[](std::size_t index) const noexcept {
        const auto begin = index == 0 ? 0 : ends_[index - 1];
        return event_view{std::string_view{records_}.substr(begin, ends_[index] - begin)};
    }

private:
    std::string records_;
    std::vector<std::size_t> ends_;
};

}  // namespace daybook
