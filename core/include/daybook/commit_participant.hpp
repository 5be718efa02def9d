// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>
#include <daybook/keyspace.hpp>
#include <daybook/result.hpp>

#include <functional>
#include <span>

namespace daybook {

/// Writes into one keyspace what belongs to each commit, in the commit's own atomic batch: after a
/// crash the log and the keyspace agree. How inline views are made.
///
/// See `store::join_commits`. Calls come one at a time, in the order of the log, on the threads of
/// those who append, who wait meanwhile; so they must be quick. They must not append to the store
/// or join others, which would wait for themselves; they may read. No exception may leave them.
class commit_participant {
public:
    virtual ~commit_participant() = default;

    /// Once, before the first commit, with none under way: the log ends at `next`, and every commit
    /// from there on will be offered. An error ends the joining.
    virtual result<void> begin(position next) = 0;

    /// The events of one commit that is about to be made, with their places; none of them can be
    /// read yet. Puts into `writes` what is to be stored with them. An error refuses the commit,
    /// and only that: nothing of it is stored, and its caller gets the error.
    virtual result<void> take(std::span<const event_view> events, keyspace_batch& writes) = 0;

    /// The commit of the last `take` is not made: another participant refused it.
    virtual void undo() noexcept = 0;

    /// The commits taken since the last `settle` go to the disk together: adds to `writes` what
    /// belongs to all of them, such as one signature. An error fails them all, and the store takes
    /// no writes until it is opened again.
    virtual result<void> finish(keyspace_batch& writes) {
        (void)writes;
        return {};
    }

    /// What was taken since the last call is stored, or (false) is not; then the store takes no
    /// writes until it is opened again, or until a full disk has room.
    virtual void settle(bool stored) noexcept = 0;

protected:
    commit_participant() = default;
    commit_participant(const commit_participant&) = default;
    commit_participant& operator=(const commit_participant&) = default;
};

/// A participant's seat at the commits of a store; empties it when destroyed, between two commits.
/// Must not outlive the store, nor the participant the seat.
class commit_seat {
public:
    commit_seat() = default;
    explicit commit_seat(std::function<void()> leave) : leave_{std::move(leave)} {}
    commit_seat(commit_seat&& other) noexcept : leave_{std::exchange(other.leave_, nullptr)} {}
    commit_seat& operator=(commit_seat&& other) noexcept {
        if (this == &other) return *this;
        leave();
        leave_ = std::exchange(other.leave_, nullptr);
        return *this;
    }
    ~commit_seat() { leave(); }

    void leave() {
        if (auto doing = std::exchange(leave_, nullptr)) doing();
    }

private:
    std::function<void()> leave_;
};

}  // namespace daybook
