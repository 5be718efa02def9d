// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/json.hpp>

#include "cli/causal_tree.hpp"
#include "cli/find_event.hpp"
#include "cli/open_store.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace daybook::cli {
namespace {

constexpr std::size_t nodes_default = 1000;

/// What a trace has gathered, before it is drawn.
struct gathered {
    std::map<event_id, event> events;
    std::set<event_id> missing;
    std::set<std::string> correlations;
    std::optional<event_id> focus;
    std::set<event_id> upstream;  ///< Of the focus.
    bool truncated = false;

    void take(causal_graph graph) {
        for (auto& node : graph.nodes) events.emplace(node.event.id(), std::move(node.event));
        missing.insert(graph.missing.begin(), graph.missing.end());
        truncated = truncated || graph.truncated;
    }
};

struct path {
    std::set<event_id> events;
    std::chrono::microseconds duration{0};
};

struct traced {
    drawn_event drawn;
    std::string mark;
    std::string_view role;
    bool critical = false;
};

std::string positions_text(const std::vector<position>& positions, std::string_view between) {
    std::string text;
    for (const auto& p : positions)
        text.append(text.empty() ? "" : between).append(std::to_string(p.value));
    return text;
}

/// What the lines cannot show: further causes, and which event was asked for.
std::string remark(const traced& t) {
    std::string text = t.role == "event" ? "this event" : "";
    if (t.drawn.parents.size() < 2) return text;
    const std::vector<position> others{t.drawn.parents.begin() + 1, t.drawn.parents.end()};
    return text.append(text.empty() ? "" : "; ").append("also after ") +
           positions_text(others, ", ");
}

std::string node_json(const traced& t) {
    return "{\"depth\":" + std::to_string(t.drawn.depth) + ",\"parents\":[" +
           positions_text(t.drawn.parents, ",") + "],\"role\":" + json_quoted(t.role) +
           ",\"critical\":" + (t.critical ? "true" : "false") +
           ",\"event\":" + to_json(t.drawn.event.view()) + "}";
}

tone tone_of_tree(std::string_view text) {
    const bool critical = text.find('*') != std::string_view::npos ||
                          text.find("\xE2\x97\x8F") != std::string_view::npos;
    return critical ? tone::warning : tone::plain;
}

const field<traced> fields[] = {
    {{.name = "event", .seen_in = seen_in::tables, .cut = cut::late, .colour_of = tone_of_tree},
     [](const traced& t) {
         return text_cell(t.drawn.lines + t.mark + " " + std::string{t.drawn.event.type()});
     }},
    {{.name = "position"}, [](const traced& t) { return cell{t.drawn.event.position().value}; }},
    {{.name = "occurred_at", .colour = tone::faint},
     [](const traced& t) { return cell{t.drawn.event.view().occurred_at()}; }},
    {{.name = "stream", .cut = cut::early, .colour = tone::accent},
     [](const traced& t) { return text_cell(t.drawn.event.stream()); }},
    {{.name = "actor", .cut = cut::early},
     [](const traced& t) { return text_cell(t.drawn.event.view().actor().id); }},
    {{.name = "remark", .seen_in = seen_in::tables, .cut = cut::early},
     [](const traced& t) { return text_cell(remark(t)); }},
    {{.name = "depth", .seen_in = seen_in::others},
     [](const traced& t) { return cell{std::uint64_t{t.drawn.depth}}; }},
    {{.name = "parents", .seen_in = seen_in::others},
     [](const traced& t) { return text_cell(positions_text(t.drawn.parents, " ")); }},
    {{.name = "role", .seen_in = seen_in::others},
     [](const traced& t) { return text_cell(t.role); }},
    {{.name = "critical", .seen_in = seen_in::others},
     [](const traced& t) { return cell{t.critical}; }},
    {{.name = "type", .seen_in = seen_in::others},
     [](const traced& t) { return text_cell(t.drawn.event.type()); }},
    {{.name = "id", .seen_in = seen_in::others},
     [](const traced& t) { return text_cell(to_string(t.drawn.event.id())); }},
};

result<gathered> around_event(const store& log, const event& focus, const causal_limits& limits) {
    gathered found;
    found.focus = focus.id();
    if (const auto name = focus.view().correlation(); !name.empty())
        found.correlations.insert(std::string{name});
    auto causes = log.causes(focus.id(), limits);
    if (!causes) return causes.error();
    for (const auto& node : causes->nodes) {
        if (node.event.id() != focus.id()) found.upstream.insert(node.event.id());
    }
    found.take(*std::move(causes));
    auto effects = log.effects(focus.id(), limits);
    if (!effects) return effects.error();
    found.take(*std::move(effects));
    return found;
}

result<gathered> of_correlations(const store& log, const std::set<std::string>& names,
                                 const causal_limits& limits) {
    gathered found;
    found.correlations = names;
    for (const auto& name : names) {
        auto tree = log.correlation_tree(name, limits);
        if (!tree) return tree.error();
        found.take(*std::move(tree));
    }
    return found;
}

/// The undertakings that a stream's events belong to; events that belong to none stand for
/// themselves.
result<gathered> of_stream(const store& log, const std::string& stream,
                           const causal_limits& limits) {
    auto events = log.read_stream(stream, {.limit = limits.nodes_max});
    if (!events) return events.error();
    auto own = events->collect();
    if (!own) return own.error();
    std::set<std::string> names;
    for (const auto& e : *own) {
        if (const auto name = e.view().correlation(); !name.empty()) names.emplace(name);
    }
    auto found = of_correlations(log, names, limits);
    if (!found) return found;
    for (auto& e : *own) found->events.emplace(e.id(), std::move(e));
    return found;
}

result<gathered> gather(const store& log, const arguments& given, const causal_limits& limits) {
    if (const auto name = given.value("correlation")) return of_correlations(log, {*name}, limits);
    const std::string target = *given.operand(0);
    if (const auto name = parse_event_name(target)) {
        const auto focus = find_event(log, *name);
        if (!focus) return focus.error();
        return around_event(log, *focus, limits);
    }
    return of_stream(log, target, limits);
}

result<path> critical_path_of(const store& log, const gathered& found) {
    path longest;
    for (const auto& name : found.correlations) {
        const auto one = log.critical_path(name);
        if (!one) return one.error();
        for (const auto& e : one->events) longest.events.insert(e.id());
        longest.duration = std::max(longest.duration, one->duration);
    }
    return longest;
}

std::string_view role_of(const gathered& found, const event_id& id) {
    if (!found.focus) return "member";
    if (id == *found.focus) return "event";
    return found.upstream.contains(id) ? "cause" : "effect";
}

std::string_view mark_of(bool critical, bool utf8) {
    if (!utf8) return critical ? "*" : "o";
    return critical ? "\xE2\x97\x8F" : "\xE2\x97\x8B";
}

void tell_notes(const gathered& found, const path& critical, std::size_t on_path, const console& at,
                record_sink& sink) {
    const double seconds = std::chrono::duration<double>{critical.duration}.count();
    const std::string mark{mark_of(true, at.utf8)};
    sink.note("critical_path_seconds", seconds,
              on_path == 0 ? ""
                           : mark + " critical path: " + std::to_string(on_path) +
                                 " events here, in all " + duration_text(critical.duration));
    std::vector<std::string> missing;
    for (const auto& id : found.missing) missing.push_back(to_string(id));
    sink.note("missing", text_list_cell(missing),
              missing.empty() ? "" : "causes that are not in this store: " + listed(missing, ", "));
    sink.note("truncated", found.truncated,
              found.truncated ? "there is more: raise --limit or --depth" : "");
}

void tell(const invocation& call, const gathered& found, const path& critical) {
    std::vector<event> events;
    for (const auto& [id, e] : found.events) events.push_back(e);
    const auto sink = call.sink();
    rows<traced> told{*sink, fields, shape::list, node_json};
    std::size_t on_path = 0;
    for (auto& drawn : draw_causes(std::move(events), call.at.utf8)) {
        const event_id id = drawn.event.id();
        const bool is_critical = critical.events.contains(id);
        on_path += is_critical ? 1 : 0;
        told.add({std::move(drawn), std::string{mark_of(is_critical, call.at.utf8)},
                  role_of(found, id), is_critical});
    }
    tell_notes(found, critical, on_path, call.at, *sink);
    sink->end();
}

result<causal_limits> limits_of(const arguments& given) {
    causal_limits limits{.nodes_max = nodes_default};
    if (const auto text = given.value("limit")) {
        const auto number = parse_number("--limit", *text);
        if (!number) return number.error();
        limits.nodes_max = *number;
    }
    if (const auto text = given.value("depth")) {
        const auto number = parse_number("--depth", *text);
        if (!number) return number.error();
        limits.depth_max = *number;
    }
    return limits;
}

result<answer> run(invocation& call) {
    const bool by_correlation = call.given.has("correlation");
    if (by_correlation == call.given.operand(0).has_value())
        return fail(
            errc::invalid_argument,
            "name one thing to trace: an event, a stream, or --correlation ID; see 'daybook "
            "trace --help'");
    const auto limits = limits_of(call.given);
    if (!limits) return limits.error();
    const auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto found = gather(*log, call.given, *limits);
    if (!found) return found.error();
    const auto critical = critical_path_of(*log, *found);
    if (!critical) return critical.error();
    tell(call, *found, *critical);
    if (!found->events.empty()) return answer::yes;
    call.at.say("no events");
    return answer::no;
}

}  // namespace

command trace_command() {
    return {.name = "trace",
            .topic = topic::everyday,
            .summary = "draw what led to an event and what it led to",
            .about =
                "Each event stands below its main cause; an only effect straight below, "
                "several as branches. For a stream or a correlation, all of the undertaking is "
                "drawn. Marked is the critical path: the chain of causes that ended last.",
            .operands = {{.name = "TARGET",
                          .help = "An event (id, position, STREAM#SEQUENCE) or a stream.",
                          .how_many = operand::count::optional}},
            .options = {{.name = "correlation",
                         .value = "ID",
                         .help = "All events of this undertaking instead."},
                        {.name = "depth", .value = "N", .help = "At most N steps up and down."},
                        {.name = "limit",
                         .letter = 'n',
                         .value = "N",
                         .help = "At most N events. Default: 1000."}},
            .examples = {{"daybook trace issue-SHOP-102#5", "causes and effects of one event"},
                         {"daybook trace issue-SHOP-102", "the whole story of an issue"},
                         {"daybook trace 0 -o json", "with depth and parents, for programs"}},
            .run = run};
}

}  // namespace daybook::cli
