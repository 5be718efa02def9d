// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// event_from_json takes any text; an event that it reads is stored, written and read back the same.
#include <daybook/json.hpp>
#include <daybook/limits.hpp>
#include <daybook/raw_json.hpp>

#include "fuzz.hpp"
#include "record.hpp"

#include <algorithm>

using namespace daybook;
using test::require;

namespace {

// Only what a store takes can be encoded.
bool is_within_limits(const native_event& e) {
    const auto& given = e.event;
    return e.stream.size() <= limits::stream_bytes_max &&
           given.type.size() <= limits::type_bytes_max &&
           given.schema.size() <= limits::schema_bytes_max &&
           given.correlation.size() <= limits::correlation_bytes_max &&
           given.actor.type.size() <= limits::actor_type_bytes_max &&
           given.actor.id.size() <= limits::actor_id_bytes_max &&
           given.actor.model.size() <= limits::actor_model_bytes_max &&
           given.content_type.size() <= limits::content_type_bytes_max &&
           given.causes.size() <= limits::causes_max && given.tags.size() <= limits::tags_max &&
           std::all_of(given.tags.begin(), given.tags.end(),
                       [](const std::string& tag) { return tag.size() <= limits::tag_bytes_max; });
}

event stored(const native_event& e) {
    const auto& given = e.event;
    record::draft draft;
    draft.stream = e.stream;
    draft.type = given.type;
    draft.schema = given.schema;
    draft.correlation = given.correlation;
    draft.actor = {given.actor.type, given.actor.id, given.actor.model};
    draft.content_type = given.content_type;
    draft.extensions = given.extensions;
    draft.payload = given.payload;
    draft.causes = given.causes;
    draft.tags = given.tags;
    draft.id = given.id.value_or(event_id{});
    draft.occurred_at = given.occurred_at.value_or(timestamp{});
    std::string bytes;
    record::encode(bytes, draft);
    record::place(bytes.data(), {}, sequence{1}, {});
    return event{event_view::parse(bytes).value()};
}

void check_same(const native_event& a, const native_event& b) {
    require(a.stream == b.stream && a.event.type == b.event.type, "the names are the same");
    require(a.event.payload == b.event.payload, "the payload is the same");
    require(a.event.extensions == b.event.extensions, "the extensions are the same");
    require(a.event.tags == b.event.tags && a.event.causes == b.event.causes,
            "the lists are the same");
    require(a.event.actor == b.event.actor, "the actor is the same");
    require(a.event.correlation == b.event.correlation && a.event.schema == b.event.schema,
            "the other texts are the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto read = event_from_json(test::as_text(data, size));
    if (!read) {
        require(read.error().code == errc::invalid_argument, "the error is as documented");
        require(read.error().message.find('\n') == std::string::npos, "a message is one line");
        return 0;
    }
    if (!is_within_limits(*read)) return 0;
    const auto line = to_json(stored(*read));
    require(line.find('\n') == std::string::npos, "an event is one line");
    require(check_json(line).has_value(), "an event is JSON");
    const auto again = event_from_json(line);
    require(again.has_value(), "what is written is read");
    check_same(*read, *again);
    return 0;
}
