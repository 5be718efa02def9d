// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "commit_accounts.hpp"

#include "text.hpp"

namespace daybook {
namespace {

std::string_view name_of(durability durable) {
    switch (durable) {
        case durability::buffered: return "buffered";
        case durability::written: return "written";
        case durability::synced: return "synced";
    }
    return "";
}

std::string outcome_text(const result<commit_receipt>& outcome) {
    if (!outcome) return std::string{to_string(outcome.error().code)};
    return outcome->repeated ? "repeated" : "stored";
}

std::vector<log_field> describe(const commit_work& work, const result<commit_receipt>& outcome) {
    std::vector<log_field> fields;
    fields.push_back({"stream", std::string{work.parts.front().stream}});
    if (work.parts.size() > 1) fields.push_back({"streams", std::to_string(work.parts.size())});
    fields.push_back({"events", std::to_string(work.events.size())});
    fields.push_back({"bytes", std::to_string(work.records.size())});
    fields.push_back({"durability", std::string{name_of(work.durable)}});
    fields.push_back({"outcome", outcome_text(outcome)});
    return fields;
}

/// Of a commit that was stored nevertheless.
void tell_misfits(engine& e, const commit_work& work) {
    e.meters.of_callers.schema_misfits.add(work.misfits.size());
    // Whoever is told may append, on this thread, in the same work area.
    std::vector<log_entry> entries;
    for (const auto& one : work.misfits) {
        const auto count = e.schemas->count_misfit(one.type);
        if (!count || !e.options.log) continue;
        entries.push_back(
            {log_level::warning,
             cat(one.message, "; stored all the same, ", *count, " of this type so far"),
             {{"operation", "append"},
              {"type", std::string{one.type}},
              {"misfits", std::to_string(*count)}}});
    }
    for (const auto& entry : entries) e.slow.tell(entry);
}

}  // namespace

void count_failure(meters& into, const error& why) {
    auto& counts = into.of_callers;
    switch (why.code) {
        case errc::conflict: return counts.conflicts.add(1);
        case errc::invalid_argument:
        case errc::rejected:
        case errc::too_large: return counts.rejected.add(1);
        case errc::refused: return counts.refused.add(1);
        default: return counts.failed.add(1);
    }
}

void account_for(engine& e, const commit_work& work, const result<commit_receipt>& outcome,
                 latency_recorder::clock::time_point began) {
    const auto took = latency_recorder::clock::now() - began;
    e.meters.append.record(took);
    if (!outcome) count_failure(e.meters, outcome.error());
    if (outcome && outcome->repeated) e.meters.of_callers.repeated.add(1);
    if (outcome && !outcome->repeated && !work.misfits.empty()) tell_misfits(e, work);
    if (e.slow.applies(took)) e.slow.tell("append", took, describe(work, outcome));
}

}  // namespace daybook
