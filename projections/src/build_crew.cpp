// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "build_crew.hpp"

#include <algorithm>

namespace daybook::projections {

build_crew::build_crew(std::size_t threads) : taken_(threads) {
    threads_.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this, i] { work(i); });
}

build_crew::~build_crew() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    given_more_.notify_all();
    for (auto& each : threads_) each.join();
}

void build_crew::begin(const take_block& take, const end_batch& end) {
    take_ = &take;
    end_ = &end;
    given_in_batch_ = 0;
    blocks_[given_ % blocks_max].first = 0;
}

void build_crew::give(event_view event) {
    auto& filling = blocks_[given_ % blocks_max].events;
    filling.add(event);
    ++given_in_batch_;
    if (filling.size() >= block_events_max || filling.bytes() >= block_bytes_max) hand_on(false);
}

void build_crew::finish() {
    hand_on(true);
    std::unique_lock lock{mutex_};
    taken_more_.wait(lock, [this] { return slowest() == given_; });
}

std::uint64_t build_crew::slowest() const {
    return *std::min_element(taken_.begin(), taken_.end());
}

// Then waits until the next block is free to be filled.
void build_crew::hand_on(bool ends_batch) {
    blocks_[given_ % blocks_max].ends_batch = ends_batch;
    {
        std::unique_lock lock{mutex_};
        ++given_;
        given_more_.notify_all();
        taken_more_.wait(lock, [this] { return given_ - slowest() < blocks_max; });
    }
    auto& next = blocks_[given_ % blocks_max];
    if (next.events.capacity_bytes() > 2 * block_bytes_max) next.events = {};
    next.events.clear();
    next.first = given_in_batch_;
}

void build_crew::work(std::size_t thread) {
    std::unique_lock lock{mutex_};
    while (true) {
        given_more_.wait(lock, [&] { return stopping_ || taken_[thread] < given_; });
        if (taken_[thread] == given_) return;
        const auto& next = blocks_[taken_[thread] % blocks_max];
        lock.unlock();
        if (!next.events.empty()) (*take_)(thread, next.events, next.first);
        if (next.ends_batch) (*end_)(thread);
        lock.lock();
        ++taken_[thread];
        taken_more_.notify_one();
    }
}

}  // namespace daybook::projections
