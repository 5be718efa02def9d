// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// "Is this id surely new?", asked once for every event that comes with an id of its own.
//
// A Bloom filter, sliced: row r of a group's table has one bit for each of its 64 segments, so one
// probe asks 64 segments at once. With 2^20 rows and 8 probes a full segment fills 39 % of its
// column: 0.06 % false answers per segment, and each costs one index lookup. 8 MiB per 4.2 million
// events, only once ids are given. Belongs to the leader of commits: not thread safe.

#include "database.hpp"
#include "segments.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace daybook {

class id_filter {
public:
    bool active() const noexcept { return active_; }
    /// Reads the ids of the sealed segments, and those of full ones in the tail.
    /// Cost: about 1 ms per sealed segment, once.
    result<void> activate(database& db, const segment_list& list);
    /// A segment of the tail is full.
    void add(const tail_segment& full);
    void clear() noexcept;

    /// Which segments of `group` may have the id, a bit each.
    std::uint64_t candidates(std::uint32_t group, std::uint64_t id_hash) const noexcept;

private:
    static constexpr std::uint64_t rows = 1U << 20U;
    static constexpr unsigned probes = 8;
    using table = std::array<std::uint64_t, rows>;

    void set(std::uint32_t segment, std::uint64_t print) noexcept;
    table& table_of(std::uint32_t group);

    std::vector<std::unique_ptr<table>> tables_;
    bool active_ = false;
};

}  // namespace daybook
