// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/archive_rows.hpp"

#include "cli/text.hpp"
#include "cli/values.hpp"

#include <limits>

namespace daybook::cli {
namespace {

const field<archived_segment> fields[] = {
    {{.name = "segment"}, [](const archived_segment& s) { return cell{std::uint64_t{s.segment}}; }},
    {{.name = "first"}, [](const archived_segment& s) { return cell{s.first.value}; }},
    {{.name = "last"}, [](const archived_segment& s) { return cell{s.end.value - 1}; }},
    {{.name = "recorded_from"}, [](const archived_segment& s) { return cell{s.recorded_first}; }},
    {{.name = "recorded_to"}, [](const archived_segment& s) { return cell{s.recorded_last}; }},
    {{.name = "tombstones"}, [](const archived_segment& s) { return cell{s.deleted}; }},
    {{.name = "size", .seen_in = seen_in::tables},
     [](const archived_segment& s) { return cell{size_text(s.bytes)}; }},
    {{.name = "bytes", .seen_in = seen_in::others},
     [](const archived_segment& s) { return cell{s.bytes}; }},
    {{.name = "file"}, [](const archived_segment& s) { return text_cell(s.file); }},
    {{.name = "directory"},
     [](const archived_segment& s) { return text_cell(s.directory.string()); }},
    {{.name = "store_id", .seen_in = seen_in::others},
     [](const archived_segment& s) { return cell{to_string(s.store_id)}; }},
    {{.name = "xxh3", .seen_in = seen_in::others},
     [](const archived_segment& s) { return text_cell(s.xxh3); }},
};

}  // namespace

rows<archived_segment> archive_rows(record_sink& to, shape s) { return {to, fields, s}; }

operand segment_operand() {
    return {.name = "SEGMENT", .help = "Its number: the position of an event in it, by 65536."};
}

result<std::uint32_t> segment_of(const arguments& given) {
    const auto number = parse_number("SEGMENT", *given.operand(0));
    if (!number) return number.error();
    if (*number > std::numeric_limits<std::uint32_t>::max()) {
        return fail(errc::invalid_argument,
                    "SEGMENT " + std::to_string(*number) + " is none: segments are counted from 0");
    }
    return static_cast<std::uint32_t>(*number);
}

}  // namespace daybook::cli
