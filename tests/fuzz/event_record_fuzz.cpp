// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// event_view::parse takes any bytes; whatever passes can be read in every part, within its bounds,
// and encoded again to the same bytes.
#include <daybook/json.hpp>

#include "fuzz.hpp"
#include "record.hpp"

using namespace daybook;
using test::require;

namespace {

std::vector<std::string> tags_of(event_view event) {
    std::vector<std::string> tags;
    for (const std::string_view tag : event.tags()) tags.emplace_back(tag);
    return tags;
}

std::string encoded(event_view event) {
    const auto tags = tags_of(event);
    record::draft draft;
    draft.stream = event.stream();
    draft.type = event.type();
    draft.schema = event.schema();
    draft.correlation = event.correlation();
    draft.actor = event.actor();
    draft.content_type = event.content_type();
    draft.extensions = event.extensions();
    draft.payload = event.payload();
    draft.causes = event.causes();
    draft.tags = tags;
    draft.id = event.id();
    draft.occurred_at = event.occurred_at();
    std::string bytes;
    record::encode(bytes, draft);
    record::place(bytes.data(), event.position(), event.sequence(), event.recorded_at());
    return bytes;
}

void read_all(std::string_view bytes) {
    const auto event = event_view::parse(bytes);
    if (!event) {
        const auto code = event.error().code;
        require(code == errc::corrupt || code == errc::unsupported, "the error is as documented");
        return;
    }
    require(event->tags().size() == tags_of(*event).size(), "all tags are there");
    (void)event->tag("phase");
    (void)event->category();
    (void)payload_json(*event);
    require(to_json(*event).find('\n') == std::string::npos, "an event is one line");

    const auto again = encoded(*event);
    const auto view = event_view::parse(again);
    require(view.has_value(), "what is encoded is read");
    require(tags_of(*view) == tags_of(*event), "the tags are the same");
    require(view->payload() == event->payload(), "the payload is the same");
    require(to_json(*view) == to_json(*event), "all else is the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = test::as_text(data, size);
    read_all(bytes);
    if (size < record::header_size) return 0;
    // A random version or total size stops nearly every input at the door: put them right.
    std::string knocked{bytes};
    bytes::store(knocked.data() + record::at_version, record::version);
    bytes::store(knocked.data() + record::at_record_size, static_cast<std::uint32_t>(size));
    read_all(knocked);
    return 0;
}
