// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Which event a consumer may have next: the rules of a consumer group, without threads or clocks.

#include <daybook/event.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace daybook {

/// Events that were read and are not completed. Of each key the oldest may be taken, and no other.
///
/// Every event is in one state:  queued -> ready -> taken -> gone, or -> resting -> ready.
/// Not thread safe.
class consumer_window {
public:
    using time = std::chrono::steady_clock::time_point;

    struct limits {
        std::size_t events = 0;
        std::size_t bytes = 0;
    };
    explicit consumer_window(limits most) : most_{most} {}

    struct entry {
        std::string key;
        event what;
        std::uint32_t failures = 0;
        bool parked_before =
            false;  ///< It has a row in the store; the cursor need not wait for it.
    };

    bool has_room() const noexcept {
        return entries_.empty() || (entries_.size() < most_.events && bytes_ < most_.bytes);
    }
    std::size_t size() const noexcept { return entries_.size(); }

    /// Positions of one key come in order, but for one that was parked before: it comes alone.
    void add(entry one);

    /// The oldest event that may be handled at `now`, which the caller then has until it calls one
    /// of the next three. Shared, for the window may be cleared meanwhile.
    std::shared_ptr<entry> take(time now);
    /// When a resting event is ready, if `take` gives nothing before.
    std::optional<time> next_due() const;

    void complete(position at);
    /// Lets it be taken again from `due` on.
    void rest(position at, time due);
    /// Takes it out, and all that came after it with its key: those are returned, in order.
    std::vector<std::shared_ptr<entry>> take_out_key(position at);

    /// The oldest event that is not completed and has no row; `otherwise` if there is none.
    position oldest(position otherwise) const;

    void clear();

private:
    void remove(position at);
    void make_ready(const std::string& key);

    limits most_;
    std::map<position, std::shared_ptr<entry>> entries_;
    std::set<position> unparked_;  ///< Those of `entries_` that have no row.
    std::unordered_map<std::string, std::set<position>> keys_;
    std::set<position> ready_;
    std::multimap<time, position> resting_;
    std::size_t bytes_ = 0;
};

}  // namespace daybook
