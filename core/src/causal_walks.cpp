// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "causal_walks.hpp"

#include "index_cursor.hpp"
#include "sources.hpp"
#include "text.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>

namespace daybook {
namespace {

struct id_hash {
    std::size_t operator()(const event_id& id) const noexcept {
        return std::hash<std::string_view>{}(id_text(id));
    }
};
using places = boost::unordered_flat_map<event_id, std::size_t, id_hash>;

/// Events that name `id` as a cause, by position. They are nearly always later than their cause,
/// but an import may bring them first.
result<std::vector<event>> effects_of(engine& e, const event_id& id) {
    auto q = compiled_query::make(criteria{.cause = id}, e.rules);
    if (!q) return q.error();
    query_walk walk{e, std::move(*q), direction::forwards, {}, e.end()};
    std::vector<event> found;
    for (;;) {
        const auto next = walk.next();
        if (!next) return next.error();
        if (!*next) return found;
        found.emplace_back(**next);
    }
}

result<std::optional<event>> event_of(engine& e, const event_id& id, position near) {
    const auto at = find_id(e, id, e.end(), near);
    if (!at) return at.error();
    if (!*at) return std::optional<event>{};
    log_reader log{e.log};
    const auto found = log.at(**at);
    if (!found) return found.error();
    return std::optional<event>{event{*found}};
}

/// A breadth-first walk that grows from one event.
class walk_from {
public:
    walk_from(engine& e, const causal_limits& limits) : engine_{e}, limits_{limits} {}

    /// `neighbours` gives the events one step further on from an event.
    template <class Neighbours>
    result<causal_graph> run(const event_id& start, Neighbours&& neighbours) {
        auto first = event_of(engine_, start, engine_.end());
        if (!first) return first.error();
        if (!*first) return fail(errc::not_found, cat("event ", start, " is not in the store"));
        places_.emplace(start, 0);
        graph_.nodes.push_back({std::move(**first), 0, {}});
        std::size_t level = 0;  // Where the nodes of the last depth begin.
        for (std::size_t depth = 1; level < graph_.nodes.size(); ++depth) {
            std::vector<step> steps;
            const auto end = graph_.nodes.size();
            for (auto at = level; at < end; ++at) {
                auto next = neighbours(graph_.nodes[at].event);
                if (!next) return next.error();
                for (auto& one : *next) steps.push_back({std::move(one), at});
            }
            level = end;
            std::stable_sort(steps.begin(), steps.end(), [](const step& a, const step& b) {
                return a.to.position() < b.to.position();
            });
            for (auto& one : steps) add(std::move(one), depth);
        }
        return std::move(graph_);
    }

private:
    struct step {
        event to;
        std::size_t from = 0;
    };

    void add(step one, std::size_t depth) {
        auto known = places_.find(one.to.id());
        if (known == places_.end()) {
            if (graph_.nodes.size() >= limits_.nodes_max || depth > limits_.depth_max) {
                graph_.truncated = true;
                return;
            }
            known = places_.emplace(one.to.id(), graph_.nodes.size()).first;
            graph_.nodes.push_back({std::move(one.to), depth, {}});
        }
        auto& parents = graph_.nodes[known->second].parents;
        // A cause may be named twice.
        if (parents.empty() || parents.back() != one.from) parents.push_back(one.from);
    }

    engine& engine_;
    causal_limits limits_;
    causal_graph graph_;
    places places_;
};

result<std::vector<event>> events_of(engine& e, std::string_view correlation, std::size_t max) {
    auto q = compiled_query::make(criteria{.correlation = std::string{correlation}}, e.rules);
    if (!q) return q.error();
    query_walk walk{e, std::move(*q), direction::forwards, {}, e.end()};
    std::vector<event> found;
    while (found.size() < max) {
        const auto next = walk.next();
        if (!next) return next.error();
        if (!*next) break;
        found.emplace_back(**next);
    }
    return found;
}

places places_of(const std::vector<event>& events) {
    places all;
    all.reserve(events.size());
    for (std::size_t i = 0; i < events.size(); ++i) all.emplace(events[i].id(), i);
    return all;
}

/// Turns events of one correlation into a forest, breadth first from its roots.
class forest {
public:
    explicit forest(std::vector<event> events)
        : events_{std::move(events)}, children_(events_.size()), placed_(events_.size(), unplaced) {
        const auto known = places_of(events_);
        for (std::size_t i = 0; i < events_.size(); ++i) {
            bool root = true;
            for (const auto& cause : events_[i].view().causes()) {
                const auto at = known.find(cause);
                if (at == known.end()) {
                    graph_.missing.push_back(cause);
                } else if (at->second != i) {
                    auto& effects = children_[at->second];
                    // A cause may be named twice.
                    if (effects.empty() || effects.back() != i) effects.push_back(i);
                    root = false;
                }
            }
            if (root) level_.push_back(i);
        }
    }

