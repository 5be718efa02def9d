// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/replay/validate.hpp>

#include <cstdint>
#include <map>

namespace daybook::replay {

/// Numbers that were passed over, until it is known that they do not come.
class place_gaps {
public:
    struct gap {
        std::uint64_t last = 0;  ///< The gap is from its key to this.
        finding found{};         ///< Of the event after it.
    };

    void add(std::uint64_t first, std::uint64_t last, finding found) {
        gaps_.insert_or_assign(first, gap{last, std::move(found)});
    }

    /// False if `number` is in no gap; else it is now in none, and `size` may have changed.
    bool fill(std::uint64_t number);

    bool empty() const noexcept { return gaps_.empty(); }
    std::size_t size() const noexcept { return gaps_.size(); }
    const std::map<std::uint64_t, gap>& all() const noexcept { return gaps_; }

private:
    std::map<std::uint64_t, gap> gaps_;
};

}  // namespace daybook::replay
