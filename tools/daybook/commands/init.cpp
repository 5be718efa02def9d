// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/open_store.hpp"
#include "cli/store_choices.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

struct made_store {
    store_status status;
    bool made = false;
};

const field<made_store> fields[] = {
    {{.name = "directory"},
     [](const made_store& m) { return text_cell(m.status.directory.string()); }},
    {{.name = "made"}, [](const made_store& m) { return cell{m.made}; }},
    {{.name = "store_id"}, [](const made_store& m) { return cell{to_string(m.status.store_id)}; }},
    {{.name = "format"}, [](const made_store& m) { return cell{std::uint64_t{m.status.format}}; }},
    {{.name = "indexed_fields"},
     [](const made_store& m) { return text_list_cell(m.status.indexed_fields); }},
    {{.name = "events"}, [](const made_store& m) { return cell{m.status.events}; }},
};

result<answer> run(invocation& call) {
    store_options options;
    if (const auto name = call.given.value("compression"))
        options.log_compression = compression_named(*name);
    if (call.given.has("field")) options.indexed_fields = call.given.values("field");

    bool made = false;
    auto opened = open_store(call, access::read, options);
    if (!opened && opened.error().code == errc::not_found) {
        opened = open_store(call, access::create, options);
        made = true;
    }
    if (!opened) return opened.error();

    const auto sink = call.sink();
    rows<made_store>{*sink, fields, shape::one}.add({opened->status(), made});
    sink->end();
    return answer::yes;
}

}  // namespace

command init_command() {
    return {.name = "init",
            .topic = topic::start,
            .summary = "make a store, with payload fields to index",
            .about =
                "Appending and importing make a missing store too; init is for choosing how. On "
                "a store that is there it changes nothing and shows what it is.",
            .options = {{.name = "field",
                         .letter = 'f',
                         .value = "POINTER",
                         .help = "Index this payload field, a JSON Pointer such as /agent_name.",
                         .repeats = true},
                        {.name = "compression",
                         .value = "KIND",
                         .help = "Of the log: none, lz4 (default) or zstd.",
                         .choices = compression_names}},
            .examples = {{"daybook init -s work.daybook --field /agent_name",
                          "a store whose events can be found by agent_name"}},
            .run = run};
}

}  // namespace daybook::cli
