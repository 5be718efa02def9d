// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/built_in.hpp>

#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

using projections::any_projection;

cell types_cell(const any_projection& p) {
    std::vector<std::string> types;
    for (const auto& c : p.wants().any_of)
        types.insert(types.end(), c.types.begin(), c.types.end());
    return text_list_cell(types);
}

const field<any_projection> fields[] = {
    {{.name = "name", .colour = tone::accent},
     [](const any_projection& p) { return text_cell(p.name()); }},
    {{.name = "version"}, [](const any_projection& p) { return cell{std::uint64_t{p.version()}}; }},
    {{.name = "keyed_by"},
     [](const any_projection& p) {
         return text_cell(p.keyed_by_stream() ? "stream" : "its own key");
     }},
    {{.name = "keyspace"}, [](const any_projection& p) { return text_cell(p.keyspace_name()); }},
    {{.name = "event_types", .seen_in = seen_in::others}, types_cell},
};

result<answer> run(invocation& call) {
    const auto sink = call.sink();
    rows<any_projection> told{*sink, fields};
    for (const auto& p : projections::built_in_projections()) told.add(p);
    sink->end();
    return answer::yes;
}

}  // namespace

command projection_list_command() {
    return {.name = "projection list",
            .topic = topic::views,
            .summary = "list the projections that daybook comes with",
            .examples = {{"daybook projection list", "names for the other projection commands"}},
            .uses_store = false,
            .run = run};
}

}  // namespace daybook::cli
