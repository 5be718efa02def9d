// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/event_reading.hpp"

#include <daybook/query_matcher.hpp>

namespace daybook::cli {
namespace {

using step = query_plan::step;

constexpr field<step> step_fields[] = {
    {{.name = "what", .cut = cut::late}, [](const step& s) { return text_cell(s.what); }},
    {{.name = "how"}, [](const step& s) { return text_cell(s.how); }},
    {{.name = "candidates"}, [](const step& s) { return cell{s.candidates}; }},
};

std::string how_candidates_are_found(const query_plan& plan) {
    return (plan.scans_log ? "the whole log, " : "") + std::to_string(plan.segments_read) + " of " +
           std::to_string(plan.segments) + " segments";
}

}  // namespace

result<std::uint64_t> for_each_event(event_reader from, const query& which, std::uint64_t limit,
                                     const std::function<void(const event_view&)>& visit) {
    const query_matcher wanted{which};
    std::uint64_t found = 0;
    while (found < limit) {
        const auto more = from.next();
        if (!more) return more.error();
        if (!*more) break;
        if (!wanted.matches(*from)) continue;
        visit(*from);
        ++found;
    }
    return found;
}

result<answer> tell_plan(const invocation& call, const store& log, const query& q,
                         const read_options& options) {
    const auto plan = log.explain(q, options);
    if (!plan) return plan.error();

    const auto sink = call.sink();
    rows<step> steps{*sink, step_fields};
    for (const auto& s : plan->steps) steps.add(s);
    steps.add({"together", how_candidates_are_found(*plan), plan->candidates});
    steps.add({"matches",
               plan->exact_from_index ? "known from the index" : "candidates read and checked",
               plan->matches});
    sink->note("segments", plan->segments, "");
    sink->note("segments_read", plan->segments_read, "");
    sink->note("candidates", plan->candidates, "");
    sink->note("matches", plan->matches, "");
    sink->note("exact_from_index", plan->exact_from_index, "");
    sink->note("scans_log", plan->scans_log, "");
    sink->end();
    return answer::yes;
}

answer answer_for(const invocation& call, std::uint64_t found) {
    if (found > 0) return answer::yes;
    call.at.say("no match");
    return answer::no;
}

}  // namespace daybook::cli
