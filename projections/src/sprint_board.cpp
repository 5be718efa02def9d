// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/sprint_board.hpp>

#include "event_facts.hpp"

#include <algorithm>
#include <cmath>

namespace daybook::projections {
namespace {

using enum event_kind;

constexpr std::size_t states_max = 16;
constexpr std::string_view todo = "todo";

bool is_sprint_event(event_kind kind) {
    return kind == sprint_metadata_updated || kind == sprint_status_changed;
}
bool is_task_event(event_kind kind) { return kind >= task_created && kind <= task_status_changed; }

std::string_view standing_word(payload_reader& fields) {
    return fields.text({"lifecycle", "new_status", "status", "state"});
}

/// What follows "KIND-" in the stream's name, else what the payload says, else the stream.
std::string id_of(const event_view& event, std::string_view kind, const std::string& said) {
    const auto stream = event.stream();
    if (event.category() == kind && stream.size() > kind.size() + 1)
        return std::string{stream.substr(kind.size() + 1)};
    return said.empty() ? std::string{stream} : said;
}

std::string sprint_said(payload_reader& fields) {
    return fields.word({"sprint_id", "sprint_code", "sprintId", "sprint"});
}
std::string task_said(payload_reader& fields) {
    return fields.word({"task_id", "taskId", "task_code"});
}

/// The id of the task that an event is of; empty if it is of none.
std::string task_id(const event_view& event, payload_reader& fields, event_kind kind) {
    if (is_task_event(kind)) return id_of(event, "task", task_said(fields));
    if (is_agent_event(kind)) {
        const auto said = task_said(fields);
        return said.empty() && event.category() != "task" ? std::string{}
                                                          : id_of(event, "task", said);
    }
    const bool stands = is_life_cycle(kind) || kind == issue_transitioned ||
                        (kind >= phase_started && kind <= phase_failed) ||
                        (kind == other && !standing_word(fields).empty());
    return stands ? id_of(event, "task", {}) : std::string{};
}

void set_if(std::string& field, std::string_view value) {
    if (!value.empty()) field = one_line(value, text_kept_max);
}

/// One event being applied to one row.
class board_change {
public:
    board_change(board_item& item, const json_event& event)
        : item_{item}, event_{event.view()}, at_{event_.occurred_at()}, fields_{event} {}

    void apply();

private:
    void note_place();
    void apply_task(event_kind kind);
    void apply_agent(event_kind kind);
    void apply_orchestration(event_kind kind);
    void apply_other();
    void set_state(std::string_view state);
    void set_progress();
    void block();
    std::string conflict();

