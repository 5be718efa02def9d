// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "event_facts.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

namespace daybook::projections {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower_case(std::string_view text) {
    std::string lower{text};
    for (auto& c : lower) {
        if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

/// "SHOP" of "issue-SHOP-102" or "SHOP-102"; empty if the stream is not named after an issue.
std::string_view project_of_issue(std::string_view stream) {
    const auto last = stream.rfind('-');
    if (last == std::string_view::npos || last + 1 == stream.size()) return {};
    const auto number = stream.substr(last + 1);
    if (!std::all_of(number.begin(), number.end(), is_digit)) return {};
    auto name = stream.substr(0, last);
    if (const auto dash = name.rfind('-'); dash != std::string_view::npos)
        name.remove_prefix(dash + 1);
    const bool is_key = !name.empty() && is_upper(name.front()) &&
                        std::all_of(name.begin(), name.end(),
                                    [](char c) { return is_upper(c) || is_digit(c) || c == '_'; });
    return is_key ? name : std::string_view{};
}

std::optional<severity> severity_called(std::string_view name) {
    severity found{};
    const std::string text{name};
    if (boost::describe::enum_from_string(text.c_str(), found)) return found;
    if (name == "high") return severity::error;
    if (name == "medium") return severity::warning;
    if (name == "low") return severity::info;
    return std::nullopt;
}

constexpr std::array<std::pair<std::string_view, standing>, 23> words{{
    {"aborted", standing::cancelled},  {"awaiting assignment", standing::paused},
    {"blocked", standing::paused},     {"cancelled", standing::cancelled},
    {"canceled", standing::cancelled}, {"closed", standing::completed},
    {"complete", standing::completed}, {"completed", standing::completed},
    {"done", standing::completed},     {"error", standing::failed},
    {"failed", standing::failed},      {"failure", standing::failed},
    {"finished", standing::completed}, {"merged", standing::completed},
    {"on hold", standing::paused},     {"on_hold", standing::paused},
    {"paused", standing::paused},      {"rejected", standing::failed},
    {"resolved", standing::completed}, {"succeeded", standing::completed},
    {"success", standing::completed},  {"suspended", standing::paused},
    {"waiting", standing::paused},
}};

}  // namespace

std::string agent_of(const event_view& event, payload_reader& fields) {
    auto name = fields.word({"agent_name", "agentName", "agent", "agent_id"});
    const auto actor = event.actor();
    if (name.empty() && actor.type == "agent") name.assign(actor.id);
    return name;
}

std::string project_of(const event_view& event, payload_reader& fields) {
    auto name = fields.word({"project_id", "projectId", "project", "project_key"});
    if (name.empty()) name.assign(event.tag("project").value_or(std::string_view{}));
    if (name.empty()) name.assign(project_of_issue(event.stream()));
    if (name.empty()) name = fields.word({"product"});
    return name;
}

std::string phase_of(const event_view& event, payload_reader& fields) {
    const auto tag = event.tag("phase").value_or(std::string_view{});
    return one_line(tag.empty() ? fields.text({"phase", "phase_name"}) : tag, text_kept_max);
}

severity severity_of(const event_view& event, payload_reader& fields, event_kind kind) {
    auto given = event.tag("severity").value_or(std::string_view{});
    if (given.empty() && kind != event_kind::gap_resolved) given = fields.text({"severity"});
    if (const auto own = severity_called(given)) return *own;
    return default_severity(kind);
}

timestamp sane_time(const event_view& event, bool& ahead) {
    ahead = event.occurred_at() > event.recorded_at() + std::chrono::hours{1};
    return ahead ? event.recorded_at() : event.occurred_at();
}

standing standing_of(std::string_view word) {
    const auto lower = lower_case(word);
    const auto found = std::find_if(words.begin(), words.end(),
                                    [&](const auto& entry) { return entry.first == lower; });
    if (found != words.end()) return found->second;
    return lower.starts_with("wait") ? standing::paused : standing::open;
}

std::string named_key(std::string_view kind, std::string_view name) {
    std::string key{kind};
    key += ':';
    key += one_line(name, text_kept_max);
    return key;
}

}  // namespace daybook::projections
