// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/acting.hpp"
#include "cli/retention_rows.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<std::optional<position>> position_of(const arguments& given, std::string_view name) {
    const auto text = given.value(name);
    if (!text) return std::optional<position>{};
    const auto number = parse_number("--" + std::string{name}, *text);
    if (!number) return number.error();
    return std::optional{position{*number}};
}

result<answer> run(invocation& call) {
    const auto first = position_of(call.given, "first");
    if (!first) return first.error();
    const auto last = position_of(call.given, "last");
    if (!last) return last.error();
    compliance::legal_hold hold{.name = *call.given.operand(0),
                                .stream = call.given.value_or("stream", ""),
                                .subject = call.given.value_or("subject", ""),
                                .correlation = call.given.value_or("correlation", ""),
                                .first = *first,
                                .last = *last,
                                .reason = call.given.value_or("reason", "")};
    return act(call, [&](opened_store& log, const actor& by, record_sink& to) -> result<void> {
        const auto at = compliance::place_hold(*log, hold, by);
        if (!at) return at.error();
        hold.placed_by = by;
        hold.placed_at = *at;
        hold_rows(to, shape::one).add(hold);
        return {};
    });
}

}  // namespace

command hold_place_command() {
    return {.name = "hold place",
            .topic = topic::upkeep,
            .summary = "let nothing of a stream, a subject or a range be deleted",
            .about =
                "A legal hold wins over every policy and approval until it is lifted. What is "
                "given must hold for an event; at least one thing is given.",
            .operands = {{.name = "NAME", .help = "By which it is lifted."}},
            .options = with_actor(
                {{.name = "stream", .value = "STREAM", .help = "Events of this stream."},
                 {.name = "subject", .value = "ID", .help = "Events with the tag subject:ID."},
                 {.name = "correlation", .value = "ID", .help = "Events of this correlation."},
                 {.name = "first", .value = "N", .help = "From this position on."},
                 {.name = "last", .value = "N", .help = "Up to this position."},
                 {.name = "reason", .value = "TEXT", .help = "Why. Needed."}}),
            .examples = {{"daybook hold place case-7 --correlation orch-1 --reason 'court order' "
                          "--actor alice",
                          "keep all of orch-1"}},
            .run = run};
}

}  // namespace daybook::cli
