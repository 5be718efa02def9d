// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/archiving.hpp>

#include "cli/archive_rows.hpp"
#include "cli/ledger_choices.hpp"
#include "cli/open_store.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "cli/verdict_rows.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

/// What the file says of itself.
result<answer> tell_file(invocation& call, const std::string& file) {
    const auto found = verify_archive(file);
    if (!found) return found.error();
    const auto sink = call.sink();
    archive_rows(*sink, shape::one).add(*found);
    sink->end();
    if (found->notes.count(std::string{compliance::origin_note}) > 0) {
        call.at.say(
            "it says that it is of a signed log; name the store (--store) to have it "
            "held against what was signed");
    }
    return answer::yes;
}

result<answer> run(invocation& call) {
    const auto file = *call.given.operand(0);
    if (!store_directory(call.given)) return tell_file(call, file);
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    if (!log.ledger()) return tell_file(call, file);
    const auto found = compliance::check_archive(*log, *log.book(), file);
    if (!found) return found.error();
    const auto sink = call.sink();
    const bool good = found->what() == compliance::verdict::verified;
    tell_verification(*sink, *found,
                      good ? "the events from " + grouped(found->from.value) + " to " +
                                 grouped(found->to.value - 1) + " are what " + found->origin +
                                 " signed"
                           : "the archive is not to be believed");
    sink->end();
    return answer_of(*found, call.at);
}

}  // namespace

command archive_verify_command() {
    return {
        .name = "archive verify",
        .topic = topic::upkeep,
        .summary = "read an archive from beginning to end",
        .about =
            "Every block, every record and their hash. If a store in compliance mode is named, "
            "each event is held against what it signed, and the answer is a verdict as that of "
            "daybook verify, with its exit codes. Whether it is the file that the log tells of "
            "is another question: daybook retention check.",
        .operands = {{.name = "FILE", .help = "The archive.", .completes = completion::files}},
        .options = {trust_option()},
        .examples = {{"for f in cold/*.archive; do [ ! -e $f ] || daybook archive verify $f; done",
                      "read all archives in the directory cold"}},
        .run = run};
}

}  // namespace daybook::cli
