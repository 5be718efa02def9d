// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/timeline.hpp>
#include <daybook/projections/workflow_metrics.hpp>

#include "event_facts.hpp"

#include <algorithm>

namespace daybook::projections {
namespace {

using enum event_kind;

constexpr std::size_t ended_max = 256;
constexpr double healthy_percent = 95;
constexpr double degraded_percent = 80;

/// The word with which an event of another system says where its stream stands.
std::string_view standing_word(payload_reader& fields) {
    return fields.text({"lifecycle", "new_status", "status", "state"});
}

/// One event being applied to one row.
class work_change {
public:
    work_change(workflow_metrics_row& row, const json_event& event)
        : row_{row}, event_{event.view()}, fields_{event} {
        bool ahead = false;
        window_at_ = sane_time(event_, ahead);
        if (ahead) ++row_.times_ahead;
    }

    void apply();

private:
    using place = std::map<std::string, open_work>::iterator;

    void apply_life_cycle(event_kind kind);
    void apply_agent(event_kind kind);
    void apply_standing(standing stands);
    void begin(work_state state);
    void end(outcome how);
    void pause();
    void resume();
    place find();
    void forget_oldest();
    void record(const std::string& type, outcome what, std::optional<std::uint64_t> microseconds);
    bool had_ended() const;
    std::string name() const {
        return timeline::stream_prefix(event_.stream()) + agent_ + '\t' + id_;
    }
    std::string type();

