// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "view_bell.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace daybook::projections::view_bell {
namespace {

constexpr std::chrono::milliseconds look_again{20};

struct bell {
    std::mutex mutex;
    std::condition_variable changed;
    std::uint64_t rung = 0;
};

bell& the_bell() {
    static bell one;
    return one;
}

}  // namespace

void ring() {
    {
        const std::lock_guard lock{the_bell().mutex};
        ++the_bell().rung;
    }
    the_bell().changed.notify_all();
}

std::uint64_t rung() {
    const std::lock_guard lock{the_bell().mutex};
    return the_bell().rung;
}

clock::time_point after(std::chrono::milliseconds patience) {
    return clock::now() + std::min(patience, patience_max);
}

bool wait(std::uint64_t heard, clock::time_point deadline) {
    const auto now = clock::now();
    if (now >= deadline) return false;
    std::unique_lock lock{the_bell().mutex};
    the_bell().changed.wait_until(lock, std::min(deadline, now + look_again),
                                  [&] { return the_bell().rung != heard; });
    return true;
}

}  // namespace daybook::projections::view_bell
