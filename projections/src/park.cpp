// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/park.hpp>

#include "park_layout.hpp"

#include <algorithm>

namespace daybook::projections {
namespace {

result<keyspace> existing(store& log, std::string_view name) {
    const auto names = log.keyspaces();
    if (!names) return names.error();
    if (std::find(names->begin(), names->end(), name) == names->end())
        return fail(errc::not_found, "there is no keyspace " + std::string{name});
    return log.open_keyspace(name);
}

parked_view_event entry_of(std::string_view lane, const layout::park_record& head) {
    const auto key = layout::key_of_lane(lane);
    return {.key = key ? std::optional{std::string{*key}} : std::nullopt,
            .at = head.at,
            .stream = head.stream,
            .reason = head.reason,
            .attempts = head.attempts,
            .first_failed_at = head.first_failed_at,
            .last_failed_at = head.last_failed_at,
            .next_try = head.next_try,
            .held_behind = head.held};
}

/// Adds what is held behind `first`, in order.
result<void> add_held(const keyspace& rows, const parked_view_event& first, std::size_t limit,
                      std::vector<parked_view_event>& to) {
    if (!first.key || first.held_behind == 0) return {};
    return layout::visit_queue(rows, layout::lane_of_key(*first.key), position{0},
                               [&](position at) {
                                   if (to.size() >= limit) return false;
                                   to.push_back({.key = first.key, .at = at, .held = true});
                                   return true;
                               });
}

}  // namespace

result<std::vector<parked_view_event>> parked_events(store& log, std::string_view keyspace_name,
                                                     std::size_t limit) {
    const auto rows = existing(log, keyspace_name);
    if (!rows) return rows.error();
    std::vector<parked_view_event> found;
    auto heads =
        layout::visit_heads(*rows, [&](std::string_view lane, const layout::park_record& head) {
            found.push_back(entry_of(lane, head));
            return true;
        });
    if (!heads) return heads.error();
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return std::tie(a.at, a.key) < std::tie(b.at, b.key);
    });
    if (found.size() > limit) found.resize(limit);
    const auto parked = found;
    for (const auto& first : parked) {
        if (auto held = add_held(*rows, first, limit, found); !held) return held.error();
    }
    return found;
}

result<parked_counts> count_parked(store& log, std::string_view keyspace_name) {
    const auto rows = existing(log, keyspace_name);
    if (!rows) return rows.error();
    parked_counts counts;
    auto heads = layout::visit_heads(*rows, [&](std::string_view, const layout::park_record& head) {
        ++counts.keys;
        counts.events += 1 + head.held;
        return true;
    });
    if (!heads) return heads.error();
    return counts;
}

}  // namespace daybook::projections
