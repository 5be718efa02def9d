// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/projection.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace daybook::projections {

/// A failure that was told, in short.
struct daily_problem {
    timestamp at{};
    std::string stream;
    std::string text;  ///< One line, at most 200 bytes.
    friend bool operator==(const daily_problem&, const daily_problem&) = default;
};
BOOST_DESCRIBE_STRUCT(daily_problem, (), (at, stream, text))

struct daily_summary_row {
    std::uint64_t events = 0;
    std::uint64_t streams_begun = 0;
    /// What was done, in counts of events: "workflows_completed", "commits", "gaps_found" ... (see
    /// projections/docs/built_in_views.md); what did not happen is not there.
    std::map<std::string, std::uint64_t> done;
    std::map<std::string, std::uint64_t> by_severity;
    std::map<std::string, std::uint64_t> by_type;   ///< At most 100, and "(other)".
    std::map<std::string, std::uint64_t> by_actor;  ///< By id; at most 100, and "(other)".
    std::vector<std::uint64_t> by_hour;             ///< 24 counts, from 00:00 UTC on.
    std::vector<daily_problem> problems;  ///< Errors and critical events: the newest 20 recorded.
    std::uint64_t problems_cut = 0;       ///< Older ones that were dropped.
    std::uint64_t recorded_later = 0;     ///< Events recorded on a later day than they happened.
    timestamp first_at{}, last_at{};      ///< Earliest and latest time of an event.
    friend bool operator==(const daily_summary_row&, const daily_summary_row&) = default;
};
BOOST_DESCRIBE_STRUCT(daily_summary_row, (),
                      (events, streams_begun, done, by_severity, by_type, by_actor, by_hour,
                       problems, problems_cut, recorded_later, first_at, last_at))

/// What happened on a day, by the events' own times in UTC.
///
/// Keys: "2026-01-31", and "2026-01-31 SHOP" for each project of that day.
struct daily_summary {
    static constexpr std::string_view name = "daily_summary";
    static constexpr std::uint32_t version = 1;
    static constexpr std::size_t names_max = 100;
    static constexpr std::size_t problems_max = 20;
    using row = daily_summary_row;

    static query wants() { return query::all(); }
    static std::vector<std::string> key(const json_event& event);
    static row apply(row current, const json_event& event);
};

}  // namespace daybook::projections
