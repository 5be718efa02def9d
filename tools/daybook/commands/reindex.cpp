// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/open_store.hpp"
#include "cli/progress.hpp"
#include "cli/text.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

const field<store_status> fields[] = {
    {{.name = "events"}, [](const store_status& s) { return cell{s.events}; }},
    {{.name = "segments_sealed"}, [](const store_status& s) { return cell{s.segments_sealed}; }},
    {{.name = "index_bytes"}, [](const store_status& s) { return cell{s.index_bytes}; }},
    {{.name = "indexed_fields"},
     [](const store_status& s) { return text_list_cell(s.indexed_fields); }},
};

result<answer> run(invocation& call) {
    std::optional<std::vector<std::string>> indexed_fields;
    if (call.given.has("field") && call.given.has("no-fields"))
        return fail(errc::invalid_argument, "--field and --no-fields are given both");
    if (call.given.has("field")) indexed_fields = call.given.values("field");
    if (call.given.has("no-fields")) indexed_fields.emplace();

    auto log = open_store(call, access::write);
    if (!log) return log.error();
    const auto done = [&] {
        progress_bar bar{call.at, "indexing"};
        return log->reindex(indexed_fields, [&](std::uint64_t so_far, std::uint64_t total) {
            bar.update(so_far, total, grouped(so_far) + " events");
        });
    }();
    if (!done) return done.error();
    const auto sink = call.sink();
    rows<store_status>{*sink, fields, shape::one}.add(log->status());
    sink->end();
    return answer::yes;
}

}  // namespace

command reindex_command() {
    return {.name = "reindex",
            .topic = topic::upkeep,
            .summary = "drop every index and build it again from the log",
            .about =
                "For other indexed fields, or if doctor --deep finds an index wrong. The log "
                "itself is not touched. An interrupted reindex goes on at the next open.",
            .options = {{.name = "field",
                         .letter = 'f',
                         .value = "POINTER",
                         .help = "Index this payload field, and no others than those named.",
                         .repeats = true},
                        {.name = "no-fields", .help = "Index no payload field any more."}},
            .examples = {{"daybook reindex", "with the fields that the store has"},
                         {"daybook reindex --field /agent_name --field /severity",
                          "with these fields from now on"}},
            .run = run};
}

}  // namespace daybook::cli
