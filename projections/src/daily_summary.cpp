// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/daily_summary.hpp>
#include <daybook/projections/timeline.hpp>

#include "event_facts.hpp"

#include <algorithm>
#include <chrono>

namespace daybook::projections {
namespace {

using enum event_kind;

constexpr std::size_t hours = 24;

/// Under what an event is counted in `done`; empty for what is no piece of work.
std::string_view work_of(event_kind kind) {
    switch (kind) {
        case orchestration_started: return "workflows_started";
        case orchestration_completed: return "workflows_completed";
        case orchestration_failed: return "workflows_failed";
        case orchestration_paused: return "workflows_paused";
        case orchestration_cancelled: return "workflows_cancelled";
        case phase_completed: return "phases_completed";
        case phase_failed: return "phases_failed";
        case agent_spawned: return "runs_started";
        case agent_completed: return "runs_completed";
        case agent_failed: return "runs_failed";
        case agent_conflict: return "conflicts";
        case gap_identified: return "gaps_found";
        case gap_resolved: return "gaps_resolved";
        case gap_escalated: return "gaps_escalated";
        case commit_created: return "commits";
        case pr_created: return "pull_requests_opened";
        case pr_merged: return "pull_requests_merged";
        case pr_closed: return "pull_requests_closed";
        case documentation_created:
        case page_created: return "documents";
        case comment_posted: return "comments";
        case quality_check_completed: return "checks_passed";
        case quality_check_failed: return "checks_failed";
        case test_run_completed: return "test_runs_passed";
        case test_run_failed: return "test_runs_failed";
        case error_occurred: return "errors";
        case recovery_succeeded: return "recoveries";
        case task_created: return "tasks_created";
        case task_blocked: return "tasks_blocked";
        case session_started: return "sessions";
        default: return {};
    }
}

/// Where a task or a stream of another system came to an end.
std::string_view work_of_status(payload_reader& fields, event_kind kind) {
    if (kind != task_status_changed && kind != other) return {};
    const auto word = kind == other ? fields.text({"lifecycle", "new_status", "status", "state"})
                                    : fields.changed_to("status");
    if (word.empty()) return {};
    switch (standing_of(word)) {
        case standing::completed: return "tasks_completed";
        case standing::failed: return "tasks_failed";
        case standing::cancelled: return "tasks_cancelled";
        default: return {};
    }
}

std::chrono::sys_days day_of(timestamp at) { return std::chrono::floor<std::chrono::days>(at); }

void note_problem(daily_summary_row& row, const json_event& event) {
    if (row.problems.size() == daily_summary::problems_max) {
        row.problems.erase(row.problems.begin());
        ++row.problems_cut;
    }
    auto line = timeline::entry_of(event);
    row.problems.push_back({line.at, std::move(line.stream), std::move(line.summary)});
}

}  // namespace

std::vector<std::string> daily_summary::key(const json_event& event) {
    auto day = to_string(event.view().occurred_at()).substr(0, 10);
    payload_reader fields{event};
    const auto project = project_of(event.view(), fields);
    if (project.empty()) return {std::move(day)};
    auto of_project = day + ' ' + one_line(project, text_kept_max);
    return {std::move(day), std::move(of_project)};
}

daily_summary_row daily_summary::apply(row current, const json_event& event) {
    const auto& view = event.view();
    payload_reader fields{event};
    const auto kind = event_kind_of(view.type());
    const auto at = view.occurred_at();
    const auto severe = severity_of(view, fields, kind);
    current.first_at = current.events == 0 ? at : std::min(current.first_at, at);
    current.last_at = current.events == 0 ? at : std::max(current.last_at, at);
    ++current.events;
    if (view.sequence().value == 1) ++current.streams_begun;
    auto work = work_of(kind);
    if (work.empty()) work = work_of_status(fields, kind);
    if (!work.empty()) ++current.done[std::string{work}];
    ++current.by_severity[boost::describe::enum_to_string(severe, "info")];
    ++entry_in(current.by_type, view.type(), names_max);
    if (!view.actor().id.empty()) ++entry_in(current.by_actor, view.actor().id, names_max);
    current.by_hour.resize(hours);
    const auto hour = std::chrono::duration_cast<std::chrono::hours>(at - day_of(at)).count();
    ++current.by_hour[static_cast<std::size_t>(hour)];
    if (severe >= severity::error) note_problem(current, event);
    if (day_of(view.recorded_at()) > day_of(at)) ++current.recorded_later;
    return current;
}

}  // namespace daybook::projections
