// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/timeline.hpp>
#include <daybook/projections/workflow_metrics.hpp>

#include "event_facts.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <boost/mp11/algorithm.hpp>

#include <algorithm>
#include <utility>

namespace daybook::projections {
namespace {

using enum event_kind;

constexpr double healthy_percent = 95;
constexpr double degraded_percent = 80;

/// The word with which an event of another system says where its stream stands.
std::string_view standing_word(payload_reader& fields) {
    return fields.text({"lifecycle", "new_status", "status", "state"});
}

/// One event being applied to the row of its workflow, or of its agent in this stream.
class work_change {
public:
    work_change(work_row& row, const json_event& event)
        : row_{row}, event_{event.view()}, fields_{event} {
        bool ahead = false;
        row_.at = at_;
        row_.counted_at = sane_time(event_, ahead);
        if (ahead) ++row_.also.times_ahead;
    }

    void apply();

private:
    using place = std::vector<open_work>::iterator;

    void apply_life_cycle(event_kind kind);
    void apply_agent(event_kind kind);
    void apply_standing(standing stands);
    void begin(work_state state);
    void end(outcome how);
    void pause();
    void resume();
    place find();
    void forget_oldest();
    bool had_ended() const;
    void remember_end();
    std::string type();

    work_row& row_;
    const event_view& event_;
    payload_reader fields_;
    timestamp at_ = event_.occurred_at();
    bool of_other_system_ = false;
    std::string id_;
};

void work_change::apply() {
    const auto kind = event_kind_of(event_.type());
    if (is_agent_event(kind)) {
        apply_agent(kind);
    } else if (kind == control_requested) {
        ++row_.also.control_requests;
    } else if (kind == control_responded) {
        ++row_.also.control_responses;
    } else if (is_life_cycle(kind)) {
        apply_life_cycle(kind);
    } else {
        apply_standing(standing_of(standing_word(fields_)));
    }
    row_.also.odd_fields += fields_.odd();
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
    row_.of_agent = true;
    row_.agent = one_line(agent_of(event_, fields_), text_kept_max);
    id_ = one_line(fields_.word({"agent_id", "run_id", "task_id", "taskId"}), text_kept_max);
    switch (kind) {
        case agent_spawned: return begin(work_state::running);
        case agent_completed: return end(outcome::completed);
        case agent_failed: return end(outcome::failed);
        case agent_paused: return pause();
        case agent_blocked: ++row_.also.blocks; return;
        case agent_conflict: ++row_.also.conflicts; return;
        default: break;
    }
    // Progress after a pause: it goes on.
    if (const auto found = find(); found != row_.open.end()) found->state = work_state::running;
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
            if (const auto it = find(); it->state == work_state::paused) return;
            return pause();
        case standing::open:
            if (!open) return begin(work_state::running);
            if (found->state == work_state::paused) resume();
    }
}

std::string work_change::type() {
    const auto said =
        row_.of_agent
            ? fields_.text({"agent_type", "agentType"})
            : fields_.text({"workflow_type", "workflowType", "issue_type", "product", "type"});
    return one_line(said.empty() ? "unknown" : said, text_kept_max);
}

void work_change::begin(work_state state) {
    if (const auto found = row_.of_agent ? row_.open.end() : find(); found != row_.open.end()) {
        if (found->state != work_state::pending) {
            ++row_.also.starts_repeated;
            return;
        }
        if (state == work_state::pending) ++row_.also.starts_repeated;
        // It waited to be started; from here on it is measured.
        found->state = state;
        found->since = at_;
        return;
    }
    if (!row_.of_agent && had_ended()) ++row_.also.reopened;
    if (row_.open.size() == work_in_streams::runs_max) forget_oldest();
    row_.type = type();
    row_.open.push_back({id_, row_.type, state, at_});
    ++row_.started;
}

// Of an agent, its run with this id, else its oldest where either side has none.
work_change::place work_change::find() {
    auto fitting = row_.open.end();
    for (auto it = row_.open.begin(); it != row_.open.end(); ++it) {
        if (it->id == id_ && !id_.empty()) return it;
        if (fitting == row_.open.end() && (it->id.empty() || id_.empty())) fitting = it;
    }
    return fitting;
}

// A stream of another system is open from its first event on: if it is not, it had ended, however
// long ago. Many are resolved and, weeks later, closed.
bool work_change::had_ended() const {
    if (of_other_system_) return event_.sequence().value > 1;
    return std::find(row_.ended.begin(), row_.ended.end(), id_) != row_.ended.end();
}

void work_change::remember_end() {
    if (of_other_system_ || had_ended()) return;
    if (row_.ended.size() == work_in_streams::ended_max) row_.ended.erase(row_.ended.begin());
    row_.ended.push_back(id_);
}

void work_change::end(outcome how) {
    const auto found = find();
    if (found == row_.open.end() && had_ended()) {
        ++row_.also.ends_repeated;
        return;
    }
    row_.took_us.reset();
    if (found == row_.open.end()) {
        ++row_.also.ends_without_start;
        row_.type = type();
    } else {
        if (at_ < found->since) {
            ++row_.also.ends_before_start;
        } else {
            row_.took_us = static_cast<std::uint64_t>((at_ - found->since).count());
        }
        row_.type = std::move(found->type);
        row_.open.erase(found);
    }
    auto& ends = how == outcome::completed ? row_.completed
                 : how == outcome::failed  ? row_.failed
                                           : row_.cancelled;
    ++ends;
    remember_end();
}

void work_change::pause() {
    ++row_.also.pauses;
    if (const auto found = find(); found != row_.open.end()) found->state = work_state::paused;
}

void work_change::resume() {
    ++row_.also.resumes;
    if (const auto found = find(); found != row_.open.end()) {
        found->state = work_state::running;
        return;
    }
    begin(work_state::running);
}

void work_change::forget_oldest() {
    row_.open.erase(
        std::min_element(row_.open.begin(), row_.open.end(),
                         [](const auto& a, const auto& b) { return a.since < b.since; }));
    ++row_.also.forgotten;
}

/// How many of them are in this state.
std::uint64_t count_of(const work_row& row, work_state state) {
    return static_cast<std::uint64_t>(
        std::count_if(row.open.begin(), row.open.end(),
                      [state](const open_work& each) { return each.state == state; }));
}

void add_difference(work_counters& sum, const work_counters& before, const work_counters& after) {
    using members =
        boost::describe::describe_members<work_counters, boost::describe::mod_any_access>;
    boost::mp11::mp_for_each<members>([&](auto member) {
        sum.*member.pointer += after.*member.pointer - before.*member.pointer;
    });
}

/// Counts what one event did to one workflow: it began or it ended, or neither.
void record_change(workflow_metrics_row& sums, const work_row& before, const work_row& after) {
    const auto record = [&](outcome what, std::optional<std::uint64_t> took_us) {
        sums.counts.record(what, took_us);
        sums.windows.record(after.counted_at, what, took_us);
        entry_in(sums.by_type, after.type, work_metrics::types_max).record(what, took_us);
    };
    if (after.started > before.started) record(outcome::started, {});
    if (after.completed > before.completed) record(outcome::completed, after.took_us);
    if (after.failed > before.failed) record(outcome::failed, after.took_us);
    if (after.cancelled > before.cancelled) record(outcome::cancelled, after.took_us);
}

work_summary summary_of(const work_row& row) {
    work_summary shown;
    shown.agent = row.agent;
    shown.type = row.type;
    if (!row.open.empty()) {
        const auto& oldest = row.open.front();
        shown.state = boost::describe::enum_to_string(oldest.state, "");
        shown.type = oldest.type;
        shown.since = oldest.since;
    } else if (row.completed + row.failed + row.cancelled > 0) {
        shown.state = "ended";
    }
    shown.open = row.open.size();
    shown.started = row.started;
    shown.completed = row.completed;
    shown.failed = row.failed;
    shown.cancelled = row.cancelled;
    if (row.took_us) shown.took_ms = static_cast<double>(*row.took_us) / 1000.0;
    shown.also = row.also;
    shown.last_at = row.at;
    return shown;
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

std::optional<std::string> work_in_streams::key(const json_event& event) {
    const auto& envelope = event.view();
    const auto kind = event_kind_of(envelope.type());
    payload_reader fields{event};
    if (is_agent_event(kind)) {
        return timeline::stream_prefix(envelope.stream()) +
               one_line(agent_of(envelope, fields), text_kept_max);
    }
    const bool control = kind == control_requested || kind == control_responded;
    const bool wanted =
        is_life_cycle(kind) || control || (kind == other && !standing_word(fields).empty());
    if (!wanted) return std::nullopt;
    return std::string{envelope.stream()};
}

work_row work_in_streams::apply(row current, const json_event& event) {
    work_change{current, event}.apply();
    return current;
}

std::vector<std::string> work_metrics::key(const row_changed<from>& change) {
    if (!change.after->of_agent) return {"workflows"};
    if (change.after->agent.empty()) return {"agents"};
    return {"agents", named_key("agent", change.after->agent)};
}

// Rows of `work_in_streams` are never removed: what ended is told from what never began.
workflow_metrics_row work_metrics::apply(row current, const row_changed<from>& change) {
    static const work_row none;
    const auto& before = change.before == nullptr ? none : *change.before;
    const auto& after = *change.after;
    const auto adjust = [&](std::uint64_t& sum, work_state state) {
        sum += count_of(after, state) - count_of(before, state);
    };
    adjust(current.pending, work_state::pending);
    adjust(current.running, work_state::running);
    adjust(current.paused, work_state::paused);
    record_change(current, before, after);
    add_difference(current.also, before.also, after.also);
    current.first_at = std::min(current.first_at.value_or(after.at), after.at);
    current.last_at = std::max(current.last_at.value_or(after.at), after.at);
    return current;
}

workflow_summary work_metrics::present(const row& current) {
    workflow_summary shown;
    const auto all = summarise(current.counts);
    shown.total = all.started + current.also.ends_without_start;
    shown.pending = current.pending;
    shown.running = current.running;
    shown.paused = current.paused;
    shown.completed = all.completed;
    shown.failed = all.failed;
    shown.cancelled = all.cancelled;
    shown.success_rate = all.success_rate;
    shown.error_rate = all.error_rate;
    shown.duration = all.duration;
    shown.windows = summarise(current.windows);
    for (const auto& [type, work] : current.by_type) shown.by_type[type] = summarise(work);
    judge_health(shown);
    shown.pauses = current.also.pauses;
    shown.resumes = current.also.resumes;
    shown.blocks = current.also.blocks;
    shown.conflicts = current.also.conflicts;
    shown.control_requests = current.also.control_requests;
    shown.control_responses = current.also.control_responses;
    shown.reopened = current.also.reopened;
    shown.forgotten = current.also.forgotten;
    shown.starts_repeated = current.also.starts_repeated;
    shown.ends_without_start = current.also.ends_without_start;
    shown.ends_repeated = current.also.ends_repeated;
    shown.ends_before_start = current.also.ends_before_start;
    shown.times_ahead = current.also.times_ahead;
    shown.odd_fields = current.also.odd_fields;
    shown.first_at = current.first_at;
    shown.last_at = current.last_at;
    return shown;
}

std::variant<work_summary, workflow_summary> workflow_metrics::present(
    const std::variant<work_row, workflow_metrics_row>& row) {
    if (const auto* one = std::get_if<work_row>(&row)) return summary_of(*one);
    return work_metrics::present(std::get<workflow_metrics_row>(row));
}

}  // namespace daybook::projections