    board_item& item_;
    const event_view& event_;
    timestamp at_;
    payload_reader fields_;
};

void board_change::apply() {
    const auto kind = event_kind_of(event_.type());
    if (item_.events == 0) {
        item_.kind = is_sprint_event(kind) ? board_kind::sprint : board_kind::task;
        item_.created_at = at_;
    }
    ++item_.events;
    note_place();
    if (is_sprint_event(kind)) {
        set_if(item_.title, fields_.text({"title", "name", "goal"}));
        set_if(item_.priority, fields_.text({"priority"}));
        set_state(kind == sprint_status_changed ? fields_.changed_to("status")
                                                : fields_.change_of("status"));
        set_progress();
    } else if (is_task_event(kind)) {
        apply_task(kind);
    } else if (is_agent_event(kind)) {
        apply_agent(kind);
    } else if (kind == other) {
        apply_other();
    } else {
        apply_orchestration(kind);
    }
    item_.last_at = at_;
    item_.odd_fields += fields_.odd();
}

void board_change::note_place() {
    const auto kind = event_kind_of(event_.type());
    if (item_.kind == board_kind::sprint) {
        item_.id = one_line(id_of(event_, "sprint", sprint_said(fields_)), text_kept_max);
        return;
    }
    item_.id = one_line(task_id(event_, fields_, kind), text_kept_max);
    auto sprint = sprint_said(fields_);
    if (sprint.empty()) sprint.assign(event_.tag("sprint").value_or(std::string_view{}));
    set_if(item_.sprint, sprint);
    if (kind != phase_completed && kind != phase_failed)
        set_if(item_.phase, phase_of(event_, fields_));
}

void board_change::apply_task(event_kind kind) {
    switch (kind) {
        case task_created: {
            set_if(item_.title, fields_.text({"title", "name", "description"}));
            set_if(item_.priority, fields_.text({"priority"}));
            set_if(item_.assignee, fields_.text({"assignee", "assigned_to"}));
            const auto status = fields_.text({"status"});
            return set_state(status.empty() ? todo : status);
        }
        case task_assigned:
            set_if(item_.title, fields_.text({"title"}));
            set_if(item_.assignee, fields_.text({"assigned_to", "agent_name", "agent_id"}));
            set_if(item_.assignee, fields_.changed_to("assignee"));
            if (item_.state.empty()) set_state(todo);
            return set_state(fields_.change_of("status"));
        case task_blocked: return block();
        case task_priority_changed: return set_if(item_.priority, fields_.changed_to("priority"));
        case task_progress_updated:
            set_progress();
            if (item_.state.empty() || item_.state == todo) set_state("in_progress");
            return;
        default: return set_state(fields_.changed_to("status"));
    }
}

void board_change::apply_agent(event_kind kind) {
    set_if(item_.assignee, agent_of(event_, fields_));
    set_if(item_.title, fields_.text({"assigned_task", "task_description", "taskDescription"}));
    switch (kind) {
        case agent_completed: return set_state("completed");
        case agent_failed: return set_state("failed");
        case agent_paused: return set_state("paused");
        case agent_blocked:
        case agent_conflict: return block();
        default: break;
    }
    set_progress();
    set_state("in_progress");
}

void board_change::apply_orchestration(event_kind kind) {
    switch (kind) {
        case orchestration_created: return set_state(todo);
        case orchestration_started:
            set_if(item_.title, fields_.text({"issue_summary", "summary", "title", "name"}));
            set_if(item_.priority, fields_.text({"priority"}));
            set_if(item_.phase, fields_.text({"initial_phase"}));
            return set_state("in_progress");
        case orchestration_completed: return set_state("completed");
        case orchestration_failed: return set_state("failed");
        case orchestration_paused: return set_state("paused");
        case orchestration_resumed: return set_state("in_progress");
        case orchestration_cancelled: return set_state("cancelled");
        case phase_started: return set_if(item_.phase, fields_.text({"name"}));
        case issue_transitioned:
            return set_state(fields_.text({"to_status", "new_status", "to", "status"}));
        default: return;
    }
}

// A ticket of another system.
void board_change::apply_other() {
    set_if(item_.title, fields_.text({"title", "summary"}));
    set_if(item_.priority, fields_.text({"priority", "impact"}));
    set_if(item_.assignee, fields_.text({"assignee", "owner", "org:group"}));
    set_state(standing_word(fields_));
}

void board_change::block() {
    auto by = fields_.word({"blocked_by", "reason", "block_reason", "dependency"});
    if (by.empty()) by = conflict();
    set_state("blocked");
    item_.blocked_by = one_line(by, text_kept_max);
}

// Told as a text, or as an object that describes it.
std::string board_change::conflict() {
    const auto* told = fields_.fields().if_contains("conflict");
    if (told == nullptr || !told->is_object()) return fields_.word({"conflict"});
    return payload_reader{told->get_object()}.word({"description", "type"});
}

void board_change::set_progress() {
    const auto percent =
        fields_.number({"progress", "progress_percent", "percent", "new_progress"});
    if (!percent) return;
    if (*percent < 0 || *percent > 100) {
        ++item_.odd_fields;
        return;
    }
    item_.progress_percent = static_cast<std::uint32_t>(std::lround(*percent));
}

void board_change::set_state(std::string_view state) {
    const auto word = one_line(state, text_kept_max);
    if (word.empty() || word == item_.state) return;
    if (!item_.state.empty()) {
        ++item_.state_changes;
        if (at_ < item_.state_since) {
            ++item_.times_odd;
        } else {
            entry_in(item_.time_in_state_us, item_.state, states_max) +=
                static_cast<std::uint64_t>((at_ - item_.state_since).count());
        }
    }
    item_.state = word;
    item_.state_since = at_;
    item_.blocked_by.clear();
    const auto stands = standing_of(word);
    const bool ended = stands >= standing::completed;
    if (ended) {
        item_.finished_at = at_;
    } else {
        item_.finished_at.reset();
    }
    if (stands == standing::completed) item_.progress_percent = 100;
    if (!item_.started_at && !ended && word != todo && stands == standing::open)
        item_.started_at = at_;
}

void add_task(board_sprint& sprint, const board_item& item, timestamp now) {
    auto phase = std::find_if(sprint.phases.begin(), sprint.phases.end(),
                              [&](const auto& p) { return p.name == item.phase; });
    if (phase == sprint.phases.end()) {
        sprint.phases.emplace_back().name = item.phase;
        phase = sprint.phases.end() - 1;
    }
    const auto age_us = std::max<std::int64_t>(0, (now - item.state_since).count());
    phase->tasks.push_back({item, static_cast<double>(age_us) / 1000.0});
    ++phase->tasks_by_state[item.state];
    ++sprint.tasks_by_state[item.state];
    ++sprint.tasks;
    if (item.finished_at) ++sprint.tasks_finished;
    if (item.state == "blocked") ++sprint.tasks_blocked;
}

void sort_board(board_sprint& sprint) {
    std::sort(sprint.phases.begin(), sprint.phases.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    for (auto& phase : sprint.phases) {
        std::sort(phase.tasks.begin(), phase.tasks.end(),
                  [](const auto& a, const auto& b) { return a.item.id < b.item.id; });
    }
}

}  // namespace

std::vector<std::string> sprint_board::key(const json_event& event) {
    const auto kind = event_kind_of(event.view().type());
    payload_reader fields{event};
    if (is_sprint_event(kind))
        return {named_key("sprint", id_of(event.view(), "sprint", sprint_said(fields)))};
    const auto task = task_id(event.view(), fields, kind);
    if (task.empty()) return {};
    return {named_key("task", task)};
}

board_item sprint_board::apply(row current, const json_event& event) {
    board_change{current, event}.apply();
    return current;
}

std::vector<board_sprint> sprint_board::assemble(std::span<const board_item> items, timestamp now) {
    std::map<std::string, board_sprint> by_id;
    for (const auto& item : items) {
        if (item.kind == board_kind::sprint) {
            by_id[item.id].sprint = item;
        } else {
            add_task(by_id[item.sprint], item, now);
        }
    }
    std::vector<board_sprint> board;
    for (auto& [id, sprint] : by_id) {
        sprint.sprint.kind = board_kind::sprint;
        sprint.sprint.id = id;
        sort_board(sprint);
        board.push_back(std::move(sprint));
    }
    // The empty id sorts first; what is in no sprint is shown last.
    if (!board.empty() && board.front().sprint.id.empty())
        std::rotate(board.begin(), board.begin() + 1, board.end());
    return board;
}

}  // namespace daybook::projections
