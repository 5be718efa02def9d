// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Declaring upcasters, and what can be told of them without an event.

#include <daybook/upcasters.hpp>

#include "names.hpp"
#include "text.hpp"
#include "upcast_graph.hpp"

#include <algorithm>
#include <stdexcept>

namespace daybook {
namespace {

using graph_nodes = std::vector<std::size_t>;

error wrong(const versioned_type& kind, std::string_view what) {
    return fail(errc::invalid_argument, cat("upcasters: ", shown(kind), ": ", what));
}

result<void> check(const versioned_type& kind) {
    if (auto sound = names::check_type(kind.type); !sound)
        return fail(errc::invalid_argument, cat("upcasters: ", sound.error().message));
    if (kind.version.empty()) return wrong(kind, "its version is empty");
    const auto sound = names::check_text("version", kind.version, limits::schema_bytes_max);
    return sound ? result<void>{} : wrong(kind, sound.error().message);
}

}  // namespace

std::string shown(const versioned_type& kind) {
    std::string text = in_quotes(cat(kind.type, ' ', kind.version));
    return text.substr(1, text.size() - 2);
}

std::size_t upcasters::graph::find_or_add(const versioned_type& kind) {
    auto& versions = types[kind.type];
    const auto found = find(versions, kind.version);
    if (found != none) return found;
    versions.push_back(nodes.size());
    nodes.push_back({kind});
    return versions.back();
}

upcasters::upcasters(std::unique_ptr<const graph> of) : graph_{std::move(of)} {}
upcasters::~upcasters() = default;

// From what is made to what it is made from, until nothing new is found.
std::vector<std::string> upcasters::sources_of(std::string_view type) const {
    const auto& nodes = graph_->nodes;
    std::vector<bool> leads(nodes.size());
    std::vector<graph_nodes> from(nodes.size());
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        for (const auto to : nodes[at].to) from[to].push_back(at);
    }
    graph_nodes open;
    if (const auto* versions = graph_->versions_of(type)) open = *versions;
    std::vector<std::string> found;
    while (!open.empty()) {
        const auto at = open.back();
        open.pop_back();
        if (leads[at]) continue;
        leads[at] = true;
        if (nodes[at].kind.type != type) found.push_back(nodes[at].kind.type);
        open.insert(open.end(), from[at].begin(), from[at].end());
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

query upcasters::widen(query asked) const {
    const auto& nodes = graph_->nodes;
    const auto is_made = [&](const graph::node& one) { return one.is_made; };
    bool changes_payloads =
        asked.any_of.empty() && std::any_of(nodes.begin(), nodes.end(), is_made);
    for (auto& one : asked.any_of) {
        if (one.types.empty()) changes_payloads |= std::any_of(nodes.begin(), nodes.end(), is_made);
        const auto named = one.types;
        for (const auto& type : named) {
            const auto* versions = graph_->versions_of(type);
            if (versions == nullptr) continue;
            changes_payloads |= std::any_of(versions->begin(), versions->end(),
                                            [&](std::size_t at) { return is_made(nodes[at]); });
            for (auto& source : sources_of(type)) {
                if (std::find(one.types.begin(), one.types.end(), source) == one.types.end())
                    one.types.push_back(std::move(source));
            }
        }
    }
    if (changes_payloads || graph_->opener) asked.where.clear();
    return asked;
}

upcaster_builder& upcaster_builder::declare(detail::upcast_step step) {
    steps_.push_back(std::move(step));
    return *this;
}

upcaster_builder& upcaster_builder::open_with(std::shared_ptr<const payload_opener> by) {
    opener_ = std::move(by);
    return *this;
}

upcaster_builder& upcaster_builder::accept(versioned_type known) {
    accepted_.push_back(std::move(known));
    return *this;
}

std::size_t upcaster_builder::place_of(const versioned_type& kind,
                                       const std::vector<versioned_type>& in) {
    const auto found = std::find(in.begin(), in.end(), kind);
    if (found == in.end())
        throw std::logic_error{"it gave " + shown(kind) + ", which it does not declare"};
    return static_cast<std::size_t>(found - in.begin());
}

namespace {

/// The nodes that lie on a way without end, or lead to one; nothing if all ways end. Takes away
/// what leads nowhere, then what led there alone, and so on.
template <class Nodes>
std::vector<bool> without_end(const Nodes& nodes) {
    std::vector<graph_nodes> from(nodes.size());
    graph_nodes ways_left(nodes.size());
    graph_nodes ended;
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        ways_left[at] = nodes[at].to.size();
        if (ways_left[at] == 0) ended.push_back(at);
        for (const auto to : nodes[at].to) from[to].push_back(at);
    }
    std::vector<bool> left(nodes.size(), true);
    while (!ended.empty()) {
        const auto at = ended.back();
        ended.pop_back();
        left[at] = false;
        for (const auto before : from[at]) {
            if (--ways_left[before] == 0) ended.push_back(before);
        }
    }
    return left;
}

template <class Nodes>
result<void> check_all_ways_end(const Nodes& nodes) {
    const auto left = without_end(nodes);
    const auto first = std::find(left.begin(), left.end(), true);
    if (first == left.end()) return {};
    // Each of these leads to another one of them, so that walking on comes to one seen before.
    graph_nodes way{static_cast<std::size_t>(first - left.begin())};
    while (true) {
        const auto& to = nodes[way.back()].to;
        const auto next = *std::find_if(to.begin(), to.end(), [&](auto at) { return left[at]; });
        const auto seen = std::find(way.begin(), way.end(), next);
        if (seen == way.end()) {
            way.push_back(next);
            continue;
        }
        std::string loop;
        for (auto at = seen; at != way.end(); ++at) loop += shown(nodes[*at].kind) + " -> ";
        return wrong(nodes[next].kind,
                     cat("its upcasters lead back to it: ", loop, shown(nodes[next].kind)));
    }
}

}  // namespace

result<std::shared_ptr<const upcasters>> upcaster_builder::build() const {
    auto made = std::make_unique<upcasters::graph>();
    made->limits = limits_;
    made->opener = opener_;
    made->limits.bytes_max = std::min(limits_.bytes_max, limits::commit_bytes_max_ceiling);
    for (const auto& step : steps_) {
        if (auto sound = check(step.from); !sound) return sound.error();
        const auto from = made->find_or_add(step.from);
        if (made->nodes[from].is_upcast) return wrong(step.from, "two upcasters begin at it");
        if (step.to.empty() && step.run)
            return wrong(step.from, "it is split into nothing: drop it");
        made->nodes[from].is_upcast = true;
        made->nodes[from].run = step.run;
        for (const auto& kind : step.to) {
            if (auto sound = check(kind); !sound) return sound.error();
            const auto to = made->find_or_add(kind);
            made->nodes[from].to.push_back(to);
            made->nodes[to].is_made = true;
        }
    }
    for (const auto& kind : accepted_) {
        if (auto sound = check(kind); !sound) return sound.error();
        made->nodes[made->find_or_add(kind)].is_accepted = true;
    }
    for (const auto& node : made->nodes) {
        if (node.is_upcast && node.is_accepted)
            return wrong(node.kind, "it is to be read as it is, and an upcaster begins at it");
    }
    if (auto ends = check_all_ways_end(made->nodes); !ends) return ends.error();
    return std::shared_ptr<const upcasters>{new upcasters{std::move(made)}};
}

}  // namespace daybook
