// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/orchestration_events.hpp>
#include <daybook/projections/orchestration_state.hpp>

#include "payload_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace daybook::projections {
namespace {

using enum event_kind;

constexpr std::size_t commits_kept = 20;
constexpr std::size_t pull_requests_kept = 20;
constexpr std::size_t gaps_kept = 100;
constexpr std::size_t agents_kept = 100;
constexpr std::size_t phases_kept = 50;
constexpr std::size_t text_bytes_max = 200;

constexpr std::array<std::string_view, 8> final_words{
    "cancelled", "canceled", "closed", "completed", "done", "failed", "merged", "resolved"};

bool same_word(std::string_view a, std::string_view lower_case) {
    return std::equal(a.begin(), a.end(), lower_case.begin(), lower_case.end(), [](char x, char y) {
        return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
    });
}

bool is_final(std::string_view status) {
    return std::any_of(final_words.begin(), final_words.end(),
                       [&](std::string_view word) { return same_word(status, word); });
}

template <class T>
void keep_newest(std::vector<T>& list, std::size_t kept) {
    if (list.size() > kept) list.erase(list.begin());
}

void set_if(std::string& field, std::string_view value) {
    if (!value.empty()) field.assign(value);
}

/// One event being applied to one row.
class state_change {
public:
    state_change(orchestration_row& row, const json_event& event)
        : row_{row}, event_{event.view()}, at_{event_.occurred_at()}, fields_{event} {}

    void apply() {
        const auto kind = event_kind_of(event_.type());
        note_envelope();
        if (kind == other) {
            apply_other();
        } else {
            if (row_.status == "unknown") row_.status = "running";
            apply_kind(kind);
        }
        row_.odd_fields += fields_.odd();
    }

private:
    void note_envelope();
    void apply_kind(event_kind kind);
    void apply_life_cycle(event_kind kind);
    void apply_phase(event_kind kind);
    void apply_agent(event_kind kind);
    void apply_gap(event_kind kind);
    void apply_git(event_kind kind);
    void apply_tracker(event_kind kind);
    void apply_quality(event_kind kind);
    void apply_recovery(event_kind kind);
    void apply_planning(event_kind kind);
    void apply_other();

    void start();
    void end(std::string_view status);
    void end_pause();
    void end_phase(bool completed);
    void set_status(std::string_view status);
    void set_progress();
    void note_error();
    void change_pull_request(std::string_view state);
    phase_record& phase_called(std::string_view name);
    std::string agent_name();
    std::string agent_id() { return fields_.word({"agent_id", "run_id"}); }
    std::vector<active_agent>::iterator find_agent(std::string_view name, std::string_view id);
    void add_agent(std::string name, std::string id);

    std::string short_text(payload_reader::names of) {
        return one_line(fields_.text(of), text_bytes_max);
    }

