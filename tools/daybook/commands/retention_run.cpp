// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/acting.hpp"
#include "cli/open_store.hpp"
#include "cli/progress.hpp"
#include "cli/retention_rows.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

using compliance::retention_done;
using compliance::retention_step;

const field<retention_step> step_fields[] = {
    {{.name = "action"},
     [](const retention_step& s) {
         return text_cell(s.what == retention_step::kind::erase ? "delete" : "archive");
     }},
    {{.name = "segment"}, [](const retention_step& s) { return cell{std::uint64_t{s.segment}}; }},
    {{.name = "events"}, [](const retention_step& s) { return cell{s.events}; }},
    {{.name = "size", .seen_in = seen_in::tables},
     [](const retention_step& s) { return cell{size_text(s.bytes)}; }},
    {{.name = "bytes", .seen_in = seen_in::others},
     [](const retention_step& s) { return cell{s.bytes}; }},
};

const field<retention_done> done_fields[] = {
    {{.name = "segments_archived"},
     [](const retention_done& d) { return cell{d.segments_archived}; }},
    {{.name = "events_deleted"}, [](const retention_done& d) { return cell{d.events_erased}; }},
    {{.name = "bytes_deleted"}, [](const retention_done& d) { return cell{d.bytes_erased}; }},
    {{.name = "files_written"},
     [](const retention_done& d) { return text_list_cell(d.files_written); }},
    {{.name = "files_removed"},
     [](const retention_done& d) { return text_list_cell(d.files_removed); }},
};

/// As of when; a moment later than the clock's is refused further down.
result<timestamp> moment(const arguments& given) {
    const auto now = current_time();
    const auto at = given.value("at");
    return at ? parse_time("--at", *at, now) : result<timestamp>{now};
}

result<answer> show_plan(invocation& call, timestamp as_of) {
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    progress_bar bar{call.at, "looking"};
    const auto plan =
        compliance::plan_retention(*log, as_of, [&](std::uint64_t done, std::uint64_t total) {
            bar.update(done, total, grouped(done) + " events");
        });
    if (!plan) return plan.error();
    const auto sink = call.sink();
    rows<retention_step> told{*sink, step_fields};
    for (const auto& one : plan->steps) told.add(one);
    sink->note("held", cell{plan->held},
               plan->held == 0 ? "" : grouped(plan->held) + " events are kept by legal holds");
    sink->note("bound", cell{plan->bound},
               plan->bound == 0
                   ? ""
                   : grouped(plan->bound) + " events are kept by the minimum of an earlier policy");
    sink->note("events_deleted", cell{plan->events_erased()}, "");
    sink->note("bytes_deleted", cell{plan->bytes_erased()}, "");
    sink->note("plan", text_cell(plan->hash.hex()), "");
    sink->end();
    return plan->steps.empty() ? answer::no : answer::yes;
}

result<answer> propose(invocation& call, timestamp as_of) {
    const auto by = acting(call.given);
    if (!by) return by.error();
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    const auto id = compliance::propose_retention(*log, as_of, *by);
    if (!id) return id.error();
    const auto made = proposal_named(*log, "proposal", to_string(*id));
    if (!made) return made.error();
    const auto sink = call.sink();
    proposal_rows(*sink, shape::one).add(*made);
    sink->end();
    return answer::yes;
}

result<answer> do_it(invocation& call, timestamp as_of) {
    const auto by = acting(call.given);
    if (!by) return by.error();
    compliance::retention_run how{
        .archives = call.given.value_or("to", ""), .as_of = as_of, .by = *by};
    if (const auto id = call.given.value("proposal")) {
        const auto parsed = parse_id("--proposal", *id);
        if (!parsed) return parsed.error();
        how.proposal = *parsed;
    }
    if (!how.proposal && how.archives.empty()) {
        return fail(errc::invalid_argument,
                    "give --to DIR to archive, --proposal ID to delete what was approved, "
                    "--propose, or --dry-run");
    }
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    how.book = log.book();
    how.tell = [&](const retention_step& step) {
        call.at.say(std::string{step.what == retention_step::kind::erase ? "deleting from segment "
                                                                         : "archiving segment "} +
                    std::to_string(step.segment) + ": " + grouped(step.events) + " events");
    };
    const auto done = compliance::run_retention(*log, how);
    if (!done) return done.error();
    const auto sink = call.sink();
    rows<retention_done>{*sink, done_fields, shape::one}.add(*done);
    sink->end();
    return answer::yes;
}

result<answer> run(invocation& call) {
    const auto as_of = moment(call.given);
    if (!as_of) return as_of.error();
    if (call.given.has("dry-run")) return show_plan(call, *as_of);
    if (call.given.has("propose")) return propose(call, *as_of);
    return do_it(call, *as_of);
}

}  // namespace

command retention_run_command() {
    return {.name = "retention run",
            .topic = topic::upkeep,
            .summary = "archive and delete what the policy says",
            .about =
                "Archives whole segments if --to is given. Payloads are deleted only by a "
                "--proposal that somebody else approved: --propose makes one, daybook retention "
                "approve approves it. Each step is written down before it is done. Interrupted, "
                "the same command goes on.",
            .options = with_actor(
                {{.name = "dry-run", .help = "Only tell what would be done."},
                 {.name = "propose", .help = "Write down what would be deleted, for approval."},
                 {.name = "proposal", .value = "ID", .help = "Delete what was approved."},
                 {.name = "to",
                  .value = "DIR",
                  .help = "Archive into this directory.",
                  .completes = completion::directories},
                 {.name = "at", .value = "TIME", .help = "As of then. Default: now."}}),
            .examples = {{"daybook retention set --preset sprint --actor alice -q && "
                          "daybook retention run --dry-run || echo 'nothing is due'",
                          "what would be archived and deleted, with counts and bytes"}},
            .run = run};
}

}  // namespace daybook::cli
