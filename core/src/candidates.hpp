// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What one segment may have to offer: a bitmap, or for a rare term alone a short list, so that the
// many segments without it, and those with one event of it, cost no pass over 8 KiB.

#include "offset_set.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace daybook {

class candidates {
public:
    offset_set& use_set() noexcept {
        listed_ = false;
        return set_;
    }
    /// Ascending, each once.
    std::vector<std::uint16_t>& use_list() noexcept {
        listed_ = true;
        list_.clear();
        return list_;
    }

    std::uint32_t count() const noexcept {
        return listed_ ? static_cast<std::uint32_t>(list_.size()) : set_.count();
    }
    void clear() noexcept { listed_ ? list_.clear() : set_.clear(); }

    /// Keeps offsets in [first, last] only; nothing if first > last.
    void clip(std::uint32_t first, std::uint32_t last) {
        if (!listed_) return set_.clip(first, last);
        std::erase_if(list_, [&](std::uint16_t offset) { return offset < first || offset > last; });
    }

    std::optional<std::uint16_t> at_or_after(std::uint32_t from) const noexcept {
        if (!listed_) return set_.at_or_after(from);
        const auto at = std::lower_bound(list_.begin(), list_.end(), from);
        return at == list_.end() ? std::nullopt : std::optional{*at};
    }
    std::optional<std::uint16_t> at_or_before(std::uint32_t from) const noexcept {
        if (!listed_) return set_.at_or_before(from);
        const auto after = std::upper_bound(list_.begin(), list_.end(), from);
        return after == list_.begin() ? std::nullopt : std::optional{*std::prev(after)};
    }
    /// The one that `n` others are smaller than. Requires: n < count().
    std::uint16_t nth(std::uint32_t n) const noexcept { return listed_ ? list_[n] : set_.nth(n); }

private:
    bool listed_ = false;
    std::vector<std::uint16_t> list_;
    offset_set set_;
};

}  // namespace daybook
