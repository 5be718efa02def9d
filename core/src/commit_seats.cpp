// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "commit_seats.hpp"

#include "keyspace_impl.hpp"

#include <algorithm>

namespace daybook {

result<void> commit_seats::join(commit_participant& who, std::shared_ptr<view_family> into,
                                position next) {
    {
        const std::unique_lock lock{into->mutex};
        if (into->dropped) return fail(errc::not_found, "join commits: the keyspace was dropped");
        if (into->in_commits) {
            return fail(errc::locked, "join commits: another participant writes the keyspace");
        }
        into->in_commits = true;
    }
    auto begun = who.begin(next);
    if (begun) {
        seats_.push_back({&who, std::move(into), {}, 0});
        return {};
    }
    const std::unique_lock lock{into->mutex};
    into->in_commits = false;
    return begun;
}

void commit_seats::leave(const commit_participant& who) noexcept {
    const auto at = std::find_if(seats_.begin(), seats_.end(),
                                 [&](const seat& one) { return one.who == &who; });
    if (at == seats_.end()) return;
    {
        const std::unique_lock lock{at->into->mutex};
        at->into->in_commits = false;
    }
    seats_.erase(at);
}

keyspace_batch& commit_seats::next_batch(seat& of) {
    if (of.used == of.taken.size()) of.taken.emplace_back();
    of.taken[of.used].clear();
    return of.taken[of.used];
}

result<void> commit_seats::take(std::span<const event_view> events) {
    for (auto asked = seats_.begin(); asked != seats_.end(); ++asked) {
        auto taken = asked->who->take(events, next_batch(*asked));
        if (taken) continue;
        for (auto before = seats_.begin(); before != asked; ++before) before->who->undo();
        return taken;
    }
    for (auto& one : seats_) ++one.used;
    return {};
}

result<void> commit_seats::finish() {
    for (auto& one : seats_) {
        if (one.used == 0) continue;
        if (auto finished = one.who->finish(next_batch(one)); !finished) return finished;
        ++one.used;
    }
    return {};
}

bool commit_seats::has(const view_family& area) const noexcept {
    return std::any_of(seats_.begin(), seats_.end(),
                       [&](const seat& one) { return one.into.get() == &area; });
}

void commit_seats::add_to(rocksdb::WriteBatch& batch) const {
    for (const auto& one : seats_) {
        for (std::size_t i = 0; i < one.used; ++i) {
            keyspace::impl::add(one.taken[i], one.into->handle.get(), batch);
        }
    }
}

void commit_seats::settle(bool stored) noexcept {
    for (auto& one : seats_) {
        if (one.used == 0) continue;
        one.used = 0;
        one.who->settle(stored);
    }
}

}  // namespace daybook
