// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/derived_check.hpp>
#include <daybook/compliance/ledger_times.hpp>
#include <daybook/compliance/verify_log.hpp>

#include "cli/anchor_choices.hpp"
#include "cli/kept_state.hpp"
#include "cli/known_projections.hpp"
#include "cli/ledger_choices.hpp"
#include "cli/open_store.hpp"
#include "cli/progress.hpp"
#include "cli/recording.hpp"
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

result<std::optional<position>> position_given(const arguments& given, std::string_view option) {
    const auto text = given.value(option);
    if (!text) return std::optional<position>{};
    const auto number = parse_number("--" + std::string{option}, *text);
    if (!number) return number.error();
    return std::optional{position{*number}};
}

result<compliance::verify_options> options_of(const arguments& given) {
    compliance::verify_options options;
    const auto from = position_given(given, "from");
    if (!from) return from.error();
    options.from = from->value_or(position{});
    const auto to = position_given(given, "to");
    if (!to) return to.error();
    options.to = *to;
    options.indexes = !given.has("log-only");
    return options;
}

result<compliance::log_verification> verified(const store& log, const compliance::ledger& book,
                                              compliance::verify_options options, console& at) {
    progress_bar bar{at, "verifying"};
    options.progress = [&](std::uint64_t done, std::uint64_t total) {
        bar.update(done, total, grouped(done) + " events");
    };
    return compliance::verify_log(log, book, options);
}

/// How many snapshots and views were made again, if it was asked for.
struct derived_counts {
    std::uint64_t snapshots = 0;
    std::uint64_t views = 0;
};

result<derived_counts> verify_derived(store& log, const std::vector<known_projection>& known,
                                      console& at, verification& to) {
    const compliance::known_state kept{&kept_kind()};
    auto snapshots = compliance::check_snapshots(log, {&kept, 1});
    if (!snapshots) return snapshots.error();
    std::vector<projections::any_projection> of;
    for (const auto& one : known) of.push_back(one.projection);
    progress_bar bar{at, "making views again"};
    auto views = compliance::check_views(log, of, [&](std::uint64_t done, std::uint64_t total) {
        bar.update(done, total, grouped(done) + " views");
    });
    if (!views) return views.error();
    compliance::add_findings(to, std::move(snapshots->findings));
    compliance::add_findings(to, std::move(views->findings));
    return derived_counts{snapshots->looked_at, views->looked_at};
}

void tell(record_sink& to, const std::optional<derived_counts>& derived) {
    const auto count = [](std::uint64_t of, const std::string& what) {
        return grouped(of) + " " + what + (of == 1 ? "" : "s");
    };
    to.note("snapshots", derived ? cell{derived->snapshots} : cell{},
            derived ? count(derived->snapshots, "snapshot") + " and " +
                          count(derived->views, "view") + " made again and compared"
                    : "");
    to.note("views", derived ? cell{derived->views} : cell{}, "");
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
result<void> look_at_times(invocation& call, const store& log, const compliance::ledger& book,
                           verification& all) {
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
        compliance::verify_times(log, book,
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
    compliance::add_findings(all, std::move(times->findings));
    return {};
}

result<answer> run(invocation& call) {
    auto options = options_of(call.given);
    if (!options) return options.error();
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    if (!log.ledger()) {
        return fail(errc::not_found,
                    "the store is not in compliance mode: nothing in it is signed; "
                    "'daybook init --origin' begins");
    }
    auto found = verified(*log, *log.book(), *std::move(options), call.at);
    if (!found) return found.error();
    if (auto looked = look_at_times(call, *log, *log.book(), found->all); !looked) {
        return looked.error();
    }
    std::optional<derived_counts> derived;
    if (call.given.has("derived")) {
        const auto counts = verify_derived(*log, *known, call.at, found->all);
        if (!counts) return counts.error();
        derived = *counts;
    }
    const auto sink = call.sink();
    tell_verification(*sink, found->all, summary(found->all));
    tell_lawful(*sink, found->deleted);
    tell(*sink, derived);
    sink->end();
    write_down(call, std::move(log),
               [&](auto& audit) { return audit.verified(found->all, "demand"); });
    return answer_of(found->all, call.at);
}

std::vector<option> options() {
    std::vector<option> all{
        trust_option(),
        {.name = "from", .value = "POSITION", .help = "The first event to look at."},
        {.name = "to", .value = "POSITION", .help = "Up to, not including, this."},
        {.name = "log-only", .help = "Leave out the indexes, which can be made again."},
        {.name = "derived", .help = "Also make snapshots and views again, and compare them."}};
    for (auto& one : time_options()) all.push_back(std::move(one));
    return all;
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
            "What witnesses and time stamp authorities gave (DAYBOOK_EVIDENCE, or beside the "
            "anchor file) is held against it: whether events are from when they say, and with "
            "--max-age whether this is the present state of the log.\n"
            "With DAYBOOK_LOG_KEY, what came of it is written down in the log (VerificationDone).\n"
            "What is made from the log and read in its place, snapshots and views, is not signed. "
            "--derived makes it again and compares it to the byte, which takes longer than all the "
            "rest. It needs what made it: views of programs come with --plugin or --view, and "
            "snapshots that programs keep of their own states cannot be told here.\n"
            "Exit 0 if all is verified, 1 if it was tampered with or rolled back, 6 if that "
            "cannot be told (a key, an anchor, or what made a view is missing), 7 if it cannot be "
            "read.",
        .options = options(),
        .examples = {{"daybook verify --trust incidents.vkey", "is it what was signed"},
                     {"daybook verify --trust incidents.vkey --derived",
                      "are snapshots and views what the log makes"}},
        .uses_projections = true,
        .run = run};
}

}  // namespace daybook::cli
