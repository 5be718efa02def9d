// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/timeline.hpp>

#include "event_facts.hpp"
#include "payload_reader.hpp"

#include <boost/json/value.hpp>

#include <array>
#include <charconv>
#include <initializer_list>

namespace daybook::projections {
namespace {

using enum event_kind;

constexpr char separator = '\t';  // Cannot occur in a stream's name.
constexpr std::size_t position_digits = 20;
constexpr std::size_t summary_bytes_max = 200;
constexpr std::size_t extra_fields_max = 3;

std::string join(std::initializer_list<std::string_view> parts) {
    std::string joined;
    for (const auto part : parts) joined += part;
    return joined;
}

/// "lead: detail", or one of them if the other is empty.
std::string with_detail(std::string lead, std::string_view detail) {
    if (detail.empty()) return lead;
    if (!lead.empty()) lead += ": ";
    lead += detail;
    return lead;
}

/// "lead subject" without a double space if there is no subject.
std::string named(std::string_view lead, std::string_view subject, std::string_view rest = {}) {
    std::string text{lead};
    if (!subject.empty()) text += join({" ", subject});
    if (!rest.empty()) text += join({" ", rest});
    return text;
}

/// Says what one event is about, in a line.
class line_writer {
public:
    line_writer(const json_event& event, payload_reader& fields)
        : event_{event.view()}, fields_{fields} {}

    std::string line(event_kind kind) {
        if (kind == other) return other_line();
        if (kind <= phase_failed) return life_cycle_line(kind);
        if (kind <= agent_paused) return agent_line(kind);
        if (kind <= page_created) return work_line(kind);
        if (kind <= recovery_failed) return quality_line(kind);
        return planning_line(kind);
    }

private:
    using names = payload_reader::names;
    std::string_view text(names of) { return fields_.text(of); }
    std::string_view why() {
        return text({"error_message", "failure_reason", "error", "pause_reason", "block_reason",
                     "reason", "message"});
    }
    std::string life_cycle_line(event_kind kind);
    std::string agent_line(event_kind kind);
    std::string work_line(event_kind kind);
    std::string quality_line(event_kind kind);
    std::string planning_line(event_kind kind);
    std::string other_line();
    std::string changed(std::string_view what, std::string_view field);