    orchestration_row& row_;
    const event_view& event_;
    timestamp at_;
    payload_reader fields_;
};

void state_change::note_envelope() {
    if (row_.events == 0) {
        row_.first_event_at = at_;
    } else if (at_ < row_.last_event_at) {
        ++row_.times_odd;
    }
    ++row_.events;
    row_.sequence = event_.sequence();
    row_.last_event_at = at_;
    row_.last_event_type.assign(event_.type());
    if (const auto actor = event_.actor(); !actor.id.empty()) {
        row_.last_actor.assign(actor.id);
        row_.last_actor_type.assign(actor.type);
    }
    for (const auto tag : event_.tags()) {
        if (tag.starts_with("session:")) row_.session.assign(tag.substr(8));
        if (tag.starts_with("branch:")) row_.branch.assign(tag.substr(7));
        if (tag.starts_with("git_sha:")) row_.git_sha.assign(tag.substr(8));
    }
}

void state_change::apply_kind(event_kind kind) {
    if (kind <= orchestration_cancelled) return apply_life_cycle(kind);
    if (kind <= phase_failed) return apply_phase(kind);
    if (kind <= agent_paused) return apply_agent(kind);
    if (kind <= gap_escalated) return apply_gap(kind);
    if (kind <= pr_closed) return apply_git(kind);
    if (kind <= page_created) return apply_tracker(kind);
    if (kind <= orchestration_summary_created) return apply_quality(kind);
    if (kind <= recovery_failed) return apply_recovery(kind);
    apply_planning(kind);
}

void state_change::apply_life_cycle(event_kind kind) {
    switch (kind) {
        case orchestration_created: row_.status = "pending"; return;
        case orchestration_started: return start();
        case orchestration_completed: return end("completed");
        case orchestration_cancelled: return end("cancelled");
        case orchestration_failed:
            note_error();
            row_.status_reason = short_text({"failure_reason", "reason", "error_message", "error"});
            return end("failed");
        case orchestration_paused:
            if (!row_.paused_since) row_.paused_since = at_;
            row_.status = "paused";
            row_.status_reason = short_text({"pause_reason", "reason"});
            return;
        case orchestration_resumed:
            if (!row_.paused_since) ++row_.events_odd;
            end_pause();
            row_.ended_at.reset();
            row_.status = "running";
            row_.status_reason.clear();
            return;
        default: return;
    }
}

void state_change::start() {
    row_.status = "running";
    row_.status_reason.clear();
    if (!row_.started_at) row_.started_at = at_;
    row_.ended_at.reset();
    set_if(row_.phase, fields_.text({"initial_phase", "phase"}));
    set_if(row_.title, short_text({"issue_summary", "summary", "title", "name"}));
    set_if(row_.kind, fields_.text({"issue_type", "workflow_type", "type"}));
    set_if(row_.priority, fields_.text({"priority"}));
}

void state_change::end(std::string_view status) {
    if (!row_.started_at) ++row_.events_odd;
    end_pause();
    row_.ended_at = at_;
    row_.status.assign(status);
    if (status == "completed") row_.status_reason.clear();
}

void state_change::end_pause() {
    if (!row_.paused_since) return;
    if (at_ >= *row_.paused_since) {
        row_.paused_us += static_cast<std::uint64_t>((at_ - *row_.paused_since).count());
    }
    row_.paused_since.reset();
}

void state_change::apply_phase(event_kind kind) {
    if (kind == phase_started) {
        set_if(row_.phase, fields_.text({"phase", "phase_name", "name"}));
        row_.phase_since = at_;
        return;
    }
    end_phase(kind == phase_completed);
    if (kind == phase_failed) note_error();
}

void state_change::end_phase(bool completed) {
    auto name = fields_.text({"phase", "phase_name", "name"});
    if (name.empty()) name = row_.phase;
    auto& record = phase_called(name);
    completed ? ++record.completed : ++record.failed;
    record.last_ended_at = at_;
    const bool is_current = name == row_.phase && row_.phase_since;
    if (is_current && at_ >= *row_.phase_since) {
        record.duration_us += static_cast<std::uint64_t>((at_ - *row_.phase_since).count());
    } else {
        ++record.unmeasured;
        ++row_.events_odd;
    }
    if (is_current) row_.phase_since.reset();
}

phase_record& state_change::phase_called(std::string_view name) {
    auto& all = row_.completed_phases;
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.name == name; });
    if (at != all.end()) return *at;
    if (all.size() == phases_kept) all.erase(all.begin());
    all.emplace_back().name.assign(name);
    return all.back();
}

std::string state_change::agent_name() {
    auto name = fields_.word({"agent_name", "agentName", "agent", "agent_id"});
    if (name.empty() && event_.actor().type == "agent") name.assign(event_.actor().id);
    return name;
}

std::vector<active_agent>::iterator state_change::find_agent(std::string_view name,
                                                             std::string_view id) {
    auto& all = row_.active_agents;
    if (!id.empty()) {
        const auto same =
            std::find_if(all.begin(), all.end(), [&](const auto& a) { return a.id == id; });
        if (same != all.end()) return same;
    }
    return std::find_if(all.begin(), all.end(), [&](const auto& a) {
        return a.name == name && (id.empty() || a.id.empty());
    });
}

void state_change::add_agent(std::string name, std::string id) {
    active_agent added;
    added.name = std::move(name);
    added.id = std::move(id);
    added.type.assign(fields_.text({"agent_type", "agentType"}));
    added.task = short_text({"assigned_task", "task_description", "task", "description"});
    added.since = at_;
    row_.active_agents.push_back(std::move(added));
    keep_newest(row_.active_agents, agents_kept);
}

