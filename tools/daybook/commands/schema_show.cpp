// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/open_store.hpp"
#include "cli/schema_rows.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

const field<schema_entry> fields[] = {
    {{.name = "type"}, [](const schema_entry& s) { return text_cell(s.type); }},
    {{.name = "version", .colour = tone::accent},
     [](const schema_entry& s) { return text_cell(s.version); }},
    {{.name = "added_at", .colour = tone::faint},
     [](const schema_entry& s) { return cell{s.added_at}; }},
    {{.name = "schema"}, [](const schema_entry& s) { return cell{json_text{s.text}}; }},
};

result<answer> show_history(invocation& call, const schema_catalog& schemas,
                            const std::string& type) {
    const auto steps = schemas.history(type);
    if (!steps) return steps.error();
    const auto sink = call.sink();
    rows<schema_step> told{*sink, schema_step_fields()};
    for (const auto& one : *steps) told.add(one);
    sink->end();
    return answer::yes;
}

result<answer> run(invocation& call) {
    const auto type = *call.given.operand(0);
    if (call.given.has("history") && call.given.has("version")) {
        return fail(errc::invalid_argument, "--history tells all versions; leave out --version");
    }
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto schemas = schema_catalog::open(*log);
    if (!schemas) return schemas.error();
    if (call.given.has("history")) return show_history(call, *schemas, type);
    const auto found = schemas->get(type, call.given.value_or("version", ""));
    if (!found) return found.error();
    const auto sink = call.sink();
    rows<schema_entry>{*sink, fields, shape::one}.add(*found);
    sink->end();
    return answer::yes;
}

}  // namespace

command schema_show_command() {
    return {.name = "schema show",
            .topic = topic::upkeep,
            .summary = "show the schema of an event type, or its versions",
            .operands = {{.name = "TYPE", .help = "The event type."}},
            .options = {{.name = "version",
                         .value = "VERSION",
                         .help = "Which one. Default: the newest."},
                        {.name = "history",
                         .help = "All versions, what each changed, and whether old and new events "
                                 "can be read."}},
            .examples = {{"echo '{}' | daybook schema add - --type TaskCreated && "
                          "daybook schema show TaskCreated --history",
                          "what changed, and when"}},
            .run = run};
}

}  // namespace daybook::cli
