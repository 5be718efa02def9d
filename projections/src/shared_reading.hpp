// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/json_event.hpp>

#include "build_crew.hpp"
#include "stepped_view.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace daybook::projections {

/// How long handlers take is measured at one event of so many: two looks at a clock cost as much as
/// a small `apply`.
inline constexpr std::uint64_t timed_one_in = 64;

/// One batch of events for views that a crew builds. If there are at least as many views as threads
/// each view has one thread; else all threads share the keys of each view.
class shared_reading {
public:
    /// Requires: the views are between batches, and last as long as this.
    shared_reading(build_crew& crew, std::span<stepped_view* const> views);

    /// The next event. A view that cannot take one gets no more of this batch.
    void give(event_view event) { crew_.give(event); }

    /// Waits until every view has what was given. Call it, and then what is below.
    void finish() { crew_.finish(); }

    /// Whether the view at this place of `views` could not take an event.
    bool failed(std::size_t view) const;
    /// About how long it had the events, of all threads.
    std::chrono::steady_clock::duration handling(std::size_t view) const;

private:
    struct item {
        stepped_view* view;
        std::size_t share;
        std::size_t place;  ///< Of the view.
        bool failed = false;
        std::chrono::steady_clock::duration handling{};
    };
    struct hand {
        std::vector<item> items{};
        json_event current{};
    };

    void take(hand& by, const event_block& events, std::size_t first);
    void end(const hand& by) const;
    template <class Visit>
    void for_each_item(std::size_t view, const Visit& visit) const;

    build_crew& crew_;
    std::vector<hand> hands_;  ///< One per thread.
    build_crew::take_block take_;
    build_crew::end_batch end_;
};

}  // namespace daybook::projections
