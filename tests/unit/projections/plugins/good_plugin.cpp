// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// A plugin as people write one: two projections, one of which may throw,
// and may make a row that is too large.
#include <daybook/projections/plugin.hpp>

#include <stdexcept>

namespace {

struct plugged_types {
    static constexpr std::string_view name = "plugged_types";
    static constexpr std::uint32_t version = 3;
    using row = std::uint64_t;
    static std::string key(const daybook::event_view& e) { return std::string{e.type()}; }
    static row apply(row count, const daybook::event_view&) { return count + 1; }
};

struct plugged_streams {
    static constexpr std::string_view name = "plugged_streams";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    struct row {
        std::uint64_t events = 0;
        std::string last;
    };
    static row apply(row r, const daybook::event_view& e) {
        if (e.type() == "Poison") throw std::invalid_argument{"cannot take poison"};
        if (e.type() == "Flood") return {r.events + 1, std::string(5U << 20U, 'x')};
        return {r.events + 1, std::string{e.type()}};
    }
    static std::vector<daybook::projections::secondary_key> secondary(const row& r) {
        return {{"last", r.last}};
    }
};
BOOST_DESCRIBE_STRUCT(plugged_streams::row, (), (events, last))

}  // namespace

DAYBOOK_PLUGIN(plugged_types, plugged_streams)