void state_change::apply_agent(event_kind kind) {
    auto name = agent_name();
    auto id = agent_id();
    if (kind == agent_spawned) {
        ++row_.counts.agents_spawned;
        return add_agent(std::move(name), std::move(id));
    }
    if (kind == agent_conflict) ++row_.counts.conflicts;
    if (kind == agent_blocked) ++row_.counts.agents_blocked;
    if (kind == agent_completed) ++row_.counts.agents_completed;
    if (kind == agent_failed) {
        ++row_.counts.agents_failed;
        note_error();
    }
    const auto found = find_agent(name, id);
    if (found == row_.active_agents.end()) {
        ++row_.events_odd;
        return;
    }
    if (kind == agent_completed || kind == agent_failed) {
        row_.active_agents.erase(found);
        return;
    }
    found->blocked = kind == agent_blocked || kind == agent_paused;
    found->blocked_by = found->blocked
                            ? one_line(fields_.word({"blocked_by", "block_reason", "reason",
                                                     "pause_reason", "dependency"}),
                                       text_bytes_max)
                            : std::string{};
    if (kind != agent_progress) return;
    const auto percent = fields_.number({"progress", "progress_percent", "percent"});
    if (percent && *percent >= 0 && *percent <= 100) {
        found->progress_percent = static_cast<std::uint32_t>(std::lround(*percent));
    }
}

void state_change::apply_gap(event_kind kind) {
    const auto id = fields_.word({"gap_id", "id"});
    auto& open = row_.gaps_open;
    const auto found =
        std::find_if(open.begin(), open.end(), [&](const auto& g) { return g.id == id; });
    if (kind == gap_identified) {
        ++row_.counts.gaps_identified;
        auto& gap = found == open.end() ? open.emplace_back() : *found;
        gap.id = id;
        gap.type.assign(fields_.text({"gap_type", "type"}));
        gap.severity.assign(fields_.text({"severity"}));
        gap.phase.assign(fields_.text({"phase"}));
        gap.description = short_text({"description", "summary"});
        gap.blocking = fields_.flag({"blocking"}).value_or(false);
        gap.since = at_;
        return keep_newest(open, gaps_kept);
    }
    kind == gap_resolved ? ++row_.counts.gaps_resolved : ++row_.counts.gaps_escalated;
    if (found == open.end()) {
        ++row_.events_odd;
        return;
    }
    if (kind == gap_resolved) {
        open.erase(found);
    } else {
        found->escalated = true;
    }
}

void state_change::apply_git(event_kind kind) {
    switch (kind) {
        case commit_created:
            ++row_.counts.commits;
            row_.commits.push_back(
                {fields_.word({"commit_sha", "sha", "commit", "git_sha", "hash"}),
                 short_text({"commit_message", "message", "subject"}), at_});
            if (row_.commits.back().sha.empty()) row_.commits.back().sha = row_.git_sha;
            return keep_newest(row_.commits, commits_kept);
        case pr_created: ++row_.counts.prs_opened; return change_pull_request("open");
        case pr_merged: ++row_.counts.prs_merged; return change_pull_request("merged");
        default: ++row_.counts.prs_closed; return change_pull_request("closed");
    }
}

void state_change::change_pull_request(std::string_view state) {
    auto id = fields_.word({"pr_number", "pr_id", "number", "pr_url", "url", "id"});
    auto& all = row_.pull_requests;
    auto found = std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.id == id; });
    if (found == all.end()) {
        if (state != "open") ++row_.events_odd;
        all.emplace_back().id = std::move(id);
        keep_newest(all, pull_requests_kept);
        found = all.end() - 1;
    }
    set_if(found->title, short_text({"pr_title", "title"}));
    found->state.assign(state);
    found->at = at_;
}

void state_change::apply_tracker(event_kind kind) {
    switch (kind) {
        case issue_transitioned:
            set_if(row_.tracker_status, fields_.text({"to_status", "new_status", "to", "status"}));
            return;
        case comment_posted: ++row_.counts.comments; return;
        case worklog_added: {
            ++row_.counts.worklogs;
            const auto seconds =
                fields_.number({"time_spent_seconds", "duration_seconds", "seconds"});
            // A year of work in one entry is not one.
            if (seconds && *seconds >= 0 && *seconds < 31'536'000) {
                row_.worked_us += static_cast<std::uint64_t>(*seconds * 1e6);
            }
            return;
        }
        default: ++row_.counts.documents; return;
    }
}

