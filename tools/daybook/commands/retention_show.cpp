// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/open_store.hpp"
#include "cli/retention_rows.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

using compliance::retention_rule;

std::string join(const retention_rule& rule) {
    std::string all;
    const std::pair<std::string_view, const std::vector<std::string>&> parts[] = {
        {"type", rule.types},
        {"tag", rule.tags},
        {"stream", rule.streams},
        {"category", rule.categories}};
    for (const auto& [what, values] : parts) {
        for (const auto& one : values) {
            all += (all.empty() ? "" : ", ") + std::string{what} + " " + one;
        }
    }
    return all.empty() ? "everything" : all;
}

cell time_cell(const std::optional<compliance::calendar_time>& time) {
    return time ? cell{to_string(*time)} : cell{};
}

const field<retention_rule> fields[] = {
    {{.name = "rule"}, [](const retention_rule& r) { return text_cell(r.name); }},
    {{.name = "matches"}, [](const retention_rule& r) { return cell{join(r)}; }},
    {{.name = "minimum"}, [](const retention_rule& r) { return time_cell(r.minimum); }},
    {{.name = "archive_after"}, [](const retention_rule& r) { return time_cell(r.archive_after); }},
    {{.name = "delete_after"},
     [](const retention_rule& r) {
         return r.delete_after ? time_cell(r.delete_after) : cell{std::string{"never"}};
     }},
};

result<answer> run(invocation& call) {
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto sink = call.sink();
    if (call.given.has("proposals")) {
        const auto all = compliance::retention_proposals(*log);
        if (!all) return all.error();
        auto told = proposal_rows(*sink);
        for (const auto& one : *all) told.add(one);
        sink->end();
        return all->empty() ? answer::no : answer::yes;
    }
    const auto policy = compliance::current_retention_policy(*log);
    if (!policy) return policy.error();
    rows<retention_rule> told{*sink, fields};
    if (*policy) {
        for (const auto& one : (*policy)->policy.rules) told.add(one);
        sink->note("policy", text_cell((*policy)->policy.name),
                   "policy " + (*policy)->policy.name + ", set by " + (*policy)->set_by.id);
        sink->note("position", cell{(*policy)->since.value}, "");
    }
    sink->end();
    return *policy ? answer::yes : answer::no;
}

}  // namespace

command retention_show_command() {
    return {.name = "retention show",
            .topic = topic::upkeep,
            .summary = "tell the policy in force, or proposed runs",
            .options = {{.name = "proposals",
                         .help = "The runs that were proposed, and who approved them."}},
            .examples = {{"daybook retention set --preset sprint --actor alice -q && "
                          "daybook retention show",
                          "the rules, in the order they are asked"}},
            .run = run};
}

}  // namespace daybook::cli
