// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "range_tally.hpp"

#include <daybook/orchestration/event_types.hpp>
#include <daybook/utf8.hpp>

#include "text.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <initializer_list>

namespace daybook::orchestration {
namespace {

using meaning = summed_event::meaning;

constexpr std::size_t entries_max = 100;

/// Types whose usual severity is an error.
const std::set<std::string_view>& error_types() {
    static const auto types = [] {
        std::set<std::string_view> found;
        for_each_event_type([&]<class E>(std::type_identity<E>) {
            if (severity_of_type<E>() >= severity::error) found.insert(E::type_name);
        });
        return found;
    }();
    return types;
}

meaning meaning_of(std::string_view type) {
    if (type == phase_started::type_name) return meaning::phase_started;
    if (type == phase_completed::type_name || type == phase_failed::type_name)
        return meaning::phase_ended;
    if (type == gap_identified::type_name) return meaning::gap_identified;
    if (type == gap_resolved::type_name) return meaning::gap_resolved;
    if (type == phase_summary_created::type_name ||
        type == orchestration_summary_created::type_name)
        return meaning::summary;
    return meaning::other;
}

std::string text_in(const boost::json::object& fields,
                    std::initializer_list<std::string_view> names) {
    for (const auto name : names) {
        const auto* found = fields.if_contains(name);
        if (found == nullptr || !found->is_string()) continue;
        return short_name({found->get_string().data(), found->get_string().size()});
    }
    return {};
}

/// The tag's value, else the first of these members that is a text.
std::string tagged(const json_event& event, std::string_view key,
                   std::initializer_list<std::string_view> names) {
    const auto tag = event.view().tag(key).value_or(std::string_view{});
    return tag.empty() ? text_in(event.fields(), names) : short_name(tag);
}

template <class Set>
void add_bounded(Set& to, const std::string& name) {
    if (to.size() < entries_max) to.insert(name);
}

std::string counted(std::uint64_t count, std::string_view what) {
    return cat(count, ' ', what, count == 1 ? "" : "s");
}

}  // namespace

std::string short_name(std::string_view name) {
    if (name.size() <= name_bytes_max) return std::string{name};
    auto size = name_bytes_max;
    while (size > 0 && (static_cast<unsigned char>(name[size]) & 0xC0U) == 0x80U) --size;
    return std::string{name.substr(0, size)};
}

summed_event::summed_event(const json_event& event)
    : view{event.view()}, what{meaning_of(view.type())} {
    if (what == meaning::summary) return;
    phase = tagged(event, "phase", {"phase", "phase_name"});
    agent = tagged(event, "agent", {"agent_name", "agentName", "agent"});
    if (agent.empty() && view.actor().type == "agent") agent = short_name(view.actor().id);
    if (what == meaning::gap_identified || what == meaning::gap_resolved)
        gap = tagged(event, "gap", {"gap_id", "id"});
    const auto level = view.tag("severity").value_or(std::string_view{});
    is_error = level == "error" || level == "critical" ||
               (level.empty() && error_types().contains(view.type()));
}

void range_tally::add(const summed_event& event) {
    const auto at = event.view.occurred_at();
    if (events == 0) {
        from = event.view.sequence();
        first = event.view.position();
        started_at = ended_at = at;
    }
    ++events;
    to = event.view.sequence();
    last = event.view.position();
    started_at = std::min(started_at, at);
    ended_at = std::max(ended_at, at);
    auto type = short_name(event.view.type());
    const bool has_room = by_type.contains(type) || by_type.size() < entries_max;
    ++by_type[has_room ? std::move(type) : std::string{other_name}];
    if (!event.agent.empty()) add_bounded(agents, event.agent);
    if (event.is_error) ++errors;
    if (event.what == meaning::gap_identified) {
        ++gaps_identified;
        add_bounded(gaps_open, event.gap);
    } else if (event.what == meaning::gap_resolved) {
        ++gaps_resolved;
        gaps_open.erase(event.gap);
    }
}

summary_figures range_tally::figures() const {
    summary_figures told;
    told.by_type = by_type;
    told.agents.assign(agents.begin(), agents.end());
    told.gaps_identified = gaps_identified;
    told.gaps_resolved = gaps_resolved;
    told.gaps_open.assign(gaps_open.begin(), gaps_open.end());
    told.errors = errors;
    told.started_at = started_at;
    told.ended_at = ended_at;
    told.duration_ms = static_cast<std::uint64_t>((ended_at - started_at).count()) / 1000;
    told.first_position = first.value;
    told.last_position = last.value;
    return told;
}

std::string range_tally::text(std::string_view phase) const {
    return cat(counted(events, "event"), phase.empty() ? "" : " of phase ", phase,
               ", from sequence ", from.value, " to ", to.value, ": ",
               counted(agents.size(), "agent"), ", ", counted(gaps_identified, "gap"), " found, ",
               gaps_resolved, " resolved, ", counted(errors, "error"));
}

}  // namespace daybook::orchestration
