// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/audit_report.hpp>
#include <daybook/json_event.hpp>
#include <daybook/projections/agent_metrics.hpp>
#include <daybook/projections/orchestration_events.hpp>
#include <daybook/projections/timeline.hpp>
#include <daybook/projections/workflow_metrics.hpp>
#include <daybook/query_matcher.hpp>

#include "bounded_counts.hpp"
#include "report_bars.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

/// The parts of a report. Each is shown every event once, in order, and then tells its part.
namespace daybook::compliance {

/// An event, and what every part asks of it.
struct seen_event {
    const json_event& event;
    projections::timeline_entry line;
    projections::event_kind kind{};
    std::string agent;  ///< Empty if it is of none.
    bool error = false;

    static seen_event of(const json_event& event);
};

/// What there is, and how much of it.
class scope_part {
public:
    void take(const seen_event& seen);
    void tell(audit_report& to) const;

private:
    report_scope scope_;
    std::set<std::string, std::less<>> streams_;
    bounded_counts types_{report_limits::types_max};
    std::map<std::string, std::uint64_t, std::less<>> severities_;
};

/// Orchestrations and workflows: `projections::work_metrics`, over those in the report.
class workflow_part {
public:
    void take(const seen_event& seen);
    void tell(audit_report& to) const;

private:
    void count(std::string_view key, const projections::work_row* before,
               const projections::work_row& after);

    std::unordered_map<std::string, projections::work_row> open_;
    projections::workflow_metrics_row all_;
    std::uint64_t not_followed_ = 0;
};

class phase_part {
public:
    void take(const seen_event& seen);
    void tell(audit_report& to) const;

private:
    struct phase_state {
        report_phase shown;
        projections::outcome_counts counts;
        projections::span_tracker runs;
        bar_list bars;
        std::size_t order = 0;
    };
    std::map<std::string, phase_state, std::less<>> phases_;
};

/// Agents: `projections::agent_metrics`, over the events in the report.
class agent_part {
public:
    agent_part();
    void take(const seen_event& seen);
    /// After the scope was told.
    void tell(audit_report& to) const;

private:
    struct agent_state {
        projections::agent_metrics_row row;
        bar_list bars;
        std::uint64_t errors = 0;
    };
    static report_agent shown(const std::string& name, const agent_state& one, const bar_list& bars,
                              std::uint64_t working_us);

    query_matcher wanted_;
    std::map<std::string, agent_state, std::less<>> agents_;
};

class error_part {
public:
    void take(const seen_event& seen);
    void tell(audit_report& to) const;

private:
    struct kind_state {
        std::uint64_t count = 0;
        bounded_counts agents{report_limits::agents_max};
        bounded_counts phases{report_limits::phases_max};
        bounded_counts before{report_limits::types_max};
        report_error first, last;
    };
    void take_error(const seen_event& seen);

    std::uint64_t total_ = 0, critical_ = 0;
    std::map<std::string, kind_state, std::less<>> kinds_;
    bounded_counts agents_{report_limits::agents_max};
    bounded_counts phases_{report_limits::phases_max};
    std::unordered_map<std::string, std::string> last_type_;  // By stream.
};

class actor_part {
public:
    void take(const seen_event& seen);
    void tell(audit_report& to) const;

private:
    struct actor_state {
        report_actor shown;
        bounded_counts did{report_limits::types_max};
    };
    std::map<std::string, actor_state, std::less<>> actors_;
};

/// What the picture shows besides phases and agents.
class time_part {
public:
    void take(const seen_event& seen);
    /// After phases and agents were told.
    void tell(audit_report& to) const;

private:
    slot_row slots_;
    std::map<std::string, bar_list, std::less<>> types_;
};

/// Takes those of `lanes` with the most runs, in their order, and counts the others.
void tell_lanes(std::vector<report_lane> lanes, report_picture& to);

}  // namespace daybook::compliance
