// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/orchestration_events.hpp>

#include "support/event_maker.hpp"

#include <array>
#include <string>
#include <string_view>

namespace daybook::test {

inline constexpr std::array<std::string_view, 36> odd_fields{
    "agent_name", "agent_id",     "agent_type",         "phase",       "gap_id",
    "pr_number",  "status",       "lifecycle",          "severity",    "progress",
    "changes",    "new_status",   "priority",           "reason",      "error",
    "outputs",    "blocking",     "commit_sha",         "title",       "assignee",
    "task_id",    "blocked_by",   "time_spent_seconds", "name",        "check_name",
    "run_id",     "tests_passed", "coverage",           "project",     "sprint",
    "usage",      "input_tokens", "cost_usd",           "response_id", "new_priority",
    "to_status"};
inline constexpr std::array<std::string_view, 14> odd_values{
    R"("a")",
    R"("b")",
    R"("TEST")",
    R"("completed")",
    "1",
    "-1",
    "1e300",
    "true",
    "null",
    "[]",
    R"(["x",1])",
    "{}",
    R"({"after":"z","status":{"after":7}})",
    R"("\u0000\n\"")"};

/// Events of all known types, with payloads whose fields have random values of random kinds.
class odd_events {
public:
    explicit odd_events(std::uint64_t seed) : random_{seed} {}

    new_event next() {
        const auto known = projections::known_event_types();
        auto made = simple_event(std::string{known[random_.below(known.size())].type}, payload());
        if (random_.chance(10)) made.type = "Foreign";
        if (random_.chance(50)) made.actor = {"agent", random_.chance(50) ? "a" : "b", ""};
        const auto second = static_cast<std::int64_t>(random_.below(1'000'000));
        made.occurred_at = test_time(second * 1'000);
        if (random_.chance(20)) made.tags = {"phase:CODE", "severity:error", "session:s"};
        return made;
    }
    std::string stream() { return "issue-" + std::to_string(random_.below(4)); }

private:
    std::string payload() {
        if (random_.chance(3)) return std::string{random_.pick(odd_values)};
        std::string text = "{";
        for (const auto field : odd_fields) {
            if (!random_.chance(35)) continue;
            if (text.size() > 1) text += ',';
            text += '"';
            text += field;
            text += "\":";
            text += random_.pick(odd_values);
        }
        return text + '}';
    }
    randomness random_;
};

}  // namespace daybook::test
