// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/agent_metrics.hpp>
#include <daybook/projections/orchestration_events.hpp>

#include "event_facts.hpp"
#include "payload_reader.hpp"
#include "share_of.hpp"
#include "spans.hpp"

namespace daybook::projections {
namespace {

using enum event_kind;

/// What an event is counted as in `agent_metrics_row::outputs`; empty if it is no output.
std::string_view output_of(event_kind kind) {
    switch (kind) {
        case commit_created: return "commits";
        case pr_created: return "pull_requests";
        case documentation_created:
        case page_created: return "documents";
        case comment_posted: return "comments";
        case gap_identified: return "gaps_found";
        case gap_resolved: return "gaps_resolved";
        case quality_check_completed: return "checks_passed";
        case quality_check_failed: return "checks_failed";
        case test_run_completed: return "test_runs_passed";
        case test_run_failed: return "test_runs_failed";
        default: return {};
    }
}

/// One event being applied to one agent's row.
class metrics_change {
public:
    metrics_change(agent_metrics_row& row, const json_event& event)
        : row_{row}, event_{event.view()}, at_{event_.occurred_at()}, fields_{event} {}

    void apply() {
        const auto kind = event_kind_of(event_.type());
        if (!row_.first_at) row_.first_at = at_;
        row_.last_at = at_;
        row_.last_stream.assign(event_.stream());
        if (is_agent_event(kind)) {
            apply_agent(kind);
        } else {
            ++row_.outputs[std::string{output_of(kind)}];
        }
        row_.odd_fields += fields_.odd();
    }

private:
    void apply_agent(event_kind kind);
    void start_run();
    void end_run(exponential_histogram& durations);
    void count_files();
    std::string run_id() { return fields_.word({"agent_id", "run_id", "task_id", "taskId"}); }

    agent_metrics_row& row_;
    const event_view& event_;
    timestamp at_;
    payload_reader fields_;
};

void metrics_change::apply_agent(event_kind kind) {
    switch (kind) {
        case agent_spawned: return start_run();
        case agent_completed:
            ++row_.succeeded;
            count_files();
            return end_run(row_.succeeded_us);
        case agent_failed:
            ++row_.failed;
            row_.last_error = one_line(
                fields_.text({"error_message", "error", "message", "failure_reason", "reason"}),
                text_kept_max);
            return end_run(row_.failed_us);
        case agent_blocked: ++row_.blocked; return;
        case agent_paused: ++row_.paused; return;
        case agent_conflict: ++row_.conflicts; return;
        default: ++row_.progress_reports; return;
    }
}

void metrics_change::start_run() {
    ++row_.spawned;
    if (const auto type = fields_.text({"agent_type", "agentType"}); !type.empty())
        row_.agent_type.assign(type);
    if (const auto model = fields_.text({"agent_model", "model"}); !model.empty())
        row_.model.assign(model);
    if (add_span(row_.running, {std::string{event_.stream()}, run_id(), at_})) {
        ++row_.runs_forgotten;
    }
}

void metrics_change::end_run(exponential_histogram& durations) {
    const auto run = find_span(row_.running, event_.stream(), run_id());
    if (run == row_.running.end()) {
        ++row_.ends_without_start;
        return;
    }
    if (at_ < run->since) {
        ++row_.ends_before_start;
    } else {
        durations.record(static_cast<std::uint64_t>((at_ - run->since).count()));
    }
    row_.running.erase(run);
}

void metrics_change::count_files() {
    const auto files = fields_.amount(
        {"outputs", "files_created", "files_modified", "files_changed", "output_count"});
    if (files && *files > 0) row_.outputs["files"] += *files;
}

}  // namespace

query agent_metrics::wants() {
    return query_of_kinds(
        [](event_kind kind) { return is_agent_event(kind) || !output_of(kind).empty(); });
}

std::optional<std::string> agent_metrics::key(const json_event& event) {
    const auto actor = event.view().actor();
    const bool by_agent = actor.type == "agent" && !actor.id.empty();
    if (!is_agent_event(event_kind_of(event.view().type()))) {
        if (by_agent) return std::string{actor.id};
        return std::nullopt;
    }
    auto agent = payload_reader{event}.word({"agent_name", "agentName", "agent", "agent_id"});
    if (!agent.empty()) return agent;
    if (by_agent) return std::string{actor.id};
    return std::nullopt;
}

agent_metrics_row agent_metrics::apply(row current, const json_event& event) {
    metrics_change{current, event}.apply();
    return current;
}

agent_summary agent_metrics::present(const row& current) {
    agent_summary shown;
    shown.agent_type = current.agent_type;
    shown.model = current.model;
    shown.spawned = current.spawned;
    shown.running = current.running.size() + current.runs_forgotten;
    shown.succeeded = current.succeeded;
    shown.failed = current.failed;
    shown.blocked = current.blocked;
    shown.paused = current.paused;
    shown.conflicts = current.conflicts;
    shown.progress_reports = current.progress_reports;
    shown.success_rate = share_of(current.succeeded, current.succeeded + current.failed);
    auto all = current.succeeded_us;
    all.merge(current.failed_us);
    shown.duration = summarise(all);
    shown.duration_succeeded = summarise(current.succeeded_us);
    shown.duration_failed = summarise(current.failed_us);
    shown.outputs = current.outputs;
    shown.ends_without_start = current.ends_without_start;
    shown.ends_before_start = current.ends_before_start;
    shown.odd_fields = current.odd_fields;
    shown.first_at = current.first_at;
    shown.last_at = current.last_at;
    shown.last_stream = current.last_stream;
    shown.last_error = current.last_error;
    return shown;
}

}  // namespace daybook::projections
