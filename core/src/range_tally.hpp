// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/json_event.hpp>
#include <daybook/orchestration/summaries.hpp>
#include <daybook/value_codec.hpp>

#include <boost/describe.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

// What a summary will say of the events that were read so far.
namespace daybook::orchestration {

inline constexpr std::string_view other_name = "(other)";
/// Longer names are cut.
inline constexpr std::size_t name_bytes_max = 200;
std::string short_name(std::string_view name);

/// What an event tells, as far as summaries ask.
struct summed_event {
    explicit summed_event(const json_event& event);

    const event_view& view;
    std::string phase;  ///< Named by the event itself; empty if it names none.
    std::string agent;
    std::string gap;
    bool is_error = false;
    enum class meaning { other, phase_started, phase_ended, gap_identified, gap_resolved, summary };
    meaning what = meaning::other;
};

/// A range of events that grows. Bounded in size.
struct range_tally {
    std::uint64_t events = 0;
    sequence from;
    sequence to;
    position first;
    position last;
    timestamp started_at{};
    timestamp ended_at{};
    std::map<std::string, std::uint64_t> by_type;
    std::set<std::string> agents;
    std::set<std::string> gaps_open;
    std::uint64_t gaps_identified = 0;
    std::uint64_t gaps_resolved = 0;
    std::uint64_t errors = 0;

    void add(const summed_event& event);
    summary_figures figures() const;
    /// "25 events of phase CODE, from sequence 3 to 40: ..."; of the whole stream without a phase.
    std::string text(std::string_view phase) const;
};
BOOST_DESCRIBE_STRUCT(range_tally, (),
                      (events, from, to, first, last, started_at, ended_at, by_type, agents,
                       gaps_open, gaps_identified, gaps_resolved, errors))

}  // namespace daybook::orchestration
