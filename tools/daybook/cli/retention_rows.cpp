// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/retention_rows.hpp"

#include "cli/text.hpp"
#include "cli/values.hpp"

namespace daybook::cli {
namespace {

using compliance::legal_hold;
using compliance::retention_proposal;

cell position_cell(const std::optional<position>& at) { return at ? cell{at->value} : cell{}; }

const field<legal_hold> hold_fields[] = {
    {{.name = "hold"}, [](const legal_hold& h) { return text_cell(h.name); }},
    {{.name = "stream"}, [](const legal_hold& h) { return text_cell(h.stream); }},
    {{.name = "subject"}, [](const legal_hold& h) { return text_cell(h.subject); }},
    {{.name = "correlation"}, [](const legal_hold& h) { return text_cell(h.correlation); }},
    {{.name = "first"}, [](const legal_hold& h) { return position_cell(h.first); }},
    {{.name = "last"}, [](const legal_hold& h) { return position_cell(h.last); }},
    {{.name = "reason"}, [](const legal_hold& h) { return text_cell(h.reason); }},
    {{.name = "placed_by"}, [](const legal_hold& h) { return text_cell(h.placed_by.id); }},
    {{.name = "placed_at"}, [](const legal_hold& h) { return cell{h.placed_at.value}; }},
};

const field<retention_proposal> proposal_fields[] = {
    {{.name = "proposal"}, [](const retention_proposal& p) { return cell{to_string(p.id)}; }},
    {{.name = "as_of"}, [](const retention_proposal& p) { return cell{p.as_of}; }},
    {{.name = "events"}, [](const retention_proposal& p) { return cell{p.events}; }},
    {{.name = "bytes"}, [](const retention_proposal& p) { return cell{p.bytes}; }},
    {{.name = "proposed_by"},
     [](const retention_proposal& p) { return text_cell(p.proposed_by.id); }},
    {{.name = "approved_by"},
     [](const retention_proposal& p) { return text_cell(p.approved_by ? p.approved_by->id : ""); }},
    {{.name = "steps_done"}, [](const retention_proposal& p) { return cell{p.steps_done}; }},
    {{.name = "plan", .seen_in = seen_in::others},
     [](const retention_proposal& p) { return text_cell(p.plan.hex()); }},
    {{.name = "position", .seen_in = seen_in::others},
     [](const retention_proposal& p) { return cell{p.at.value}; }},
};

}  // namespace

rows<legal_hold> hold_rows(record_sink& to, shape s) { return {to, hold_fields, s}; }
rows<retention_proposal> proposal_rows(record_sink& to, shape s) {
    return {to, proposal_fields, s};
}

void tell_lawful(record_sink& to, const std::vector<compliance::lawful_deletion>& all) {
    std::uint64_t events = 0;
    std::vector<std::string> policies;
    std::string line;
    for (const auto& one : all) {
        events += one.events;
        policies.push_back(one.policy + " (" + std::to_string(one.policy_at.value) + ")");
        line += line.empty() ? "" : ", ";
        line += grouped(one.events) + (one.events == 1 ? " event" : " events") +
                " deleted lawfully under " + printable(one.policy);
    }
    to.note("deleted_lawfully", cell{events}, line);
    to.note("deleted_under", text_list_cell(policies), "");
}

result<retention_proposal> proposal_named(const store& log, std::string_view what,
                                          const std::string& id) {
    const auto wanted = parse_id(what, id);
    if (!wanted) return wanted.error();
    const auto all = compliance::retention_proposals(log);
    if (!all) return all.error();
    for (const auto& one : *all) {
        if (one.id == *wanted) return one;
    }
    return fail(errc::not_found, "there is no proposal " + id);
}

}  // namespace daybook::cli
