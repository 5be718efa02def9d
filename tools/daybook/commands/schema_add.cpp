// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/raw_json.hpp>

#include "cli/open_store.hpp"
#include "cli/read_whole.hpp"
#include "cli/schema_rows.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

/// The type that was named, or the schema's title.
result<std::string> type_of(const arguments& given, std::string_view text) {
    if (auto named = given.value("type")) return *named;
    const auto title = raw_member(text, "title");
    if (title && *title && kind_of(**title) == json_kind::string) {
        return unescape_json_string(**title);
    }
    return fail(errc::invalid_argument,
                "the schema has no title: name its event type, --type TYPE");
}

result<answer> run(invocation& call) {
    const auto text = read_whole(*call.given.operand(0));
    if (!text) return text.error();
    if (auto ok = check_schema(*text); !ok) return ok.error();
    const auto type = type_of(call.given, *text);
    if (!type) return type.error();
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    auto schemas = schema_catalog::open(*log);
    if (!schemas) return schemas.error();
    const auto step = schemas->add(*type, call.given.value_or("version", "1.0.0"), *text);
    if (!step) return step.error();
    const auto sink = call.sink();
    rows<schema_step>{*sink, schema_step_fields(), shape::one}.add(*step);
    sink->end();
    if (!step->added) call.at.say("nothing new: the store has this version already");
    if (!step->keeps_promise) {
        call.at.warn("version " + step->schema.version + " cannot read what fits " +
                     *step->previous + ", though its major number says so");
    }
    return answer::yes;
}

}  // namespace

command schema_add_command() {
    return {.name = "schema add",
            .topic = topic::upkeep,
            .summary = "keep the JSON Schema of an event type",
            .about =
                "Tells what the version changed, and whether those who read by it can read "
                "old events (backward) and those who read by the version before it can read "
                "new ones (forward). The same once more does nothing; other text under the "
                "same version is refused.",
            .operands = {{.name = "FILE",
                          .help = "A schema (draft-07), or '-' for standard input.",
                          .completes = completion::files}},
            .options = {{.name = "type",
                         .value = "TYPE",
                         .help = "The event type. Default: the schema's title."},
                        {.name = "version",
                         .value = "VERSION",
                         .help = "Three numbers. Default: 1.0.0."}},
            .examples = {{"echo '{\"required\":[\"task_id\"]}' | daybook schema add - "
                          "--type TaskCreated",
                          "from a pipe"}},
            .run = run};
}

}  // namespace daybook::cli
