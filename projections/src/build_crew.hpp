// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event_block.hpp>

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace daybook::projections {

/// Threads that all go through the same events, in order, while somebody reads on.
///
///     crew.begin(take, end), crew.give(event) ... crew.give(event), crew.finish()
///
/// Between reader and threads are a few blocks of events: who reads waits for the slowest thread.
/// Memory: `blocks_max` blocks of at most twice `block_bytes_max`, and one event each.
class build_crew {
public:
    static constexpr std::size_t blocks_max = 4;
    static constexpr std::size_t block_events_max = 1'024;
    static constexpr std::size_t block_bytes_max = 512U << 10U;

    /// Gets a block of events; `first` came before it in this batch. Called in each thread.
    using take_block =
        std::function<void(std::size_t thread, const event_block& events, std::size_t first)>;
    /// Called in each thread after its last block of a batch.
    using end_batch = std::function<void(std::size_t thread)>;

    /// Requires: `threads` is at least 1.
    explicit build_crew(std::size_t threads);
    /// Finishes what was given.
    ~build_crew();
    build_crew(const build_crew&) = delete;
    build_crew& operator=(const build_crew&) = delete;

    std::size_t threads() const noexcept { return threads_.size(); }

    /// Begins a batch. `take` and `end` must not throw, and last until `finish`.
    void begin(const take_block& take, const end_batch& end);
    /// Hands on one event; waits if the threads are `blocks_max` blocks behind.
    void give(event_view event);
    /// Waits until every thread is done with the batch; what they wrote can then be read here.
    void finish();

private:
    struct block {
        event_block events{};
        std::size_t first = 0;
        bool ends_batch = false;
    };

    void hand_on(bool ends_batch);
    void work(std::size_t thread);
    std::uint64_t slowest() const;

    const take_block* take_ = nullptr;
    const end_batch* end_ = nullptr;
    std::array<block, blocks_max> blocks_;  ///< Block n is at n % `blocks_max`.
    std::size_t given_in_batch_ = 0;

    std::mutex mutex_;
    std::condition_variable given_more_;
    std::condition_variable taken_more_;
    std::uint64_t given_ = 0;           ///< Blocks; the one being filled is not counted.
    std::vector<std::uint64_t> taken_;  ///< Blocks that each thread is done with.
    bool stopping_ = false;

    std::vector<std::thread> threads_;
};

}  // namespace daybook::projections