    const event_view& event_;
    payload_reader& fields_;
};

std::string line_writer::life_cycle_line(event_kind kind) {
    const auto phase = text({"phase", "phase_name", "name"});
    switch (kind) {
        case orchestration_created: return with_detail("Workflow created", text({"title", "name"}));
        case orchestration_started:
            return with_detail("Orchestration started",
                               text({"issue_summary", "summary", "title", "name"}));
        case orchestration_completed:
            return with_detail("Orchestration completed", text({"summary", "result"}));
        case orchestration_failed:
            return with_detail(
                named("Orchestration failed", text({"failure_phase"}).empty() ? "" : "in",
                      text({"failure_phase"})),
                why());
        case orchestration_paused: return with_detail("Orchestration paused", why());
        case orchestration_resumed: return "Orchestration resumed";
        case orchestration_cancelled: return with_detail("Orchestration cancelled", why());
        case phase_started: return named("Phase", phase, "started");
        case phase_completed: return named("Phase", phase, "completed");
        default: return with_detail(named("Phase", phase, "failed"), why());
    }
}

std::string line_writer::agent_line(event_kind kind) {
    auto name = fields_.word({"agent_name", "agentName", "agent", "agent_id"});
    if (name.empty()) name.assign(event_.actor().id);
    const auto task = text({"assigned_task", "task_description", "taskDescription", "task"});
    switch (kind) {
        case agent_spawned: return with_detail(named("Agent", name, "started"), task);
        case agent_completed:
            return with_detail(named("Agent", name, "completed"),
                               task.empty() ? text({"result", "summary"}) : task);
        case agent_failed: return with_detail(named("Agent", name, "failed"), why());
        case agent_blocked:
            return with_detail(named("Agent", name, "blocked"),
                               fields_.word({"blocked_by", "block_reason", "reason"}));
        case agent_conflict:
            return with_detail(named("Agent", name, "found a conflict"),
                               text({"description", "conflict", "message"}));
        case agent_paused: return with_detail(named("Agent", name, "paused"), why());
        default: break;
    }
    const auto percent = fields_.word({"progress", "progress_percent", "percent"});
    return with_detail(
        named("Agent", name, percent.empty() ? "progressed" : join({"at ", percent, " %"})),
        text({"message", "task_description"}));
}

std::string line_writer::work_line(event_kind kind) {
    const auto gap = fields_.word({"gap_id", "id"});
    const auto pull_request = fields_.word({"pr_number", "pr_id", "number"});
    switch (kind) {
        case gap_identified:
            return with_detail(named("Gap", gap, "found"), text({"description", "gap_type"}));
        case gap_resolved:
            return with_detail(named("Gap", gap, "resolved"), text({"resolution", "description"}));
        case gap_escalated:
            return with_detail(named("Gap", gap, "escalated"), text({"reason", "description"}));
        case commit_created: {
            const auto sha = fields_.word({"commit_sha", "sha", "commit", "hash"}).substr(0, 12);
            return with_detail(named("Commit", sha),
                               text({"commit_message", "message", "subject"}));
        }
        case pr_created:
            return with_detail(named("Pull request", pull_request, "opened"),
                               text({"pr_title", "title"}));
        case pr_merged:
            return with_detail(named("Pull request", pull_request, "merged"),
                               text({"pr_title", "title"}));
        case pr_closed:
            return with_detail(named("Pull request", pull_request, "closed"),
                               text({"pr_title", "title"}));
        case issue_transitioned: return changed("Issue", "status");
        case comment_posted:
            return with_detail("Comment", text({"comment", "body", "text", "summary"}));
        case worklog_added:
            return with_detail("Work logged", text({"time_spent", "description", "comment"}));
        default:
            return with_detail("Document written",
                               text({"title", "file_path", "path", "page_title", "url"}));
    }
}

std::string line_writer::quality_line(event_kind kind) {
    const auto check = text({"check_name", "check_type", "check", "name"});
    const auto tests = text({"test_suite", "suite", "test_type", "name"});
    switch (kind) {
        case quality_check_started: return named("Quality check", check, "started");
        case quality_check_completed: return named("Quality check", check, "passed");
        case quality_check_failed:
            return with_detail(named("Quality check", check, "failed"), why());
        case test_run_started: return named("Test run", tests, "started");
        case test_run_completed: return named("Test run", tests, "passed");
        case test_run_failed: return with_detail(named("Test run", tests, "failed"), why());
        case checkpoint_created:
            return named("Checkpoint", fields_.word({"checkpoint_id", "id", "name"}), "created");
        case checkpoint_restored:
            return named("Checkpoint", fields_.word({"checkpoint_id", "id", "name"}), "restored");
        case phase_summary_created:
            return with_detail(named("Summary of phase", text({"phase"})), text({"summary"}));
        case orchestration_summary_created:
            return with_detail("Summary of the orchestration", text({"summary"}));
        case error_occurred: return with_detail("Error", why());
        case recovery_attempted:
            return with_detail("Recovery attempted",
                               text({"strategy", "recovery_strategy", "action"}));
        case recovery_succeeded:
            return with_detail("Recovery succeeded",
                               text({"strategy", "recovery_strategy", "action"}));
        default: return with_detail("Recovery failed", why());
    }
}

std::string line_writer::changed(std::string_view what, std::string_view field) {
    auto to = text({"to_status"});
    if (to.empty()) to = fields_.changed_to(field);
    return to.empty() ? named(what, field, "changed") : named(what, field, join({"is now ", to}));
}

std::string line_writer::planning_line(event_kind kind) {
    switch (kind) {
        case sprint_metadata_updated:
            return with_detail("Sprint updated", text({"title", "name", "goal"}));
        case sprint_status_changed: return changed("Sprint", "status");
        case task_created:
            return with_detail("Task created", text({"title", "name", "description"}));
        case task_assigned: {
            auto to = fields_.changed_to("assignee");
            if (to.empty()) to = text({"assigned_to", "agent_name"});
            return to.empty() ? "Task assigned" : named("Task assigned to", to);
        }
        case task_blocked:
            return with_detail("Task blocked",
                               fields_.word({"blocked_by", "reason", "block_reason"}));
        case task_priority_changed: return changed("Task", "priority");
        case task_progress_updated: {
            const auto percent =
                fields_.word({"progress", "progress_percent", "percent", "new_progress"});
            return percent.empty() ? "Task progressed" : join({"Task at ", percent, " %"});
        }
        case task_status_changed: return changed("Task", "status");
        case session_started:
            return named("Session", fields_.word({"session_id", "session_key"}), "started");
        case session_resumed:
            return named("Session", fields_.word({"session_id", "session_key"}), "resumed");
        case context_assembled: return "Context assembled";
        case control_requested:
            return with_detail("Control requested", text({"action", "command"}));
        case session_initialized:
            return named("Session", fields_.word({"session_id", "session_key"}), "initialized");
        case notification_created: return with_detail("Notification", text({"message"}));
        case alert_raised: return with_detail("Alert", text({"message"}));
        default: return with_detail("Control answered", text({"status", "result", "message"}));
    }
}

bool names_the_event(std::string_view field) {
    constexpr std::array<std::string_view, 6> known{"lifecycle", "status", "state",
                                                    "activity",  "event",  "type"};
    for (const auto name : known) {
        if (field == name) return true;
    }
    return false;
}

/// A scalar as text; empty for anything else.
std::string scalar(const boost::json::value& value) {
    if (value.is_string()) return {value.get_string().data(), value.get_string().size()};
    if (value.is_int64()) return std::to_string(value.get_int64());
    if (value.is_uint64()) return std::to_string(value.get_uint64());
    if (value.is_bool()) return value.get_bool() ? "true" : "false";
    return {};
}

// An event of another system: its type, where it stands, and what it says of itself, or else its
// first few fields.
std::string line_writer::other_line() {
    auto line = with_detail(std::string{event_.type()},
                            text({"lifecycle", "new_status", "status", "state"}));
    const auto said = text({"summary", "message", "description", "title", "text", "name"});
    if (!said.empty()) return with_detail(std::move(line), said);
    std::string extras;
    std::size_t shown_fields = 0;
    for (const auto& [name, value] : fields_.fields()) {
        if (shown_fields == extra_fields_max) break;
        const auto shown = names_the_event(name) ? std::string{} : scalar(value);
        if (shown.empty()) continue;
        extras += join({shown_fields == 0 ? " (" : ", ", name, "=", shown});
        ++shown_fields;
    }
    return extras.empty() ? line : line + extras + ')';
}

}  // namespace

timeline_entry timeline::entry_of(const json_event& event) {
    const auto& view = event.view();
    const auto kind = event_kind_of(view.type());
    payload_reader fields{event};
    timeline_entry entry;
    entry.at = view.occurred_at();
    entry.position = view.position();
    entry.stream.assign(view.stream());
    entry.sequence = view.sequence();
    entry.type.assign(view.type());
    entry.actor.assign(view.actor().id);
    entry.actor_type.assign(view.actor().type);
    entry.phase.assign(view.tag("phase").value_or(std::string_view{}));
    if (entry.phase.empty()) entry.phase = one_line(fields.text({"phase"}), summary_bytes_max);
    entry.severity = severity_of(view, fields, kind);
    entry.summary = one_line(line_writer{event, fields}.line(kind), summary_bytes_max);
    return entry;
}

std::string timeline::key(const json_event& event) {
    return key_of(event.view().stream(), event.view().position());
}

std::string timeline::stream_prefix(std::string_view stream) {
    std::string prefix{stream};
    prefix += separator;
    return prefix;
}

std::string timeline::key_of(std::string_view stream, daybook::position at) {
    auto key = stream_prefix(stream);
    const auto digits = std::to_string(at.value);
    key.append(position_digits - digits.size(), '0');
    key += digits;
    return key;
}

std::optional<std::pair<std::string_view, position>> timeline::parse_key(
    std::string_view key) noexcept {
    const auto tab = key.rfind(separator);
    if (tab == std::string_view::npos || key.size() - tab - 1 != position_digits)
        return std::nullopt;
    daybook::position at;
    const auto* end = key.data() + key.size();
    const auto [stop, failed] = std::from_chars(key.data() + tab + 1, end, at.value);
    if (failed != std::errc{} || stop != end) return std::nullopt;
    return std::pair{key.substr(0, tab), at};
}

}  // namespace daybook::projections
