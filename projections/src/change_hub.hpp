// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/change_feed.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

/// Brings changes from the views of this process to those who listen.
namespace daybook::projections {

namespace detail {

/// What one listener has not read yet. Thread safe.
class change_queue {
public:
    change_queue(std::string view, std::size_t buffered_max)
        : view_{std::move(view)}, buffered_max_{buffered_max} {}

    const std::string& view() const noexcept { return view_; }

    void add(const std::vector<row_change>& changes, position upto);
    void miss(position upto);
    std::optional<row_change> take(std::chrono::milliseconds patience);

private:
    void miss_all(position upto);

    const std::string view_;
    const std::size_t buffered_max_;
    std::mutex mutex_;
    std::condition_variable added_;
    std::deque<row_change> waiting_;
};

}  // namespace detail

namespace change_hub {

void join(const std::shared_ptr<detail::change_queue>& listener);

/// Whether anybody listens to the view (`claim::name`). Costs next to nothing if nobody listens to
/// any.
bool has_listeners(std::string_view view);

/// The changes are stored, and the view is at `upto`. If they were not `noted`, since nobody
/// listened when the batch began, who listens now has missed them.
void tell(std::string_view view, bool noted, const std::vector<row_change>& changes, position upto);

/// The rows of a view are not what they were; or, if it is opened for the first time, are as good.
void tell_missed(std::string_view view, position upto);

}  // namespace change_hub
}  // namespace daybook::projections
