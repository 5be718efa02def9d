// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/types.hpp>

#include <cstddef>
#include <cstdint>

namespace daybook::sample {

/// Scrambles 64 bits (the finishing steps of SplitMix64). The same on every machine.
constexpr std::uint64_t scramble(std::uint64_t bits) noexcept {
    bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
    bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
    return bits ^ (bits >> 31U);
}

/// Random numbers that depend on nothing but the seed (SplitMix64).
class random_numbers {
public:
    explicit random_numbers(std::uint64_t seed) noexcept : state_{seed} {}

    std::uint64_t bits() noexcept { return scramble(state_ += 0x9E3779B97F4A7C15U); }

    /// 0 to `end` - 1. Slightly uneven, which does not matter here.
    std::uint32_t below(std::uint32_t end) noexcept {
        return static_cast<std::uint32_t>((bits() >> 32U) * end >> 32U);
    }
    std::uint32_t between(std::uint32_t first, std::uint32_t last) noexcept {
        return first + below(last - first + 1);
    }
    bool percent(std::uint32_t chance) noexcept { return below(100) < chance; }

private:
    std::uint64_t state_;
};

/// A version 7 UUID of this time; `number` must differ from event to event.
constexpr event_id make_id(timestamp time, std::uint64_t seed, std::uint64_t number) noexcept {
    const auto millis = static_cast<std::uint64_t>(time.time_since_epoch().count()) / 1000;
    const std::uint64_t high = millis << 16U | 0x7000U | (number & 0xFFFU);
    const std::uint64_t low = scramble(seed ^ scramble(number + 1)) >> 2U | std::uint64_t{1} << 63U;
    event_id id;
    for (std::size_t i = 0; i < 8; ++i) {
        id.bytes[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
        id.bytes[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
    }
    return id;
}

}  // namespace daybook::sample
