// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/report_evidence.hpp>
#include <daybook/compliance/requirements.hpp>
#include <daybook/fork.hpp>
#include <daybook/repair.hpp>

#include "cli/known_projections.hpp"
#include "cli/ledger_choices.hpp"
#include "cli/open_store.hpp"
#include "cli/progress.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "cli/views.hpp"
#include "commands/commands.hpp"
#include "commands/doctor_watch.hpp"

#include <system_error>

namespace daybook::cli {
namespace {

struct finding {
    std::string check;
    std::string_view verdict;  ///< "ok", "note" or "bad".
    std::string found;
};

tone tone_of_verdict(std::string_view verdict) {
    if (verdict == "ok") return tone::good;
    return verdict == "bad" ? tone::bad : tone::warning;
}

const field<finding> fields[] = {
    {{.name = "check"}, [](const finding& f) { return text_cell(f.check); }},
    {{.name = "verdict", .colour_of = tone_of_verdict},
     [](const finding& f) { return text_cell(f.verdict); }},
    {{.name = "found", .cut = cut::late}, [](const finding& f) { return text_cell(f.found); }},
};

using findings = std::vector<finding>;

using compliance::requirement;

tone tone_of_state(std::string_view state) {
    if (state == "met") return tone::good;
    return state == "missing" ? tone::bad : tone::warning;
}

const field<requirement> requirement_fields[] = {
    {{.name = "id"}, [](const requirement& r) { return text_cell(r.id); }},
    {{.name = "asks", .cut = cut::early}, [](const requirement& r) { return text_cell(r.asks); }},
    {{.name = "state", .colour_of = tone_of_state},
     [](const requirement& r) { return text_cell(r.state); }},
    {{.name = "found", .cut = cut::late}, [](const requirement& r) { return text_cell(r.found); }},
    {{.name = "missing", .cut = cut::late},
     [](const requirement& r) { return text_cell(r.missing); }},
};

/// What regulations ask for, and what the store has for it. Exit 1 if anything is missing.
result<answer> tell_compliance(invocation& call, opened_store& log) {
    compliance::report_evidence evidence;
    if (log.ledger()) {
        auto known = compliance::evidence_of(*log.ledger());
        if (!known) return known.error();
        evidence = *std::move(known);
    }
    const auto found = compliance::check_requirements(*log, evidence);
    if (!found) return found.error();
    const auto sink = call.sink();
    rows<requirement> told{*sink, requirement_fields};
    std::uint64_t missing = 0;
    for (const auto& one : *found) {
        told.add(one);
        if (one.state == "missing") ++missing;
    }
    sink->note("missing", missing,
               missing == 0 ? "" : std::to_string(missing) + " of 10 have nothing to show");
    sink->end();
    return missing == 0 ? answer::yes : answer::no;
}

void look_at_status(const store_status& s, findings& into) {
    into.push_back({"open", "ok", "opened " + s.directory.string() + " for reading"});
    into.push_back({"format", "ok", "version " + std::to_string(s.format)});
    into.push_back({"store id", "ok", to_string(s.store_id)});
    into.push_back({"events", "ok",
                    grouped(s.events) + (s.last_recorded_at ? ", the last one recorded at " +
                                                                  to_string(*s.last_recorded_at)
                                                            : "")});
    into.push_back({"index", "ok",
                    grouped(s.segments_sealed) + " segments sealed, " + grouped(s.tail_events) +
                        " events indexed in memory"});
    into.push_back({"indexed fields", "ok",
                    s.indexed_fields.empty() ? "none" : listed(s.indexed_fields, ", ")});
    into.push_back({"size", "ok",
                    size_text(s.log_bytes) + " log, " + size_text(s.index_bytes) + " index, " +
                        size_text(s.view_bytes) + " views"});
    if (s.refuses_writes) {
        into.push_back({"writing", "bad", *s.refuses_writes});
    }
}

void look_at_origin(const store& log, findings& into) {
    const auto origin = origin_of(log);
    if (!origin) {
        into.push_back({"origin", "bad", origin.error().message});
    } else if (*origin) {
        into.push_back({"origin", "ok",
                        "forked from " + to_string((*origin)->store_id) + ", with its " +
                            grouped((*origin)->end.value) + " events before position " +
                            std::to_string((*origin)->end.value)});
    }
}

void look_at_disk(const std::filesystem::path& directory, findings& into) {
    constexpr std::uintmax_t free_bytes_wanted = 1U << 30U;
    std::error_code problem;
    const auto space = std::filesystem::space(directory, problem);
    if (problem) {
        into.push_back({"disk", "note", "cannot tell the free space: " + problem.message()});
        return;
    }
    const bool enough = space.available >= free_bytes_wanted;
    into.push_back({"disk", enough ? "ok" : "note", size_text(space.available) + " free"});
}

/// Events in the future of this machine's clock mean that one of the clocks is wrong.
void look_at_clock(const store_status& s, findings& into) {
    const timestamp now = current_time();
    if (!s.last_recorded_at || *s.last_recorded_at <= now) {
        into.push_back({"clock", "ok", to_string(now)});
        return;
    }
    into.push_back({"clock", "note",
                    "the last event was recorded " + duration_text(*s.last_recorded_at - now) +
                        " after now, " + to_string(now) + "; is the clock right?"});
}

result<void> look_at_views(store& log, const arguments& given, findings& into) {
    const auto known = known_projections(given);
    if (!known) return known.error();
    const auto views = view_progress_of(log, *known);
    if (!views) return views.error();
    for (const auto& v : *views) {
        const std::string check = "view " + v.name + " v" + std::to_string(v.version);
        if (v.state == "current") {
            into.push_back({check, "ok", "has all events"});
        } else if (v.state == "behind") {
            into.push_back({check, "note",
                            grouped(v.lag_events) +
                                " events behind; 'daybook projection run' reads "
                                "them"});
        } else if (v.state == "ahead") {
            into.push_back({check, "bad",
                            "has read up to position " + std::to_string(v.cursor.value) +
                                ", beyond the end of the log: events are lost"});
        } else if (v.state == "building" || v.state == "paused") {
            into.push_back({check, "note",
                            std::string{v.state} + " beside what readers get, " +
                                grouped(v.lag_events) + " events behind"});
        } else {
            const bool well = v.state == "not built" || v.state == "kept";
            into.push_back({check, well ? "ok" : "note", std::string{v.state}});
        }
    }
    return {};
}

result<void> check_deeply(const store& log, console& at) {
    progress_bar bar{at, "checking"};
    return log.check([&](std::uint64_t done, std::uint64_t total) {
        bar.update(done, total, grouped(done) + " events");
    });
}

void tell_repair(const repair_report& report, findings& into) {
    for (const auto& one : report.findings) into.push_back({"damage", "bad", one});
    for (const auto& one : report.lost) {
        into.push_back({"lost", "bad",
                        "positions " + std::to_string(one.first.value) + " to " +
                            std::to_string(one.last.value)});
    }
    for (const auto& one : report.lost_of_streams) {
        into.push_back({"lost", "bad",
                        one.stream + " " + std::to_string(one.first.value) + " to " +
                            std::to_string(one.last.value)});
    }
    if (report.lost_of_unknown_streams > 0) {
        into.push_back(
            {"lost", "bad",
             grouped(report.lost_of_unknown_streams) + " events whose streams nothing tells"});
    }
    for (const auto& name : report.keyspaces_kept) into.push_back({"view", "ok", name + " kept"});
    for (const auto& name : report.keyspaces_lost) {
        into.push_back({"view", "note", name + " is damaged: its projection builds it again"});
    }
    into.push_back({"repaired", report.lost.empty() ? "ok" : "note",
                    grouped(report.events_kept) + " events taken over, the log ends at position " +
                        std::to_string(report.end.value)});
}

/// Copies what is sound into a new store. Exit 1 if anything was lost.
result<answer> repair(invocation& call, const std::string& into) {
    const auto directory = store_directory(call.given);
    if (!directory) return directory.error();
    const auto report = [&] {
        progress_bar bar{call.at, "repairing"};
        return repair_store(*directory, into, [&](std::uint64_t done, std::uint64_t total) {
            bar.update(done, total, grouped(done) + " events");
        });
    }();
    if (!report) return report.error();
    findings found;
    tell_repair(*report, found);
    const auto sink = call.sink();
    rows<finding> told{*sink, fields};
    for (const auto& f : found) told.add(f);
    sink->note("complete", report->lost.empty(),
               report->lost.empty() ? "" : "events are lost; see core/docs/damage.md");
    sink->end();
    return report->lost.empty() ? answer::yes : answer::no;
}

result<answer> tell_metrics(invocation& call, const store& log) {
    if (call.given.has("deep")) {
        if (auto checked = check_deeply(log, call.at); !checked) return checked.error();
    }
    call.at.out.write(metrics_text(log.metrics()));
    return answer::yes;
}

/// Adds how much of a store that does not open can be read where it is.
error with_what_is_left(const invocation& call, error why) {
    const auto directory = store_directory(call.given);
    if (why.code != errc::corrupt || !directory) return why;
    const auto left = store::open(*directory, {.read_only = true, .salvage = true});
    if (left && left->watermark().value > 0) {
        why.message += "; positions 0 to " + std::to_string(left->watermark().value - 1) +
                       " can be read as they are";
    }
    return why;
}

result<answer> run(invocation& call) {
    const bool watched = call.given.has("watch");
    if (const auto into = call.given.value("repair")) {
        if (watched || call.given.has("deep") || call.given.has("metrics") ||
            call.given.has("compliance")) {
            return fail(errc::invalid_argument, "--repair does nothing else; leave out the others");
        }
        return repair(call, *into);
    }
    if (!watched && (call.given.operand(0) || call.given.has("times"))) {
        return fail(errc::invalid_argument, "SECONDS and --times are for --watch");
    }
    if (watched &&
        (call.given.has("deep") || call.given.has("metrics") || call.given.has("compliance"))) {
        return fail(errc::invalid_argument, "--watch does nothing else; leave out the others");
    }
    if (call.given.has("compliance") && (call.given.has("deep") || call.given.has("metrics"))) {
        return fail(errc::invalid_argument, "--compliance does nothing else; leave out the others");
    }
    if (watched) return watch_store(call);
    auto log = open_store(call, access::read);
    if (!log) return with_what_is_left(call, log.error());
    if (call.given.has("metrics")) return tell_metrics(call, *log);
    if (call.given.has("compliance")) return tell_compliance(call, log);
    findings found;
    const auto status = log->status();
    look_at_status(status, found);
    look_at_origin(*log, found);
    look_at_disk(status.directory, found);
    look_at_clock(status, found);
    if (auto looked = look_at_views(*log, call.given, found); !looked) return looked.error();
    if (call.given.has("deep")) {
        if (auto checked = check_deeply(*log, call.at); !checked) return checked.error();
        found.push_back({"log and index", "ok", "every record, sequence and index entry is sound"});
    }

    const auto sink = call.sink();
    rows<finding> told{*sink, fields};
    bool bad = false;
    for (const auto& f : found) {
        told.add(f);
        bad = bad || f.verdict == "bad";
    }
    sink->note("sound", !bad, bad ? "something is wrong" : "");
    sink->end();
    return bad ? answer::no : answer::yes;
}

}  // namespace

command doctor_command() {
    return {
        .name = "doctor",
        .topic = topic::upkeep,
        .summary = "look whether a store is well",
        .about =
            "Opens the store and tells its format, size, index, disk space and how far its "
            "views are, also while another process writes to it. Exit 1 if something is wrong or "
            "if a repair lost events; 6 if a store to repair is in use; 7 if it is corrupt.\n"
            "Rates, latencies and cache hits live in the process that has the store open: it "
            "serves them itself (core/docs/metrics.md). --watch shows what the disk tells.",
        .operands = {{.name = "SECONDS",
                      .help = "Between two looks of --watch. Default: 2.",
                      .how_many = operand::count::optional}},
        .options = {{.name = "deep",
                     .help = "Also read the whole log and compare the indexes with it."},
                    {.name = "repair",
                     .value = "DIR",
                     .help = "Copy all that is sound into a new store in DIR, and tell what is "
                             "lost. The damaged store is only read.",
                     .completes = completion::directories},
                    {.name = "watch", .help = "Look again and again, until interrupted."},
                    {.name = "times", .value = "N", .help = "With --watch: look so often."},
                    {.name = "metrics",
                     .help = "Instead: the metrics of this opening, as Prometheus reads them."},
                    {.name = "compliance",
                     .help = "Instead: what regulations ask of records, R1 to R10, and the "
                             "evidence that the store has for each. Exit 1 if one has none."},
                    trust_option()},
        .examples = {{"daybook doctor", "a quick look"},
                     {"daybook doctor --deep", "every byte"},
                     {"daybook doctor --watch 1 --times 2 -o jsonl", "how it grows"},
                     {"daybook doctor --deep --metrics", "for a textfile collector"}},
        .uses_projections = true,
        .run = run};
}

}  // namespace daybook::cli
