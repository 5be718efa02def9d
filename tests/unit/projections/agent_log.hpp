// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include <chrono>
#include <string>
#include <utility>

/// Events of orchestrated agents, for the tests of the built-in views.
namespace daybook::test {

inline constexpr timestamp log_start{std::chrono::microseconds{1'766'399'400'000'000}};

/// So many seconds after 2025-12-22T10:30:00Z.
constexpr timestamp at_second(std::int64_t seconds) {
    return log_start + std::chrono::seconds{seconds};
}

inline new_event log_event(std::string type, std::int64_t second, std::string payload = "{}",
                           actor by = {"system", "orchestrator", ""}) {
    new_event made;
    made.type = std::move(type);
    made.occurred_at = at_second(second);
    made.payload = std::move(payload);
    made.actor = std::move(by);
    return made;
}

inline actor agent_called(std::string id) { return {"agent", std::move(id), "sonnet"}; }

}  // namespace daybook::test
