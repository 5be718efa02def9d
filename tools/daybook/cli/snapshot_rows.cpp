// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/snapshot_rows.hpp"

#include "cli/text.hpp"

namespace daybook::cli {
namespace {

const field<snapshot_info> fields[] = {
    {{.name = "stream", .colour = tone::accent},
     [](const snapshot_info& s) { return text_cell(s.stream); }},
    {{.name = "state"}, [](const snapshot_info& s) { return text_cell(s.state); }},
    {{.name = "version"}, [](const snapshot_info& s) { return cell{std::uint64_t{s.version}}; }},
    {{.name = "sequence"}, [](const snapshot_info& s) { return cell{s.last.value}; }},
    {{.name = "position"}, [](const snapshot_info& s) { return cell{s.at.value}; }},
    {{.name = "taken_at"}, [](const snapshot_info& s) { return cell{s.taken_at}; }},
    {{.name = "bytes"}, [](const snapshot_info& s) { return cell{s.bytes}; }},
};

}  // namespace

operand snapshot_stream_operand() {
    return {.name = "STREAM",
            .help = "Only those of this stream; without it those of all.",
            .how_many = operand::count::optional};
}

result<std::string> snapshot_stream(const store& log, const arguments& given) {
    const auto stream = given.operand(0);
    if (!stream) return std::string{};
    const auto head = log.head(*stream);
    if (!head) return head.error();
    if (head->last.value == 0)
        return fail(errc::not_found, "no stream " + printable(*stream) + " in this store");
    return *stream;
}

void tell_snapshots(const std::vector<snapshot_info>& snapshots, record_sink& to, shape s) {
    rows<snapshot_info> told{to, fields, s};
    for (const auto& one : snapshots) told.add(one);
    to.end();
}

}  // namespace daybook::cli
