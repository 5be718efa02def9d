// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/types.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace daybook::replay {

/// Which ids were met, and as the how manieth: 12 bytes for each, in tables that are four fifths
/// full at most and grow one by one, so that memory never doubles at once.
///
/// Ids are known by a hash of 64 bits with a secret seed.
class id_table {
public:
    explicit id_table(std::size_t ids_max);

    std::optional<std::uint32_t> find(const event_id& id) const noexcept;

    /// False if there is no room. Requires: it is not there.
    bool add(const event_id& id, std::uint32_t ordinal);

    std::size_t size() const noexcept { return size_; }

private:
    struct shard {
        std::vector<std::uint64_t> hashes;  // 0: free.
        std::vector<std::uint32_t> ordinals;
        std::size_t used = 0;

        std::size_t slot_of(std::uint64_t hash) const noexcept;
        void put(std::uint64_t hash, std::uint32_t ordinal) noexcept;
        void grow();
    };
    static constexpr std::size_t shards = 256;

    std::uint64_t hash_of(const event_id& id) const noexcept;

    std::size_t ids_max_;
    std::size_t size_ = 0;
    std::uint64_t seeds_[2];
    std::array<shard, shards> shards_;
};

}  // namespace daybook::replay
