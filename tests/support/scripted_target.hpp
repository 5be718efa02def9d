// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/emitter_target.hpp>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace daybook::test {

/// A target that does what a test says: takes events, fails, throws, or keeps the caller waiting.
/// Like a store it knows events by their ids, and refuses those of type "bad".
class scripted_target final : public emitter_target {
public:
    struct taken_event {
        std::string stream;
        new_event event;
    };

    result<void> write(const commit_request& events) override {
        std::unique_lock lock{mutex_};
        ++attempts_;
        ++inside_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return !held_; });
        --inside_;
        if (throws_) throw std::runtime_error{"the script says so"};
        if (failure_) return *failure_;
        for (const auto& part : events.streams) {
            for (const auto& one : part.events) {
                if (one.type == "bad") return fail(errc::invalid_argument, "a bad event");
            }
        }
        take(events);
        if (const auto lost = std::exchange(lost_answer_, std::nullopt)) return *lost;
        return {};
    }

    /// From now on `write` waits inside.
    void hold() {
        set([&] { held_ = true; });
    }
    void let_go() {
        set([&] { held_ = false; });
    }
    void fail_with(error why) {
        set([&] { failure_ = std::move(why); });
    }
    void throw_from_now() {
        set([&] { throws_ = true; });
    }
    /// The next batch is taken, but the caller hears that it failed.
    void lose_answer(error why) {
        set([&] { lost_answer_ = std::move(why); });
    }
    void recover() {
        set([&] {
            failure_.reset();
            throws_ = false;
        });
    }

    void await_inside() {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return inside_ > 0; });
    }
    void await_attempts(std::uint64_t count) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return attempts_ >= count; });
    }
    std::uint64_t attempts() const {
        const std::lock_guard lock{mutex_};
        return attempts_;
    }

    /// Without reports of losses, in order.
    std::vector<taken_event> events() const { return taken(false); }
    std::vector<taken_event> reports() const { return taken(true); }
    std::vector<std::string> types() const {
        std::vector<std::string> all;
        for (const auto& one : events()) all.push_back(one.event.type);
        return all;
    }
    std::vector<std::size_t> batch_sizes() const {
        const std::lock_guard lock{mutex_};
        return batch_sizes_;
    }
    std::uint64_t repeated() const {
        const std::lock_guard lock{mutex_};
        return repeated_;
    }

private:
    void take(const commit_request& events) {
        std::size_t count = 0;
        for (const auto& part : events.streams) {
            for (const auto& one : part.events) {
                ++count;
                if (ids_.insert(one.id.value()).second) {
                    all_.push_back({part.stream, one});
                } else {
                    ++repeated_;
                }
            }
        }
        batch_sizes_.push_back(count);
    }

    template <class Change>
    void set(const Change& change) {
        const std::lock_guard lock{mutex_};
        change();
        changed_.notify_all();
    }

    std::vector<taken_event> taken(bool reports) const {
        const std::lock_guard lock{mutex_};
        std::vector<taken_event> chosen;
        for (const auto& one : all_) {
            if ((one.event.type == "events_dropped") == reports) chosen.push_back(one);
        }
        return chosen;
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false;
    bool throws_ = false;
    int inside_ = 0;
    std::uint64_t attempts_ = 0;
    std::uint64_t repeated_ = 0;
    std::optional<error> failure_;
    std::optional<error> lost_answer_;
    std::vector<taken_event> all_;
    std::set<event_id> ids_;
    std::vector<std::size_t> batch_sizes_;
};

}  // namespace daybook::test
