// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/bundle.hpp>

#include "cli/anchor_choices.hpp"
#include "cli/ledger_choices.hpp"
#include "cli/read_whole.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "cli/verdict_rows.hpp"
#include "commands/commands.hpp"

#include <utility>
#include <vector>

namespace daybook::cli {
namespace {

using namespace compliance;

/// What is known from elsewhere than the bundle.
result<bundle_trust> trust_of(const arguments& given) {
    bundle_trust trust;
    auto keys = trusted_keys(given);
    if (!keys) return keys.error();
    trust.keys = *std::move(keys);
    for (const auto& path : given.values("anchor")) {
        auto note = read_whole(path);
        if (!note) return note.error();
        trust.anchors.push_back(*std::move(note));
    }
    auto others = time_trust_of(given, {});
    if (!others) return others.error();
    trust.witnesses = std::move(others->witnesses);
    trust.time_stamp_roots = std::move(others->time_stamp_roots);
    auto limits = time_limits_of(given);
    if (!limits) return limits.error();
    trust.times = *limits;
    if (const auto text = given.value("quorum")) {
        const auto number = parse_number("--quorum", *text);
        if (!number) return number.error();
        if (*number > trust.witnesses.size()) {
            return fail(errc::invalid_argument, "--quorum: there are " +
                                                    std::to_string(trust.witnesses.size()) +
                                                    " witnesses; --witnesses names them");
        }
        trust.quorum = *number;
    }
    return trust;
}

std::string summary(const bundle_check& checked) {
    if (checked.verified.origin.empty()) return "no bundle that can be told anything of";
    return grouped(checked.statements) + " statements and " + grouped(checked.payloads) +
           " payloads of " + checked.verified.origin +
           (checked.scope.empty() ? "" : ", about: " + checked.scope);
}

void tell(record_sink& to, const bundle_check& checked) {
    tell_verification(to, checked.verified, summary(checked));
    to.note("scope", text_cell(checked.scope), "");
    to.note("all_statements", cell{checked.all_statements}, "");
    to.note("created", text_cell(checked.created), "");
    to.note("statements", cell{checked.statements}, "");
    to.note("payloads", cell{checked.payloads}, "");
    std::string lines;
    const auto add = [&](const std::string& line) {
        if (!lines.empty()) lines += '\n';
        lines += printable(line);
    };
    for (const auto& stamp : checked.time_stamps) add("time stamp: " + stamp);
    to.note("time_stamps", text_list_cell(checked.time_stamps), lines);
    lines.clear();
    for (const auto& remark : checked.remarks) add(remark);
    to.note("remarks", text_list_cell(checked.remarks), lines);
    to.end();
}

result<answer> run(invocation& call) {
    const auto trust = trust_of(call.given);
    if (!trust) return trust.error();
    const auto checked = check_bundle(*call.given.operand(0), *trust);
    if (!checked) return checked.error();
    const auto sink = call.sink();
    tell(*sink, *checked);
    return answer_of(checked->verified, call.at);
}

std::vector<option> with_times(std::vector<option> options) {
    for (auto& one : time_options()) options.push_back(std::move(one));
    return options;
}

}  // namespace

command audit_check_command() {
    return {
        .name = "audit check",
        .topic = topic::upkeep,
        .summary = "check a bundle of signed events, without the store",
        .about =
            "Looks at everything in the bundle that 'daybook audit bundle' wrote: signatures, "
            "hashes, proofs, the order of streams, payloads. Keys that are in the bundle are not "
            "believed: what is comes from elsewhere, with --trust or DAYBOOK_TRUSTED_KEYS.\n"
            "Exit 0 if all is verified, 1 if it was tampered with or rolled back, 6 if that "
            "cannot be told (a key, a witness or a statement is missing), 7 if it is no bundle.",
        .operands = {{.name = "BUNDLE", .help = "The file.", .completes = completion::files}},
        .options = with_times(
            {trust_option(),
             {.name = "anchor",
              .value = "FILE",
              .help = "A checkpoint of the log that was kept; the bundle must continue it.",
              .repeats = true,
              .completes = completion::files},
             {.name = "quorum",
              .value = "N",
              .help = "How many of the witnesses must have signed the newest "
                      "checkpoint. Default: all."}}),
        .examples = {{"daybook audit check incidents.tar --trust incidents.vkey",
                      "is it what was signed"}},
        .uses_store = false,
        .run = run};
}

}  // namespace daybook::cli
