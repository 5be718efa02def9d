// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/open_store.hpp"
#include "cli/snapshot_rows.hpp"
#include "cli/kept_state.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

result<answer> run(invocation& call) {
    std::optional<sequence> last;
    if (const auto text = call.given.value("sequence")) {
        const auto number = parse_number("--sequence", *text);
        if (!number) return number.error();
        if (*number == 0)
            return fail(errc::invalid_argument, "--sequence: the first event of a stream is 1");
        last = sequence{*number};
    }
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    const auto stream = snapshot_stream(*log, call.given);
    if (!stream) return stream.error();
    const auto made = keep_state(*log, *stream, last);
    if (!made) return made.error();
    tell_snapshots({*made}, *call.sink(), shape::one);
    return answer::yes;
}

}  // namespace

command snapshot_create_command() {
    return {.name = "snapshot create",
            .topic = topic::views,
            .summary = "keep the state of a stream, so that it is told at once",
            .about =
                "'daybook state' then begins at the newest snapshot that the events still agree "
                "with, instead of at the first event. The newest two of a stream are kept.\n"
                "A snapshot is never needed and never trusted: one that does not fit the events "
                "is passed over. Aggregates of programs keep their own.",
            .operands = {{.name = "STREAM", .help = "The stream, such as issue-SHOP-102."}},
            .options = {{.name = "sequence",
                         .value = "N",
                         .help = "The state after the stream's event N. Default: of now."}},
            .examples = {{"daybook snapshot create issue-SHOP-102", "the state of now"},
                         {"daybook snapshot create issue-SHOP-102 --sequence 20",
                          "the state after its twentieth event"}},
            .run = run};
}

}  // namespace daybook::cli
