// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// A plugin that does wrong what the environment variable DAYBOOK_TEST_PLUGIN says.
#include <daybook/projections/plugin.hpp>

#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace {

namespace projections = daybook::projections;
using projection_list = std::vector<projections::any_projection>;

struct impostor {
    static constexpr std::string_view name = "timeline";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;
    static constexpr bool keyed_by_stream = true;
    static row apply(row count, const daybook::event_view&) { return count + 1; }
};

void add_impostor(projection_list& to) {
    to.push_back(projections::any_projection::of<impostor>());
}

void add_twice(projection_list& to) {
    add_impostor(to);
    add_impostor(to);
}

void add_and_throw(projection_list& to) {
    add_impostor(to);
    throw std::runtime_error{"half way"};
}

}  // namespace

extern "C" const projections::plugin_table* daybook_plugin();

extern "C" const projections::plugin_table* daybook_plugin() {
    static projections::plugin_table table;
    const char* chosen = std::getenv("DAYBOOK_TEST_PLUGIN");
    const std::string_view wrong = chosen == nullptr ? "" : chosen;
    table = {.add_projections = &add_impostor};
    if (wrong == "throws") throw std::runtime_error{"no licence\nfor this host"};
    if (wrong == "throws_a_number") throw 7;
    if (wrong == "returns_nothing") return nullptr;
    if (wrong == "other_format") table.format = 2;
    if (wrong == "other_size") table.size_bytes = 8;
    if (wrong == "other_stamp") table.stamp = "daybook 9.9.9, gcc 99";
    if (wrong == "no_stamp") table.stamp = nullptr;
    if (wrong == "other_classes") table.sizes[0] += 8;
    if (wrong == "no_function") table.add_projections = nullptr;
    if (wrong == "adds_nothing") table.add_projections = [](projection_list&) {};
    if (wrong == "adds_twice") table.add_projections = &add_twice;
    if (wrong == "adds_and_throws") table.add_projections = &add_and_throw;
    return &table;
}
