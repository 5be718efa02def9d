// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/commit_participant.hpp>

#include "database.hpp"

#include <rocksdb/write_batch.h>

#include <memory>
#include <span>
#include <vector>

namespace daybook {

/// Those who write with the commits. Belongs to the leader of a group, that is to one thread at a
/// time.
class commit_seats {
public:
    /// Fails with `locked` if another sits there for the same keyspace, `not_found` if that was
    /// dropped, or as `who.begin`.
    result<void> join(commit_participant& who, std::shared_ptr<view_family> into, position next);
    void leave(const commit_participant& who) noexcept;

    bool empty() const noexcept { return seats_.empty(); }

    /// Shows a commit to all, in the order in which they joined. On error nobody has taken it.
    result<void> take(std::span<const event_view> events);

    /// Nothing more is taken before the next `settle`.
    result<void> finish();

    /// Whether somebody writes into `area` with every commit.
    bool has(const view_family& area) const noexcept;

    /// Adds what was taken since the last `settle`.
    void add_to(rocksdb::WriteBatch& batch) const;
    void settle(bool stored) noexcept;

private:
    struct seat {
        commit_participant* who;
        std::shared_ptr<view_family> into;
        /// One per commit and one for all of them; the first `used` count.
        std::vector<keyspace_batch> taken;
        std::size_t used = 0;
    };
    static keyspace_batch& next_batch(seat& of);

    std::vector<seat> seats_;
};

}  // namespace daybook
