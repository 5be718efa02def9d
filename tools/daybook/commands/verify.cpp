// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/ledger_times.hpp>

#include "cli/anchor_choices.hpp"
#include "cli/ledger_choices.hpp"
#include "cli/open_store.hpp"
#include "cli/progress.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "cli/verdict_rows.hpp"
#include "commands/commands.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

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

/// What anchors gave; nothing if nothing is kept.
result<std::vector<compliance::anchor_evidence>> kept_evidence(const chosen_anchors& known,
                                                               const std::string& origin) {
    if (known.folder == nullptr) return std::vector<compliance::anchor_evidence>{};
    auto all = known.folder->of(origin);
    if (!all && all.error().code == errc::not_found) {
        return std::vector<compliance::anchor_evidence>{};
    }
    return all;
}

/// Holds the log against what others say about time, if it is what was signed.
result<void> look_at_times(invocation& call, opened_store& log, verification& all) {
    const auto limits = time_limits_of(call.given);
    if (!limits) return limits.error();
    auto known = anchors();
    if (!known) return known.error();
    const auto trust = time_trust_of(call.given, std::move(known->trust));
    if (!trust) return trust.error();
    if (all.what() != verdict::verified && all.what() != verdict::unverifiable) return {};
    const auto evidence = kept_evidence(*known, all.origin);
    if (!evidence) return evidence.error();
    if (evidence->empty() && !limits->max_age) return {};
    progress_bar bar{call.at, "times"};
    auto times =
        compliance::verify_times(*log, *log.ledger(),
                                 {.evidence = *evidence,
                                  .trust = *trust,
                                  .limits = *limits,
                                  .progress = [&](std::uint64_t done, std::uint64_t total) {
                                      bar.update(done, total, grouped(done) + " events");
                                  }});
    if (!times) return times.error();
    if (times->anchored_to) {
        all.anchored_to = std::max(all.anchored_to.value_or(position{}), *times->anchored_to);
    }
    std::move(times->findings.begin(), times->findings.end(), std::back_inserter(all.findings));
    return {};
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
    auto all = log.ledger()->verify(options);
    if (!all) return all.error();
    if (auto looked = look_at_times(call, log, *all); !looked) return looked.error();
    const auto sink = call.sink();
    tell_verification(*sink, *all, summary(*all));
    sink->end();
    return answer_of(*all);
}

std::vector<option> options() {
    std::vector<option> all{
        trust_option(),
        {.name = "from", .value = "POSITION", .help = "The first event to look at."},
        {.name = "to", .value = "POSITION", .help = "Up to, not including, this."},
        {.name = "log-only", .help = "Leave out the indexes, which can be made again."}};
    for (auto& one : time_options()) all.push_back(std::move(one));
    return all;
}

}  // namespace

command verify_command() {
    return {.name = "verify",
            .topic = topic::upkeep,
            .summary = "check that the log is what was signed",
            .about =
                "Looks at the signature of every checkpoint, at the tree of hashes below, at each "
                "event against its leaf, at the order of each stream, and at the indexes. The "
                "keys that are believed come from elsewhere than the store: --trust or "
                "DAYBOOK_TRUSTED_KEYS.\n"
                "What witnesses and time stamp authorities gave (DAYBOOK_EVIDENCE, or beside the "
                "anchor file) is held against it: whether events are from when they say, and with "
                "--max-age whether this is the present state of the log.\n"
                "Exit 0 if all is verified, 1 if it was tampered with or rolled back, 6 if that "
                "cannot be told (a key or an anchor is missing), 7 if it cannot be read.",
            .options = options(),
            .examples = {{"daybook verify --trust incidents.vkey", "is it what was signed"}},
            .run = run};
}

}  // namespace daybook::cli
