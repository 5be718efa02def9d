// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/open_store.hpp"
#include "cli/stream_state.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<moment> moment_of(const arguments& given) {
    moment m;
    if (given.has("at") + given.has("sequence") + given.has("position") > 1)
        return fail(errc::invalid_argument,
                    "--at, --sequence and --position name one moment: give one");
    if (const auto text = given.value("at")) {
        const auto time = parse_time("--at", *text, current_time());
        if (!time) return time.error();
        m.at = *time;
    }
    if (const auto text = given.value("sequence")) {
        const auto number = parse_number("--sequence", *text);
        if (!number) return number.error();
        m.sequence = *number;
    }
    if (const auto text = given.value("position")) {
        const auto number = parse_number("--position", *text);
        if (!number) return number.error();
        m.position = *number;
    }
    return m;
}

/// Why there is no state: the stream is not there, or had no events by then.
result<answer> nothing_yet(const invocation& call, const store& log, const std::string& stream) {
    const auto head = log.head(stream);
    if (!head) return head.error();
    if (head->last.value == 0)
        return fail(errc::not_found, "no stream " + printable(stream) + " in this store");
    call.at.say("stream " + printable(stream) + " had no events by then");
    return answer::no;
}

result<answer> run(invocation& call) {
    const auto until = moment_of(call.given);
    if (!until) return until.error();
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const std::string stream = *call.given.operand(0);
    const auto state = state_of(*log, stream, *until);
    if (!state) return state.error();
    if (state->row.events == 0) return nothing_yet(call, *log, stream);

    const auto sink = call.sink();
    state_rows(*sink).add(*state);
    sink->end();
    return answer::yes;
}

}  // namespace

command state_command() {
    return {.name = "state",
            .topic = topic::views,
            .summary = "where a stream stands, now or at a moment in the past",
            .about =
                "Folds the stream's events up to that moment; nothing needs to be prepared. "
                "JSON has every member of the state, the other formats the main ones.",
            .operands = {{.name = "STREAM", .help = "The stream, such as issue-SHOP-102."}},
            .options = {{.name = "at",
                         .value = "TIME",
                         .help = "With what had occurred by TIME: RFC 3339, a date, or an age such "
                                 "as 2h."},
                        {.name = "sequence", .value = "N", .help = "After the stream's event N."},
                        {.name = "position",
                         .value = "P",
                         .help = "With what the log had up to position P."}},
            .examples = {{"daybook state issue-SHOP-102", "where an issue stands"},
                         {"daybook state issue-SHOP-102 --sequence 10 -o json",
                          "where it stood after its tenth event"}},
            .run = run};
}

}  // namespace daybook::cli