    causal_graph take(std::size_t depth_max) {
        grow(depth_max);
        // What no root leads to is a ring of causes: start it at its first event.
        for (std::size_t i = 0; i < events_.size() && !graph_.truncated; ++i) {
            if (placed_[i] != unplaced) continue;
            level_ = {i};
            grow(depth_max);
        }
        link_parents();
        std::sort(graph_.missing.begin(), graph_.missing.end());
        graph_.missing.erase(std::unique(graph_.missing.begin(), graph_.missing.end()),
                             graph_.missing.end());
        return std::move(graph_);
    }

private:
    static constexpr std::size_t unplaced = static_cast<std::size_t>(-1);

    void grow(std::size_t depth_max) {
        for (std::size_t depth = 0; !level_.empty(); ++depth) {
            if (depth > depth_max) {
                graph_.truncated = true;
                return;
            }
            std::vector<std::size_t> next;
            for (const auto i : level_) {
                if (placed_[i] != unplaced) continue;
                placed_[i] = graph_.nodes.size();
                graph_.nodes.push_back({events_[i], depth, {}});
                next.insert(next.end(), children_[i].begin(), children_[i].end());
            }
            std::sort(next.begin(), next.end());
            next.erase(std::unique(next.begin(), next.end()), next.end());
            level_ = std::move(next);
        }
    }
    void link_parents() {
        for (std::size_t i = 0; i < events_.size(); ++i) {
            if (placed_[i] == unplaced) continue;
            for (const auto child : children_[i]) {
                if (placed_[child] != unplaced) {
                    graph_.nodes[placed_[child]].parents.push_back(placed_[i]);
                }
            }
        }
    }

    std::vector<event> events_;
    std::vector<std::vector<std::size_t>> children_;
    std::vector<std::size_t> placed_;  ///< Event to node.
    std::vector<std::size_t> level_;
    causal_graph graph_;
};

}  // namespace

result<causal_graph> walk_causes(engine& e, const event_id& start, const causal_limits& limits) {
    std::vector<event_id> missing;
    auto graph =
        walk_from{e, limits}.run(start, [&](const event& of) -> result<std::vector<event>> {
            std::vector<event> found;
            for (const auto& cause : of.view().causes()) {
                auto one = event_of(e, cause, of.position());
                if (!one) return one.error();
                *one ? found.push_back(std::move(**one)) : missing.push_back(cause);
            }
            return found;
        });
    if (!graph) return graph;
    std::sort(missing.begin(), missing.end());
    missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
    graph->missing = std::move(missing);
    return graph;
}

result<causal_graph> walk_effects(engine& e, const event_id& start, const causal_limits& limits) {
    return walk_from{e, limits}.run(start, [&](const event& of) { return effects_of(e, of.id()); });
}

result<causal_graph> tree_of(engine& e, std::string_view correlation, const causal_limits& limits) {
    const auto max = limits.nodes_max;
    auto events = events_of(e, correlation, max == static_cast<std::size_t>(-1) ? max : max + 1);
    if (!events) return events.error();
    const bool cut = events->size() > max;
    if (cut) events->pop_back();
    auto graph = forest{std::move(*events)}.take(limits.depth_max);
    graph.truncated = graph.truncated || cut;
    return graph;
}

result<critical_path> path_of(engine& e, std::string_view correlation) {
    auto events = events_of(e, correlation, static_cast<std::size_t>(-1));
    if (!events) return events.error();
    critical_path path;
    if (events->empty()) return path;
    const auto known = places_of(*events);
    const auto later = [&](std::size_t a, std::size_t b) {
        const auto& x = (*events)[a];
        const auto& y = (*events)[b];
        const auto s = x.view().occurred_at();
        const auto t = y.view().occurred_at();
        return s != t ? s < t : x.position() < y.position();
    };
    std::optional<std::size_t> at = 0;
    for (std::size_t i = 1; i < events->size(); ++i) {
        if (later(*at, i)) at = i;
    }
    // Back from what ended last: at each step the cause that was ready last held things up.
    std::vector<bool> seen(events->size(), false);
    while (at && !seen[*at]) {
        seen[*at] = true;
        path.events.push_back((*events)[*at]);
        std::optional<std::size_t> latest;
        for (const auto& cause : (*events)[*at].view().causes()) {
            const auto place = known.find(cause);
            if (place == known.end() || seen[place->second]) continue;
            if (!latest || later(*latest, place->second)) latest = place->second;
        }
        at = latest;
    }
    std::reverse(path.events.begin(), path.events.end());
    path.duration =
        path.events.back().view().occurred_at() - path.events.front().view().occurred_at();
    return path;
}

}  // namespace daybook
