// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/orchestration/tags.hpp>
#include <daybook/types.hpp>

#include <boost/describe/class.hpp>
#include <boost/mp11/list.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// Rolling summaries of a stream; `summarizer` (daybook/orchestration/summarizer.hpp) makes them.
namespace daybook::orchestration {

/// What happened in a range of events.
struct summary_figures {
    std::map<std::string, std::uint64_t> by_type{};  ///< At most 100 types, and "(other)".
    text_list agents{};                              ///< That were named, the first 100.
    std::uint64_t gaps_identified = 0;
    std::uint64_t gaps_resolved = 0;
    text_list gaps_open{};     ///< Identified in the range and not resolved in it, the first 100.
    std::uint64_t errors = 0;  ///< Events that tell of one: by their tag, else by their type.
    timestamp started_at{};    ///< Earliest time of an event in the range.
    timestamp ended_at{};      ///< Latest.
    std::uint64_t duration_ms = 0;
    std::uint64_t first_position = 0;  ///< Of the first event, in the whole log.
    std::uint64_t last_position = 0;
};
BOOST_DESCRIBE_STRUCT(summary_figures, (),
                      (by_type, agents, gaps_identified, gaps_resolved, gaps_open, errors,
                       started_at, ended_at, duration_ms, first_position, last_position))

/// So many events of a phase, summed up.
struct phase_summary_created {
    static constexpr std::string_view type_name = "PhaseSummaryCreated";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string phase{};
    std::uint64_t from_sequence{};  ///< First of the range, in the stream.
    std::uint64_t to_sequence{};    ///< Last of the range.
    std::uint64_t events{};         ///< How many were counted in the range.
    optional_text summary{};
    std::optional<summary_figures> figures{};
};
BOOST_DESCRIBE_STRUCT(phase_summary_created, (),
                      (phase, from_sequence, to_sequence, events, summary, figures))

/// So many events of an orchestration, summed up.
struct orchestration_summary_created {
    static constexpr std::string_view type_name = "OrchestrationSummaryCreated";
    static constexpr std::string_view schema_version = "1.0.0";
    std::uint64_t from_sequence{};  ///< First of the range, in the stream.
    std::uint64_t to_sequence{};    ///< Last of the range.
    std::uint64_t events{};         ///< How many were counted in the range.
    optional_text summary{};
    std::optional<summary_figures> figures{};
};
BOOST_DESCRIBE_STRUCT(orchestration_summary_created, (),
                      (from_sequence, to_sequence, events, summary, figures))

/// Summaries that stay when what they sum up is archived.
struct summary_group {
    static constexpr std::string_view name = "Summaries";
    using events = boost::mp11::mp_list<phase_summary_created, orchestration_summary_created>;
};

}  // namespace daybook::orchestration
