// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Turns full segments of the tail into index files, on a thread of its own.

#include "engine.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace daybook {

class sealer {
public:
    explicit sealer(engine& e);
    /// Waits for the segment under way; the others stay in the log and are indexed at the next
    /// open.
    ~sealer();
    sealer(const sealer&) = delete;
    sealer& operator=(const sealer&) = delete;

    void start();
    /// The watermark moved: there may be a full segment.
    void look_again();

    /// Waits until at most `count` full segments are unsealed. Fails if sealing does.
    result<void> wait_for_room(std::size_t count);

    /// No sealing while this is held, for rebuilding.
    std::unique_lock<std::mutex> pause() { return std::unique_lock{work_mutex_}; }

    /// Writes and ingests the index files of a full segment. Used by the thread, and for
    /// rebuilding.
    static result<void> seal(engine& e, const tail_segment& full);

    /// How many full segments are not sealed.
    std::size_t full_segments() const;

private:
    void run();
    bool has_work() const;

    engine& engine_;
    std::mutex work_mutex_;  ///< Held while a segment is being sealed.
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<error> failed_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace daybook
