// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include "record.hpp"

#include <string>
#include <string_view>

namespace daybook::test {

/// Where and when the events of these tests are stored.
inline constexpr position stored_position{41};
inline constexpr sequence stored_sequence{3};
inline constexpr timestamp stored_time{std::chrono::microseconds{1'766'399'400'500'000}};

/// `given` as a store would keep it in `stream`; an id and a time that are missing become
/// all zeros and `stored_time`.
inline event stored_event(const new_event& given, std::string_view stream = "task-42") {
    record::draft draft;
    draft.stream = stream;
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
    draft.occurred_at = given.occurred_at.value_or(stored_time);
    std::string bytes;
    record::encode(bytes, draft);
    record::place(bytes.data(), stored_position, stored_sequence, stored_time);
    return event{event_view::parse(bytes).value()};
}

/// An event of which only the payload matters.
inline event event_with_payload(std::string payload) {
    new_event made;
    made.type = "Tested";
    made.payload = std::move(payload);
    return stored_event(made);
}

}  // namespace daybook::test
