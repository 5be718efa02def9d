// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// A line of each import format. One that is read holds an event that the store takes, and written
// from the store it is read again as the same event; one that is not says where and why.
#include "formats/fields.hpp"
#include "formats/line_format.hpp"
#include "fuzz.hpp"
#include "record.hpp"

using namespace daybook;
using namespace daybook::formats;
using test::require;

namespace {

event stored(const parsed_line& line) {
    const auto facts = facts_of(line);
    std::string bytes;
    record::encode(bytes, {.stream = facts.stream,
                           .type = facts.type,
                           .schema = facts.schema,
                           .correlation = facts.correlation,
                           .actor = facts.actor,
                           .content_type = facts.content_type,
                           .extensions = facts.extensions,
                           .payload = facts.payload,
                           .causes = facts.causes,
                           .tags = line.event.tags,
                           .session_tag = {},
                           .id = facts.id,
                           .occurred_at = facts.occurred_at.value_or(timestamp{})});
    record::place(bytes.data(), {7}, line.at.value_or(sequence{1}), timestamp{});
    return event{event_view::parse(bytes).value()};
}

void read_line(line_format format, std::string_view text) {
    (void)time_of_line(format, text);
    const auto line = parse_line(format, text);
    if (!line) {
        const auto& bad = line.error();
        require(bad.column >= 1 && bad.column <= text.size() + 1, "a fault has a place");
        require(!bad.reason.empty(), "a fault has a reason");
        require(bad.reason.find('\n') == std::string::npos, "a reason is one line");
        return;
    }
    require(!event_problem(line->stream, line->event), "the store takes what was read");
    std::string written;
    append_line(written, format, stored(*line).view(), {.source = "urn:fuzz"});
    const auto again = parse_line(format, written);
    require(again.has_value(), "what was written is read");
    require(again->stream == line->stream, "the same stream");
    require(again->event.type == line->event.type, "the same type");
    require(again->event.payload == line->event.payload, "the same payload");
    require(again->event.tags == line->event.tags, "the same tags");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = test::as_text(data, size);
    for (const auto format :
         {line_format::orchestration, line_format::cloudevents, line_format::native}) {
        read_line(format, text);
    }
    return 0;
}
