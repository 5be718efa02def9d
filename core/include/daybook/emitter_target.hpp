// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include <memory>

namespace daybook {

/// Where an `emitter` puts events: a store, a file of JSON lines, or something of your own.
///
/// An emitter calls `write` from its own thread, one call at a time.
class emitter_target {
public:
    virtual ~emitter_target() = default;

    /// Stores all of `events`, in order, or none of them. Every event has an id and a time; what
    /// was stored before and comes again, the same in the same order, must not be stored twice.
    ///
    /// An error of `invalid_argument`, `too_large`, `conflict`, `rejected` or `projection_failed`
    /// says that an event is to blame: the emitter finds out which and rejects it. Any other error,
    /// and anything thrown, says that the target cannot write now: it tries the same again later.
    virtual result<void> write(const commit_request& events) = 0;
};

/// A store as a target: one commit for each `write`.
///
/// The store is borrowed. To close it while emitters run, for instance to open it again after it
/// refused writes, `detach` it first and `attach` the new one; meanwhile events wait in the
/// emitter. Members may be called from any thread.
class store_target final : public emitter_target {
public:
    explicit store_target(store& to);
    ~store_target() override;

    result<void> write(const commit_request& events) override;

    /// Waits until a commit that is under way has ended; after that the store is not used.
    void detach();
    void attach(store& to);

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook
