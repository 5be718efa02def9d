// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/activity.hpp>
#include <daybook/projections/timeline.hpp>

#include "event_facts.hpp"
#include "share_of.hpp"

#include <algorithm>
#include <limits>

namespace daybook::projections {
namespace {

using enum event_kind;

constexpr std::size_t position_digits = 20;

std::string_view status_of_agent(event_kind kind) {
    switch (kind) {
        case agent_spawned: return "started";
        case agent_completed: return "completed";
        case agent_failed: return "failed";
        case agent_paused: return "paused";
        case agent_conflict: return "conflict";
        case agent_blocked: return "blocked";
        default: return "in_progress";
    }
}

std::string_view name_of(severity of) { return boost::describe::enum_to_string(of, "info"); }

bool is_alert(event_kind kind, severity of) {
    return kind == agent_conflict || kind == alert_raised || of == severity::critical;
}

std::string kept(std::string_view text) { return one_line(text, text_kept_max); }

void measure_run(activity_statistics_row& row, agent_activity& agent, const event_view& event,
                 payload_reader& fields, std::string_view name, event_kind kind) {
    const auto run =
        kept(name) + '\t' + kept(fields.word({"agent_id", "run_id", "task_id", "taskId"}));
    if (kind == agent_spawned) return row.runs.begin(event.stream(), run, event.occurred_at());
    if (kind != agent_completed && kind != agent_failed) return;
    ++(kind == agent_completed ? agent.completed : agent.failed);
    if (const auto took = row.runs.end(event.stream(), run, event.occurred_at())) {
        ++agent.measured;
        agent.duration_us += *took;
    }
}

agent_activity_summary summary_of(const agent_activity& agent) {
    agent_activity_summary shown{agent.events, agent.completed, agent.failed,
                                 share_of(agent.completed, agent.completed + agent.failed),
                                 std::nullopt};
    if (agent.measured > 0) {
        shown.mean_duration_ms =
            static_cast<double>(agent.duration_us) / 1000.0 / static_cast<double>(agent.measured);
    }
    return shown;
}

}  // namespace

activity_entry activity_feed::entry_of(const json_event& event) {
    auto line = timeline::entry_of(event);
    const auto kind = event_kind_of(line.type);
    payload_reader fields{event};
    activity_entry entry;
    entry.at = line.at;
    entry.position = line.position;
    entry.stream = std::move(line.stream);
    entry.type = std::move(line.type);
    entry.project = kept(project_of(event.view(), fields));
    entry.agent = kept(agent_of(event.view(), fields));
    entry.agent_type = kept(fields.text({"agent_type", "agentType"}));
    entry.task = kept(fields.word({"task_id", "taskId"}));
    entry.phase = std::move(line.phase);
    entry.severity = line.severity;
    entry.status = is_agent_event(kind)
                       ? std::string{status_of_agent(kind)}
                       : kept(fields.text({"lifecycle", "new_status", "status", "state"}));
    entry.alert = is_alert(kind, line.severity);
    entry.message = std::move(line.summary);
    return entry;
}

std::string activity_feed::prefix_of(std::string_view feed) { return std::string{feed} + '\t'; }

std::vector<std::string> activity_feed::key(const json_event& event) {
    payload_reader fields{event};
    const auto& view = event.view();
    const auto kind = event_kind_of(view.type());
    std::vector<std::string> keys{named_key("severity", name_of(severity_of(view, fields, kind)))};
    if (const auto project = project_of(view, fields); !project.empty())
        keys.push_back(named_key("project", project));
    if (const auto agent = agent_of(view, fields); !agent.empty())
        keys.push_back(named_key("agent", agent));
    const auto falling =
        std::to_string(std::numeric_limits<std::uint64_t>::max() - view.position().value);
    for (auto& key : keys) {
        key = prefix_of(key);
        key.append(position_digits - falling.size(), '0');
        key += falling;
    }
    return keys;
}

std::vector<std::string> activity_statistics::key(const json_event& event) {
    payload_reader fields{event};
    std::vector<std::string> keys{"all"};
    if (const auto project = project_of(event.view(), fields); !project.empty())
        keys.push_back(named_key("project", project));
    return keys;
}

activity_statistics_row activity_statistics::apply(row current, const json_event& event) {
    const auto& view = event.view();
    payload_reader fields{event};
    const auto kind = event_kind_of(view.type());
    const auto severe = severity_of(view, fields, kind);
    const auto at = view.occurred_at();
    ++current.events;
    ++current.by_severity[std::string{name_of(severe)}];
    ++entry_in(current.by_type, view.type(), names_max);
    if (is_alert(kind, severe)) ++current.alerts;
    current.first_at = current.first_at ? std::min(*current.first_at, at) : at;
    current.last_at = current.last_at ? std::max(*current.last_at, at) : at;
    if (is_agent_event(kind)) ++current.by_status[std::string{status_of_agent(kind)}];
    const auto who = agent_of(view, fields);
    if (who.empty()) return current;
    auto& agent = entry_in(current.by_agent, who, names_max);
    ++agent.events;
    if (is_agent_event(kind)) measure_run(current, agent, view, fields, who, kind);
    return current;
}

activity_summary activity_statistics::present(const row& current) {
    activity_summary shown;
    shown.events = current.events;
    shown.alerts = current.alerts;
    shown.running = current.runs.open.size();
    shown.by_severity = current.by_severity;
    shown.by_type = current.by_type;
    shown.by_status = current.by_status;
    for (const auto& [who, agent] : current.by_agent) {
        shown.completed += agent.completed;
        shown.failed += agent.failed;
        shown.by_agent[who] = summary_of(agent);
    }
    shown.success_rate = share_of(shown.completed, shown.completed + shown.failed);
    shown.oddities = oddities_of(current.runs);
    shown.first_at = current.first_at;
    shown.last_at = current.last_at;
    return shown;
}

}  // namespace daybook::projections
