// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "state_tracker.hpp"

#include <daybook/projections/any_projection.hpp>

#include "raw_pointer.hpp"

#include <algorithm>

namespace daybook::replay {
namespace {

constexpr std::size_t key_bytes_max = 1024;

bool contains(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

bool may_leave(const state_machine& of, const state_transition& by, const std::string& state) {
    return by.from.empty() ? !contains(of.finals, state) : contains(by.from, state);
}

/// "paused" or "running, paused".
std::string listed(const std::vector<std::string>& states) {
    std::string text;
    for (const auto& one : states) {
        if (!text.empty()) text += ", ";
        text += one;
    }
    return text;
}

std::string cut(std::string_view text) {
    constexpr std::size_t bytes_shown_max = 200;
    if (text.size() <= bytes_shown_max) return std::string{text};
    return std::string{text.substr(0, bytes_shown_max)} + "...";
}

/// States from which the event could come.
std::vector<std::string> allowed_from(const state_machine& of,
                                      const std::vector<const state_transition*>& by) {
    std::vector<std::string> all;
    for (const auto* one : by) {
        if (one->from.empty() && !contains(all, "any that is not final"))
            all.emplace_back(of.finals.empty() ? "any" : "any that is not final");
        for (const auto& state : one->from) {
            if (!contains(all, state)) all.push_back(state);
        }
    }
    return all;
}

}  // namespace

std::optional<std::string> tag_of(const checked_event& event, std::string_view key) {
    const auto value_in = [&](std::string_view tag) -> std::optional<std::string> {
        if (tag.size() <= key.size() || tag[key.size()] != ':' || !tag.starts_with(key))
            return std::nullopt;
        return std::string{tag.substr(key.size() + 1)};
    };
    if (const auto* stored = std::get_if<tag_range>(&event.tags)) {
        for (const auto tag : *stored) {
            if (auto value = value_in(tag)) return value;
        }
        return std::nullopt;
    }
    for (const auto& tag : std::get<1>(event.tags)) {
        if (auto value = value_in(tag)) return value;
    }
    return std::nullopt;
}

state_tracker::state_tracker(const rule_set& rules, coverage covers, std::size_t things_max)
    : rules_{rules}, covers_{covers}, things_left_{things_max} {
    machines_.reserve(rules_.machines().size());
    for (const auto& one : rules_.machines()) prepare(one);
}

void state_tracker::prepare(const state_machine& from) {
    machine made{.what = &from, .key = {}, .transitions = {}, .by_type = {}, .things = {}};
    using kind = key_part::kind;
    for (const auto& part : from.key) {
        if (part == "$stream") {
            made.key.push_back({kind::stream, {}, {}});
        } else if (part == "$correlation") {
            made.key.push_back({kind::correlation, {}, {}});
        } else if (part.front() == '$') {
            made.key.push_back({kind::tag, part.substr(std::string_view{"$tag:"}.size()), {}});
        } else {
            made.key.push_back({kind::field, {}, pointer_tokens(part)});
        }
    }
    made.by_stream = contains(from.key, "$stream");
    for (const auto& one : from.transitions) {
        transition ready{&one, {}};
        for (const auto& field : one.when)
            ready.when.push_back({pointer_tokens(field.pointer), &field.values});
        for (const auto& type : one.on) {
            auto& machines = by_type_[type];
            if (machines.empty() || machines.back() != machines_.size())
                machines.push_back(machines_.size());
            made.by_type[type].push_back(made.transitions.size());
        }
        made.transitions.push_back(std::move(ready));
    }
    machines_.push_back(std::move(made));
}

const std::vector<broken_rule>& state_tracker::apply(const checked_event& event,
                                                     const circumstances& in) {
    broken_.clear();
    const auto named = by_type_.find(event.type);
    if (named == by_type_.end()) return broken_;
    for (const auto index : named->second) {
        const auto& categories = machines_[index].what->categories;
        if (categories.empty() || contains(categories, category_of(event.stream)))
            apply_to(machines_[index], event, in);
    }
    return broken_;
}

std::optional<std::string> state_tracker::key_of(const machine& of, const checked_event& event,
                                                 bool payload_is_json) const {
    std::vector<std::string> parts;
    for (const auto& part : of.key) {
        std::optional<std::string> value;
        switch (part.from) {
            case key_part::kind::stream: value = event.stream; break;
            case key_part::kind::correlation:
                if (!event.correlation.empty()) value = event.correlation;
                break;
            case key_part::kind::tag: value = tag_of(event, part.tag); break;
            case key_part::kind::field:
                if (payload_is_json) value = scalar_at(event.payload, part.tokens);
                break;
        }
        if (!value) return std::nullopt;
        parts.push_back(*std::move(value));
    }
    return projections::join_key(parts);
}

// All events of the thing that came before, if there were any, were among those that were given.
bool state_tracker::knows_beginning(const machine& of, const circumstances& in) const {
    return of.by_stream ? in.stream_jumps == 0 : covers_ == coverage::everything;
}

void state_tracker::apply_to(machine& of, const checked_event& event, const circumstances& in) {
    meant_.clear();
    for (const auto index : of.by_type.find(event.type)->second) {
        const auto& one = of.transitions[index];
        const auto holds = [&](const condition& wanted) {
            if (!in.payload_is_json) return false;
            const auto value = scalar_at(event.payload, wanted.tokens);
            return value && contains(*wanted.values, *value);
        };
        if (std::all_of(one.when.begin(), one.when.end(), holds)) meant_.push_back(one.what);
    }
    if (meant_.empty()) return;
    auto key = key_of(of, event, in.payload_is_json);
    if (!key) return;
    auto* what = find_thing(of, *key, in);
    if (what == nullptr) {
        ++unchecked_;
        return;
    }
    if (of.by_stream && what->stream_jumps != in.stream_jumps) what->state = nullptr;
    what->stream_jumps = in.stream_jumps;
    move(of, *key, *what, event, in.at);
}

state_tracker::thing* state_tracker::find_thing(machine& of, std::string key,
                                                const circumstances& in) {
    if (const auto found = of.things.find(key); found != of.things.end()) return &found->second;
    if (key.size() > key_bytes_max || things_left_ == 0) return nullptr;
    --things_left_;
    const auto* state = knows_beginning(of, in) ? &of.what->initial : nullptr;
    return &of.things.emplace(std::move(key), thing{state, {}, in.stream_jumps}).first->second;
}

void state_tracker::move(machine& of, std::string_view key, thing& what, const checked_event& event,
                         position at) {
    const auto may = [&](const state_transition* one) {
        return what.state == nullptr || may_leave(*of.what, *one, *what.state);
    };
    auto taken = std::find_if(meant_.begin(), meant_.end(), may);
    if (taken == meant_.end()) {
        std::string why = of.what->name + " \"" + cut(key) + "\": " + std::string{event.type} +
                          (what.since ? " while it is \"" + *what.state + "\" since position " +
                                            std::to_string(what.since->value)
                                      : " before anything began it");
        if (contains(of.what->finals, *what.state)) why += ", which is final";
        why += "; allowed from: " + listed(allowed_from(*of.what, meant_));
        broken_.push_back({of.what->name, std::move(why), what.since});
        taken = meant_.begin();
    }
    if ((*taken)->to.empty()) return;
    what.state = &(*taken)->to;
    what.since = at;
}

}  // namespace daybook::replay
