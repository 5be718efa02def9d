// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "vital_signs.hpp"

#include <algorithm>

namespace daybook::projections {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

std::uint64_t bytes_of_events(const store& log, std::uint64_t events) {
    const auto all = log.status();
    if (all.events == 0) return 0;
    const auto each = static_cast<double>(all.log_bytes) / static_cast<double>(all.events);
    return static_cast<std::uint64_t>(each * static_cast<double>(events));
}

}  // namespace

std::optional<milliseconds> vital_signs::silent_for(time now) const noexcept {
    if (!has_thread_) return std::nullopt;
    return duration_cast<milliseconds>(now - heard_.load());
}

vital_signs::signs& vital_signs::of(std::string_view view) {
    const auto found = views_.find(view);
    if (found != views_.end()) return found->second;
    return views_.emplace(std::string{view}, signs{opened_}).first->second;
}

void vital_signs::moved(std::string_view view, time now) { of(view).moved = now; }

void vital_signs::handled(std::string_view view, duration took) { of(view).handling += took; }

milliseconds vital_signs::still_for(std::string_view view, time now) const {
    const auto found = views_.find(view);
    return duration_cast<milliseconds>(now -
                                       (found == views_.end() ? opened_ : found->second.moved));
}

microseconds vital_signs::handler_time(std::string_view view) const {
    const auto found = views_.find(view);
    if (found == views_.end()) return microseconds{0};
    return duration_cast<microseconds>(found->second.handling);
}

void complete_status(view_status& of, const store& log, timestamp now) {
    if (of.lag_events == 0) {
        of.eta = milliseconds{0};
        return;
    }
    of.lag_bytes = bytes_of_events(log, of.lag_events);
    if (const auto unread = log.read_one(of.cursor))
        of.lag_time = std::max(microseconds{0}, now - unread->view().recorded_at());
    if (of.events_per_second > 0 && of.state != view_state::failed) {
        const auto seconds = static_cast<double>(of.lag_events) / of.events_per_second;
        of.eta = duration_cast<milliseconds>(std::chrono::duration<double>{seconds});
    }
}

// A view that waits long for events is not stuck when one comes: the event must have waited, too.
view_health health_of(const view_status& of, std::optional<milliseconds> silent,
                      const health_limits& limits) noexcept {
    if (of.state == view_state::failed) return view_health::stopped;
    if (silent && *silent >= limits.silent_after) return view_health::silent;
    // Who was told to wait is not stuck.
    if (of.generation == 0 && of.beside && of.beside->state == build_state::paused)
        return view_health::well;
    const auto waited = std::min<microseconds>(of.still_for, of.lag_time);
    if (of.lag_events > 0 && waited >= limits.stuck_after) return view_health::stuck;
    return view_health::well;
}

}  // namespace daybook::projections