    workflow_metrics_row& row_;
    const event_view& event_;
    payload_reader fields_;
    timestamp at_ = event_.occurred_at();
    timestamp window_at_;
    bool of_agent_ = false;
    bool of_other_system_ = false;
    std::string agent_;
    std::string id_;
};

void work_change::apply() {
    row_.first_at = row_.first_at ? std::min(*row_.first_at, at_) : at_;
    row_.last_at = row_.last_at ? std::max(*row_.last_at, at_) : at_;
    const auto kind = event_kind_of(event_.type());
    if (is_agent_event(kind)) {
        apply_agent(kind);
    } else if (kind == control_requested) {
        ++row_.control_requests;
    } else if (kind == control_responded) {
        ++row_.control_responses;
    } else if (is_life_cycle(kind)) {
        apply_life_cycle(kind);
    } else {
        apply_standing(standing_of(standing_word(fields_)));
    }
    row_.odd_fields += fields_.odd();
}

void work_change::apply_life_cycle(event_kind kind) {
    switch (kind) {
        case orchestration_created: return begin(work_state::pending);
        case orchestration_started: return begin(work_state::running);
        case orchestration_completed: return end(outcome::completed);
        case orchestration_failed: return end(outcome::failed);
        case orchestration_cancelled: return end(outcome::cancelled);
        case orchestration_paused: return pause();
        default: return resume();
    }
}

void work_change::apply_agent(event_kind kind) {
    of_agent_ = true;
    agent_ = one_line(agent_of(event_, fields_), text_kept_max);
    id_ = one_line(fields_.word({"agent_id", "run_id", "task_id", "taskId"}), text_kept_max);
    switch (kind) {
        case agent_spawned: return begin(work_state::running);
        case agent_completed: return end(outcome::completed);
        case agent_failed: return end(outcome::failed);
        case agent_paused: return pause();
        case agent_blocked: ++row_.blocks; return;
        case agent_conflict: ++row_.conflicts; return;
        default: break;
    }
    // Progress after a pause: it goes on.
    if (const auto found = find(); found != row_.open.end())
        found->second.state = work_state::running;
}

// A stream of another system begins with its first event that says where it stands.
void work_change::apply_standing(standing stands) {
    of_other_system_ = true;
    const auto found = find();
    const bool open = found != row_.open.end();
    switch (stands) {
        case standing::completed: return end(outcome::completed);
        case standing::failed: return end(outcome::failed);
        case standing::cancelled: return end(outcome::cancelled);
        case standing::paused:
            if (!open) begin(work_state::running);
            if (const auto it = find(); it->second.state == work_state::paused) return;
            return pause();
        case standing::open:
            if (!open) return begin(work_state::running);
            if (found->second.state == work_state::paused) resume();
    }
}

std::string work_change::type() {
    const auto said =
        of_agent_
            ? fields_.text({"agent_type", "agentType"})
            : fields_.text({"workflow_type", "workflowType", "issue_type", "product", "type"});
    return one_line(said.empty() ? "unknown" : said, text_kept_max);
}

void work_change::begin(work_state state) {
    if (const auto found = of_agent_ ? row_.open.end() : find(); found != row_.open.end()) {
        auto& open = found->second;
        if (open.state != work_state::pending) {
            ++row_.starts_repeated;
            return;
        }
        if (state == work_state::pending) ++row_.starts_repeated;
        // It waited to be started; from here on it is measured.
        open.state = state;
        open.since = at_;
        return;
    }
    if (!of_agent_ && had_ended()) ++row_.reopened;
    if (row_.open.size() == workflow_metrics::open_max) forget_oldest();
    const auto key = timeline::key_of(event_.stream(), event_.position());
    const auto& added = row_.open[key] = {agent_, id_, type(), state, at_};
    record(added.type, outcome::started, {});
}

// Of an agent, its run with this id, else its oldest in the stream where either side has none.
work_change::place work_change::find() {
    const auto prefix = timeline::stream_prefix(event_.stream());
    auto fitting = row_.open.end();
    for (auto it = row_.open.lower_bound(prefix);
         it != row_.open.end() && it->first.starts_with(prefix); ++it) {
        const auto& id = it->second.id;
        if (it->second.agent != agent_) continue;
        if (id == id_ && !id.empty()) return it;
        if (fitting == row_.open.end() && (id.empty() || id_.empty())) fitting = it;
    }
    return fitting;
}

// A stream of another system is open from its first event on: if it is not, it had ended, however
// long ago. Many are resolved and, weeks later, closed.
bool work_change::had_ended() const {
    if (of_other_system_) return event_.sequence().value > 1;
    return std::find(row_.ended.begin(), row_.ended.end(), name()) != row_.ended.end();
}

void work_change::end(outcome how) {
    const auto found = find();
    if (found == row_.open.end()) {
        if (had_ended()) {
            ++row_.ends_repeated;
            return;
        }
        ++row_.ends_without_start;
        record(type(), how, {});
    } else {
        std::optional<std::uint64_t> took;
        if (at_ < found->second.since) {
            ++row_.ends_before_start;
        } else {
            took = static_cast<std::uint64_t>((at_ - found->second.since).count());
        }
        record(found->second.type, how, took);
        row_.open.erase(found);
    }
    if (of_other_system_) return;  // Their ends need no memory.
    if (row_.ended.size() == ended_max) row_.ended.erase(row_.ended.begin());
    row_.ended.push_back(name());
}

void work_change::pause() {
    ++row_.pauses;
    if (const auto found = find(); found != row_.open.end())
        found->second.state = work_state::paused;
}

void work_change::resume() {
    ++row_.resumes;
    const auto found = find();
    if (found != row_.open.end()) {
        found->second.state = work_state::running;
        return;
    }
    begin(work_state::running);
}

void work_change::forget_oldest() {
    const auto oldest = std::min_element(
        row_.open.begin(), row_.open.end(),
        [](const auto& a, const auto& b) { return a.second.since < b.second.since; });
    row_.open.erase(oldest);
    ++row_.forgotten;
}

void work_change::record(const std::string& type, outcome what,
                         std::optional<std::uint64_t> microseconds) {
    row_.counts.record(what, microseconds);
    row_.windows.record(window_at_, what, microseconds);
    entry_in(row_.by_type, type, workflow_metrics::types_max).record(what, microseconds);
}

void judge_health(workflow_summary& shown) {
    for (const auto& rate : {shown.windows.last_hour.success_rate,
                             shown.windows.last_day.success_rate, shown.success_rate}) {
        if (shown.health_percent || !rate) continue;
        shown.health_percent = *rate * 100;
    }
    if (!shown.health_percent) {
        shown.health = "unknown";
    } else if (*shown.health_percent >= healthy_percent) {
        shown.health = "healthy";
    } else {
        shown.health = *shown.health_percent >= degraded_percent ? "degraded" : "unhealthy";
    }
}

}  // namespace

std::vector<std::string> workflow_metrics::key(const json_event& event) {
    const auto kind = event_kind_of(event.view().type());
    payload_reader fields{event};
    if (is_agent_event(kind)) {
        const auto agent = agent_of(event.view(), fields);
        if (agent.empty()) return {"agents"};
        return {"agents", named_key("agent", agent)};
    }
    const bool control = kind == control_requested || kind == control_responded;
    const bool wanted =
        is_life_cycle(kind) || control || (kind == other && !standing_word(fields).empty());
    if (!wanted) return {};
    return {"workflows"};
}

workflow_metrics_row workflow_metrics::apply(row current, const json_event& event) {
    work_change{current, event}.apply();
    return current;
}

workflow_summary workflow_metrics::present(const row& current) {
    workflow_summary shown;
    const auto all = summarise(current.counts);
    shown.total = all.started + current.ends_without_start;
    for (const auto& [key, open] : current.open) {
        if (open.state == work_state::pending) ++shown.pending;
        if (open.state == work_state::running) ++shown.running;
        if (open.state == work_state::paused) ++shown.paused;
    }
    shown.completed = all.completed;
    shown.failed = all.failed;
    shown.cancelled = all.cancelled;
    shown.success_rate = all.success_rate;
    shown.error_rate = all.error_rate;
    shown.duration = all.duration;
    shown.windows = summarise(current.windows);
    for (const auto& [type, work] : current.by_type) shown.by_type[type] = summarise(work);
    judge_health(shown);
    shown.pauses = current.pauses;
    shown.resumes = current.resumes;
    shown.blocks = current.blocks;
    shown.conflicts = current.conflicts;
    shown.control_requests = current.control_requests;
    shown.control_responses = current.control_responses;
    shown.reopened = current.reopened;
    shown.forgotten = current.forgotten;
    shown.starts_repeated = current.starts_repeated;
    shown.ends_without_start = current.ends_without_start;
    shown.ends_repeated = current.ends_repeated;
    shown.ends_before_start = current.ends_before_start;
    shown.times_ahead = current.times_ahead;
    shown.odd_fields = current.odd_fields;
    shown.first_at = current.first_at;
    shown.last_at = current.last_at;
    return shown;
}

}  // namespace daybook::projections
