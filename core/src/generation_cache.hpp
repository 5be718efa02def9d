// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// A bounded cache in two generations: what is used moves to the young one; when that holds half of
// the budget it becomes the old one, and what nobody asked for since is dropped. No list, no clock,
// constant time, and at most the budget is held.

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace daybook {

/// Thread safe. `Value` is cheap to copy (a number, a shared pointer).
template <class Key, class Value, class Hash = std::hash<Key>, class Equal = std::equal_to<>>
class generation_cache {
public:
    explicit generation_cache(std::size_t budget) : half_{budget / 2} {}

    template <class Like>
    std::optional<Value> find(const Like& key) {
        map dropped;
        const std::lock_guard lock{mutex_};
        if (const auto at = young_.find(key); at != young_.end()) {
            ++hits_;
            return at->second.value;
        }
        const auto at = old_.find(key);
        if (at == old_.end()) {
            ++misses_;
            return std::nullopt;
        }
        ++hits_;
        auto kept = *at;
        old_cost_ -= kept.second.cost;
        old_.erase(at);
        dropped = insert(std::move(kept.first), std::move(kept.second));
        return young_.find(key)->second.value;
    }

    /// Adds or replaces; `cost` counts against the budget.
    void put(Key key, Value value, std::size_t cost) {
        map dropped;  // Freed after the lock is.
        const std::lock_guard lock{mutex_};
        if (const auto known = old_.find(key); known != old_.end()) {
            old_cost_ -= known->second.cost;
            old_.erase(known);
        }
        dropped = insert(std::move(key), {std::move(value), cost});
    }

    void clear() {
        const std::lock_guard lock{mutex_};
        young_.clear();
        old_.clear();
        young_cost_ = 0;
        old_cost_ = 0;
    }

    /// How often `find` found something or not, and what is held now.
    struct usage {
        std::uint64_t hits = 0;
        std::uint64_t misses = 0;
        std::size_t cost = 0;
    };
    usage used() const {
        const std::lock_guard lock{mutex_};
        return {hits_, misses_, young_cost_ + old_cost_};
    }

private:
    struct entry {
        Value value;
        std::size_t cost = 0;
    };
    using map = boost::unordered_flat_map<Key, entry, Hash, Equal>;

    map insert(Key key, entry one) {
        map dropped;
        if (young_cost_ + one.cost > half_ && !young_.empty()) {
            dropped = std::exchange(old_, std::exchange(young_, {}));
            old_cost_ = std::exchange(young_cost_, 0);
        }
        young_cost_ += one.cost;
        const auto [at, added] = young_.try_emplace(std::move(key), one);
        if (!added) {
            young_cost_ -= at->second.cost;
            at->second = std::move(one);
        }
        return dropped;
    }

    mutable std::mutex mutex_;
    std::size_t half_;
    std::size_t young_cost_ = 0;
    std::size_t old_cost_ = 0;
    std::uint64_t hits_ = 0;
    std::uint64_t misses_ = 0;
    map young_;
    map old_;
};

/// Lets string keys be looked up by view.
struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};

}  // namespace daybook
