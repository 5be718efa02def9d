// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/acting.hpp"
#include "cli/open_store.hpp"
#include "cli/read_whole.hpp"
#include "cli/retention_rows.hpp"
#include "cli/yaml_document.hpp"
#include "commands/commands.hpp"

#include <boost/json/serialize.hpp>

namespace daybook::cli {
namespace {

using compliance::policy_in_force;
using compliance::retention_policy;

constexpr std::string_view presets[] = {"6-months", "6-years", "7-years", "sprint"};

const field<policy_in_force> fields[] = {
    {{.name = "policy"}, [](const policy_in_force& p) { return text_cell(p.policy.name); }},
    {{.name = "rules"},
     [](const policy_in_force& p) { return cell{std::uint64_t{p.policy.rules.size()}}; }},
    {{.name = "set_by"}, [](const policy_in_force& p) { return text_cell(p.set_by.id); }},
    {{.name = "position"}, [](const policy_in_force& p) { return cell{p.since.value}; }},
};

result<retention_policy> wanted(const arguments& given) {
    const auto file = given.operand(0);
    const auto preset = given.value("preset");
    if (file.has_value() == preset.has_value()) {
        return fail(errc::invalid_argument, "give a FILE or a --preset");
    }
    if (preset) return compliance::retention_preset(*preset);
    const auto text = read_whole(*file);
    if (!text) return text.error();
    const auto document = read_yaml(*text);
    if (!document) return fail(document.error().code, *file + ": " + document.error().message);
    auto policy = compliance::parse_retention_policy(boost::json::serialize(document->value));
    if (!policy) return fail(policy.error().code, *file + ": " + policy.error().message);
    return policy;
}

result<answer> run(invocation& call) {
    const auto by = acting(call.given);
    if (!by) return by.error();
    auto policy = wanted(call.given);
    if (!policy) return policy.error();
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    const auto at = compliance::set_retention_policy(*log, *policy, *by);
    if (!at) return at.error();
    const auto sink = call.sink();
    rows<policy_in_force>{*sink, fields, shape::one}.add({*std::move(policy), *by, *at});
    sink->end();
    return answer::yes;
}

}  // namespace

command retention_set_command() {
    return {.name = "retention set",
            .topic = topic::upkeep,
            .summary = "say what is archived and deleted when",
            .about =
                "A policy is JSON or YAML: {policy: NAME, rules: [{name: N, types: [], tags: [], "
                "streams: [], categories: [], minimum: 90 days, archive_after: 90 days, "
                "delete_after: 1 year}]}, or keep: forever. The first rule that matches an event "
                "decides; what none matches is kept. It is written down "
                "(RetentionPolicyChanged); nothing happens before daybook retention run.",
            .operands = {{.name = "FILE",
                          .help = "The policy; - is standard input.",
                          .how_many = operand::count::optional,
                          .completes = completion::files}},
            .options = with_actor({{.name = "preset",
                                    .value = "NAME",
                                    .help = "One that daybook knows, instead of a file.",
                                    .choices = presets}}),
            .examples = {{"daybook retention set --preset 7-years --actor alice",
                          "keep everything for seven years, then delete it"}},
            .run = run};
}

}  // namespace daybook::cli
