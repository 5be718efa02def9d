// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/entity_history.hpp>

#include "event_facts.hpp"

#include <boost/json/serialize.hpp>

#include <array>

namespace daybook::projections {
namespace {

using enum event_kind;
namespace json = boost::json;

using said = std::optional<std::string>;

constexpr std::array<std::string_view, 4> before_names{"before", "from", "old", "previous"};
constexpr std::array<std::string_view, 3> after_names{"after", "to", "new"};

/// A value as text; nothing for null.
said text_of(const json::value& value) {
    if (value.is_null()) return std::nullopt;
    if (value.is_string()) {
        const auto& text = value.get_string();
        return one_line({text.data(), text.size()}, text_kept_max);
    }
    return one_line(json::serialize(value), text_kept_max);
}

template <std::size_t N>
const json::value* find_any(const json::object& in, const std::array<std::string_view, N>& names) {
    for (const auto name : names) {
        if (const auto* found = in.if_contains(name)) return found;
    }
    return nullptr;
}

bool is_pair(const json::object& object) {
    return find_any(object, before_names) != nullptr || find_any(object, after_names) != nullptr;
}

said text_if(const json::value* value) { return value == nullptr ? said{} : text_of(*value); }

/// The field that events of this kind change, if there is one.
std::string_view field_of(event_kind kind) {
    switch (kind) {
        case sprint_status_changed:
        case task_status_changed:
        case issue_transitioned: return "status";
        case task_priority_changed: return "priority";
        case task_progress_updated: return "progress";
        case task_assigned: return "assignee";
        default: return {};
    }
}

/// What the status becomes by an event of this kind.
std::string_view status_by(event_kind kind) {
    switch (kind) {
        case orchestration_created: return "pending";
        case orchestration_started:
        case orchestration_resumed: return "running";
        case orchestration_completed: return "completed";
        case orchestration_failed: return "failed";
        case orchestration_paused: return "paused";
        case orchestration_cancelled: return "cancelled";
        case task_blocked: return "blocked";
        default: return {};
    }
}

bool sets_all_its_fields(event_kind kind) {
    return kind == other || kind == task_created || kind == sprint_metadata_updated;
}

/// One event being applied to one row.
class history_change {
public:
    history_change(entity_history_row& row, const json_event& event)
        : row_{row}, event_{event.view()}, fields_{event} {}

    void apply() {
        const auto at = event_.occurred_at();
        if (row_.events == 0) {
            row_.first_at = at;
        } else if (at < row_.last_at) {
            ++row_.times_odd;
        }
        ++row_.events;
        row_.last_at = at;
        const auto kind = event_kind_of(event_.type());
        const bool told = apply_told(kind);
        if (const auto status = status_by(kind); !status.empty())
            set("status", {}, std::string{status});
        if (kind == phase_started) set("phase", {}, text_if(fields_.fields().if_contains("phase")));
        if (!told && !field_of(kind).empty()) apply_named(field_of(kind));
        if (sets_all_its_fields(kind)) apply_members();
    }

private:
    bool apply_told(event_kind kind);
    void apply_pair_of_objects(const json::object& before, const json::object& after);
    void apply_named(std::string_view field);
    void apply_members();
    void set(std::string_view field, said before, said after);

    entity_history_row& row_;
    const event_view& event_;
    payload_reader fields_;
};

/// What stands under "changes"; false if the field that such events change is not there.
bool history_change::apply_told(event_kind kind) {
    const auto* changes = fields_.fields().if_contains("changes");
    if (changes == nullptr || !changes->is_object()) return false;
    const auto& all = changes->get_object();
    const auto* before = find_any(all, before_names);
    const auto* after = find_any(all, after_names);
    if (before != nullptr && after != nullptr && before->is_object() && after->is_object()) {
        apply_pair_of_objects(before->get_object(), after->get_object());
        return after->get_object().contains(field_of(kind));
    }
    if (is_pair(all) && !field_of(kind).empty()) {
        set(field_of(kind), text_if(before), text_if(after));
        return true;
    }
    for (const auto& [field, change] : all) {
        if (change.is_object() && is_pair(change.get_object())) {
            set(field, text_if(find_any(change.get_object(), before_names)),
                text_if(find_any(change.get_object(), after_names)));
        } else if (change.is_array() && change.get_array().size() == 2) {
            set(field, text_of(change.get_array()[0]), text_of(change.get_array()[1]));
        } else {
            set(field, {}, text_of(change));
        }
    }
    return all.contains(field_of(kind));
}

void history_change::apply_pair_of_objects(const json::object& before, const json::object& after) {
    for (const auto& [field, value] : after)
        set(field, text_if(before.if_contains(field)), text_of(value));
    for (const auto& [field, value] : before) {
        if (!after.contains(field)) set(field, text_of(value), {});
    }
}

/// "new_status" or "to_status" or "status", and the like for where it came from.
void history_change::apply_named(std::string_view field) {
    const std::string name{field};
    const auto& all = fields_.fields();
    const std::array<std::string, 7> after{"new_" + name, "to_" + name,       "to",         "after",
                                           name,          "progress_percent", "assigned_to"};
    const std::array<std::string, 5> before{"old_" + name, "from_" + name, "previous_" + name,
                                            "from", "before"};
    const auto first = [&](const auto& names) -> const json::value* {
        for (const auto& one : names) {
            if (const auto* found = all.if_contains(one)) return found;
        }
        return nullptr;
    };
    if (const auto* value = first(after)) set(field, text_if(first(before)), text_of(*value));
}

void history_change::apply_members() {
    for (const auto& [field, value] : fields_.fields()) {
        if (value.is_object() || value.is_array()) continue;
        set(field, {}, text_of(value));
    }
}

void history_change::set(std::string_view field, said before, said after) {
    auto name = one_line(field, text_kept_max);
    const auto known = row_.fields.find(name);
    const bool there = known != row_.fields.end();
    if (!there && row_.fields.size() == entity_history::fields_max) {
        ++row_.fields_skipped;
        return;
    }
    if (there && before && *before != known->second.value) ++row_.befores_odd;
    if (there) before = known->second.value;
    if (before == after) {
        // Known from here on, though nothing changed.
        if (!there && after) row_.fields[name] = {*after, event_.occurred_at()};
        return;
    }
    if (after) {
        row_.fields[name] = {*after, event_.occurred_at()};
    } else if (there) {
        row_.fields.erase(known);
    }
    if (row_.changes.size() == entity_history::changes_max) {
        row_.changes.erase(row_.changes.begin());
        ++row_.changes_cut;
    }
    row_.changes.push_back({event_.occurred_at(), event_.position(), std::string{event_.type()},
                            std::string{event_.actor().id}, std::move(name), std::move(before),
                            std::move(after)});
}

}  // namespace

entity_history_row entity_history::apply(row current, const json_event& event) {
    history_change{current, event}.apply();
    return current;
}

}  // namespace daybook::projections
