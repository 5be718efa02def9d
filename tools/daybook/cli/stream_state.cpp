// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/stream_state.hpp"

#include <daybook/detail/state_loader.hpp>
#include <daybook/json_event.hpp>
#include <daybook/value_codec.hpp>

#include "cli/text.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

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

/// A list of described structs: JSON, and a line for each; an empty one is no value.
template <class T>
cell list_cell(const std::vector<T>& list) {
    if (list.empty()) return {};
    json_text told{value_to_json(list)};
    for (const auto& item : list) told.lines.push_back(line_of(item));
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
};

/// How snapshots of the view's rows are made and read.
const daybook::detail::state_kind& kept_kind() {
    using kept = projections::orchestration_state;
    static const daybook::detail::state_kind kind{
        .name = kept::name,
        .version = kept::version,
        .fingerprint = value_fingerprint<orchestration_row>(),
        .make = []() -> std::shared_ptr<void> { return std::make_shared<orchestration_row>(); },
        .copy = [](const void* from) -> std::shared_ptr<void> {
            return std::make_shared<orchestration_row>(
                *static_cast<const orchestration_row*>(from));
        },
        .apply =
            [](void* to, const json_event& event) {
                auto& row = *static_cast<orchestration_row*>(to);
                row = kept::apply(std::move(row), event);
                return true;
            },
        .encode =
            [](const void* from, std::string& to) {
                encode_value(*static_cast<const orchestration_row*>(from), to);
            },
        .decode = [](std::string_view bytes) -> result<std::shared_ptr<void>> {
            auto row = decode_value<orchestration_row>(bytes);
            if (!row) return row.error();
            return std::shared_ptr<void>{std::make_shared<orchestration_row>(*std::move(row))};
        }};
    return kind;
}

/// Keeps snapshots only when asked to.
daybook::detail::state_loader states_in(store& log) {
    return {log, kept_kind(), {.states_cached_max = 16, .snapshot_every = 0}};
}

result<stream_state> state_after(store& log, const std::string& stream,
                                 const std::optional<std::uint64_t>& last) {
    const auto head = log.head(stream);
    if (!head) return head.error();
    const sequence end{std::min(last.value_or(head->last.value), head->last.value)};
    if (end.value == 0) return stream_state{stream, {}};
    const auto loaded = states_in(log).load_at(stream, end);
    if (!loaded) return loaded.error();
    return stream_state{stream, *static_cast<const orchestration_row*>(loaded->state.get())};
}

/// The row with every member, and the stream it belongs to.
std::string state_json(const stream_state& s) {
    return "{\"stream\":" + json_quoted(s.stream) + "," + value_to_json(s.row).substr(1);
}

}  // namespace

result<stream_state> state_of(store& log, const std::string& stream, const moment& until) {
    if (!until.at && !until.position) return state_after(log, stream, until.sequence);
    auto events = log.read_stream(stream);
    if (!events) return events.error();
    stream_state state{stream, {}};
    json_event current;
    while (true) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) return state;
        if (!until.has(**events)) continue;
        current.move_to(**events);
        state.row = projections::orchestration_state::apply(std::move(state.row), current);
    }
}

result<snapshot_info> keep_state(store& log, const std::string& stream,
                                 std::optional<sequence> last) {
    return states_in(log).take_snapshot(stream, last);
}

result<std::vector<snapshot_finding>> verify_states(store& log, const std::string& stream) {
    auto findings = verify_snapshots(log, stream);
    if (!findings) return findings;
    const auto& kind = kept_kind();
    auto states = states_in(log);
    std::map<std::string, std::vector<snapshot_finding>> made_again;
    for (auto& one : *findings) {
        if (one.which.state != kind.name || one.verdict != snapshot_verdict::sound) continue;
        if (one.which.version != kind.version) {
            one.verdict = snapshot_verdict::stale;
            continue;
        }
        if (!made_again.contains(one.which.stream)) {
            auto again = states.verify_snapshots(one.which.stream);
            if (!again) return again.error();
            made_again[one.which.stream] = *std::move(again);
        }
        for (const auto& other : made_again[one.which.stream]) {
            if (other.which.last == one.which.last) one.verdict = other.verdict;
        }
    }
    return findings;
}

rows<stream_state> state_rows(record_sink& to) {
    return {to, state_fields, shape::one, state_json};
}

}  // namespace daybook::cli
