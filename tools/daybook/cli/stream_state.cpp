// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/stream_state.hpp"

#include <daybook/json.hpp>
#include <daybook/projections/timeline.hpp>
#include <daybook/value_codec.hpp>

#include "cli/text.hpp"

#include <algorithm>

namespace daybook::cli {
namespace {

using projections::orchestration_row;

std::string micros_text(std::uint64_t span_us) {
    return duration_text(std::chrono::microseconds{static_cast<std::int64_t>(span_us)});
}

/// "name: what", or the one that there is.
std::string titled(std::string name, const std::string& what) {
    return what.empty() ? name : name.append(name.empty() ? "" : ": ").append(what);
}

std::string line_of(const projections::active_agent& a) {
    std::string line = titled(a.name, a.task) + ", since " + to_string(a.since);
    if (a.progress_percent) line += ", " + std::to_string(*a.progress_percent) + "%";
    if (a.blocked) line += ", blocked by " + a.blocked_by;
    return line;
}

std::string line_of(const projections::phase_record& p) {
    std::string line = p.name;
    if (p.duration_us > 0) line += ", " + micros_text(p.duration_us);
    if (p.completed > 1) line += ", " + std::to_string(p.completed) + " times";
    if (p.failed > 0)
        line += ", failed " + std::to_string(p.failed) + (p.failed > 1 ? " times" : " time");
    return line;
}

std::string line_of(const projections::commit_record& c) {
    return to_string(c.at) + " " + titled(c.sha.substr(0, 10), c.message);
}

std::string line_of(const projections::pull_request_record& p) {
    return titled(p.id, p.title) + ", " + p.state;
}

std::string line_of(const projections::open_gap& g) {
    std::string line = titled(g.id, g.description);
    if (!g.severity.empty()) line += ", " + g.severity;
    if (g.blocking) line += ", blocking";
    if (g.escalated) line += ", escalated";
    return line + ", since " + to_string(g.since);
}

std::string line_of(const projections::error_record& e) {
    return titled(e.type, e.message) + (e.recovered ? ", recovered" : ", not recovered");
}

std::string line_of(const replay::agent_at_work& a) { return a.stream + ": " + line_of(a.agent); }

std::string line_of(const replay::stream_standing& s) {
    std::string line = titled(s.stream, s.title) + ", " + s.status;
    return s.phase.empty() ? line : line + ", " + s.phase;
}

std::string line_of(const projections::board_item& t) {
    std::string line = titled(t.id, t.title);
    if (!t.state.empty()) line += ", " + t.state;
    if (!t.assignee.empty()) line += ", " + t.assignee;
    return t.blocked_by.empty() ? line : line + ", blocked by " + t.blocked_by;
}

/// A list of described structs: JSON, and a line for each; an empty one is no value.
template <class T>
cell list_cell(const std::vector<T>& list) {
    if (list.empty()) return {};
    json_text told{value_to_json(list)};
    for (const auto& item : list) told.lines.push_back(line_of(item));
    return told;
}

cell events_cell(const std::vector<event>& events) {
    if (events.empty()) return {};
    json_text told{"["};
    for (const auto& one : events) {
        if (told.text.size() > 1) told.text += ',';
        told.text += to_json(one);
        const auto entry = projections::timeline::entry_of(one.view());
        told.lines.push_back(to_string(entry.at) + " " + entry.stream + "#" +
                             std::to_string(entry.sequence.value) + " " + entry.summary);
    }
    told.text += ']';
    return told;
}

cell error_cell(const std::optional<projections::error_record>& e) {
    return e ? cell{json_text{value_to_json(*e), {line_of(*e)}}} : cell{};
}

/// The counts that are not 0.
cell counts_cell(const orchestration_row& row) {
    std::string object = "{";
    std::string line;
    boost::mp11::mp_for_each<boost::describe::describe_members<projections::orchestration_counts,
                                                               boost::describe::mod_public>>(
        [&](auto member) {
            const std::uint64_t count = row.counts.*member.pointer;
            if (count == 0) return;
            object.append(object.size() > 1 ? "," : "").append(json_quoted(member.name));
            object.append(":").append(std::to_string(count));
            std::string name = member.name;
            std::replace(name.begin(), name.end(), '_', ' ');
            line.append(line.empty() ? "" : ", ")
                .append(std::to_string(count))
                .append(" ")
                .append(name);
        });
    if (line.empty()) return {};
    constexpr std::size_t line_width = 70;
    return json_text{object + "}", wrapped(line, line_width)};
}

tone tone_of_status(std::string_view status) {
    if (status == "completed") return tone::good;
    if (status == "failed") return tone::bad;
    if (status == "paused" || status == "blocked") return tone::warning;
    return tone::strong;
}

const field<stream_state> state_fields[] = {
    {{.name = "stream", .colour = tone::accent},
     [](const stream_state& s) { return text_cell(s.stream); }},
    {{.name = "status", .colour_of = tone_of_status},
     [](const stream_state& s) { return text_cell(s.row.status); }},
    {{.name = "status_reason"},
     [](const stream_state& s) { return text_cell(s.row.status_reason); }},
    {{.name = "title"}, [](const stream_state& s) { return text_cell(s.row.title); }},
    {{.name = "phase"}, [](const stream_state& s) { return text_cell(s.row.phase); }},
    {{.name = "phase_since"},
     [](const stream_state& s) { return optional_cell(s.row.phase_since); }},
    {{.name = "active_agents"},
     [](const stream_state& s) { return list_cell(s.row.active_agents); }},
    {{.name = "completed_phases"},
     [](const stream_state& s) { return list_cell(s.row.completed_phases); }},
    {{.name = "commits"}, [](const stream_state& s) { return list_cell(s.row.commits); }},
    {{.name = "pull_requests"},
     [](const stream_state& s) { return list_cell(s.row.pull_requests); }},
    {{.name = "gaps_open"}, [](const stream_state& s) { return list_cell(s.row.gaps_open); }},
    {{.name = "last_error"}, [](const stream_state& s) { return error_cell(s.row.last_error); }},
    {{.name = "counts"}, [](const stream_state& s) { return counts_cell(s.row); }},
    {{.name = "started_at"}, [](const stream_state& s) { return optional_cell(s.row.started_at); }},
    {{.name = "ended_at"}, [](const stream_state& s) { return optional_cell(s.row.ended_at); }},
    {{.name = "events"}, [](const stream_state& s) { return cell{s.row.events}; }},
    {{.name = "sequence"}, [](const stream_state& s) { return cell{s.row.sequence.value}; }},
    {{.name = "last_event_type"},
     [](const stream_state& s) { return text_cell(s.row.last_event_type); }},
    {{.name = "last_event_at"}, [](const stream_state& s) { return cell{s.row.last_event_at}; }},
    {{.name = "pending_tasks"},
     [](const stream_state& s) { return list_cell(s.around->pending_tasks); }},
    {{.name = "before"}, [](const stream_state& s) { return events_cell(s.around->before); }},
    {{.name = "after"}, [](const stream_state& s) { return events_cell(s.around->after); }},
};
constexpr std::size_t fields_around = 3;

const field<replay::instant> instant_fields[] = {
    {{.name = "events"}, [](const replay::instant& i) { return cell{i.events}; }},
    {{.name = "position"},
     [](const replay::instant& i) { return i.last ? cell{i.last->value} : cell{}; }},
    {{.name = "open_streams"}, [](const replay::instant& i) { return list_cell(i.open_streams); }},
    {{.name = "active_agents"},
     [](const replay::instant& i) { return list_cell(i.active_agents); }},
    {{.name = "pending_tasks"},
     [](const replay::instant& i) { return list_cell(i.pending_tasks); }},
    {{.name = "before"}, [](const replay::instant& i) { return events_cell(i.before); }},
    {{.name = "after"}, [](const replay::instant& i) { return events_cell(i.after); }},
};

/// Says where a list has not all that there was.
void note_total(std::string_view name, std::string_view what, std::size_t listed_items,
                std::uint64_t total, record_sink& to) {
    if (total <= listed_items) return;
    to.note(name, total,
            grouped(listed_items) + " of " + grouped(total) + " " + std::string{what} + " listed");
}

/// The row with every member, and the stream it belongs to.
std::string state_json(const stream_state& s) {
    auto text = "{\"stream\":" + json_quoted(s.stream) + "," + value_to_json(s.row).substr(1);
    if (s.around == nullptr) return text;
    text.back() = ',';
    text += "\"pending_tasks\":" + value_to_json(s.around->pending_tasks);
    text += ",\"before\":" + to_json(events_cell(s.around->before));
    text += ",\"after\":" + to_json(events_cell(s.around->after));
    return text + "}";
}

}  // namespace

void tell_state(const stream_state& state, record_sink& to) {
    std::span<const field<stream_state>> fields{state_fields};
    if (state.around == nullptr) fields = fields.first(fields.size() - fields_around);
    rows<stream_state>{to, fields, shape::one, state_json}.add(state);
    to.end();
}

void tell_instant(const replay::instant& then, record_sink& to) {
    rows<replay::instant>{to, instant_fields, shape::one}.add(then);
    note_total("open_streams_total", "streams", then.open_streams.size(), then.open_streams_total,
               to);
    note_total("active_agents_total", "agents", then.active_agents.size(), then.active_agents_total,
               to);
    note_total("pending_tasks_total", "tasks", then.pending_tasks.size(), then.pending_tasks_total,
               to);
    to.end();
}

}  // namespace daybook::cli
