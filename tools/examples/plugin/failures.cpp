// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// How often which agent failed, and what it said last.
#include <daybook/projections/plugin.hpp>

namespace {

struct agent_failed {
    static constexpr std::string_view type_name = "AgentFailed";
    std::string agent_name;
    std::string error_message;
};
BOOST_DESCRIBE_STRUCT(agent_failed, (), (agent_name, error_message))

struct failures {
    static constexpr std::string_view name = "failures";
    static constexpr std::uint32_t version = 1;
    struct row {
        std::uint64_t count = 0;
        std::string last_error;
    };
    using events = std::variant<agent_failed>;

    static std::string key(const agent_failed& e) { return e.agent_name; }
    static row apply(row r, const agent_failed& e) { return {r.count + 1, e.error_message}; }
};
BOOST_DESCRIBE_STRUCT(failures::row, (), (count, last_error))

}  // namespace

DAYBOOK_PLUGIN(failures)
