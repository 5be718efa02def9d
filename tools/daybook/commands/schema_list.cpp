// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/schema_catalog.hpp>

#include "cli/open_store.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

const field<schema_entry> fields[] = {
    {{.name = "type"}, [](const schema_entry& s) { return text_cell(s.type); }},
    {{.name = "version", .colour = tone::accent},
     [](const schema_entry& s) { return text_cell(s.version); }},
    {{.name = "added_at", .colour = tone::faint},
     [](const schema_entry& s) { return cell{s.added_at}; }},
    {{.name = "bytes"}, [](const schema_entry& s) { return cell{std::uint64_t{s.text.size()}}; }},
};

result<answer> run(invocation& call) {
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto schemas = schema_catalog::open(*log);
    if (!schemas) return schemas.error();
    const auto sink = call.sink();
    rows<schema_entry> told{*sink, fields};
    for (const auto& one : schemas->list()) told.add(one);
    const std::string mode{to_string(schemas->mode())};
    sink->note("mode", cell{mode}, "mode: " + mode);
    sink->end();
    return answer::yes;
}

}  // namespace

command schema_list_command() {
    return {.name = "schema list",
            .topic = topic::upkeep,
            .summary = "list the schemas of a store",
            .about =
                "Each version of each event type, and the mode: whether appends are held "
                "against them.",
            .examples = {{"daybook schema list", "what the store knows"}},
            .run = run};
}

}  // namespace daybook::cli
