// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/open_store.hpp"
#include "cli/progress.hpp"
#include "cli/retention_rows.hpp"
#include "cli/text.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

using compliance::finding;

const field<finding> fields[] = {
    {{.name = "verdict"}, [](const finding& f) { return text_cell(to_string(f.what)); }},
    {{.name = "kind"}, [](const finding& f) { return text_cell(f.kind); }},
    {{.name = "position"}, [](const finding& f) { return f.at ? cell{f.at->value} : cell{}; }},
    {{.name = "message"}, [](const finding& f) { return text_cell(f.message); }},
};

result<answer> run(invocation& call) {
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    progress_bar bar{call.at, "checking"};
    const auto found =
        compliance::check_retention(*log, [&](std::uint64_t done, std::uint64_t total) {
            bar.update(done, total, grouped(done) + " events");
        });
    if (!found) return found.error();
    const auto sink = call.sink();
    rows<finding> told{*sink, fields};
    for (const auto& one : found->findings) told.add(one);
    tell_lawful(*sink, found->lawful);
    sink->end();
    return found->findings.empty() ? answer::yes : answer::no;
}

}  // namespace

command retention_check_command() {
    return {.name = "retention check",
            .topic = topic::upkeep,
            .summary = "check that what is missing was deleted lawfully",
            .about =
                "Each deleted payload must be named by a SegmentDeleted that an approved "
                "proposal, the policy and the holds of that time allow; each archive by a "
                "SegmentArchived with its SHA-256. Tells what is not; exit code 1 if anything "
                "is.",
            .examples = {{"daybook retention check", "of the demo store: nothing is missing"}},
            .run = run};
}

}  // namespace daybook::cli
