// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// The inside of an emitter. Callers' threads put events into the queue; one thread of its own takes
// them out and writes them. Between the two stand only the queue and a few atomic words; `mutex_`
// is for sleeping, waking and waiting.

#include <daybook/emitter.hpp>

#include "bounded_queue.hpp"
#include "loss_ledger.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace daybook {

/// An event in the queue.
struct waiting_event {
    std::string stream;
    new_event event;
    event_level level{};
    std::size_t bytes = 0;
};

/// Events that are written together, in the order in which they were emitted.
struct emitter_batch {
    commit_request request;
    std::vector<event_level> levels;  ///< One for each event.

    bool empty() const noexcept { return levels.empty(); }
    /// Strong guarantee: `next` is unchanged if there is no memory.
    void add(waiting_event& next);
    /// Takes the second half of the events away. Requires: there are at least two.
    emitter_batch split();
};

struct emitter::impl {
    impl(emitter_target& target, const emitter_options& chosen);
    ~impl();
    impl(const impl&) = delete;
    impl& operator=(const impl&) = delete;

    /// May throw `std::system_error`.
    void start_thread();

    emission accept(event_level event_is, std::string_view stream, new_event&& event) noexcept;
    emitter_stats stats() const;
    result<void> flush(std::chrono::milliseconds timeout);
    result<void> stop(std::chrono::milliseconds timeout);

    std::atomic<event_level> level;

private:
    enum class outcome { stored, blamed, given_up };
    struct call {
        std::uint64_t flushes = 0;
        bool closing = false;
    };

    // Callers' threads.
    std::optional<loss> admit(waiting_event& item) noexcept;
    std::optional<loss> reserve(std::size_t bytes) noexcept;
    void release(const waiting_event& item) noexcept { held_.fetch_sub(item.bytes); }
    bool drop_others_for(waiting_event& item, loss why) noexcept;
    bool wait_for_room(waiting_event& item);
    void nudge() noexcept;
    void drop(const waiting_event& item, loss why) noexcept;

    // The emitter's thread.
    void run() noexcept;
    call wait_for_work();
    bool write_up_to(std::uint64_t goal);
    void write_the_rest();
    emitter_batch gather();
    void deliver(emitter_batch batch);
    void reject(const emitter_batch& batch, const error& why);
    outcome write(const commit_request& request, error& why);
    result<void> write_once(const commit_request& request) noexcept;
    bool begin_write();
    void end_write(const result<void>& done);
    bool rest(std::chrono::milliseconds pause);
    void tell_losses(bool at_once);
    commit_request request_for(const loss_report& losses);
    void wake_blocked();

    void give_up(std::span<const event_level> levels) noexcept;
    void drop_queue() noexcept;
    std::string last_failure() const;

    emitter_target& target_;
    const emitter_options options_;
    bounded_queue<waiting_event> queue_;
    /// Bytes in the queue, or about to be in it; the highest bit says that no more come.
    std::atomic<std::uint64_t> held_{0};
    loss_ledger losses_;
    std::atomic<std::uint64_t> turned_away_{0};  // Dropped before they were in the queue.
    std::atomic<std::uint64_t> stored_{0};
    std::atomic<std::uint64_t> rejected_{0};
    std::atomic<std::uint64_t> given_up_{0};
    std::atomic<std::uint64_t> told_{0};
    std::atomic<bool> nudged_{false};

    std::mutex room_mutex_;
    std::condition_variable room_;
    std::atomic<int> blocked_{0};

    mutable std::mutex mutex_;
    std::condition_variable wake_;  // The emitter's thread.
    std::condition_variable done_;  // Those who flush or stop.
    std::uint64_t flushes_asked_ = 0;
    std::uint64_t flushes_done_ = 0;
    bool closing_ = false;
    bool giving_up_ = false;  // No more attempts.
    bool outside_ = false;    // In a call of the target or of `on_rejected`.
    bool finished_ = false;
    std::uint64_t writes_ = 0;
    std::uint64_t failed_writes_ = 0;
    bool failing_ = false;
    std::optional<error> last_error_;
    std::optional<timestamp> last_error_at_;
    std::optional<std::string> untold_failure_;

    std::chrono::steady_clock::time_point last_told_{};  // The emitter's thread only.
    std::thread thread_;
};

}  // namespace daybook
