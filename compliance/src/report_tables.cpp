// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "report_tables.hpp"

#include <algorithm>
#include <array>

namespace daybook::compliance {
namespace {

using enum shown_as;
using projections::gap_summary;
using projections::outcome_summary;

table_cell cell(std::uint64_t number) { return number; }
table_cell cell(position at) { return at.value; }
table_cell cell(std::string_view text) {
    return text.empty() ? table_cell{} : table_cell{std::string{text}};
}
template <class T>
table_cell cell(const std::optional<T>& value) {
    if (!value) return {};
    if constexpr (std::is_same_v<T, double> || std::is_same_v<T, timestamp>) {
        return *value;
    } else {
        return cell(*value);
    }
}

template <class T, class Rows>
table_data filled(std::span<const table_field<T>> fields, const Rows& from) {
    table_data table;
    for (const auto& field : fields) table.columns.push_back(field.column);
    for (const auto& one : from) {
        auto& row = table.rows.emplace_back();
        for (const auto& field : fields) row.push_back(field.read(one));
    }
    return table;
}

// Events and actions ------------------------------------------------------------------------------

constexpr std::array event_columns{
    table_field<report_event>{{"position", "Position", place},
                              [](const auto& e) { return cell(e.position); }},
    table_field<report_event>{{"time", "Time (UTC)", time},
                              [](const auto& e) { return table_cell{e.at}; }},
    table_field<report_event>{{"recorded", "Recorded (UTC)", time},
                              [](const auto& e) { return table_cell{e.recorded_at}; }},
    table_field<report_event>{{"type", "Type"}, [](const auto& e) { return cell(e.type); }},
    table_field<report_event>{{"stream", "Stream", code},
                              [](const auto& e) { return cell(e.stream); }},
    table_field<report_event>{{"sequence", "Sequence", place},
                              [](const auto& e) { return cell(e.sequence.value); }},
    table_field<report_event>{{"id", "Id", code},
                              [](const auto& e) { return cell(daybook::to_string(e.id)); }},
    table_field<report_event>{{"actor_type", "Kind of actor"},
                              [](const auto& e) { return cell(e.actor_type); }},
    table_field<report_event>{{"actor", "Actor"}, [](const auto& e) { return cell(e.actor); }},
    table_field<report_event>{{"phase", "Phase"}, [](const auto& e) { return cell(e.phase); }},
    table_field<report_event>{{"severity", "Severity"},
                              [](const auto& e) { return cell(e.severity); }},
    table_field<report_event>{{"summary", "Summary"},
                              [](const auto& e) { return cell(e.summary); }},
    table_field<report_event>{{"leaf_hash", "Leaf hash", code},
                              [](const auto& e) { return cell(e.leaf_hash); }},
};

constexpr std::array action_columns{
    table_field<report_action>{{"position", "Position", place},
                               [](const auto& a) { return cell(a.position); }},
    table_field<report_action>{{"time", "Time (UTC)", time},
                               [](const auto& a) { return table_cell{a.at}; }},
    table_field<report_action>{{"type", "Action"}, [](const auto& a) { return cell(a.type); }},
    table_field<report_action>{{"actor", "Actor"}, [](const auto& a) { return cell(a.actor); }},
    table_field<report_action>{{"summary", "What"}, [](const auto& a) { return cell(a.summary); }},
    table_field<report_action>{{"leaf_hash", "Leaf hash", code},
                               [](const auto& a) { return cell(a.leaf_hash); }},
};

// Outcomes ----------------------------------------------------------------------------------------

/// A row that has outcomes, under a name.
struct named_outcomes {
    std::string name;
    outcome_summary of;
};

constexpr std::array workflow_columns{
    table_field<named_outcomes>{{"type", "Type"}, [](const auto& w) { return cell(w.name); }},
    table_field<named_outcomes>{{"started", "Started", count},
                                [](const auto& w) { return cell(w.of.started); }},
    table_field<named_outcomes>{{"completed", "Completed", count},
                                [](const auto& w) { return cell(w.of.completed); }},
    table_field<named_outcomes>{{"failed", "Failed", count},
                                [](const auto& w) { return cell(w.of.failed); }},
    table_field<named_outcomes>{{"cancelled", "Cancelled", count},
                                [](const auto& w) { return cell(w.of.cancelled); }},
    table_field<named_outcomes>{{"success_rate", "Success", share},
                                [](const auto& w) { return cell(w.of.success_rate); }},
    table_field<named_outcomes>{{"failure_rate", "Failure", share},
                                [](const auto& w) { return cell(w.of.error_rate); }},
    table_field<named_outcomes>{{"mean_ms", "Mean", duration},
                                [](const auto& w) { return cell(w.of.duration.mean_ms); }},
    table_field<named_outcomes>{{"p50_ms", "Median", duration},
                                [](const auto& w) { return cell(w.of.duration.p50_ms); }},
    table_field<named_outcomes>{{"p95_ms", "95 %", duration},
                                [](const auto& w) { return cell(w.of.duration.p95_ms); }},
    table_field<named_outcomes>{{"max_ms", "Longest", duration},
                                [](const auto& w) { return cell(w.of.duration.max_ms); }},
};

constexpr std::array phase_columns{
    table_field<report_phase>{{"phase", "Phase"}, [](const auto& p) { return cell(p.name); }},
    table_field<report_phase>{{"events", "Events", count},
                              [](const auto& p) { return cell(p.events); }},
    table_field<report_phase>{{"errors", "Errors", count},
                              [](const auto& p) { return cell(p.errors); }},
    table_field<report_phase>{{"started", "Started", count},
                              [](const auto& p) { return cell(p.outcomes.started); }},
    table_field<report_phase>{{"completed", "Completed", count},
                              [](const auto& p) { return cell(p.outcomes.completed); }},
    table_field<report_phase>{{"failed", "Failed", count},
                              [](const auto& p) { return cell(p.outcomes.failed); }},
    table_field<report_phase>{{"open", "Open", count}, [](const auto& p) { return cell(p.open); }},
    table_field<report_phase>{{"success_rate", "Success", share},
                              [](const auto& p) { return cell(p.outcomes.success_rate); }},
    table_field<report_phase>{{"measured", "Measured", count},
                              [](const auto& p) { return cell(p.outcomes.duration.count); }},
    table_field<report_phase>{{"mean_ms", "Mean", duration},
                              [](const auto& p) { return cell(p.outcomes.duration.mean_ms); }},
    table_field<report_phase>{{"p50_ms", "Median", duration},
                              [](const auto& p) { return cell(p.outcomes.duration.p50_ms); }},
    table_field<report_phase>{{"p95_ms", "95 %", duration},
                              [](const auto& p) { return cell(p.outcomes.duration.p95_ms); }},
    table_field<report_phase>{{"max_ms", "Longest", duration},
                              [](const auto& p) { return cell(p.outcomes.duration.max_ms); }},
};

constexpr std::array agent_columns{
    table_field<report_agent>{{"agent", "Agent"}, [](const auto& a) { return cell(a.name); }},
    table_field<report_agent>{{"type", "Type"}, [](const auto& a) { return cell(a.type); }},
    table_field<report_agent>{{"model", "Model"}, [](const auto& a) { return cell(a.model); }},
    table_field<report_agent>{{"started", "Started", count},
                              [](const auto& a) { return cell(a.runs.started); }},
    table_field<report_agent>{{"completed", "Completed", count},
                              [](const auto& a) { return cell(a.runs.completed); }},
    table_field<report_agent>{{"failed", "Failed", count},
                              [](const auto& a) { return cell(a.runs.failed); }},
    table_field<report_agent>{{"running", "Open", count},
                              [](const auto& a) { return cell(a.running); }},
    table_field<report_agent>{{"success_rate", "Success", share},
                              [](const auto& a) { return cell(a.runs.success_rate); }},
    table_field<report_agent>{{"mean_ms", "Mean", duration},
                              [](const auto& a) { return cell(a.runs.duration.mean_ms); }},
    table_field<report_agent>{{"p95_ms", "95 %", duration},
                              [](const auto& a) { return cell(a.runs.duration.p95_ms); }},
    table_field<report_agent>{{"busy_ms", "Busy", duration},
                              [](const auto& a) { return table_cell{a.busy_ms}; }},
    table_field<report_agent>{{"utilisation", "Utilisation", share},
                              [](const auto& a) { return cell(a.utilisation); }},
    table_field<report_agent>{{"errors", "Errors", count},
                              [](const auto& a) { return cell(a.errors); }},
    table_field<report_agent>{{"last_error", "Last failure"},
                              [](const auto& a) { return cell(a.last_error); }},
};

// Quality -----------------------------------------------------------------------------------------

using named_gaps = std::pair<const std::string, gap_summary>;

constexpr std::array gap_columns{
    table_field<named_gaps>{{"severity", "Severity"}, [](const auto& g) { return cell(g.first); }},
    table_field<named_gaps>{{"found", "Found", count},
                            [](const auto& g) { return cell(g.second.found); }},
    table_field<named_gaps>{{"resolved", "Resolved", count},
                            [](const auto& g) { return cell(g.second.resolved); }},
    table_field<named_gaps>{{"escalated", "Escalated", count},
                            [](const auto& g) { return cell(g.second.escalated); }},
    table_field<named_gaps>{{"open", "Open", count},
                            [](const auto& g) { return cell(g.second.open); }},
    table_field<named_gaps>{{"blocking", "Blocking", count},
                            [](const auto& g) { return cell(g.second.blocking); }},
    table_field<named_gaps>{{"mean_ms", "Mean to resolve", duration},
                            [](const auto& g) { return cell(g.second.time_to_resolve.mean_ms); }},
    table_field<named_gaps>{{"max_ms", "Longest to resolve", duration},
                            [](const auto& g) { return cell(g.second.time_to_resolve.max_ms); }},
};

struct named_check {
    std::string kind, name;
    projections::check_record of;
};

constexpr std::array check_columns{
    table_field<named_check>{{"kind", "Kind"}, [](const auto& c) { return cell(c.kind); }},
    table_field<named_check>{{"name", "Name"}, [](const auto& c) { return cell(c.name); }},
    table_field<named_check>{{"passed", "Passed", count},
                             [](const auto& c) { return cell(c.of.passed); }},
    table_field<named_check>{{"failed", "Failed", count},
                             [](const auto& c) { return cell(c.of.failed); }},
    table_field<named_check>{
        {"last", "Last outcome"},
        [](const auto& c) { return cell(c.of.last_passed ? "passed" : "failed"); }},
    table_field<named_check>{{"last_time", "At (UTC)", time},
                             [](const auto& c) { return table_cell{c.of.last_at}; }},
};

std::vector<named_check> checks_of(const audit_report& report) {
    std::vector<named_check> list;
    for (const auto& [name, record] : report.quality.checks.by_name) {
        list.push_back({"check", name, record});
    }
    for (const auto& [name, record] : report.quality.test_runs.by_name) {
        list.push_back({"test run", name, record});
    }
    return list;
}

// Errors and actors -------------------------------------------------------------------------------

constexpr std::array error_columns{
    table_field<report_error_kind>{{"kind", "Kind"}, [](const auto& e) { return cell(e.name); }},
    table_field<report_error_kind>{{"count", "Count", count},
                                   [](const auto& e) { return cell(e.count); }},
    table_field<report_error_kind>{{"by_agent", "By agent"},
                                   [](const auto& e) { return cell(counted(e.by_agent)); }},
    table_field<report_error_kind>{{"by_phase", "By phase"},
                                   [](const auto& e) { return cell(counted(e.by_phase)); }},
    table_field<report_error_kind>{{"preceded_by", "Preceded by"},
                                   [](const auto& e) { return cell(counted(e.preceded_by)); }},
    table_field<report_error_kind>{{"first_position", "First at", place},
                                   [](const auto& e) { return cell(e.first.position); }},
    table_field<report_error_kind>{{"first_time", "First (UTC)", time},
                                   [](const auto& e) { return table_cell{e.first.at}; }},
    table_field<report_error_kind>{{"last_position", "Last at", place},
                                   [](const auto& e) { return cell(e.last.position); }},
    table_field<report_error_kind>{{"last_time", "Last (UTC)", time},
                                   [](const auto& e) { return table_cell{e.last.at}; }},
};

constexpr std::array actor_columns{
    table_field<report_actor>{{"kind", "Kind"}, [](const auto& a) { return cell(a.type); }},
    table_field<report_actor>{{"actor", "Actor"}, [](const auto& a) { return cell(a.id); }},
    table_field<report_actor>{{"model", "Model"}, [](const auto& a) { return cell(a.model); }},
    table_field<report_actor>{{"events", "Events", count},
                              [](const auto& a) { return cell(a.events); }},
    table_field<report_actor>{{"errors", "Errors", count},
                              [](const auto& a) { return cell(a.errors); }},
    table_field<report_actor>{{"first_time", "First (UTC)", time},
                              [](const auto& a) { return table_cell{a.first_at}; }},
    table_field<report_actor>{{"last_time", "Last (UTC)", time},
                              [](const auto& a) { return table_cell{a.last_at}; }},
    table_field<report_actor>{{"did", "What they did"},
                              [](const auto& a) { return cell(counted(a.did)); }},
};

// Signatures --------------------------------------------------------------------------------------

constexpr std::array key_columns{
    table_field<report_key>{{"name", "Key"}, [](const auto& k) { return cell(k.name); }},
    table_field<report_key>{{"id", "Id", code}, [](const auto& k) { return cell(k.id); }},
    table_field<report_key>{{"algorithm", "Algorithm"},
                            [](const auto& k) { return cell(k.algorithm); }},
    table_field<report_key>{{"valid_from", "Valid from", place},
                            [](const auto& k) { return cell(k.valid_from); }},
    table_field<report_key>{{"valid_to", "Valid to", place},
                            [](const auto& k) { return cell(k.valid_to); }},
    table_field<report_key>{{"state", "State"}, [](const auto& k) { return cell(k.state); }},
    table_field<report_key>{{"key", "Verifier key", code},
                            [](const auto& k) { return cell(k.key); }},
};

constexpr std::array finding_columns{
    table_field<report_finding>{{"verdict", "Verdict"},
                                [](const auto& f) { return cell(f.verdict); }},
    table_field<report_finding>{{"kind", "Kind"}, [](const auto& f) { return cell(f.kind); }},
    table_field<report_finding>{{"position", "Position", place},
                                [](const auto& f) { return cell(f.at); }},
    table_field<report_finding>{{"message", "Found"},
                                [](const auto& f) { return cell(f.message); }},
};

table_data summary_of(const audit_report& r) {
    table_data table{{{"measure", "Measure"}, {"value", "Value"}}, {}};
    const auto add = [&](std::string_view name, table_cell value) {
        table.rows.push_back({cell(name), std::move(value)});
    };
    add("title", cell(r.title));
    add("tool", cell(r.tool));
    add("made_at", table_cell{r.made_at});
    add("store", cell(r.store));
    add("verdict", cell(r.verification.verdict));
    add("statement", cell(r.verification.statement));
    add("filter", cell(r.scope.filter));
    add("from_position", cell(r.scope.from));
    add("to_position", cell(r.scope.to));
    add("events_in_log", cell(r.scope.events_in_log));
    add("events_in_range", cell(r.scope.events_in_range));
    add("events_in_report", cell(r.scope.events_in_report));
    add("events_not_asked", cell(r.scope.events_not_asked));
    add("first_position", cell(r.scope.first));
    add("last_position", cell(r.scope.last));
    add("first_time", cell(r.scope.first_at));
    add("last_time", cell(r.scope.last_at));
    add("streams", cell(r.scope.streams));
    add("workflows_started", cell(r.workflows.started));
    add("workflows_completed", cell(r.workflows.completed));
    add("workflows_failed", cell(r.workflows.failed));
    add("workflows_cancelled", cell(r.workflows.cancelled));
    add("workflows_open", cell(r.workflows_open));
    add("workflow_success_rate", cell(r.workflows.success_rate));
    add("agent_runs_started", cell(r.agent_runs.started));
    add("agent_runs_completed", cell(r.agent_runs.completed));
    add("agent_runs_failed", cell(r.agent_runs.failed));
    add("agent_run_success_rate", cell(r.agent_runs.success_rate));
    add("gaps_found", cell(r.quality.gaps_found));
    add("gaps_resolved", cell(r.quality.gaps_resolved));
    add("gaps_open", cell(r.quality.gaps_open));
    add("errors", cell(r.errors.total));
    add("errors_critical", cell(r.errors.critical));
    add("actors", cell(std::uint64_t{r.actors.size()}));
    add("actions", cell(r.actions.size() + r.actions_left_out));
    return table;
}

std::vector<named_outcomes> workflows_of(const audit_report& report) {
    std::vector<named_outcomes> list;
    for (const auto& [type, outcomes] : report.workflow_types) list.push_back({type, outcomes});
    return list;
}

template <class T, std::size_t N>
std::span<const table_field<T>> all(const std::array<table_field<T>, N>& fields) {
    return fields;
}

}  // namespace

std::string counted(const std::vector<named_count>& counts) {
    std::string text;
    for (const auto& [name, count] : counts) {
        if (!text.empty()) text += ", ";
        text.append(name).append(1, ' ').append(std::to_string(count));
    }
    return text;
}

table_data table_of(const std::vector<named_count>& counts, std::string_view of_what) {
    table_data table{{{"name", of_what}, {"count", "Count", count}}, {}};
    for (const auto& one : counts) table.rows.push_back({cell(one.name), cell(one.count)});
    return table;
}

std::span<const table_field<report_event>> event_fields() noexcept { return event_columns; }

table_data table_of(const audit_report& report, report_table which) {
    switch (which) {
        case report_table::events: return filled(all(event_columns), report.events);
        case report_table::summary: return summary_of(report);
        case report_table::types: return table_of(report.by_type, "Type");
        case report_table::workflows: return filled(all(workflow_columns), workflows_of(report));
        case report_table::phases: return filled(all(phase_columns), report.phases);
        case report_table::agents: return filled(all(agent_columns), report.agents);
        case report_table::gaps: return filled(all(gap_columns), report.quality.gaps);
        case report_table::checks: return filled(all(check_columns), checks_of(report));
        case report_table::errors: return filled(all(error_columns), report.errors.by_kind);
        case report_table::actors: return filled(all(actor_columns), report.actors);
        case report_table::actions: return filled(all(action_columns), report.actions);
        case report_table::keys: return filled(all(key_columns), report.verification.keys);
        case report_table::findings:
            return filled(all(finding_columns), report.verification.findings);
    }
    return {};
}

}  // namespace daybook::compliance
