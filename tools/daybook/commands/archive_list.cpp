// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/archive_rows.hpp"
#include "cli/open_store.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto all = archived_segments(*log);
    if (!all) return all.error();
    const auto sink = call.sink();
    auto told = archive_rows(*sink);
    for (const auto& one : *all) told.add(one);
    std::vector<std::string> directories;
    for (const auto& one : archive_directories(*log)) directories.push_back(one.string());
    sink->note("directories", text_list_cell(directories), "");
    sink->end();
    return all->empty() ? answer::no : answer::yes;
}

}  // namespace

command archive_list_command() {
    return {
        .name = "archive list",
        .topic = topic::upkeep,
        .summary = "tell which segments are archived, and where",
        .about = "One without a directory is not attached: see daybook archive attach.",
        .examples = {{"daybook archive list || echo none", "each with its positions and its file"}},
        .run = run};
}

}  // namespace daybook::cli
