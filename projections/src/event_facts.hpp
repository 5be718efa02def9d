// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/orchestration_events.hpp>
#include <daybook/query.hpp>

#include "payload_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

/// What the built-in views ask of any event, asked in one way.
namespace daybook::projections {

/// Longest text and longest name that a view keeps, in bytes; see `one_line`.
inline constexpr std::size_t text_kept_max = 200;

/// Where what did not get an entry of its own in a bounded map is counted.
inline constexpr std::string_view other_name = "(other)";

/// The agent that an event is of: by its payload, else its actor. Empty if there is none.
std::string agent_of(const event_view& event, payload_reader& fields);

/// By payload, tag "project", or an issue's key in the stream ("issue-SHOP-7" is of "SHOP"), else
/// the payload's `product`. Empty if there is none.
std::string project_of(const event_view& event, payload_reader& fields);

/// By payload or tag "phase". Empty if there is none.
std::string phase_of(const event_view& event, payload_reader& fields);

/// The severity that an event carries, as a tag or in its payload, else that of its kind.
severity severity_of(const event_view& event, payload_reader& fields, event_kind kind);

/// The event's time, or the store's when it was recorded if that is more than an hour earlier: a
/// clock that is far ahead may not move windows into the future. Sets `ahead` in that case.
timestamp sane_time(const event_view& event, bool& ahead);

/// Where a thing stands, whatever word an event has for it.
enum class standing : std::uint8_t { open, paused, completed, failed, cancelled };
standing standing_of(std::string_view word);

/// `kind` and a name from an event, as a key: "agent:coder". One line, bounded.
std::string named_key(std::string_view kind, std::string_view name);

/// The entry of `name`, made if there is none; that of `other_name` once the map has `max` others.
template <class Value>
Value& entry_in(std::map<std::string, Value>& map, std::string_view name, std::size_t max) {
    auto key = one_line(name, text_kept_max);
    if (const auto found = map.find(key); found != map.end()) return found->second;
    const auto others = map.size() - map.count(std::string{other_name});
    return map[others < max ? std::move(key) : std::string{other_name}];
}

/// The query of all known types of the kinds for which `wanted` holds, under all their names.
template <class Predicate>
query query_of_kinds(Predicate wanted) {
    std::vector<std::string> types;
    for (const auto& known : known_event_types()) {
        if (!wanted(known.kind)) continue;
        types.emplace_back(known.type);
        if (known.type.find('.') != std::string_view::npos) {
            types.push_back("orchestration." + std::string{known.type});
        }
    }
    return query::types(std::move(types));
}

constexpr bool is_life_cycle(event_kind kind) {
    return kind >= event_kind::orchestration_created && kind <= event_kind::orchestration_cancelled;
}
constexpr bool is_agent_event(event_kind kind) {
    return kind >= event_kind::agent_spawned && kind <= event_kind::agent_paused;
}

}  // namespace daybook::projections
