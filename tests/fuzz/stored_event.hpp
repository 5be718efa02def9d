// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include "record.hpp"

#include <string>
#include <string_view>

namespace daybook::test {

/// An event with this payload, whatever it is, as it would stand in the log.
inline event event_with_payload(std::string_view payload, position at = {}) {
    record::draft draft;
    draft.stream = "task-42";
    draft.type = "Tested";
    draft.content_type = json_content_type;
    draft.payload = payload;
    std::string bytes;
    record::encode(bytes, draft);
    record::place(bytes.data(), at, sequence{at.value + 1}, {});
    return event{event_view::parse(bytes).value()};
}

}  // namespace daybook::test
