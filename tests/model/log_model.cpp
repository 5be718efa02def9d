// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "model/log_model.hpp"

#include <algorithm>

namespace daybook::test {

void log_model::add(event stored) {
    streams_[std::string{stored.stream()}].push_back(size());
    oracle_.add(std::move(stored));
}

std::vector<std::uint64_t> log_model::stream(const std::string& name) const {
    const auto known = streams_.find(name);
    return known == streams_.end() ? std::vector<std::uint64_t>{} : known->second;
}

log_model::answer log_model::judge(const commit_request& request) const {
    if (auto there = place_of_repeat(request); !there.empty()) {
        return {outcome::repeated, std::move(there)};
    }
    if (any_id_is_known(request) || !expectations_hold(request) || !conditions_hold(request)) {
        return {outcome::conflict, {}};
    }
    return {outcome::stored, placed(request)};
}

std::vector<expected_event> log_model::placed(const commit_request& request) const {
    std::vector<expected_event> all;
    std::map<std::string, std::uint64_t> heads;
    for (const auto& part : request.streams) {
        auto& head = heads.emplace(part.stream, stream(part.stream).size()).first->second;
        for (const auto& e : part.events) {
            all.push_back({part.stream, size() + all.size(), ++head, e});
        }
    }
    return all;
}

// The places of the request's events if they are all stored already, side by side in the log, in
// the request's streams, with the same content, and behind the sequences that it expects.
std::vector<expected_event> log_model::place_of_repeat(const commit_request& request) const {
    std::vector<expected_event> there;
    for (const auto& part : request.streams) {
        for (std::size_t i = 0; i < part.events.size(); ++i) {
            const auto& e = part.events[i];
            const auto at = e.id ? oracle_.find(*e.id) : std::nullopt;
            if (!at || (!there.empty() && *at != there.back().position + 1)) return {};
            const auto& stored = oracle_.log()[*at];
            there.push_back({part.stream, *at, stored.sequence().value, e});
            if (!difference(stored, there.back()).empty()) return {};
            const auto exact = part.expected.exact();
            if (i == 0 && exact && exact->value + 1 != stored.sequence().value) return {};
        }
    }
    return there;
}

bool log_model::any_id_is_known(const commit_request& request) const {
    return std::any_of(request.streams.begin(), request.streams.end(), [&](const auto& part) {
        return std::any_of(part.events.begin(), part.events.end(),
                           [&](const auto& e) { return e.id && oracle_.find(*e.id); });
    });
}

bool log_model::expectations_hold(const commit_request& request) const {
    std::map<std::string, std::uint64_t> heads;
    for (const auto& part : request.streams) {
        auto& head = heads.emplace(part.stream, stream(part.stream).size()).first->second;
        if (!part.expected.matches({head})) return false;
        head += part.events.size();
    }
    return true;
}

bool log_model::conditions_hold(const commit_request& request) const {
    return std::none_of(request.conditions.begin(), request.conditions.end(),
                        [&](const append_condition& c) {
                            read_options options{.limit = 1};
                            if (c.after) options.from = c.after->value + 1;
                            return !oracle_.matching(c.fail_if_match, options).empty();
                        });
}

}  // namespace daybook::test
