// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/orchestration_events.hpp>
#include <daybook/projections/projection.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daybook::projections {

/// One line of a timeline.
struct timeline_entry {
    timestamp at{};  ///< When it happened: the event's own time.
    daybook::position position;
    std::string stream;
    daybook::sequence sequence;
    std::string type;        ///< The event type.
    std::string actor;       ///< The actor's id; empty if there is none.
    std::string actor_type;  ///< "user", "agent", "system", ...
    std::string phase;       ///< By payload or tag "phase"; empty if there is none.
    daybook::projections::severity severity{};
    std::string summary;  ///< One line of text, at most 200 bytes.
    friend bool operator==(const timeline_entry&, const timeline_entry&) = default;
};
BOOST_DESCRIBE_STRUCT(timeline_entry, (),
                      (at, position, stream, sequence, type, actor, actor_type, phase, severity,
                       summary))

/// Every event in one line, by stream.
///
/// The key is the stream, a tab and the position in 20 digits, so the rows of one stream are
/// those with the prefix `stream_prefix(stream)`, in order. A row is a function of one event, so
/// the order of the whole log needs no second copy: read the log and call `entry_of`.
struct timeline {
    static constexpr std::string_view name = "timeline";
    static constexpr std::uint32_t version = 1;
    static constexpr bool row_per_event = true;
    using row = timeline_entry;

    static query wants() { return query::all(); }
    static std::string key(const json_event& event);
    static row apply(row, const json_event& event) { return entry_of(event); }

    /// The line of one event. Never fails: fields that are missing or odd are left out.
    static timeline_entry entry_of(const json_event& event);
    static timeline_entry entry_of(const event_view& event) { return entry_of(json_event{event}); }

    static std::string stream_prefix(std::string_view stream);
    static std::string key_of(std::string_view stream, position at);
    /// The stream and the position of a key; nothing if it is none.
    static std::optional<std::pair<std::string_view, position>> parse_key(
        std::string_view key) noexcept;
};

}  // namespace daybook::projections
