// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/emitter_target.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace daybook {

/// How much detail an event is. An emitter set to a level takes events of that level and of those
/// before it; `system` goes with `detail`.
enum class event_level : std::uint8_t { milestone, decision, action, state, detail, system };

inline constexpr std::size_t event_level_count = 6;

/// "MILESTONE", "DECISION", "ACTION", "STATE", "DETAIL" or "SYSTEM".
std::string_view to_string(event_level level) noexcept;

/// The level of that name, in either case. Fails with `invalid_argument` and lists the names.
result<event_level> parse_event_level(std::string_view name);

/// Does an emitter set to `set_to` take events of `level`?
constexpr bool includes(event_level set_to, event_level level) noexcept {
    return std::min(level, event_level::detail) <= set_to;
}

/// What becomes of an event for which there is no room.
enum class when_full {
    drop_newest,  ///< It is dropped.
    drop_oldest,  ///< The events that wait longest are dropped until there is room.
    block         ///< The caller waits, at most `block_max`; then it is dropped.
};

/// No time may be above a year; `linger` and the pauses must be at least 1 ms.
struct emitter_options {
    event_level level = event_level::action;
    /// How much may wait. Beside it one batch, the one being written, is in memory.
    std::size_t events_max = 10'000;     ///< 1 to 2^24.
    std::size_t bytes_max = 64U << 20U;  ///< Texts of the events, and 256 for each event.
    daybook::when_full full = when_full::drop_newest;
    std::chrono::milliseconds block_max{100};
    /// How long an event may wait for others to be written with. A queue that is half full, and
    /// `flush`, are not waited for.
    std::chrono::milliseconds linger{10};
    std::size_t batch_events_max = 4'096;  ///< At most `limits::commit_events_max`.
    std::size_t batch_bytes_max = 4U << 20U;
    std::optional<durability> durable{};  ///< Of each batch; by default what the target does.
    /// Pauses between attempts while the target cannot write: doubled from the first to the last.
    std::chrono::milliseconds retry_first{10};
    std::chrono::milliseconds retry_max{1'000};
    /// Losses are told at most this often.
    std::chrono::milliseconds report_interval{1'000};
    std::string report_stream{"daybook-emitter"};
    std::chrono::milliseconds stop_timeout{10'000};  ///< Of the destructor.
    /// Told of each event that the target says is to blame, on the emitter's thread. It must not
    /// call the emitter. What it throws is ignored.
    std::function<void(std::string_view stream, const new_event&, const error&)> on_rejected{};
};

/// A number of events for each level.
struct level_counts {
    std::array<std::uint64_t, event_level_count> of{};

    std::uint64_t operator[](event_level level) const noexcept {
        return of[static_cast<std::size_t>(level)];
    }
    std::uint64_t total() const noexcept;
};

/// What became of events: `emitted` is the sum of `stored`, `rejected`, `dropped` and `waiting`.
struct emitter_stats {
    std::uint64_t emitted = 0;        ///< Of a level that the emitter takes.
    std::uint64_t stored = 0;         ///< The target has them.
    std::uint64_t rejected = 0;       ///< The target would not have them: see `last_error`.
    level_counts dropped{};           ///< No room, or not stored when the emitter was stopped.
    std::uint64_t waiting = 0;        ///< In the queue or being written.
    std::uint64_t waiting_bytes = 0;  ///< Of those in the queue.
    std::uint64_t dropped_told = 0;   ///< How many of the dropped ones the target was told of.
    std::uint64_t writes = 0;         ///< Batches that the target took.
    std::uint64_t failed_writes = 0;  ///< Attempts that it did not take.
    bool target_failing = false;      ///< The last attempt failed, and not because of an event.
    std::optional<error> last_error{};
    std::optional<timestamp> last_error_at{};
};

enum class emission {
    queued,
    filtered,  ///< Not of a level that the emitter takes, or in a replay that may not append.
    dropped    ///< No room, or the emitter is stopped. Counted.
};

/// A bounded queue in front of a target, with a thread that writes what waits in batches.
///
/// Emitting takes well under a microsecond, takes no lock and never fails: what cannot be stored is
/// counted and, once the target is back, told as an event `events_dropped` in `report_stream`
/// (core/docs/emitter.md). Every member may be called from any thread. Events of one thread are
/// stored in the order in which it emitted them. A moved-from emitter may only be destroyed.
///
/// An event gets the tag "level:..." and, when it is emitted, an id, a time, and what it leaves
/// open of the caller's ambient context (<daybook/context.hpp>).
class emitter {
public:
    /// Starts the thread. `target` must outlive the emitter.
    /// Fails with `invalid_argument` (options that make no sense) or `io` (no thread).
    static result<emitter> start(emitter_target& target, const emitter_options& options = {});

    emitter(emitter&&) noexcept;
    emitter& operator=(emitter&&) noexcept;
    /// As `stop(stop_timeout)`; then waits for a write of the target that is still under way.
    /// Nobody may emit any more.
    ~emitter();

    /// Queues `event` for `stream`, or drops it. Does not wait, except with `when_full::block`.
    emission emit(event_level level, std::string_view stream, new_event event) {
        if (!takes(level)) return emission::filtered;
        return queue(level, stream, std::move(event));
    }

    /// The same with an event that is only built if its level is taken. Lets out what `build`
    /// throws.
    template <std::invocable Build>
    requires std::convertible_to<std::invoke_result_t<Build>, new_event> emission
    emit(event_level level, std::string_view stream, Build&& build) {
        if (!takes(level)) return emission::filtered;
        return queue(level, stream, std::forward<Build>(build)());
    }

    /// Is an event of `level` taken? One comparison.
    bool takes(event_level level) const noexcept {
        return includes(level_->load(std::memory_order_relaxed), level);
    }
    event_level level() const noexcept { return level_->load(std::memory_order_relaxed); }
    void set_level(event_level level) noexcept { level_->store(level, std::memory_order_relaxed); }

    emitter_stats stats() const;

    /// Waits until everything emitted before is stored, rejected or dropped, and losses are told.
    /// Tries a failing target at once. Fails with `refused` when the time is over: the message says
    /// how many events wait, and for what.
    result<void> flush(std::chrono::milliseconds timeout = std::chrono::seconds{10});

    /// Takes no more events, writes what waits, and ends the thread. What is not stored when the
    /// time is over is dropped; then it fails with `refused` and says how many events and why. An
    /// answer of the target that is still awaited at that time is counted when it comes.
    result<void> stop(std::chrono::milliseconds timeout = std::chrono::seconds{10});

    struct impl;  ///< Private.

private:
    explicit emitter(std::unique_ptr<impl> started);
    emission queue(event_level level, std::string_view stream, new_event&& event) noexcept;

    std::unique_ptr<impl> impl_;
    std::atomic<event_level>* level_;  // In impl_.
};

}  // namespace daybook
