// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/erasure.hpp>

#include "cli/open_store.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

using compliance::erasure_report;

const field<text_search> search_fields[] = {
    {{.name = "files_searched"}, [](const text_search& s) { return cell{s.files}; }},
    {{.name = "rows_searched"}, [](const text_search& s) { return cell{s.rows}; }},
    {{.name = "found"}, [](const text_search& s) { return cell{std::uint64_t{s.found.size()}}; }},
};

std::string joined(const std::vector<std::string>& all) {
    std::string text;
    for (const auto& one : all) text += (text.empty() ? "" : ", ") + one;
    return text;
}

const field<erasure_report> fields[] = {
    {{.name = "subject"}, [](const erasure_report& r) { return text_cell(r.keys.pseudonym); }},
    {{.name = "keys"}, [](const erasure_report& r) { return text_cell(joined(r.keys.key_ids)); }},
    {{.name = "epoch"}, [](const erasure_report& r) { return cell{r.keys.epoch}; }},
    {{.name = "position"}, [](const erasure_report& r) { return cell{r.told_at.value}; }},
    {{.name = "views"}, [](const erasure_report& r) { return text_cell(joined(r.views_dropped)); }},
    {{.name = "snapshots"}, [](const erasure_report& r) { return cell{r.snapshots_dropped}; }},
    {{.name = "files_searched"}, [](const erasure_report& r) { return cell{r.searched.files}; }},
    {{.name = "rows_searched"}, [](const erasure_report& r) { return cell{r.searched.rows}; }},
    {{.name = "proof"},
     [](const erasure_report& r) {
         return text_cell(r.proven ? "nothing found"
                                   : (r.searched.files == 0 ? "not searched" : "found"));
     }},
};

/// Where texts are, with nothing erased.
result<answer> search(invocation& call) {
    const auto& canaries = call.given.values("canary");
    const auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto searched = find_in_store(*log, canaries);
    if (!searched) return searched.error();
    const auto sink = call.sink();
    rows<text_search> told{*sink, search_fields, shape::one};
    told.add(*searched);
    sink->end();
    for (const auto& one : searched->found) call.at.say("found: " + one.where);
    return searched->found.empty() ? answer::yes : answer::no;
}

result<answer> run(invocation& call) {
    const auto subject = call.given.value("subject");
    const auto directory = call.given.value("keys");
    if (!subject && !directory && call.given.has("canary")) return search(call);
    if (!subject || !directory) {
        return fail(errc::invalid_argument,
                    "give --subject ID and --keys DIR; or --canary TEXT alone, to search");
    }
    compliance::erasure_options options{.actor = {"user", call.given.value_or("by", ""), ""},
                                        .reason = call.given.value_or("reason", ""),
                                        .canaries = call.given.values("canary")};
    if (options.actor.id.empty()) options.actor = {};
    for (const auto& place : call.given.values("search")) options.other_places.emplace_back(place);
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    auto keys = compliance::subject_keys::open(
        *directory,
        {.create_if_missing = false, .epoch_directory = call.given.value_or("epoch-keys", "")});
    if (!keys) return keys.error();
    const auto report = compliance::erase_subject(*log, **keys, *subject, options);
    if (!report) return report.error();
    const auto sink = call.sink();
    rows<erasure_report> told{*sink, fields, shape::one};
    told.add(*report);
    sink->end();
    for (const auto& line : report->not_reached) call.at.say("not reached: " + line);
    return report->not_reached.empty() ? answer::yes : answer::no;
}

}  // namespace

command erase_command() {
    return {.name = "erase",
            .topic = topic::upkeep,
            .summary = "erase a data subject: destroy its key, views and snapshots",
            .about =
                "What was encrypted for the subject stays in the log, and nobody can read it any "
                "more, in no backup either. The log tells it in an event SubjectErased. Views and "
                "snapshots are dropped, for they may hold what was decrypted, and are built again "
                "when they are next run.\n"
                "With --canary the files of the store are searched for a text of the subject. What "
                "could not be reached is told, and the exit code is then 1. Interrupted, the same "
                "command finishes it. See compliance/docs/erasure.md.",
            .options = {{.name = "subject", .value = "ID", .help = "Whom to erase."},
                        {.name = "keys",
                         .value = "DIR",
                         .help = "Where the keys of the subjects are.",
                         .completes = completion::directories},
                        {.name = "epoch-keys",
                         .value = "DIR",
                         .help = "Where the key of their epoch is. Default: DIR/epoch.",
                         .completes = completion::directories},
                        {.name = "canary",
                         .value = "TEXT",
                         .help = "Of the subject; must be nowhere afterwards. Without --subject: "
                                 "only searches for it.",
                         .repeats = true},
                        {.name = "search",
                         .value = "PATH",
                         .help = "Search this for the canaries, too: an export, a fork.",
                         .repeats = true,
                         .completes = completion::files},
                        {.name = "by", .value = "WHO", .help = "Who erases, for the event."},
                        {.name = "reason",
                         .value = "TEXT",
                         .help = "Why, for the event. It can be read by everybody."}},
            .examples = {{"daybook erase --canary somebody@example.com",
                          "is this text in any file of the store"}},
            .run = run};
}

}  // namespace daybook::cli
