// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event_codec.hpp>
#include <daybook/orchestration/vocabulary.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// What events of orchestration are found by.
namespace daybook::orchestration {

namespace detail {

struct tagged_member {
    std::string_view member;
    std::string_view key;
};

inline constexpr std::array<tagged_member, 17> tagged_members{{{"agent_name", "agent"},
                                                               {"agent", "agent"},
                                                               {"project_id", "project"},
                                                               {"phase", "phase"},
                                                               {"failure_phase", "phase"},
                                                               {"session_key", "session"},
                                                               {"sprint_code", "sprint"},
                                                               {"task_code", "task"},
                                                               {"task_id", "task"},
                                                               {"issue_key", "issue"},
                                                               {"workflow_id", "workflow"},
                                                               {"priority", "priority"},
                                                               {"gap_id", "gap"},
                                                               {"sha", "git_sha"},
                                                               {"merge_sha", "git_sha"},
                                                               {"branch", "branch"},
                                                               {"source_branch", "branch"}}};

constexpr std::string_view tag_key_of(std::string_view member) {
    for (const auto& one : tagged_members) {
        if (one.member == member) return one.key;
    }
    return {};
}

constexpr severity severity_of_gap(gap_severity of) {
    switch (of) {
        case gap_severity::critical: return severity::critical;
        case gap_severity::high: return severity::error;
        case gap_severity::medium: return severity::warning;
        default: return severity::info;
    }
}

/// A text, or the name of an enumerator; empty for anything else.
template <class T>
std::string tag_text(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
        return value;
    } else if constexpr (std::is_enum_v<T>) {
        return boost::describe::enum_to_string(value, "");
    } else if constexpr (requires { *value, value.has_value(); }) {
        return value ? tag_text(*value) : std::string{};
    } else {
        return {};
    }
}

template <class E>
severity severity_of(const E& event) {
    if constexpr (requires { severity{event.severity.value_or(severity::info)}; }) {
        if (event.severity) return *event.severity;
    } else if constexpr (requires { severity_of_gap(event.severity); }) {
        return severity_of_gap(event.severity);
    }
    if constexpr (requires { std::get_if<0>(&event.conflict)->severity; }) {
        if (const auto* told = std::get_if<0>(&event.conflict))
            return severity_of_gap(told->severity);
    }
    if constexpr (requires { E::usual_severity; }) {
        return E::usual_severity;
    } else {
        return severity::info;
    }
}

}  // namespace detail

/// "severity:..." of every event (its own, else the usual one of its type), and for members that
/// are there and not empty:
///
///     agent_name, agent -> agent     project_id -> project     phase, failure_phase -> phase
///     sprint_code -> sprint          task_code, task_id -> task            gap_id -> gap
///     issue_key -> issue             workflow_id -> workflow       session_key -> session
///     priority, changes.priority.after -> priority            sha, merge_sha -> git_sha
///     branch, source_branch -> branch
///
/// `make_event` calls it, so that repositories and processes tag their events, too.
template <daybook::detail::described E>
std::vector<std::string> tags_of(const E& event) {
    const std::string level = boost::describe::enum_to_string(detail::severity_of(event), "info");
    std::vector<std::string> tags{"severity:" + level};
    const auto add = [&](std::string_view key, const std::string& value) {
        if (key.empty() || value.empty()) return;
        tags.emplace_back(key).append(":").append(value);
    };
    boost::mp11::mp_for_each<daybook::detail::members_of<E>>([&](auto member) {
        if (const auto key = detail::tag_key_of(member.name); !key.empty())
            add(key, detail::tag_text(event.*member.pointer));
    });
    if constexpr (requires { event.changes.priority->after; }) {
        if (event.changes.priority)
            add("priority", detail::tag_text(event.changes.priority->after));
    }
    return tags;
}

}  // namespace daybook::orchestration
