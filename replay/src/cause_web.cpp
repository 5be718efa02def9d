// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cause_web.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <span>

namespace daybook::replay {
namespace {

using node = cause_web::node;

/// Tarjan's strongly connected components, without recursion: chains of causes are long.
class component_search {
public:
    explicit component_search(std::vector<std::pair<node, node>>& edges) {
        std::sort(edges.begin(), edges.end());
        edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
        for (const auto& [from, to] : edges) {
            nodes_.push_back(from);
            nodes_.push_back(to);
        }
        std::sort(nodes_.begin(), nodes_.end());
        nodes_.erase(std::unique(nodes_.begin(), nodes_.end()), nodes_.end());
        begins_.reserve(nodes_.size() + 1);
        targets_.reserve(edges.size());
        for (const auto one : nodes_) {
            begins_.push_back(targets_.size());
            auto at = std::lower_bound(edges.begin(), edges.end(), std::pair{one, node{0}});
            for (; at != edges.end() && at->first == one; ++at)
                targets_.push_back(index_of(at->second));
        }
        begins_.push_back(targets_.size());
        order_.assign(nodes_.size(), 0);
        low_.assign(nodes_.size(), 0);
        component_.assign(nodes_.size(), none);
    }

    std::vector<cause_web::circle> circles() {
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (order_[i] == 0) search_from(i);
        }
        std::vector<cause_web::circle> all;
        for (const auto& members : components_) {
            if (members.size() > 1) all.push_back(circle_of(members));
        }
        std::sort(all.begin(), all.end(),
                  [](const auto& a, const auto& b) { return a.way.front() < b.way.front(); });
        return all;
    }

private:
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

    std::size_t index_of(node of) const {
        return static_cast<std::size_t>(std::lower_bound(nodes_.begin(), nodes_.end(), of) -
                                        nodes_.begin());
    }
    std::span<const std::size_t> targets_of(std::size_t at) const {
        return std::span{targets_}.subspan(begins_[at], begins_[at + 1] - begins_[at]);
    }

    void enter(std::size_t at) {
        order_[at] = low_[at] = ++entered_;
        open_.push_back(at);
        path_.push_back({at, 0});
    }

    void search_from(std::size_t start) {
        enter(start);
        while (!path_.empty()) {
            auto& [at, next] = path_.back();
            const auto targets = targets_of(at);
            if (next < targets.size()) {
                const auto to = targets[next++];
                if (order_[to] == 0) {
                    enter(to);
                } else if (component_[to] == none) {
                    low_[at] = std::min(low_[at], order_[to]);
                }
                continue;
            }
            const auto done = at;
            path_.pop_back();
            if (!path_.empty()) {
                auto& above = low_[path_.back().first];
                above = std::min(above, low_[done]);
            }
            if (low_[done] == order_[done]) close(done);
        }
    }

    void close(std::size_t root) {
        std::vector<std::size_t> members;
        do {
            members.push_back(open_.back());
            component_[open_.back()] = components_.size();
            open_.pop_back();
        } while (members.back() != root);
        components_.push_back(std::move(members));
    }

    cause_web::circle circle_of(std::vector<std::size_t> members) const {
        std::sort(members.begin(), members.end());
        auto way = way_around(members.front());
        auto on_way = way;
        std::sort(on_way.begin(), on_way.end());
        std::vector<std::size_t> others;
        std::set_difference(members.begin(), members.end(), on_way.begin(), on_way.end(),
                            std::back_inserter(others));
        return {named(way), named(others)};
    }

    /// A shortest way from `first` to itself, within its component.
    std::vector<std::size_t> way_around(std::size_t first) const {
        std::map<std::size_t, std::size_t> came_from;
        std::vector<std::size_t> reached{first};
        std::size_t last = none;
        for (std::size_t i = 0; last == none; ++i) {
            for (const auto to : targets_of(reached[i])) {
                if (to == first) last = reached[i];
                if (to != first && component_[to] == component_[first] &&
                    came_from.emplace(to, reached[i]).second)
                    reached.push_back(to);
            }
        }
        std::vector<std::size_t> way;
        for (auto at = last; at != first; at = came_from.at(at)) way.push_back(at);
        way.push_back(first);
        std::reverse(way.begin(), way.end());
        return way;
    }

    std::vector<node> named(const std::vector<std::size_t>& indexes) const {
        std::vector<node> all;
        for (const auto index : indexes) all.push_back(nodes_[index]);
        return all;
    }

    std::vector<node> nodes_;
    std::vector<std::size_t> begins_;
    std::vector<std::size_t> targets_;
    std::vector<std::size_t> order_;  // 0: not met yet.
    std::vector<std::size_t> low_;
    std::vector<std::size_t> component_;
    std::vector<std::size_t> open_;
    std::vector<std::pair<std::size_t, std::size_t>> path_;
    std::vector<std::vector<std::size_t>> components_;
    std::size_t entered_ = 0;
};

}  // namespace

bool cause_web::add(node effect, node cause) {
    if (edges_.size() >= edges_max_) return false;
    edges_.emplace_back(effect, cause);
    return true;
}

std::vector<cause_web::circle> cause_web::circles() {
    return edges_.empty() ? std::vector<circle>{} : component_search{edges_}.circles();
}

}  // namespace daybook::replay
