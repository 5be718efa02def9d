// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/verify_log.hpp>

#include "cli/ledger_choices.hpp"
#include "cli/open_store.hpp"
#include "cli/progress.hpp"
#include "cli/retention_rows.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "cli/verdict_rows.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

using compliance::verdict;
using compliance::verification;

/// The verdict over everything, in words.
std::string summary(const verification& all) {
    auto message = grouped(all.to.value - all.from.value) + " events of " + all.origin;
    if (all.what() == verdict::verified) message += " are what was signed";
    if (!all.findings.empty()) message += "; findings: " + grouped(all.findings.size());
    if (!all.anchored_to) message += "; no anchor was asked";
    return message;
}

result<answer> run(invocation& call) {
    compliance::verify_options options;
    for (const auto& [name, into] : {std::pair{"from", &options.from}}) {
        if (const auto text = call.given.value(name)) {
            const auto number = parse_number(std::string{"--"} + name, *text);
            if (!number) return number.error();
            *into = position{*number};
        }
    }
    if (const auto text = call.given.value("to")) {
        const auto number = parse_number("--to", *text);
        if (!number) return number.error();
        options.to = position{*number};
    }
    options.indexes = !call.given.has("log-only");
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    if (!log.ledger()) {
        return fail(errc::not_found,
                    "the store is not in compliance mode: nothing in it is signed; "
                    "'daybook init --origin' begins");
    }
    progress_bar bar{call.at, "verifying"};
    options.progress = [&](std::uint64_t done, std::uint64_t total) {
        bar.update(done, total, grouped(done) + " events");
    };
    const auto found = compliance::verify_log(*log, *log.book(), options);
    if (!found) return found.error();
    const auto sink = call.sink();
    tell_verification(*sink, found->all, summary(found->all));
    tell_lawful(*sink, found->deleted);
    sink->end();
    return answer_of(found->all);
}

}  // namespace

command verify_command() {
    return {
        .name = "verify",
        .topic = topic::upkeep,
        .summary = "check that the log is what was signed",
        .about =
            "Looks at the signature of every checkpoint, at the tree of hashes below, at each "
            "event against its leaf, at the order of each stream, and at the indexes; and "
            "whether payloads that are gone were deleted lawfully: by a policy that was in force, "
            "approved, and under no legal hold. The "
            "keys that are believed come from elsewhere than the store: --trust or "
            "DAYBOOK_TRUSTED_KEYS.\n"
            "Exit 0 if all is verified, 1 if it was tampered with or rolled back, 6 if that "
            "cannot be told (a key or an anchor is missing), 7 if it cannot be read.",
        .options = {trust_option(),
                    {.name = "from", .value = "POSITION", .help = "The first event to look at."},
                    {.name = "to", .value = "POSITION", .help = "Up to, not including, this."},
                    {.name = "log-only",
                     .help = "Leave out the indexes, which can be made again."}},
        .examples = {{"daybook verify --trust incidents.vkey", "is it what was signed"}},
        .run = run};
}

}  // namespace daybook::cli
