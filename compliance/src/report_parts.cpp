// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "report_parts.hpp"

#include <daybook/projections/quality_metrics.hpp>

#include <boost/describe/enum_to_string.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <tuple>

namespace daybook::compliance {
namespace {

using projections::event_kind;
using projections::severity;

constexpr std::size_t types_told_of_actor = 8;
constexpr std::size_t types_of_actor_max = 32;
constexpr std::size_t names_told_of_error = 8;
constexpr std::size_t lane_types_max = 200;

template <class T>
void widen(std::optional<T>& first, std::optional<T>& last, const T& value) {
    first = std::min(first.value_or(value), value);
    last = std::max(last.value_or(value), value);
}

/// The kind of an error: its type and, if the payload tells one, its error type.
std::string error_kind_of(const seen_event& seen) {
    std::string name = seen.line.type;
    const auto& fields = seen.event.fields();
    for (const auto* const member : {"error_type", "error_code", "error_class"}) {
        const auto* const found = fields.if_contains(member);
        if (found == nullptr || !found->is_string() || found->get_string().empty()) continue;
        constexpr std::size_t bytes_max = 200;
        const std::string_view text = found->get_string();
        return name.append(": ").append(text.substr(0, bytes_max));
    }
    return name;
}

void note(audit_report& to, std::uint64_t count, std::string_view what) {
    if (count > 0) to.notes.push_back(std::to_string(count) + ' ' + std::string{what});
}

}  // namespace

seen_event seen_event::of(const json_event& event) {
    seen_event seen{event, projections::timeline::entry_of(event),
                    projections::event_kind_of(event->type()),
                    projections::agent_metrics::key(event).value_or("")};
    seen.error = seen.line.severity >= severity::error;
    return seen;
}

void tell_lanes(std::vector<report_lane> lanes, report_picture& to) {
    std::vector<std::pair<std::uint64_t, std::size_t>> by_runs;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        std::uint64_t runs = 0;
        for (const auto& bar : lanes[i].bars) runs += bar.runs;
        if (runs > 0) by_runs.emplace_back(runs, i);
    }
    std::stable_sort(by_runs.begin(), by_runs.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    if (by_runs.size() > report_limits::lanes_max) {
        to.lanes_left_out += by_runs.size() - report_limits::lanes_max;
        by_runs.resize(report_limits::lanes_max);
    }
    std::sort(by_runs.begin(), by_runs.end(),
              [](const auto& a, const auto& b) { return a.second < b.second; });
    for (const auto& [runs, index] : by_runs) to.lanes.push_back(std::move(lanes[index]));
}

// Scope -------------------------------------------------------------------------------------------

void scope_part::take(const seen_event& seen) {
    const auto& event = seen.event.view();
    ++scope_.events_in_report;
    widen(scope_.first, scope_.last, event.position());
    widen(scope_.first_at, scope_.last_at, event.occurred_at());
    widen(scope_.first_recorded_at, scope_.last_recorded_at, event.recorded_at());
    types_.add(event.type());
    ++severities_[boost::describe::enum_to_string(seen.line.severity, "unknown")];
    if (streams_.contains(event.stream())) return;
    if (streams_.size() < report_limits::streams_max) {
        streams_.emplace(event.stream());
    } else {
        scope_.streams_exact = false;
    }
}

void scope_part::tell(audit_report& to) const {
    to.scope = scope_;
    to.scope.streams = streams_.size();
    to.by_type = types_.sorted(report_limits::types_max);
    for (const auto level : {severity::critical, severity::error, severity::warning,
                             severity::success, severity::info}) {
        const auto* const name = boost::describe::enum_to_string(level, "unknown");
        const auto found = severities_.find(std::string_view{name});
        if (found != severities_.end()) to.by_severity.push_back({name, found->second});
    }
    if (!scope_.streams_exact) {
        to.notes.push_back("there are more than " + std::to_string(streams_.size()) +
                           " streams; figures of events count all of them");
    }
}

// Workflows ---------------------------------------------------------------------------------------

void workflow_part::take(const seen_event& seen) {
    const auto key = projections::work_in_streams::key(seen.event);
    const bool of_agent =
        seen.kind >= event_kind::agent_spawned && seen.kind <= event_kind::agent_paused;
    if (!key || of_agent) return;
    auto found = open_.find(*key);
    if (found == open_.end() && open_.size() == report_limits::streams_max) {
        ++not_followed_;
        return;
    }
    const bool known = found != open_.end();
    if (!known) found = open_.try_emplace(*key).first;
    const auto before = found->second;
    found->second = projections::work_in_streams::apply(std::move(found->second), seen.event);
    count(*key, known ? &before : nullptr, found->second);
}

void workflow_part::count(std::string_view key, const projections::work_row* before,
                          const projections::work_row& after) {
    const projections::row_changed<projections::work_in_streams> change{key, before, &after};
    all_ = projections::work_metrics::apply(std::move(all_), change);
}

void workflow_part::tell(audit_report& to) const {
    to.workflows = projections::summarise(all_.counts);
    to.workflows_open = all_.pending + all_.running + all_.paused;
    for (const auto& [type, counts] : all_.by_type) {
        to.workflow_types[type] = projections::summarise(counts);
    }
    note(to, not_followed_,
         "events of workflows beyond those that are followed are not in the "
         "figures of workflows");
    note(to, all_.also.ends_without_start, "ends of workflows without a start in the report");
    note(to, all_.also.ends_before_start, "ends of workflows before their start, by their times");
}

// Phases ------------------------------------------------------------------------------------------

void phase_part::take(const seen_event& seen) {
    if (seen.line.phase.empty()) return;
    const auto order = phases_.size();
    auto& phase = bounded_entry(phases_, seen.line.phase, report_limits::phases_max);
    if (phase.shown.events == 0) phase.order = order;
    ++phase.shown.events;
    if (seen.error) ++phase.shown.errors;
    const auto at = seen.line.at;
    widen(phase.shown.first_at, phase.shown.last_at, at);
    if (seen.kind == event_kind::phase_started) {
        phase.counts.record(projections::outcome::started);
        phase.runs.begin(seen.line.stream, "", at);
    } else if (seen.kind == event_kind::phase_completed || seen.kind == event_kind::phase_failed) {
        const bool failed = seen.kind == event_kind::phase_failed;
        const auto took = phase.runs.end(seen.line.stream, "", at);
        phase.counts.record(failed ? projections::outcome::failed : projections::outcome::completed,
                            took);
        const std::chrono::microseconds length{took.value_or(0)};
        if (took) phase.bars.add({at - length, at, 1, failed ? 1U : 0U, false});
    }
}

void phase_part::tell(audit_report& to) const {
    std::vector<std::pair<std::size_t, const std::string*>> ordered;
    for (const auto& [name, phase] : phases_) ordered.emplace_back(phase.order, &name);
    std::sort(ordered.begin(), ordered.end());
    std::vector<report_lane> lanes;
    std::uint64_t unmeasured = 0;
    for (const auto& [order, name] : ordered) {
        const auto& phase = phases_.find(*name)->second;
        auto shown = phase.shown;
        shown.name = *name;
        shown.open = phase.runs.open.size() + phase.runs.forgotten;
        shown.outcomes = projections::summarise(phase.counts);
        shown.unmeasured = projections::oddities_of(phase.runs);
        unmeasured += shown.unmeasured.ends_without_start + shown.unmeasured.ends_repeated +
                      shown.unmeasured.ends_before_start;
        auto bars = phase.bars;
        for (const auto& span : phase.runs.open) {
            bars.add({span.since, std::max(span.since, *to.scope.last_at), 1, 0, true});
        }
        lanes.push_back({"phase", *name, bars.sorted(report_limits::bars_max)});
        to.phases.push_back(std::move(shown));
    }
    tell_lanes(std::move(lanes), to.picture);
    note(to, unmeasured,
         "ends of phases have no duration: without a start in the report, repeated, "
         "or before their start");
}

// Agents ------------------------------------------------------------------------------------------

agent_part::agent_part() : wanted_{projections::agent_metrics::wants()} {}

void agent_part::take(const seen_event& seen) {
    if (seen.agent.empty()) return;
    auto& one = bounded_entry(agents_, seen.agent, report_limits::agents_max);
    if (seen.error) ++one.errors;
    if (!wanted_.matches(seen.event.view())) return;
    const auto at = seen.line.at;
    const auto ended = [&] { return one.row.succeeded_us.count + one.row.failed_us.count; };
    const auto ended_before = ended();
    const auto sum_before = one.row.succeeded_us.sum + one.row.failed_us.sum;
    const auto failed_before = one.row.failed_us.count;
    one.row = projections::agent_metrics::apply(std::move(one.row), seen.event);
    if (ended() == ended_before) return;
    const std::chrono::microseconds took{one.row.succeeded_us.sum + one.row.failed_us.sum -
                                         sum_before};
    one.bars.add({at - took, at, 1, one.row.failed_us.count - failed_before, false});
}

report_agent agent_part::shown(const std::string& name, const agent_state& one,
                               const bar_list& bars, std::uint64_t working_us) {
    const auto summary = projections::agent_metrics::present(one.row);
    report_agent shown{.name = name,
                       .type = summary.agent_type,
                       .model = summary.model,
                       .errors = one.errors,
                       .running = summary.running};
    auto counts =
        projections::outcome_counts{summary.spawned, summary.succeeded, summary.failed, 0, {}};
    counts.duration_us.merge(one.row.succeeded_us);
    counts.duration_us.merge(one.row.failed_us);
    shown.runs = projections::summarise(counts);
    shown.first_at = summary.first_at;
    shown.last_at = summary.last_at;
    shown.last_error = summary.last_error;
    const auto busy_us = static_cast<double>(bars.busy_us());
    shown.busy_ms = busy_us / 1000;
    if (working_us > 0) shown.utilisation = busy_us / static_cast<double>(working_us);
    return shown;
}

void agent_part::tell(audit_report& to) const {
    std::vector<report_lane> lanes;
    std::vector<bar_list> runs;
    bar_list of_any;
    for (const auto& [name, one] : agents_) {
        auto& bars = runs.emplace_back(one.bars);
        for (const auto& run : one.row.running) {
            bars.add({run.since, std::max(run.since, *to.scope.last_at), 1, 0, true});
        }
        lanes.push_back({"agent", name, bars.sorted(report_limits::bars_max)});
        for (const auto& bar : bars.sorted(bar_list::bars_kept)) of_any.add(bar);
    }
    const auto working_us = of_any.busy_us();
    projections::outcome_counts all;
    std::uint64_t unmeasured = 0;
    auto bars = runs.begin();
    for (const auto& [name, one] : agents_) {
        to.agents.push_back(shown(name, one, *bars++, working_us));
        all.started += one.row.spawned;
        all.completed += one.row.succeeded;
        all.failed += one.row.failed;
        all.duration_us.merge(one.row.succeeded_us);
        all.duration_us.merge(one.row.failed_us);
        unmeasured += one.row.ends_without_start + one.row.ends_before_start;
    }
    to.agent_runs = projections::summarise(all);
    std::stable_sort(to.agents.begin(), to.agents.end(),
                     [](const auto& a, const auto& b) { return a.busy_ms > b.busy_ms; });
    tell_lanes(std::move(lanes), to.picture);
    note(to, unmeasured,
         "ends of agents' runs have no duration: without a start in the report, or "
         "before it");
    if (agents_.contains(other_name)) {
        to.notes.push_back("agents beyond the first " + std::to_string(report_limits::agents_max) +
                           " are counted together as " + std::string{other_name});
    }
}

// Errors ------------------------------------------------------------------------------------------

void error_part::take(const seen_event& seen) {
    if (seen.error) take_error(seen);
    const auto found = last_type_.find(seen.line.stream);
    if (found != last_type_.end()) {
        found->second = seen.line.type;
    } else if (last_type_.size() < report_limits::streams_max) {
        last_type_.emplace(seen.line.stream, seen.line.type);
    }
}

void error_part::take_error(const seen_event& seen) {
    const auto& line = seen.line;
    ++total_;
    if (line.severity == severity::critical) ++critical_;
    agents_.add(seen.agent);
    phases_.add(line.phase);
    auto& kind = bounded_entry(kinds_, error_kind_of(seen), report_limits::error_kinds_max);
    kind.agents.add(seen.agent);
    kind.phases.add(line.phase);
    const auto before = last_type_.find(line.stream);
    kind.before.add(before == last_type_.end() ? std::string_view{} : before->second);
    const auto causes = seen.event->causes();
    kind.last = {.position = line.position,
                 .at = line.at,
                 .type = line.type,
                 .stream = line.stream,
                 .agent = seen.agent,
                 .phase = line.phase,
                 .summary = line.summary,
                 .sequence = line.sequence,
                 .causes = {causes.begin(), causes.end()}};
    if (++kind.count == 1) kind.first = kind.last;
}

void error_part::tell(audit_report& to) const {
    to.errors.total = total_;
    to.errors.critical = critical_;
    to.errors.by_agent = agents_.sorted(report_limits::agents_max);
    to.errors.by_phase = phases_.sorted(report_limits::phases_max);
    for (const auto& [name, kind] : kinds_) {
        to.errors.by_kind.push_back({.name = name,
                                     .count = kind.count,
                                     .by_agent = kind.agents.sorted(names_told_of_error),
                                     .by_phase = kind.phases.sorted(names_told_of_error),
                                     .preceded_by = kind.before.sorted(names_told_of_error),
                                     .first = kind.first,
                                     .last = kind.last});
    }
    std::stable_sort(to.errors.by_kind.begin(), to.errors.by_kind.end(),
                     [](const auto& a, const auto& b) { return a.count > b.count; });
}

// Actors ------------------------------------------------------------------------------------------

void actor_part::take(const seen_event& seen) {
    const auto who = seen.event->actor();
    std::string key{who.type};
    if (!who.type.empty() || !who.id.empty()) key.append(1, '\0').append(who.id);
    auto& actor = bounded_entry(actors_, key, report_limits::actors_max);
    auto& shown = actor.shown;
    const auto& line = seen.line;
    if (shown.events == 0) {
        shown.type = who.type;
        shown.id = who.id;
        shown.first = line.position;
        shown.first_at = shown.last_at = line.at;
        actor.did = bounded_counts{types_of_actor_max};
    }
    if (!who.model.empty()) shown.model = who.model;
    ++shown.events;
    if (seen.error) ++shown.errors;
    shown.last = line.position;
    shown.first_at = std::min(shown.first_at, line.at);
    shown.last_at = std::max(shown.last_at, line.at);
    actor.did.add(line.type);
}

void actor_part::tell(audit_report& to) const {
    for (const auto& [key, actor] : actors_) {
        auto shown = actor.shown;
        if (key == other_name) std::tie(shown.type, shown.id) = std::tuple{"", key};
        if (key == no_name) shown.id = key;
        shown.did = actor.did.sorted(types_told_of_actor);
        to.actors.push_back(std::move(shown));
    }
    std::stable_sort(to.actors.begin(), to.actors.end(),
                     [](const auto& a, const auto& b) { return a.events > b.events; });
    if (actors_.contains(other_name)) {
        to.notes.push_back("actors beyond the first " + std::to_string(report_limits::actors_max) +
                           " are counted together as " + std::string{other_name});
    }
}

// Picture -----------------------------------------------------------------------------------------

void time_part::take(const seen_event& seen) {
    const auto at = seen.line.at;
    slots_.add(at, seen.error);
    bounded_entry(types_, seen.line.type, lane_types_max)
        .add({at, at, 1, seen.error ? 1U : 0U, false});
}

void time_part::tell(audit_report& to) const {
    auto slots = slots_;
    slots.finish();
    to.picture.slot_us = slots.slot_us();
    to.picture.slots = slots.slots();
    if (to.picture.lanes.empty()) {
        std::vector<report_lane> lanes;
        for (const auto& [type, bars] : types_) {
            lanes.push_back({"type", type, bars.sorted(report_limits::bars_max)});
        }
        tell_lanes(std::move(lanes), to.picture);
    }
    note(to, to.picture.lanes_left_out,
         "phases, agents or types are not in the timeline picture: "
         "those with the fewest runs");
}

}  // namespace daybook::compliance
