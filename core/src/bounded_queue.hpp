// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// A bounded queue for many producers and many consumers without locks, after Dmitry Vyukov's
// "Bounded MPMC queue" (1024cores.net). Each slot has a turn number: slot i may be filled at place
// p = i, i + slots, ... when its turn is p, and emptied when it is p + 1. Threads take places by
// moving `tail_` or `head_`, and then have their slot to themselves.
//
// Two differences: items live in the slots and are built and destroyed in place, and the capacity
// need not be a power of two, because a producer looks at the head, too. boost::lockfree::queue
// takes only trivial types and, when it is bounded, at most 65 534 of them.

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace daybook {

template <class Item>
class bounded_queue {
    static_assert(std::is_nothrow_move_constructible_v<Item>);

public:
    /// Requires: `capacity` is at least 1. Allocates all its memory now.
    explicit bounded_queue(std::size_t capacity)
        : capacity_{capacity},
          mask_{std::bit_ceil(capacity < 2 ? std::size_t{2} : capacity) - 1},
          slots_{std::make_unique<slot[]>(mask_ + 1)} {
        for (std::size_t i = 0; i <= mask_; ++i) {
            slots_[i].turn.store(i, std::memory_order_relaxed);
        }
    }
    ~bounded_queue() {
        while (pop()) continue;
    }
    bounded_queue(const bounded_queue&) = delete;
    bounded_queue& operator=(const bounded_queue&) = delete;

    /// Takes `item` if there is room; returns how many items it found before it.
    std::optional<std::size_t> push(Item& item) noexcept {
        auto at = tail_.load(std::memory_order_relaxed);
        for (;;) {
            auto& here = slots_[at & mask_];
            const auto turn = here.turn.load(std::memory_order_acquire);
            const auto waiting = distance(head_.load(std::memory_order_acquire), at);
            // A slot of an earlier round is still being emptied: as good as full.
            if (distance(at, turn) < 0 || waiting >= static_cast<std::int64_t>(capacity_)) {
                const auto now = tail_.load(std::memory_order_relaxed);
                if (now == at) return std::nullopt;
                at = now;
            } else if (turn != at) {
                at = tail_.load(std::memory_order_relaxed);
            } else if (tail_.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) {
                ::new (here.bytes) Item{std::move(item)};
                here.turn.store(at + 1, std::memory_order_release);
                return static_cast<std::size_t>(waiting < 0 ? 0 : waiting);
            }
        }
    }

    /// The oldest item; nothing if there is none, or if it is still being put in.
    std::optional<Item> pop() noexcept {
        auto at = head_.load(std::memory_order_relaxed);
        for (;;) {
            auto& here = slots_[at & mask_];
            const auto ahead = distance(at + 1, here.turn.load(std::memory_order_acquire));
            if (ahead < 0) return std::nullopt;
            if (ahead > 0) {
                at = head_.load(std::memory_order_relaxed);
            } else if (head_.compare_exchange_weak(at, at + 1, std::memory_order_acq_rel)) {
                auto* stored = std::launder(reinterpret_cast<Item*>(here.bytes));
                std::optional<Item> taken{std::move(*stored)};
                stored->~Item();
                here.turn.store(at + mask_ + 1, std::memory_order_release);
                return taken;
            }
        }
    }

    /// How many items were ever taken in, and how many of them were taken out.
    std::uint64_t pushed() const noexcept { return tail_.load(std::memory_order_acquire); }
    std::uint64_t popped() const noexcept { return head_.load(std::memory_order_acquire); }

private:
    struct alignas(64) slot {
        std::atomic<std::uint64_t> turn{0};
        alignas(Item) std::byte bytes[sizeof(Item)];
    };

    static std::int64_t distance(std::uint64_t from, std::uint64_t to) noexcept {
        return static_cast<std::int64_t>(to - from);
    }

    const std::size_t capacity_;
    const std::size_t mask_;
    const std::unique_ptr<slot[]> slots_;
    // Apart from each other: producers move one, consumers the other.
    alignas(64) std::atomic<std::uint64_t> tail_{0};
    alignas(64) std::atomic<std::uint64_t> head_{0};
};

}  // namespace daybook
