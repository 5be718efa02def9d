// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/open_store.hpp"
#include "cli/snapshot_rows.hpp"
#include "cli/kept_state.hpp"
#include "cli/text.hpp"
#include "commands/commands.hpp"

#include <algorithm>

namespace daybook::cli {
namespace {

std::string_view name_of(snapshot_verdict verdict) {
    switch (verdict) {
        case snapshot_verdict::sound: return "sound";
        case snapshot_verdict::damaged: return "damaged";
        case snapshot_verdict::other_past: return "other_past";
        case snapshot_verdict::other_state: return "other_state";
        default: return "stale";
    }
}

std::string_view meaning_of(snapshot_verdict verdict) {
    switch (verdict) {
        case snapshot_verdict::sound: return {};
        case snapshot_verdict::damaged: return "its bytes are not what was written";
        case snapshot_verdict::other_past: return "the events before it are not those of this log";
        case snapshot_verdict::other_state: return "the events make another state";
        default: return "of a version of the state that is not used any more";
    }
}

tone tone_of(std::string_view verdict) { return verdict == "sound" ? tone::good : tone::bad; }

const field<snapshot_finding> fields[] = {
    {{.name = "stream", .colour = tone::accent},
     [](const snapshot_finding& f) { return text_cell(f.which.stream); }},
    {{.name = "state"}, [](const snapshot_finding& f) { return text_cell(f.which.state); }},
    {{.name = "version"},
     [](const snapshot_finding& f) { return cell{std::uint64_t{f.which.version}}; }},
    {{.name = "sequence"}, [](const snapshot_finding& f) { return cell{f.which.last.value}; }},
    {{.name = "verdict", .colour_of = tone_of},
     [](const snapshot_finding& f) { return text_cell(name_of(f.verdict)); }},
    {{.name = "problem"},
     [](const snapshot_finding& f) { return text_cell(meaning_of(f.verdict)); }},
};

result<answer> run(invocation& call) {
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto stream = snapshot_stream(*log, call.given);
    if (!stream) return stream.error();
    const auto findings = verify_states(*log, *stream);
    if (!findings) return findings.error();
    const auto sink = call.sink();
    rows<snapshot_finding> told{*sink, fields};
    for (const auto& one : *findings) told.add(one);
    const auto wrong = std::count_if(findings->begin(), findings->end(), [](const auto& one) {
        return one.verdict != snapshot_verdict::sound;
    });
    const auto count = [&](std::uint64_t of) {
        return grouped(of) + (of == 1 ? " snapshot" : " snapshots");
    };
    sink->note("sound", wrong == 0,
               wrong == 0
                   ? count(findings->size()) + ", all sound"
                   : grouped(static_cast<std::uint64_t>(wrong)) + " of " + count(findings->size()) +
                         " will not be used; 'daybook snapshot drop' removes them");
    sink->end();
    return wrong == 0 ? answer::yes : answer::no;
}

}  // namespace

command snapshot_verify_command() {
    return {.name = "snapshot verify",
            .topic = topic::views,
            .summary = "compare what is kept with what the events make",
            .about =
                "Reads the events of every stream that has snapshots. States that 'snapshot "
                "create' made are made again and compared to the byte; those of programs' "
                "aggregates are compared with their events. Exit code 1 if one is not sound.",
            .operands = {snapshot_stream_operand()},
            .examples = {{"daybook snapshot create issue-SHOP-102 -q && daybook snapshot verify",
                          "all there are"}},
            .run = run};
}

}  // namespace daybook::cli
