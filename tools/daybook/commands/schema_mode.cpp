// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/schema_catalog.hpp>

#include "cli/open_store.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

constexpr std::string_view modes[] = {"off", "warn", "strict"};

const field<schema_mode> fields[] = {
    {{.name = "mode"}, [](const schema_mode& m) { return text_cell(to_string(m)); }},
};

result<answer> run(invocation& call) {
    const auto wanted = call.given.operand(0);
    auto log = open_store(call, wanted ? access::write : access::read);
    if (!log) return log.error();
    auto schemas = schema_catalog::open(*log);
    if (!schemas) return schemas.error();
    if (wanted) {
        if (auto ok = schemas->set_mode(*parse_schema_mode(*wanted)); !ok) return ok.error();
    }
    const auto sink = call.sink();
    rows<schema_mode>{*sink, fields, shape::one}.add(schemas->mode());
    sink->end();
    return answer::yes;
}

}  // namespace

command schema_mode_command() {
    return {.name = "schema mode",
            .topic = topic::upkeep,
            .summary = "tell or set whether appends are held against the schemas",
            .about =
                "off: they are not. warn: what does not fit is stored and counted. strict: "
                "it is refused. It is kept in the store, for whoever appends.",
            .operands = {{.name = "MODE",
                          .help = "The new mode. Without: tells the present one.",
                          .how_many = operand::count::optional,
                          .choices = modes}},
            .examples = {{"daybook schema mode strict", "refuse what does not fit"}},
            .run = run};
}

}  // namespace daybook::cli
