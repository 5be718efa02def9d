// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

/// Wakes who waits for a view of this process to move on. One bell for all views: it rings once per
/// batch, and who is woken looks whether it was for him.
namespace daybook::projections::view_bell {

using clock = std::chrono::steady_clock;

/// Nobody waits for longer.
inline constexpr std::chrono::milliseconds patience_max = std::chrono::hours{24 * 365};

/// Some view has written. Cheap when nobody waits.
void ring();

/// How often the bell rang so far: taken before looking, so that no ring is missed.
std::uint64_t rung();

/// Now and `patience`, or `patience_max`.
clock::time_point after(std::chrono::milliseconds patience);

/// Waits until the bell has rung since `heard`, or for 20 milliseconds, as views of another process
/// do not ring it. False, at once, if `deadline` is over.
bool wait(std::uint64_t heard, clock::time_point deadline);

}  // namespace daybook::projections::view_bell
