// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/projection.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace daybook::projections {

/// What a field is now. Values are text: strings as they are, anything else as JSON, both on one
/// line and cut at 200 bytes.
struct field_value {
    std::string value;
    timestamp since{};
    friend bool operator==(const field_value&, const field_value&) = default;
};
BOOST_DESCRIBE_STRUCT(field_value, (), (value, since))

/// One field that one event changed.
struct field_change {
    timestamp at{};
    daybook::position position;
    std::string type;   ///< The event type.
    std::string actor;  ///< Its actor's id; empty if there is none.
    std::string field;
    std::optional<std::string> before;  ///< Null: it had no value, or none that is known.
    std::optional<std::string> after;   ///< Null: it has none any more.
    friend bool operator==(const field_change&, const field_change&) = default;
};
BOOST_DESCRIBE_STRUCT(field_change, (), (at, position, type, actor, field, before, after))

struct entity_history_row {
    std::map<std::string, field_value> fields;  ///< By name; at most `fields_max`.
    std::vector<field_change> changes;          ///< The newest `changes_max`, oldest first.
    std::uint64_t changes_cut = 0;              ///< Older ones that were dropped.
    std::uint64_t fields_skipped = 0;           ///< Changes of fields for which there was no room.
    std::uint64_t befores_odd = 0;  ///< Changes from a value that the field did not have: an event
                                    ///< is missing, or two worked on it at once.
    std::uint64_t times_odd = 0;    ///< Events dated before the one before them.
    std::uint64_t events = 0;
    timestamp first_at{};  ///< Of the first event.
    timestamp last_at{};   ///< Of the last.
    friend bool operator==(const entity_history_row&, const entity_history_row&) = default;
};
BOOST_DESCRIBE_STRUCT(entity_history_row, (),
                      (fields, changes, changes_cut, fields_skipped, befores_odd, times_odd, events,
                       first_at, last_at))

/// Every change of every entity, before and after; the key is the stream.
///
/// A change is what an event says in `changes` ({"status": {"before": ..., "after": ...}}, or
/// [before, after], or {"before": {...}, "after": {...}}), in `new_status`, `to_status` and the
/// like, or by its kind (a started phase). Events that create something, and those of other
/// systems, set every field of their payload that is not a list or an object. The value before is
/// what the events before made it, else what the event says it was. Older changes than the newest
/// `changes_max` are in the log; `daybook state STREAM --at TIME` shows a whole state of then.
struct entity_history {
    static constexpr std::string_view name = "entity_history";
    static constexpr std::uint32_t version = 2;
    static constexpr bool keyed_by_stream = true;
    static constexpr std::size_t fields_max = 64;
    static constexpr std::size_t changes_max = 200;
    using row = entity_history_row;

    static query wants() { return query::all(); }
    static row apply(row current, const json_event& event);
};

}  // namespace daybook::projections
