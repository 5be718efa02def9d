// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "shared_reading.hpp"

namespace daybook::projections {

using steady = std::chrono::steady_clock;

shared_reading::shared_reading(build_crew& crew, std::span<stepped_view* const> views)
    : crew_{crew}, hands_(crew.threads()) {
    const auto threads = crew.threads();
    const auto shares = views.size() < threads ? threads : 1;
    std::size_t next = 0;
    for (std::size_t place = 0; place < views.size(); ++place) {
        auto& view = *views[place];
        view.divide(shares);
        for (std::size_t i = 0; i < view.shares(); ++i) {
            hands_[next % threads].items.push_back({.view = &view, .share = i, .place = place});
            ++next;
        }
    }
    take_ = [this](std::size_t thread, const event_block& events, std::size_t first) {
        take(hands_[thread], events, first);
    };
    end_ = [this](std::size_t thread) { end(hands_[thread]); };
    crew_.begin(take_, end_);
}

void shared_reading::take(hand& by, const event_block& events, std::size_t first) {
    for (std::size_t i = 0; i < events.size(); ++i) {
        by.current.move_to(events[i]);
        const bool timed = (first + i) % timed_one_in == 0;
        for (auto& each : by.items) {
            if (each.failed) continue;
            const auto began = timed ? steady::now() : steady::time_point{};
            each.failed = !each.view->offer(each.share, by.current, first + i);
            if (timed) each.handling += (steady::now() - began) * timed_one_in;
        }
    }
    by.current.move_to({});  // The block is filled anew.
}

// With one thread it would only make who writes wait.
void shared_reading::end(const hand& by) const {
    if (crew_.threads() == 1) return;
    for (const auto& each : by.items) {
        if (!each.failed) each.view->gather(each.share);
    }
}

template <class Visit>
void shared_reading::for_each_item(std::size_t view, const Visit& visit) const {
    for (const auto& by : hands_) {
        for (const auto& each : by.items) {
            if (each.place == view) visit(each);
        }
    }
}

bool shared_reading::failed(std::size_t view) const {
    bool any = false;
    for_each_item(view, [&](const item& of) { any = any || of.failed; });
    return any;
}

steady::duration shared_reading::handling(std::size_t view) const {
    steady::duration sum{};
    for_each_item(view, [&](const item& of) { sum += of.handling; });
    return sum;
}

}  // namespace daybook::projections
