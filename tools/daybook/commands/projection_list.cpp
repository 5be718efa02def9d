// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/known_projections.hpp"
#include "cli/text.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

cell types_cell(const known_projection& k) {
    std::vector<std::string> types;
    for (const auto& c : k.projection.wants().any_of)
        types.insert(types.end(), c.types.begin(), c.types.end());
    return text_list_cell(types);
}

cell key_cell(const known_projection& k) {
    const auto& names = k.projection.key_names();
    if (!names.empty()) return text_cell(listed(names, ", "));
    return text_cell(k.projection.keyed_by_stream() ? "stream" : "its own key");
}

const field<known_projection> fields[] = {
    {{.name = "name", .colour = tone::accent},
     [](const known_projection& k) { return text_cell(k.projection.name()); }},
    {{.name = "version"},
     [](const known_projection& k) { return cell{std::uint64_t{k.projection.version()}}; }},
    {{.name = "keyed_by"}, key_cell},
    {{.name = "keyspace"},
     [](const known_projection& k) { return text_cell(k.projection.keyspace_name()); }},
    {{.name = "from", .cut = cut::late},
     [](const known_projection& k) { return text_cell(k.from); }},
    {{.name = "event_types", .seen_in = seen_in::others}, types_cell},
};

result<answer> run(invocation& call) {
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    const auto sink = call.sink();
    rows<known_projection> told{*sink, fields};
    for (const auto& k : *known) told.add(k);
    sink->end();
    return answer::yes;
}

}  // namespace

command projection_list_command() {
    return {.name = "projection list",
            .topic = topic::views,
            .summary = "list the projections and where they come from",
            .examples = {{"daybook projection list", "names for the other projection commands"}},
            .uses_store = false,
            .uses_projections = true,
            .run = run};
}

}  // namespace daybook::cli
