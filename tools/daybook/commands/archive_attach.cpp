// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/archiving.hpp>

#include "cli/archive_rows.hpp"
#include "cli/open_store.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

struct attached {
    std::string directory;
};

const field<attached> fields[] = {
    {{.name = "directory"}, [](const attached& a) { return text_cell(a.directory); }},
};

result<answer> run(invocation& call) {
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    const auto directory = *call.given.operand(0);
    const auto attach = [&] {
        return log.book() == nullptr ? attach_archives(*log, directory)
                                     : compliance::attach_checked(*log, *log.book(), directory);
    };
    const auto done = call.given.has("detach") ? detach_archives(*log, directory) : attach();
    if (!done) return done.error();
    const auto sink = call.sink();
    rows<attached> told{*sink, fields};
    for (const auto& one : archive_directories(*log)) told.add({one.string()});
    sink->end();
    return answer::yes;
}

}  // namespace

command archive_attach_command() {
    return {.name = "archive attach",
            .topic = topic::upkeep,
            .summary = "search a directory for archived segments",
            .about =
                "The store remembers it. Tells all directories that are searched. In compliance "
                "mode the archives of this store that are in it are read and held against what "
                "was signed first.",
            .operands = {{.name = "DIR",
                          .help = "The directory.",
                          .completes = completion::directories}},
            .options = {{.name = "detach", .help = "Search it no more."}},
            .examples = {{"mkdir -p cold && daybook archive attach cold", "search cold too"}},
            .run = run};
}

}  // namespace daybook::cli
