// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/open_store.hpp"
#include "cli/snapshot_rows.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

const field<std::uint64_t> fields[] = {
    {{.name = "dropped"}, [](const std::uint64_t& count) { return cell{count}; }},
};

result<answer> run(invocation& call) {
    const auto keep = parse_number("--keep", call.given.value_or("keep", "0"));
    if (!keep) return keep.error();
    if (!call.given.operand(0) && !call.given.has("all")) {
        return fail(errc::invalid_argument,
                    "name a stream, or give --all for those of all streams");
    }
    if (call.given.operand(0) && call.given.has("all"))
        return fail(errc::invalid_argument, "--all is for all streams; leave out the one");
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    const auto stream = snapshot_stream(*log, call.given);
    if (!stream) return stream.error();
    const auto dropped = drop_snapshots(*log, *stream, *keep);
    if (!dropped) return dropped.error();
    const auto sink = call.sink();
    rows<std::uint64_t> told{*sink, fields, shape::one};
    told.add(*dropped);
    sink->end();
    return answer::yes;
}

}  // namespace

command snapshot_drop_command() {
    return {.name = "snapshot drop",
            .topic = topic::views,
            .summary = "remove states that are kept",
            .about = "Events are not touched: they make every state again.",
            .operands = {{.name = "STREAM",
                          .help = "Those of this stream.",
                          .how_many = operand::count::optional}},
            .options = {{.name = "keep",
                         .value = "K",
                         .help = "Leave the newest K of each state and version. Default: 0."},
                        {.name = "all", .help = "Those of all streams."}},
            .examples = {{"daybook snapshot drop --all --keep 1", "the newest of each stays"}},
            .run = run};
}

}  // namespace daybook::cli
