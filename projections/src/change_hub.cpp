// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "change_hub.hpp"

#include "claims.hpp"
#include "view_bell.hpp"

#include <algorithm>
#include <atomic>

namespace daybook::projections {
namespace {

using listener = std::shared_ptr<detail::change_queue>;

struct hub {
    std::mutex mutex;
    std::vector<std::weak_ptr<detail::change_queue>> listeners;
    std::atomic<std::size_t> size{0};
};

hub& the_hub() {
    static hub one;
    return one;
}

std::vector<listener> listeners_of(std::string_view view) {
    std::vector<listener> found;
    if (the_hub().size.load() == 0) return found;
    const std::lock_guard lock{the_hub().mutex};
    auto& all = the_hub().listeners;
    std::erase_if(all, [](const auto& one) { return one.expired(); });
    the_hub().size = all.size();
    for (const auto& one : all) {
        if (auto alive = one.lock(); alive && alive->view() == view) found.push_back(alive);
    }
    return found;
}

}  // namespace

namespace detail {

void change_queue::add(const std::vector<row_change>& changes, position upto) {
    {
        const std::lock_guard lock{mutex_};
        if (waiting_.size() + changes.size() > buffered_max_) {
            miss_all(upto);
        } else {
            for (const auto& each : changes) {
                waiting_.push_back(each);
                waiting_.back().upto = upto;
            }
        }
    }
    added_.notify_one();
}

void change_queue::miss(position upto) {
    {
        const std::lock_guard lock{mutex_};
        miss_all(upto);
    }
    added_.notify_one();
}

void change_queue::miss_all(position upto) {
    waiting_.clear();
    waiting_.push_back({.upto = upto, .missed = true});
}

std::optional<row_change> change_queue::take(std::chrono::milliseconds patience) {
    const auto deadline = view_bell::after(patience);
    std::unique_lock lock{mutex_};
    if (!added_.wait_until(lock, deadline, [this] { return !waiting_.empty(); }))
        return std::nullopt;
    std::optional<row_change> first{std::move(waiting_.front())};
    waiting_.pop_front();
    return first;
}

}  // namespace detail

namespace change_hub {

void join(const listener& who) {
    const std::lock_guard lock{the_hub().mutex};
    the_hub().listeners.push_back(who);
    the_hub().size = the_hub().listeners.size();
}

bool has_listeners(std::string_view view) { return !listeners_of(view).empty(); }

void tell(std::string_view view, bool noted, const std::vector<row_change>& changes,
          position upto) {
    if (!noted) tell_missed(view, upto);
    if (changes.empty()) return;
    for (const auto& each : listeners_of(view)) each->add(changes, upto);
}

void tell_missed(std::string_view view, position upto) {
    for (const auto& each : listeners_of(view)) each->miss(upto);
}

}  // namespace change_hub

change_feed::change_feed(std::shared_ptr<detail::change_queue> made) : queue_{std::move(made)} {}
change_feed::change_feed(change_feed&&) noexcept = default;
change_feed& change_feed::operator=(change_feed&&) noexcept = default;
change_feed::~change_feed() = default;

change_feed change_feed::open(const store& log, const any_projection& of,
                              const change_feed_options& options) {
    auto made = std::make_shared<detail::change_queue>(claim::name_of(log, of.keyspace_name()),
                                                       options.buffered_max);
    change_hub::join(made);
    return change_feed{std::move(made)};
}

std::optional<row_change> change_feed::next(std::chrono::milliseconds patience) {
    return queue_->take(patience);
}

}  // namespace daybook::projections