void state_change::apply_quality(event_kind kind) {
    auto& counts = row_.counts;
    switch (kind) {
        case quality_check_completed: ++counts.checks_passed; return;
        case quality_check_failed: ++counts.checks_failed; return;
        case test_run_completed: ++counts.test_runs_passed; return;
        case test_run_failed: ++counts.test_runs_failed; return;
        case checkpoint_created:
            ++counts.checkpoints;
            row_.last_checkpoint = fields_.word({"checkpoint_id", "id", "name"});
            return;
        case checkpoint_restored: ++counts.restores; return;
        case phase_summary_created:
        case orchestration_summary_created: ++counts.summaries; return;
        default: return;
    }
}

void state_change::apply_recovery(event_kind kind) {
    auto& counts = row_.counts;
    switch (kind) {
        case error_occurred: ++counts.errors; return note_error();
        case recovery_attempted: ++counts.recoveries_attempted; return;
        case recovery_failed: ++counts.recoveries_failed; return;
        default:
            ++counts.recoveries_succeeded;
            if (row_.last_error) {
                row_.last_error->recovered = true;
            } else {
                ++row_.events_odd;
            }
            return;
    }
}

void state_change::note_error() {
    error_record noted;
    noted.type.assign(fields_.text({"error_type", "error_code", "error_class"}));
    if (noted.type.empty()) noted.type.assign(event_.type());
    noted.message = short_text({"error_message", "error", "message", "failure_reason", "reason"});
    noted.phase.assign(fields_.text({"failure_phase", "phase"}));
    if (noted.phase.empty()) noted.phase = row_.phase;
    noted.at = at_;
    row_.last_error = std::move(noted);
}

void state_change::set_status(std::string_view status) {
    if (status.empty() || status == row_.status) return;
    row_.status = one_line(status, text_bytes_max);
    row_.status_reason.clear();
    if (is_final(status)) {
        row_.ended_at = at_;
    } else {
        row_.ended_at.reset();
    }
}

void state_change::set_progress() {
    const auto percent =
        fields_.number({"progress", "progress_percent", "percent", "new_progress"});
    if (!percent || *percent < 0 || *percent > 100) return;
    row_.progress_percent = static_cast<std::uint32_t>(std::lround(*percent));
}

void state_change::apply_planning(event_kind kind) {
    switch (kind) {
        case sprint_status_changed:
        case task_status_changed: return set_status(fields_.changed_to("status"));
        case task_created:
        case sprint_metadata_updated:
            set_if(row_.title, short_text({"title", "name", "goal", "description"}));
            set_if(row_.priority, fields_.text({"priority"}));
            return;
        case task_assigned:
            set_if(row_.title, short_text({"title"}));
            set_if(row_.assignee, fields_.text({"assigned_to", "agent_name", "agent_id"}));
            set_if(row_.assignee, fields_.changed_to("assignee"));
            set_status(fields_.change_of("status"));
            return;
        case task_blocked:
            set_status("blocked");
            row_.status_reason =
                one_line(fields_.word({"blocked_by", "reason", "block_reason"}), text_bytes_max);
            return;
        case task_priority_changed: return set_if(row_.priority, fields_.changed_to("priority"));
        case task_progress_updated: return set_progress();
        case session_started:
        case session_resumed:
            ++row_.counts.sessions;
            return set_if(row_.session, fields_.text({"session_id", "session_key", "session"}));
        case session_initialized:
            return set_if(row_.session, fields_.text({"session_id", "session_key", "session"}));
        case context_assembled: ++row_.counts.contexts; return;
        default: return;
    }
}

// Events of other systems: whatever word they have for where they stand is the status.
void state_change::apply_other() {
    ++row_.events_other;
    if (!row_.started_at) row_.started_at = at_;
    set_status(fields_.text({"lifecycle", "new_status", "status", "state"}));
    set_if(row_.title, short_text({"title", "summary"}));
    set_if(row_.kind, fields_.text({"product", "issue_type", "type"}));
    set_if(row_.priority, fields_.text({"priority", "impact"}));
    set_if(row_.assignee, fields_.text({"assignee", "owner", "org:group"}));
}

}  // namespace

orchestration_row orchestration_state::apply(row current, const json_event& event) {
    state_change{current, event}.apply();
    return current;
}

}  // namespace daybook::projections
